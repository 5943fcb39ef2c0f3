//! URLs in base64, as the `data` of a Kubernetes `Secret` holds them.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode::Indifferent;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::{Examined, Options, urls};
use crate::dialect::span::Span;
use crate::judge::Scratch;

/// Reads either alphabet, with padding or without; a value that is cut off is read as far as it goes.
const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(Indifferent)
    .with_decode_allow_trailing_bits(true);
static ENGINES: [GeneralPurpose; 2] =
    [GeneralPurpose::new(&STANDARD, CONFIG), GeneralPurpose::new(&URL_SAFE, CONFIG)];

/// Judges the URLs in the base64 values around the encoded hosts at `hosts`. A finding's span is that of the characters that
/// hold a bit of it. There are no fixes: an edit in the middle would shift everything behind it.
pub(super) fn examine(
    text: &[u8],
    hosts: &[Span],
    options: &Options<'_>,
    scratch: &mut Scratch,
    examined: &mut Examined,
) -> Vec<Span> {
    let mut taken = Vec::new();
    let mut done = 0;
    for host in hosts.iter().filter(|host| !host.is_empty()) {
        if examined.found.len() >= options.most {
            break;
        }
        if (host.start as usize) < done {
            continue;
        }
        let value = value(text, *host, done);
        done = value.end as usize;
        let encoded = value.of(text);
        // A rest of one character says nothing.
        let encoded = encoded.get(..encoded.len() - usize::from(encoded.len() % 4 == 1));
        let Some(decoded) =
            encoded.and_then(|e| ENGINES.iter().find_map(|engine| engine.decode(e).ok()))
        else {
            continue;
        };
        let mut inside = Examined::default();
        let starts = options.needles.search(&decoded, options.context, 0).starts;
        let urls = urls(&decoded, &starts.urls, options, scratch, &mut inside);
        let place = |span: Span| characters(span, value);
        taken.extend(urls.into_iter().map(place));
        examined.urls += inside.urls;
        for mut found in inside.found {
            found.finding.span = place(found.finding.span);
            found.fix = None;
            examined.found.push(found);
        }
        for mut embed in inside.embeds {
            embed.span = place(embed.span);
            examined.embeds.push(embed);
        }
    }
    taken
}

/// The base64 value around an encoded host, whole groups to its left: the host says where groups begin.
fn value(text: &[u8], host: Span, from: usize) -> Span {
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_".contains(b);
    let start = host.start as usize;
    let before = text.get(from..start).unwrap_or_default();
    let left = before.rchunks_exact(4).take_while(|group| group.iter().all(is_base64)).count();
    let rest = text.get(start..).unwrap_or_default();
    let right = rest.iter().take_while(|b| is_base64(b)).count();
    let padding = rest.iter().skip(right).take(2).take_while(|b| **b == b'=').count();
    Span::new(start - 4 * left, start + right + padding)
}

/// The characters that hold a bit of a part of what is decoded.
fn characters(part: Span, value: Span) -> Span {
    let start = part.start as usize * 8 / 6;
    let end = (part.end as usize * 8).div_ceil(6);
    let first = value.start as usize;
    Span::new(first + start, (first + end).min(value.end as usize))
}
