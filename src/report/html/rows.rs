//! One URL in the table of the page.

use std::fmt::Write;

use super::escape::{escape, prose};
use super::rule::link;

use crate::report::audit::Record;
use crate::report::redact::Privacy;
use crate::rule::{Finding, Severity};
use crate::text::grouped;

/// How many characters of a URL are shown. What browsers and servers take is far shorter.
const LONGEST: usize = 8000;

/// How many findings of a URL are shown.
const FINDINGS: usize = 50;

/// Writes the two lines that a URL has in the table.
pub(super) fn write(record: &Record<'_>, privacy: Privacy, out: &mut Vec<u8>) {
    let judgement = record.judgement;
    let verdict = record.verdict.name();
    let severities = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|severity| judgement.findings.iter().any(|finding| finding.severity == *severity))
        .map(Severity::name)
        .collect::<Vec<_>>();
    let severities = if severities.is_empty() { "none".to_owned() } else { severities.join(" ") };
    let embed = match judgement.embed_id() {
        Some(id) => format!("<code>{}</code>", escape(&shown(id, privacy))),
        None => "<span class=\"absent\">\u{2013}</span>".to_owned(),
    };
    let row = format!(
        "<tbody class=\"row\" data-verdict=\"{verdict}\" data-severity=\"{severities}\" data-order=\"{order}\" data-findings=\"{count}\">\n\
         <tr><th scope=\"rowgroup\" rowspan=\"2\" class=\"place\"><span class=\"line\">{line}</span> <span class=\"source\">{source}</span></th>\
         <td class=\"verdict\"><span class=\"tag {verdict}\">{verdict}</span></td>\
         <td class=\"kind\">{kind}</td>\
         <td class=\"embed\">{embed}</td>\
         <td class=\"findings\">{findings}</td></tr>\n\
         <tr><td colspan=\"4\" class=\"url\"><code>{url}</code></td></tr>\n\
         </tbody>\n",
        order = record.number,
        count = judgement.findings.len(),
        line = record.line,
        // A path breaks where its parts end.
        source = escape(&shown(record.source.as_bytes(), privacy)).replace('/', "/<wbr>"),
        kind = judgement.kind.name(),
        findings = findings(record, privacy),
        url = escape(&cut(privacy.url(record.text))),
    );
    out.extend_from_slice(row.as_bytes());
}

/// A text without secrets, cut where nobody reads on.
pub(super) fn shown(bytes: &[u8], privacy: Privacy) -> String {
    cut(privacy.text(bytes))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let more = text.chars().count() - LONGEST;
        text.truncate(end);
        let _ = write!(text, "\u{2026} and {} characters more", grouped(more as u64));
    }
    text
}

fn findings(record: &Record<'_>, privacy: Privacy) -> String {
    let findings = &record.judgement.findings;
    if findings.is_empty() {
        return "<span class=\"absent\">no findings</span>".to_owned();
    }
    let item = |finding: &Finding| {
        format!(
            "<li>{} {} {}</li>",
            severity(finding.severity),
            link(finding.rule),
            prose(&shown(finding.message.as_bytes(), privacy))
        )
    };
    let mut list: String = findings.iter().take(FINDINGS).map(item).collect();
    if findings.len() > FINDINGS {
        let more = grouped((findings.len() - FINDINGS) as u64);
        let _ = write!(list, "<li>and {more} more in this URL</li>");
    }
    format!("<ul>{list}</ul>")
}

/// A severity as a label.
pub(super) fn severity(severity: Severity) -> String {
    format!("<span class=\"tag {0}\">{0}</span>", severity.name())
}
