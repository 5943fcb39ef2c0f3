//! A source: one list, opened before any work starts and cut into blocks by one thread.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memchr_iter};

use super::block::{Block, Kind};
use super::cut::{Cut, cut};
use super::decode::{self, Counting, Reader};
use super::layout::{Columns, Layout};
use super::{BLOCK_ROWS, BLOCK_SIZE, Format, InputError, MAX_COLUMNS, Options, cells};

/// A list that is open, its header read: a missing file or column is known before the first row is.
pub struct Source {
    name: Arc<str>,
    size: Option<u64>,
    bytes_read: Arc<AtomicU64>,
    compression: Option<&'static str>,
    reader: Reader,
    shape: Arc<Layout>,
    /// Text that is read and not yet given out; it starts with a record.
    buffer: Vec<u8>,
    /// The physical line at which `buffer` starts.
    line: u64,
    /// Nothing more can be read.
    ended: bool,
    /// Why reading ended early; told after the rows that were read.
    failure: Option<io::Error>,
    /// The rest of the block that held the header.
    first: Option<Block>,
    /// So many bytes of the buffer are lines to be read each by itself.
    lines: usize,
}

impl Source {
    /// Opens a file, pipe or device; its format is taken from its name unless the options give one.
    pub fn open(path: &Path, options: &Options) -> Result<Self, InputError> {
        let name: Arc<str> = path.to_string_lossy().into();
        let fail = |source| InputError::Open { name: Arc::clone(&name), source };
        let metadata = fs::metadata(path).map_err(fail)?;
        if metadata.is_dir() {
            return Err(InputError::Directory { name });
        }
        let size = metadata.is_file().then_some(metadata.len());
        let file = File::open(path).map_err(fail)?;
        let format = options.format.unwrap_or_else(|| Format::from_path(path));
        Self::start(name, Box::new(file), size, format, options)
    }

    /// Takes a reader such as standard input; `name` stands for it in messages. Without a format in the options it
    /// is read as lines.
    pub fn from_reader(name: &str, reader: Reader, options: &Options) -> Result<Self, InputError> {
        let format = options.format.unwrap_or(Format::Lines);
        Self::start(name.into(), reader, None, format, options)
    }

