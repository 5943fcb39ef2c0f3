//! One URL out of a text: from where it begins to where it ends, its escapes taken off.

use super::end::{Cell, Emphasis, bracket, chains, closes};
use super::join::{self, Part};
use super::map::Map;
use super::placeholder::{control, placeholder};
use super::start::Start;

use crate::dialect::span::Span;
use crate::dialect::unit::{Unit, percent, unit};

/// The longest URL that is read, in bytes of the text.
pub(super) const LONGEST: usize = 1 << 20;

/// Scheme and host are no longer, with their slashes.
const LONGEST_HOST: usize = 300;

/// Control tags in a row that are looked behind.
const MOST_TAGS: usize = 8;

/// A URL as it was read.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    /// Its bytes. What a placeholder holds is a part of it, with other characters for those that mean something in a URL.
    pub(super) bytes: Vec<u8>,
    /// Where they are written.
    pub(super) map: Map,
    /// Where it stands in the text.
    pub(super) span: Span,
    /// The placeholders, in bytes of the URL.
    pub(super) placeholders: Vec<Span>,
    /// Whether it is put together from several lines or literals.
    pub(super) joined: bool,
    /// Where control tags of a template were left out of it, in bytes of the URL.
    pub(super) tags: Vec<u32>,
    /// Whether its scheme is not written.
    pub(super) bare: bool,
    /// How often it is percent-encoded as a whole.
    pub(super) depth: u8,
    /// Whether an ellipsis stands behind it: somebody shortened it.
    pub(super) shortened: bool,
    /// The parts of the path and the query that are being read.
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The quote it stands in.
    quote: Option<u8>,
    /// Where the parameter begins that is being read; nothing in the path.
    param: Option<usize>,
    /// Brackets that are open.
    round: usize,
    square: usize,
    /// Whether a row of a table goes on behind a value.
    cell: Cell,
    /// Where the first part ends that another line or literal follows.
    seam: Option<usize>,
}

impl Candidate {
    fn clear(&mut self, start: Start) {
        self.bytes.clear();
        self.map.clear();
        self.placeholders.clear();
        self.tags.clear();
        self.joined = false;
        self.bare = !start.has_scheme();
        self.depth = start.depth;
        self.state = State::default();
    }

    /// Whether a part of it has a placeholder in it.
    pub(super) fn has_placeholder(&self, part: Span) -> bool {
        let next = self.placeholders.partition_point(|placeholder| placeholder.end <= part.start);
        self.placeholders.get(next).is_some_and(|placeholder| placeholder.start < part.end)
    }

    /// The last character, outside of placeholders.
    fn last(&self) -> u8 {
        self.bytes.last().copied().unwrap_or_default()
    }

    fn in_placeholder(&self) -> bool {
        self.placeholders
            .last()
            .is_some_and(|placeholder| placeholder.end as usize == self.bytes.len())
    }

    /// Whether a variable of a shell or of PHP ends here, of which an element may be meant: `$row[id]`.
    fn in_variable(&self) -> bool {
        let placeholder = self
            .placeholders
            .last()
            .filter(|_| self.in_placeholder())
            .map(|placeholder| placeholder.of(&self.bytes));
        matches!(placeholder, Some([b'$', first, ..]) if first.is_ascii_alphabetic() || *first == b'_')
    }

