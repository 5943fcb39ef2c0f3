//! A file's content in a buffer that is kept from one file to the next.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Cursor, ErrorKind, Read as _, Seek as _};
use std::path::Path;

use super::Candidate;
use crate::input::decode;

/// What is read before it is decided whether a file is binary, as ripgrep does.
const FIRST: usize = 64 << 10;

/// The buffer that is kept; what a larger file needed is given back.
const KEPT: usize = 4 << 20;

/// The largest size that can be asked for: places in a file are 32 bits wide.
const LARGEST: u64 = u32::MAX as u64;

/// Why a file is not scanned.
#[derive(Debug)]
pub enum Skip {
    /// A NUL stands in its first part.
    Binary,
    /// It has more bytes than are scanned.
    TooLarge(u64),
    /// A pipe, a device, a socket.
    NotAFile,
    /// A rule of the repository or of the user leaves it out.
    Ignored,
    /// The operating system said no.
    Unreadable(io::Error),
}

impl Skip {
    /// Whether it could not be read, though it was to be.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::NotAFile | Self::Unreadable(_))
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str("it is binary"),
            Self::TooLarge(size) => write!(f, "it is too large: {size} bytes"),
            Self::Ignored => f.write_str("an ignore rule names it"),
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::Unreadable(problem) => write!(f, "it cannot be read: {problem}"),
        }
    }
}

/// Which file it is, whatever its name: so that one swapped in for another is noticed. Where a system gives files no numbers,
/// all are alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity(u64, u64);

impl Identity {
    /// That of a file of which so much is known.
    pub fn of(about: &fs::Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            Self(about.dev(), about.ino())
        }
        #[cfg(not(unix))]
        {
            let _ = about;
            Self::default()
        }
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Its bytes, unpacked.
    pub bytes: &'a [u8],
    /// Whether it is compressed, so that nothing can be written back.
    pub compressed: bool,
    /// Which file it was read from.
    pub identity: Identity,
}

/// Opens a file to read it, without waiting for the writer of a pipe; a link, as the last part of the path, only if it may be
/// `followed`.
pub fn open(path: &Path, followed: bool) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let link = if followed { OFlags::empty() } else { OFlags::NOFOLLOW };
        options.custom_flags((OFlags::NONBLOCK | link).bits().cast_signed());
    }
    #[cfg(not(unix))]
    let _ = followed;
    options.open(path)
}

/// What is in the page.
#[derive(Default)]
struct Loaded {
    length: usize,
    compressed: bool,
    identity: Identity,
}

/// Reads one file after the other.
#[derive(Debug)]
pub struct Reader {
    page: Vec<u8>,
    largest: u64,
}

impl Reader {
    /// Files of more than `largest` bytes are left out.
    pub fn new(largest: u64) -> Self {
        Self { page: Vec::new(), largest: largest.min(LARGEST) }
    }

    /// The content of a file that is worth scanning; of a compressed one, if it was named.
    pub fn read(&mut self, file: &Candidate) -> Result<Content<'_>, Skip> {
        self.load(file).map(|loaded| Content {
            bytes: self.page.get(..loaded.length).unwrap_or_default(),
            compressed: loaded.compressed,
            identity: loaded.identity,
        })
    }

    /// Reads a file into the page.
    fn load(&mut self, file: &Candidate) -> Result<Loaded, Skip> {
        let path = &file.path;
        let unreadable = |error| Skip::Unreadable(error);
        if file.stdin {
            self.page.clear();
            let stdin = io::stdin().lock().take(self.largest.saturating_add(1));
            { stdin }.read_to_end(&mut self.page).map_err(unreadable)?;
            return match self.page.get(..FIRST).unwrap_or(&self.page) {
                first if decode::compression(first).is_some() => {
                    let packed = std::mem::take(&mut self.page);
                    self.unpack(Box::new(Cursor::new(packed)))
                }
                first if is_binary(first) => Err(Skip::Binary),
                _ if self.page.len() as u64 > self.largest => {
                    Err(Skip::TooLarge(self.page.len() as u64))
                }
                _ => Ok(Loaded { length: self.page.len(), ..Loaded::default() }),
            };
        }
        // Before it is opened: opening a pipe waits for somebody to write. Of a file that was found that much is known.
        if file.named && !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(Skip::NotAFile);
        }
        let named = file.named;
        let mut file = open(path, file.named).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(Skip::NotAFile);
        }
        if about.len() > self.largest {
            return Err(Skip::TooLarge(about.len()));
        }
        if self.page.len() > KEPT {
            self.page = Vec::new();
        }
        let mut filled = 0;
        // A size of 0 is also what files have that are made while they are read.
        let size = usize::try_from(about.len()).unwrap_or(usize::MAX);
        while size == 0 || filled < size {
            if filled == self.page.len() {
                // What the size promises at once, so that the buffer is not twice as large; without one, half as much again.
                let left = if filled < FIRST { FIRST } else { size.saturating_sub(filled) };
                let more = if left == 0 { FIRST.max(filled / 2) } else { left };
                self.page.reserve_exact(more);
                self.page.resize(filled + more, 0);
            }
            let first = filled < FIRST;
            let end = if first { FIRST.min(self.page.len()) } else { self.page.len() };
            match file.read(self.page.get_mut(filled..end).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Skip::Unreadable(error)),
            }
            if first
                && named
                && decode::compression(self.page.get(..filled).unwrap_or_default()).is_some()
            {
                file.rewind().map_err(unreadable)?;
                return self.unpack(Box::new(file));
            }
            if first && is_binary(self.page.get(..filled).unwrap_or_default()) {
                return Err(Skip::Binary);
            }
            if filled as u64 > self.largest {
                return Err(Skip::TooLarge(filled as u64));
            }
        }
        Ok(Loaded { length: filled, compressed: false, identity: Identity::of(&about) })
    }

    /// Reads what is compressed into the page. What cannot be unpacked is no text.
    fn unpack(&mut self, packed: Box<dyn io::Read + Send>) -> Result<Loaded, Skip> {
        self.page = Vec::new();
        let unpacked = decode::sniff(packed).and_then(|(kind, bytes)| decode::text(kind, bytes));
        let limit = self.largest.saturating_add(1);
        unpacked
            .and_then(|text| text.take(limit).read_to_end(&mut self.page))
            .map_err(|_| Skip::Binary)?;
        let length = self.page.len();
        match self.page.get(..FIRST).unwrap_or(&self.page) {
            first if is_binary(first) => Err(Skip::Binary),
            _ if length as u64 > self.largest => Err(Skip::TooLarge(length as u64)),
            _ => Ok(Loaded { length, compressed: true, identity: Identity::default() }),
        }
    }
}

/// Whether the beginning of a file is not that of a text. UTF-16 is full of NULs, and UTF-32 begins like it.
fn is_binary(first: &[u8]) -> bool {
    let is_utf16 = match first {
        [0xff, 0xfe, 0, 0, ..] => false,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        _ => false,
    };
    !is_utf16 && memchr::memchr(0, first).is_some()
}
