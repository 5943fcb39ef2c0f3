//! What can be told of code without parsing it: the line of a statement that may go, and what stands in a comment.

use super::token::{Mark, at_end, at_start};
use crate::dialect::span::Span;

/// What is further away is not looked at: a file may be hostile. A longer line, or a statement that depends on it, has no fix.
const NEAR: usize = 4_000;

/// Words that make the next statement theirs, and those that a line cannot end with.
const HEADS: [&str; 17] = [
    "if", "else", "elif", "elsif", "elseif", "for", "foreach", "while", "unless", "until", "do",
    "then", "switch", "case", "when", "try", "with",
];

/// Methods that take a string and add it to what they are called on.
const METHODS: [&[u8]; 5] = [b"append", b"Append", b"push", b"add", b"WriteString"];

/// The line of a statement that does nothing but append the string with these contents, to its end. Nothing where code around it
/// may need it: the only statement below an `if` without braces, a part of a longer expression, a line of several statements.
pub(super) fn line(text: &[u8], contents: Span) -> Option<Span> {
    let (Mark::Quote(_), opening) = at_end(text.get(..contents.start as usize)?)? else {
        return None;
    };
    let (Mark::Quote(_), closing) = at_start(text.get(contents.end as usize..)?)? else {
        return None;
    };
    let (start, end) = (contents.start as usize - opening, contents.end as usize + closing);
    let begin = line_start(text, start)?;
    let behind = text.get(end..)?;
    let near = behind.get(..NEAR).unwrap_or(behind);
    let stop = match memchr::memchr(b'\n', near) {
        Some(at) => end + at + 1,
        None if near.len() == behind.len() => text.len(),
        None => return None,
    };
    let tail = text.get(end..stop)?.trim_ascii();
    let head = text.get(begin..start)?;
    let indent = indentation(head);
    let head = head.get(indent.len()..)?.trim_ascii_end();
    let head = without_prefix(head);
    let joined = at_start(contents.of(text)).is_some_and(|(mark, _)| mark == Mark::Ampersand);
    let ends = match appended(head, joined)? {
        Append::Operator => matches!(tail, b"" | b";"),
        Append::Call => matches!(tail, b")" | b");"),
        Append::Chain => {
            let below = below(text, stop).map_or(b"".as_slice(), <[u8]>::trim_ascii);
            return (tail == b")" && below.starts_with(b".")).then(|| Span::new(begin, stop));
        }
    };
    let alone = ends && (tail.ends_with(b";") || is_not_continued(text, stop, indent));
    (alone && may_go(text, begin, stop, indent)).then(|| Span::new(begin, stop))
}

/// Whether the string with these contents is appended by the line that follows or precedes another one's, in the same block and to
/// the same text: both run, or neither.
pub(super) fn is_beside(text: &[u8], one: Span, other: Span) -> bool {
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    let between = text.get(first.end as usize..second.start as usize).unwrap_or_default();
    // The same string.
    let apart = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`+;{}<>".contains(byte);
    if !between.iter().any(apart) {
        return true;
    }
    let head = |span: Span| {
        let begin = line_start(text, span.start as usize)?;
        let head = text.get(begin..span.start as usize).unwrap_or_default();
        let quote = memchr::memchr3(b'"', b'\'', b'`', head)?;
        let head = head.get(..quote)?;
        let code = head.get(indentation(head).len()..)?.trim_ascii_end();
        matches!(appended(without_prefix(code), true)?, Append::Operator | Append::Call)
            .then_some(head)
    };
    let (Some(above), Some(below)) = (head(first), head(second)) else { return false };
    let own = indentation(above);
    let level = |line: &[u8]| line.trim_ascii().is_empty() || indentation(line) == own;
    let Some(begin) = line_start(text, first.start as usize) else { return false };
    let lines = text.get(begin..second.start as usize).unwrap_or_default();
    above == below
        && lines.split(|byte| *byte == b'\n').all(level)
        && may_go(text, begin, begin, own)
}