    fn start(
        name: Arc<str>,
        reader: Reader,
        size: Option<u64>,
        format: Format,
        options: &Options,
    ) -> Result<Self, InputError> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let counting = Counting { inner: reader, count: Arc::clone(&bytes_read) };
        let (compression, reader) = decode::sniff(Box::new(counting))
            .map_err(|source| InputError::Read { name: Arc::clone(&name), line: 1, source })?;
        let reader = decode::text(compression, reader)
            .map_err(|source| read_error(Arc::clone(&name), compression, 1, source))?;
        let mut source = Self {
            name,
            size,
            bytes_read,
            compression,
            reader,
            shape: Arc::new(Layout::new(format, &options.field, options.delimiter)),
            buffer: Vec::new(),
            line: 1,
            ended: false,
            failure: None,
            first: None,
            lines: 0,
        };
        if format.delimiter().is_some() {
            source.read_header(options.delimiter.is_none())?;
        } else if format == Format::Lines && options.format.is_none() && size.is_some() {
            // What a pipe has is given out as it comes; of a file the beginning is looked at first.
            source.fill(BLOCK_SIZE, 0);
        }
        Ok(source)
    }

    /// The path as it was given, or the name given for a reader.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The size of a regular file, as it lies on disk.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How the source is read.
    pub fn format(&self) -> Format {
        self.shape.format
    }

    /// The columns of a table other than the URL's, in order; empty for other formats. A name that occurred before
    /// has `_2`, `_3`… appended.
    pub fn header(&self) -> &[String] {
        &self.shape.columns.carried
    }

    /// How many bytes of the file, compressed as it may be, have been read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// The next block of whole records; `None` at the end. An error comes after the rows that could be read, and is
    /// followed by `None`.
    pub fn next_block(&mut self) -> Result<Option<Block>, InputError> {
        if let Some(block) = self.first.take() {
            return Ok(Some(block));
        }
        if self.lines > 0 {
            return Ok(Some(self.some_lines()));
        }
        let mut target = BLOCK_SIZE;
        // A record over many lines is not read again from its beginning for each of them.
        let mut enough = 0;
        loop {
            self.fill(target, enough);
            if self.buffer.is_empty() {
                return self.finish();
            }
            // A record that a failed read broke off is no record.
            let ended = self.ended && self.failure.is_none();
            match cut(self.shape.delimiter, &self.buffer, ended) {
                Cut::Records(end) => {
                    let end = self.some_rows(end);
                    return Ok(Some(self.block(Kind::Records, end)));
                }
                Cut::Lines(end) => {
                    self.lines = end;
                    return Ok(Some(self.some_lines()));
                }
                Cut::TooLong => {
                    let block = self.block(Kind::TooLong, 0);
                    self.pass_line();
                    return Ok(Some(block));
                }
                Cut::More if self.ended => {
                    self.buffer.clear();
                    return self.finish();
                }
                Cut::More => {
                    enough = self.buffer.len() * 2;
                    target = target.max(self.buffer.len() + BLOCK_SIZE);
                }
            }
        }
    }

    fn finish(&mut self) -> Result<Option<Block>, InputError> {
        match self.failure.take() {
            Some(error) => {
                Err(read_error(Arc::clone(&self.name), self.compression, self.line, error))
            }
            None => Ok(None),
        }
    }

    /// Reads until the buffer holds `target` bytes or nothing more comes. Of a pipe, which may pause, the end of a line is
    /// given out as soon as there are `enough` bytes.
    fn fill(&mut self, target: usize, enough: usize) {
        let missing = target.saturating_sub(self.buffer.len());
        if self.ended || missing == 0 {
            return;
        }
        self.buffer.reserve(missing);
        if self.size.is_some() {
            let read = self.reader.by_ref().take(missing as u64).read_to_end(&mut self.buffer);
            self.ended = !matches!(read, Ok(read) if read == missing);
            self.failure = read.err();
            return;
        }
        while !self.ended && self.buffer.len() < target {
            let start = self.buffer.len();
            self.buffer.resize(target.min(start + BLOCK_SIZE), 0);
            let read = self.reader.read(self.buffer.get_mut(start..).unwrap_or_default());
            self.buffer.truncate(start + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(read) => self.ended = read == 0,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(error);
                }
            }
            let new = self.buffer.get(start..).unwrap_or_default();
            if self.buffer.len() >= enough && memchr(b'\n', new).is_some() {
                return;
            }
        }
    }

    /// Lines that are each read by itself, a block at a time: they may be many, and a row takes far more memory than a line.
    fn some_lines(&mut self) -> Block {
        let end = some_lines(&self.buffer, self.lines);
        self.lines -= end;
        self.block(Kind::Lines, end)
    }

    /// How much of the whole records in the first `end` bytes of the buffer becomes a block.
    fn some_rows(&self, end: usize) -> usize {
        let records = self.buffer.get(..end).unwrap_or_default();
        // Within quotes the end of a line is not that of a record.
        let has_quotes = self.shape.delimiter.is_some() && memchr(b'"', records).is_some();
        if has_quotes { end } else { some_lines(records, end) }
    }

    /// Gives out the first `end` bytes of the buffer.
    fn block(&mut self, kind: Kind, end: usize) -> Block {
        let mut rest = Vec::with_capacity(BLOCK_SIZE);
        rest.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        self.buffer.truncate(end);
        let data = std::mem::replace(&mut self.buffer, rest);
        let line = self.line;
        self.line += memchr_iter(b'\n', &data).count() as u64;
        Block {
            source: Arc::clone(&self.name),
            shape: Arc::clone(&self.shape),
            kind,
            data,
            start: 0,
            line,
        }
    }

    /// Passes over the rest of a physical line, one buffer at a time.
    fn pass_line(&mut self) {
        loop {
            if let Some(end) = memchr(b'\n', &self.buffer) {
                self.buffer.drain(..=end);
                self.line += 1;
                return;
            }
            self.buffer.clear();
            if self.ended {
                return;
            }
            self.fill(BLOCK_SIZE, 0);
        }
    }

    /// Whether what is read as lines looks like a table: its first line names the field among others.
    pub fn looks_like_table(&self) -> bool {
        let line = self.buffer.split(|byte| *byte == b'\n').find(|line| !cells::is_blank(line));
        let table = Layout::new(Format::Csv, &self.shape.field, None);
        self.shape.format == Format::Lines
            && line.is_some_and(|line| {
                let (names, _) = table.names(line);
                let has_field = names.len() > 1 && names.contains(&self.shape.field);
                has_field
                    || table
                        .with_other_delimiter(line)
                        .is_some_and(|other| other.names(line).0.len() > 1)
            })
    }

    /// Reads the first record that is not blank as the names of the columns. An empty source has none, and no error. `detect`
    /// says that the table may have another delimiter than its format.
    fn read_header(&mut self, detect: bool) -> Result<(), InputError> {
        while let Some(mut block) = self.next_block()? {
            let blank = block.data.split_inclusive(|&byte| byte == b'\n');
            let blank: usize =
                blank.take_while(|line| cells::is_blank(line)).map(<[u8]>::len).sum();
            block.advance(blank);
            if block.kind == Kind::Records && block.rest().is_empty() {
                continue;
            }
            if block.kind != Kind::Records {
                return Err(InputError::Header {
                    name: Arc::clone(&self.name),
                    line: block.line,
                    open_quote: block.kind == Kind::Lines,
                });
            }
            let (names, len) = self.shape.names(block.rest());
            if names.len() > MAX_COLUMNS {
                let name = Arc::clone(&self.name);
                return Err(InputError::TooManyColumns { name, limit: MAX_COLUMNS });
            }
            let Some(columns) = Columns::new(&names, &self.shape.field) else {
                if detect && let Some(shape) = self.shape.with_other_delimiter(block.rest()) {
                    // Where its records end is to be seen anew: cells in quotes are others now.
                    self.buffer.splice(..0, block.rest().iter().copied());
                    self.line = block.line;
                    self.shape = Arc::new(shape);
                    return self.read_header(false);
                }
                return Err(InputError::NoColumn {
                    name: Arc::clone(&self.name),
                    field: self.shape.field.clone(),
                    found: listed(&names),
                });
            };
            block.advance(len);
            self.shape = Arc::new(self.shape.with_columns(columns));
            block.shape = Arc::clone(&self.shape);
            if !block.rest().is_empty() {
                self.first = Some(block);
            }
            return Ok(());
        }
        Ok(())
    }
}

/// Where the first lines of a text end, as many as a block may have, within its first `end` bytes.
fn some_lines(text: &[u8], end: usize) -> usize {
    let lines = text.get(..end).unwrap_or(text);
    memchr_iter(b'\n', lines).nth(BLOCK_ROWS - 1).map_or(lines.len(), |last| last + 1)
}

fn read_error(
    name: Arc<str>,
    compression: Option<&'static str>,
    line: u64,
    source: io::Error,
) -> InputError {
    match compression {
        Some(compression) => InputError::Decompress { name, compression, line, source },
        None => InputError::Read { name, line, source },
    }
}

/// The names in a message: enough to see the mistake, and nothing of a URL if the file has no header.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 20;
    const LONGEST: usize = 60;
    // A comma may have cut the URL anywhere, so no part of the row is known to be free of secrets.
    if names.iter().any(|name| name.contains("://") || name.contains('=')) {
        return "a URL where the names of the columns should be".to_owned();
    }
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| match name.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("`{}…`", name.get(..end).unwrap_or_default()),
            None => format!("`{name}`"),
        })
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    shown.join(", ")
}
