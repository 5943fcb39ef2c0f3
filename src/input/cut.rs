//! Where a buffer of text is cut, so that a block holds whole records and no record needs unbounded memory.

use memchr::{memchr, memrchr};

use super::{MAX_ROW, cells};

/// What stands at the start of a buffer that starts with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// So many bytes of whole records.
    Records(usize),
    /// So many bytes in which a quote stays open: every physical line is to be read by itself, so that one stray quote
    /// costs one line and not the rest of the file.
    Lines(usize),
    /// A physical line over the limit; the rest of it is to be passed over.
    TooLong,
    /// A record that is not whole yet.
    More,
}

/// Cuts a buffer that is not empty; `delimiter` is that of a table. What comes out depends on the bytes of each record alone, never on how much of the
/// text the buffer happens to hold. `ended` says that nothing follows.
pub(super) fn cut(delimiter: Option<u8>, buffer: &[u8], ended: bool) -> Cut {
    match delimiter {
        // Without a quote every line is a record, and a table is cut as fast as lines are.
        Some(delimiter) if memchr(b'"', buffer).is_some() => cut_table(delimiter, buffer, ended),
        _ => cut_lines(buffer, ended),
    }
}

fn cut_lines(buffer: &[u8], ended: bool) -> Cut {
    match memrchr(b'\n', buffer) {
        Some(last) => Cut::Records(last + 1),
        None if buffer.len() > MAX_ROW => Cut::TooLong,
        None if ended => Cut::Records(buffer.len()),
        None => Cut::More,
    }
}

fn cut_table(delimiter: u8, buffer: &[u8], ended: bool) -> Cut {
    let mut end = 0;
    loop {
        let rest = buffer.get(end..).unwrap_or_default();
        if rest.is_empty() {
            return Cut::Records(end);
        }
        let extent = cells::record(delimiter, rest, |_, _| {});
        let has_feed = extent.len > 0 && rest.get(extent.len - 1) == Some(&b'\n');
        let whole = extent.closed && (has_feed || ended);
        if whole && extent.len - usize::from(has_feed) <= MAX_ROW {
            end += extent.len;
            continue;
        }
        if end > 0 {
            return Cut::Records(end);
        }
        return if whole || rest.len() > MAX_ROW {
            let window = rest.get(..=MAX_ROW).unwrap_or(rest);
            memrchr(b'\n', window).map_or(Cut::TooLong, |last| Cut::Lines(last + 1))
        } else if ended {
            Cut::Lines(rest.len())
        } else {
            Cut::More
        };
    }
}
