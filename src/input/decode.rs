//! Layers between a file's bytes and text: counting, gzip, zstd, byte-order marks, UTF-16.
//!
//! A layer is put in only when the first bytes ask for it, so plain UTF-8 is read straight into the block.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::text::{Encoding, Utf16Reader};

/// Reads of compressed data; the default of 8 KiB shows in profiles.
const COMPRESSED_BUFFER: usize = 64 * 1024;

pub(super) type Reader = Box<dyn Read + Send>;

/// A reader that counts what goes through it, for a progress bar.
pub(super) struct Counting {
    pub(super) inner: Reader,
    pub(super) count: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The compression that the first bytes of a source announce, with a reader that still gives those bytes.
pub(super) fn sniff(mut reader: Reader) -> io::Result<(Option<&'static str>, Reader)> {
    let head = take(&mut reader, 4)?;
    Ok((compression(&head), Box::new(Cursor::new(head).chain(reader))))
}

/// The compression that the first bytes announce.
pub(super) fn compression(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x1f, 0x8b, ..] => Some("gzip"),
        // A frame, or a skippable frame, with which some tools (pzstd) begin a file.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some("zstd"),
        _ => None,
    }
}

/// The text of a source: decompressed, without byte-order mark, UTF-16 as UTF-8.
pub(super) fn text(compression: Option<&str>, reader: Reader) -> io::Result<Reader> {
    let mut reader: Reader = match compression {
        Some("gzip") => {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(COMPRESSED_BUFFER, reader)))
        }
        Some(_) => Box::new(Zstd::new(reader)),
        None => reader,
    };
    let head = take(&mut reader, 3)?;
    Ok(match head.as_slice() {
        [0xef, 0xbb, 0xbf] => reader,
        [0xff, 0xfe, ..] => utf16(head, reader, Encoding::Utf16Le),
        [0xfe, 0xff, ..] => utf16(head, reader, Encoding::Utf16Be),
        _ => Box::new(Cursor::new(head).chain(reader)),
    })
}

fn utf16(head: Vec<u8>, reader: Reader, encoding: Encoding) -> Reader {
    Box::new(Utf16Reader::new(Cursor::new(head).chain(reader), encoding))
}

/// The first `count` bytes, or fewer at the end: a pipe may give them one at a time.
fn take(reader: &mut Reader, count: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(count).read_to_end(&mut head)?;
    Ok(head)
}

/// All frames of a zstd stream; `ruzstd` itself reads one.
struct Zstd {
    source: BufReader<Reader>,
    frame: Option<FrameDecoder>,
}

impl Zstd {
    fn new(reader: Reader) -> Self {
        Self { source: BufReader::with_capacity(COMPRESSED_BUFFER, reader), frame: None }
    }

    /// Begins the next frame that holds data; `false` at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            // A new decoder for every frame: a used one remembers the checksum of the frame before.
            let mut frame = FrameDecoder::new();
            match frame.init(&mut self.source) {
                Ok(()) => {
                    self.frame = Some(frame);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(u64::from(length))?,
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.source.by_ref().take(length), &mut io::sink())?;
        if skipped < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(frame) = &mut self.frame else {
                if self.next_frame()? {
                    continue;
                }
                return Ok(0);
            };
            if frame.can_collect() > 0 {
                return frame.read(buffer);
            }
            if !frame.is_finished() {
                frame
                    .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(io::Error::other)?;
                continue;
            }
            let stored = frame.get_checksum_from_data();
            if stored.is_some() && stored != frame.get_calculated_checksum() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "checksum mismatch"));
            }
            self.frame = None;
        }
    }
}