/// Whether a comment holds this byte.
pub(in crate::scan) fn is_comment(text: &[u8], at: usize) -> bool {
    let begin = line_start(text, at).unwrap_or(at);
    let line = text.get(begin..at).unwrap_or_default();
    let code = line.trim_ascii_start();
    let starts = |mark: &&[u8]| code.starts_with(mark);
    let whole: [&[u8]; 9] = [b"#", b"//", b"--", b"* ", b"/*", b"<!--", b"; ", b"% ", b"' "];
    if whole.iter().any(starts) && !code.starts_with(b"#{") || rem(code) {
        return true;
    }
    if ends_in_comment(line) {
        return true;
    }
    let before = text.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
    let is_open = |open: (&[u8], usize), close: (&[u8], usize)| {
        let Some(begun) = last(before, open) else { return false };
        let line = line_start(before, begun).and_then(|from| before.get(from..begun));
        let line = line.unwrap_or_default();
        last(before, close).is_none_or(|closed| closed < begun) && !in_string(line)
    };
    is_open((b"/*", 1), (b"*/", 0)) || is_open((b"<!--", 1), (b"-->", 2))
}

/// Where a mark is for the last time, which is looked for by the byte of this number, the rarest of it: a search for
/// whole words backwards knows no vector instructions.
fn last(text: &[u8], (mark, rarest): (&[u8], usize)) -> Option<usize> {
    let begin = |at: usize| {
        let begin = at.checked_sub(rarest)?;
        text.get(begin..)?.starts_with(mark).then_some(begin)
    };
    memchr::memrchr_iter(*mark.get(rarest)?, text).find_map(begin)
}

fn rem(code: &[u8]) -> bool {
    code.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"rem "))
}

/// How a line adds a string to something.
enum Append {
    Operator,
    Call,
    /// A call in a chain of them, each on its line.
    Chain,
}

/// How a string is added by what stands before it on its line. One without a separator is an element of a list.
fn appended(head: &[u8], joined: bool) -> Option<Append> {
    if let Some(call) = head.strip_suffix(b"(") {
        let dot = memchr::memrchr(b'.', call)?;
        let (target, method) = (call.get(..dot)?, call.get(dot + 1..)?);
        if !METHODS.contains(&method) || !joined && method != b"push" {
            return None;
        }
        return match target {
            b"" => Some(Append::Chain),
            _ => is_target(target).then_some(Append::Call),
        };
    }
    if let Some(target) = head.strip_suffix(b"=").map(<[u8]>::trim_ascii_end) {
        // `url +=`, PHP's `$url .=` and `$parts[] =`.
        let target = match target {
            [target @ .., b'+' | b'.'] if joined => target,
            [target @ .., b'[', b']'] => target,
            _ => return None,
        };
        return is_target(target.trim_ascii_end()).then_some(Append::Operator);
    }
    if let Some(target) = head.strip_suffix(b"<<") {
        return is_target(target.trim_ascii_end()).then_some(Append::Operator);
    }
    // `url = url +`
    let [sum @ .., b'+' | b'.'] = head else { return None };
    let equals = memchr::memchr(b'=', sum)?;
    let (target, again) = (sum.get(..equals)?.trim_ascii(), sum.get(equals + 1..)?.trim_ascii());
    (joined && target == again && is_target(target)).then_some(Append::Operator)
}

/// Without the letters that stand before a quote: `f`, `rb`, `$`.
fn without_prefix(head: &[u8]) -> &[u8] {
    let letters = head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'$');
    let length = letters.count();
    let (code, prefix) = head.split_at(head.len() - length);
    let known = length < 3 && prefix.iter().all(|byte| b"fFrRbBuU$@".contains(byte));
    if known { code.trim_ascii_end() } else { head }
}