    fn push(&mut self, text: &[u8], at: usize, unit: Unit) {
        let from = self.bytes.len();
        if !unit.escaped {
            for (n, byte) in text.iter().skip(at).take(unit.len).enumerate() {
                self.map.literal(from + n, at + n);
                self.bytes.push(*byte);
            }
        } else if let Some(c) = char::from_u32(unit.value) {
            self.map.escape(from, Span::new(at, at + unit.len));
            self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn push_byte(&mut self, byte: u8, text: Span) {
        self.map.escape(self.bytes.len(), text);
        self.bytes.push(byte);
    }

    fn push_placeholder(&mut self, text: &[u8], at: usize, len: usize) {
        let from = self.bytes.len();
        for (n, byte) in text.iter().skip(at).take(len).enumerate() {
            self.map.literal(from + n, at + n);
            // The URL is parsed as a whole: a placeholder must not end a part of it.
            let special = *byte <= b' ' || *byte == 0x7f || b"?&=#/%+".contains(byte);
            self.bytes.push(if special { b'_' } else { *byte });
        }
        self.placeholders.push(Span::new(from, from + len));
    }

    /// The end of a value that code goes on with: a placeholder without width.
    fn push_rest(&mut self, at: usize) {
        let from = self.bytes.len();
        self.push_byte(b'_', Span::new(at, at));
        self.placeholders.push(Span::new(from, from + 1));
    }

    /// The part that is being read.
    fn part(&self) -> Part {
        if self.state.param.is_some() {
            Part::Query
        } else if self.bytes.iter().take(LONGEST_HOST).filter(|b| **b == b'/').nth(2).is_some() {
            Part::Path
        } else {
            Part::Host
        }
    }

    /// Takes off the end what stands behind `at`, which is in no placeholder.
    fn cut(&mut self, at: usize) {
        self.bytes.truncate(at);
        while self.placeholders.pop_if(|placeholder| placeholder.start as usize >= at).is_some() {}
        while self.tags.pop_if(|tag| *tag as usize > at).is_some() {}
    }

    /// Takes off the end what belongs to the sentence or the command around the URL.
    fn trim(&mut self, mut emphasis: Emphasis) {
        while !self.in_placeholder() {
            let punctuation = b".,;:!?*~'&".contains(&self.last());
            let len = if punctuation { 1 } else { emphasis.close(&self.bytes) };
            if len == 0 {
                break;
            }
            self.bytes.truncate(self.bytes.len().saturating_sub(len));
        }
    }
}

/// Reads the URL that begins at `start`; `ahead` are the beginnings behind it.
pub(super) fn read(text: &[u8], start: Start, ahead: &[Start], into: &mut Candidate) {
    into.clear(start);
    let mut at = start.at;
    if into.bare {
        for byte in b"https://" {
            into.push_byte(*byte, Span::new(at, at));
        }
    }
    into.state.quote = opening(text, start.at);
    let limit = text.len().min(at + LONGEST);
    let mut ahead = ahead.iter().peekable();
    while at < limit {
        // What may be cut off is read no farther than the next beginning: that is where it would be read again.
        if into.state.cell.end().is_some() && ahead.peek().is_some_and(|next| next.at <= at) {
            break;
        }
        while ahead.next_if(|next| next.at < at).is_some() {}
        if ahead.peek().is_some_and(|next| next.at == at && cuts(into, **next)) {
            break;
        }
        if let Some(len) = tag(text, at, into) {
            into.tags.push(Span::new(into.bytes.len(), into.bytes.len()).start);
            at += len;
            continue;
        }
        if let Some(len) = placeholder(text, at, into.last()) {
            into.push_placeholder(text, at, len);
            at += len;
            continue;
        }
        if let Some(len) = step(text, at, into) {
            at += len;
        } else if let Some(next) = join::next(text, at, into.last(), into.part()) {
            into.state.seam.get_or_insert(into.bytes.len());
            into.state.quote = next.quote.or(into.state.quote);
            at = next.at;
        } else {
            break;
        }
    }
    let closed = into.state.quote.is_some() && text.get(at) == into.state.quote.as_ref();
    let cell = into.state.cell.end();
    if let Some(at) = cell {
        into.cut(at);
    }
    if !closed || cell.is_some() {
        into.trim(Emphasis::before(text, start.at));
    }
    let is_open = cell.is_none() && into.part() == Part::Query && !b"?&".contains(&into.last());
    if is_open && join::goes_on(text, at) {
        into.push_rest(at);
    }
    into.joined = into.state.seam.is_some_and(|seam| seam < into.bytes.len());
    let end = into.map.span(Span::new(0, into.bytes.len())).end;
    into.span = Span { start: Span::new(start.at, start.at).start, end };
    let behind = text.get(end as usize..).unwrap_or_default();
    into.shortened =
        ["\u{2026}", "...", "&hellip;"].iter().any(|e| behind.starts_with(e.as_bytes()));
}

/// The length of a control tag between parameters: `{% if a %}`. One inside a value chooses between values, and is a placeholder.
fn tag(text: &[u8], at: usize, into: &Candidate) -> Option<usize> {
    let len = control(text, at).filter(|_| !b"/=".contains(&into.last()))?;
    // As many as stand there: what is behind the last of them shows where they are.
    let mut end = at + len;
    for _ in 0..MOST_TAGS {
        let Some(len) = control(text, end) else { break };
        end += len;
    }
    let ends = b"?&".contains(&into.last())
        || match unit(text, end) {
            Some(unit) => unit.value <= 0x20 || b"?&\"'<>)]`".iter().any(|byte| unit.is(*byte)),
            None => true,
        };
    ends.then_some(len)
}

/// The quote that opens right before the URL.
fn opening(text: &[u8], at: usize) -> Option<u8> {
    let head = text.get(at.saturating_sub(8)..at)?;
    if let Some(quote) = head.last().filter(|b| b"\"'`".contains(b)) {
        return Some(*quote);
    }
    [(&b"&quot;"[..], b'"'), (b"&#34;", b'"'), (b"&#x22;", b'"')]
        .into_iter()
        .find_map(|(entity, quote)| head.ends_with(entity).then_some(quote))
}

/// Whether the URL that begins here ends the one that is being read: two that touch, or another page of Sigma's that leads
/// to it. A parameter's value may be a URL, and what is encoded more often is a part of it by all means.
fn cuts(candidate: &Candidate, next: Start) -> bool {
    next.has_scheme()
        && next.depth <= candidate.depth
        && !candidate.bytes.is_empty()
        && (candidate.state.param.is_none()
            || candidate.last() != b'='
            || !leads_home(&candidate.bytes))
}

/// Whether the path is one of embeds.
fn leads_home(bytes: &[u8]) -> bool {
    let path = bytes.split(|b| b"?&".contains(b)).next().unwrap_or_default();
    [&b"/embed/"[..], b"/workbook/"].iter().any(|part| memchr::memmem::find(path, part).is_some())
}

/// Takes one character into the URL; nothing if the URL ends before it.
fn step(text: &[u8], at: usize, into: &mut Candidate) -> Option<usize> {
    let unit = unit(text, at)?;
    let chains = || unit.is(b'&') && chains(text, at + unit.len);
    if into.state.quote.is_none() && (closes(text, at, into.last()) || chains()) {
        return None;
    }
    if into.depth > 0 {
        if unit.is(b'%') {
            let (byte, len) = percent(text, at, into.depth)?;
            if byte <= b' ' || byte == 0x7f || b"\"<>\\^`|".contains(&byte) {
                return None;
            }
            enter(into, byte);
            into.push_byte(byte, Span::new(at, at + len));
            return Some(len);
        }
        // The outer URL goes on.
        if [b'&', b'#', b';'].iter().any(|byte| unit.is(*byte)) {
            return None;
        }
    }
    match u8::try_from(unit.value).ok().filter(u8::is_ascii) {
        Some(byte) if !belongs(into, byte, text.get(at..)?) => return None,
        Some(byte) => enter(into, byte),
        None if !is_letter(into, unit.value) => return None,
        None => {}
    }
    into.push(text, at, unit);
    Some(unit.len)
}

/// Follows the separators.
fn enter(into: &mut Candidate, byte: u8) {
    let (at, state) = (into.bytes.len(), &mut into.state);
    match (byte, state.param) {
        (b'?', None) | (b'&', _) => {
            state.param = Some(at + 1);
            state.cell.parameter();
        }
        // Sigma's own.
        (b':', Some(param)) if at == param => state.cell = Cell::Whole,
        (b'A' | b'a', Some(param)) if into.bytes.get(param..) == Some(b"%3") => {
            state.cell = Cell::Whole;
        }
        _ => {}
    }
}

/// Whether an ASCII character, with which `rest` begins, may be a part of the URL outside of percent-encoding.
fn belongs(into: &mut Candidate, byte: u8, rest: &[u8]) -> bool {
    let (last, in_variable) = (into.last(), byte == b'[' && into.in_variable());
    let state = &mut into.state;
    match byte {
        0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        b'\'' => matches!(state.quote, Some(b'"' | b'`')),
        b'(' => {
            state.round += 1;
            true
        }
        b'[' => {
            // In the path, only a placeholder in the place of an id.
            let belongs = match state.param {
                None => last == b'/',
                Some(_) => state.quote.is_some() || in_variable || bracket(rest, last),
            };
            state.square += usize::from(belongs);
            belongs
        }
        b')' => close(&mut state.round),
        b']' => close(&mut state.square),
        // A row of a table goes on: only a query has such characters, and not in every value.
        b',' | b';' => {
            let Some(param) = state.param else { return false };
            state.cell.separate(&into.bytes, param);
            true
        }
        _ => true,
    }
}

fn close(open: &mut usize) -> bool {
    let balanced = *open > 0;
    *open = open.saturating_sub(1);
    balanced
}

/// Whether a character outside ASCII may be a part of the URL. Prose without spaces between its words follows a URL as often
/// as not, so that its letters belong to one only in quotes.
fn is_letter(into: &Candidate, value: u32) -> bool {
    /// From here on: the scripts of China, Japan and Korea.
    const EAST_ASIAN: u32 = 0x2e80;
    let quoted = into.state.quote.is_some();
    let place = quoted || (into.state.param.is_some() && value < EAST_ASIAN);
    place && char::from_u32(value).is_some_and(char::is_alphanumeric)
}