/// Whether this names something that can be appended to, and does nothing else.
fn is_target(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"*").unwrap_or(text);
    let starts = text.first().is_some_and(|b| b.is_ascii_alphabetic() || b"_$@".contains(b));
    let mut rest = text;
    while let Some(byte) = rest.first() {
        let length = match rest {
            [b'-', b'>', ..] | [b':', b':', ..] => 2,
            _ if byte.is_ascii_alphanumeric() || b"_$@.".contains(byte) => 1,
            _ => return false,
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    starts
}

/// Whether the statement on the lines `begin..stop` can go without a change to the code around it.
fn may_go(text: &[u8], begin: usize, stop: usize, indent: &[u8]) -> bool {
    let mut upto = begin;
    while upto > 0 {
        let Some(from) = line_start(text, upto - 1).filter(|from| begin - from <= NEAR) else {
            return false;
        };
        let line = text.get(from..upto).unwrap_or_default().trim_ascii_end();
        upto = from;
        let code = line.trim_ascii();
        let own = indentation(line);
        let deeper = own.len() > indent.len();
        if code.is_empty() || deeper || code.starts_with(b"//") || code.starts_with(b"#") {
            continue;
        }
        if own == indent {
            return is_complete(code);
        }
        let sibling = || below(text, stop).is_some_and(|line| indentation(line) == indent);
        return match code.last() {
            Some(b'{') => true,
            Some(b':') => stop == begin || sibling(),
            _ => false,
        };
    }
    true
}

/// Whether a line ends a statement, and is no head of the next.
fn is_complete(code: &[u8]) -> bool {
    let Some(last) = code.last() else { return true };
    if b";}{".contains(last) {
        return true;
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let start = code.trim_ascii_start();
    let start = start.strip_prefix(b"}").unwrap_or(start).trim_ascii_start();
    let length = start.iter().take_while(|byte| is_word(byte)).count();
    let first = start.get(..length).unwrap_or_default();
    let length = code.iter().rev().take_while(|byte| is_word(byte)).count();
    let end = code.get(code.len() - length..).unwrap_or_default();
    let is_head = |word: &[u8]| HEADS.iter().any(|head| head.as_bytes() == word);
    let goes_on = b",([=+-*/&|?:\\<>.!~^%".contains(last);
    !is_head(first) && !is_head(end) && !goes_on
}

/// Whether the line at `stop` goes on with the statement before it, which no semicolon ends.
fn is_not_continued(text: &[u8], stop: usize, indent: &[u8]) -> bool {
    let Some(line) = below(text, stop) else { return true };
    let code = line.trim_ascii();
    let begins = code.first().is_none_or(|byte| {
        byte.is_ascii_alphanumeric() || b"_$@}#".contains(byte) || code.starts_with(b"//")
    });
    begins && indentation(line).len() <= indent.len()
}

/// The next line that is not blank.
fn below(text: &[u8], from: usize) -> Option<&[u8]> {
    let behind = text.get(from..)?;
    let near = behind.get(..NEAR).unwrap_or(behind);
    near.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())
}

fn indentation(line: &[u8]) -> &[u8] {
    let length = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    line.get(..length).unwrap_or_default()
}

fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(NEAR);
    let end = memchr::memrchr(b'\n', text.get(from..at)?);
    end.map(|end| from + end + 1).or((from == 0).then_some(0))
}

/// Whether a line ends within a string.
fn in_string(line: &[u8]) -> bool {
    walk(line).0
}

/// Whether a comment has begun on a line, outside of its strings.
fn ends_in_comment(line: &[u8]) -> bool {
    walk(line).1
}

fn walk(line: &[u8]) -> (bool, bool) {
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let rest = line.get(at..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| line.get(before)).copied();
        let spaced = before.is_none_or(|byte| byte.is_ascii_whitespace() || byte == b';');
        match quote {
            Some(_) if byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            None if b"\"'`".contains(&byte) => quote = Some(byte),
            None if rest.starts_with(b"//") && before != Some(b':') => return (false, true),
            None if spaced && (rest.starts_with(b"# ") || rest.starts_with(b"-- ")) => {
                return (false, true);
            }
            _ => {}
        }
        at += 1;
    }
    (quote.is_some(), false)
}
