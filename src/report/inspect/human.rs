//! `human` of `inspect`: each URL in full, for a person at a terminal.

use serde_json::{Map, Value};

use super::{Inspector, frame, shown, time, token};
use crate::dialect::claims::{Part, find};
use crate::dialect::reading::{Reading, Token};
use crate::judge::Verdict;
use crate::report::Report;
use crate::report::audit::{Record, Summary, Urls};
use crate::report::page::{Page, Paint};
use crate::report::redact;
use crate::report::redact::one_line;
use crate::report::tally::SEVERITIES;
use crate::rule::{Finding, Kind, Signature};
use crate::text::{grouped, plural};

/// One part below the other.
pub struct Human<'a> {
    /// Columns of a line.
    pub width: u16,
    /// Whether to colour.
    pub colour: bool,
    /// Whether the frames are drawn in ASCII.
    pub ascii: bool,
    /// What is asked of every URL.
    pub inspector: Inspector<'a>,
}

/// Rows of a table, and places that are drawn: beyond it, the rest is counted. `--format json` tells all.
const ROWS: usize = 50;

/// Characters of a value, and of the URL, that are shown.
const LONG: usize = 2000;

impl Report<Urls> for Human<'_> {
    fn begin(&self, _: &Summary, _: &mut Vec<u8>) {}

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        let mut page = Page::new(self.width, self.colour);
        if record.number > 0 {
            page.line("");
        }
        self.url(&mut page, record);
        if let Some(token) = token(record.judgement) {
            self.part(&mut page, "Header", Part::Header, &token.header, token);
            self.part(&mut page, "Claims", Part::Payload, &token.claims, token);
        }
        self.parameters(&mut page, record);
        self.signature(&mut page, record);
        self.oauth_tokens(&mut page, record);
        self.conversion(&mut page, record);
        self.findings(&mut page, record);
        if self.ascii {
            page.text = page.text.replace('\u{2026}', "...");
        }
        out.extend_from_slice(page.text.as_bytes());
    }

    fn end(&self, summary: &Summary, out: &mut Vec<u8>) {
        if summary.urls < 2 {
            return;
        }
        let count = |severity| grouped(summary.tally.severity(severity));
        let [errors, warnings, infos] = SEVERITIES.map(count);
        let text = format!(
            "\n{} URLs: {errors} errors, {warnings} warnings, {infos} infos\n",
            grouped(summary.urls)
        );
        out.extend_from_slice(text.as_bytes());
        if summary.signatures.iter().sum::<u64>() > 0 {
            let [verified, mismatch, not_verified] = summary.signatures.map(grouped);
            let text = format!(
                "signatures: {verified} verified, {mismatch} mismatch, {not_verified} not verified\n"
            );
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A text in one line, and not without end.
fn short(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A value as a person reads it: a text without quotes, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => short(text),
        other => short(&other.to_string()),
    }
}

impl Human<'_> {
    fn url(&self, page: &mut Page, record: &Record<'_>) {
        page.heading(&short(&redact::url(record.text, self.inspector.secrets)));
        let judgement = record.judgement;
        let kind = match judgement.kind {
            Kind::LegacySigned => "a legacy signed URL (deprecated)",
            Kind::LegacyEmbed => "an embed path without a user: a map shows whether it is public",
            Kind::PublicEmbed => "a public embed, according to the map (not deprecated)",
            Kind::Jwt if judgement.is_bare_token() => "a token without a URL",
            Kind::Jwt => "a JWT-signed URL",
            Kind::Other => "another page",
            Kind::Malformed => "cannot be read as a URL",
        };
        let mut facts = vec![kind.to_owned(), format!("{}:{}", record.source, record.line)];
        if let Some(uuid) = judgement.embed_uuid {
            facts.push(format!("embed {uuid}"));
        }
        page.paragraph(&one_line(&facts.join("; ")));
        let placeholder = |reading: &Reading| matches!(reading, Reading::Placeholder);
        if judgement.tokens.iter().any(|carried| placeholder(&carried.reading)) {
            page.paragraph("the token is a placeholder");
        }
    }

    /// Header or claims, each with what it says.
    fn part(
        &self,
        page: &mut Page,
        title: &str,
        part: Part,
        map: &Map<String, Value>,
        token: &Token,
    ) {
        page.heading(title);
        let mut table = page.table(&[]);
        for (name, value) in shown(map, self.inspector.secrets).iter().take(ROWS) {
            let about = match (part, name.as_str()) {
                (Part::Payload, "iat" | "exp") => self.time(name, token),
                _ => find(part, name)
                    .map_or("not a Sigma claim".to_owned(), |row| row.about.to_owned()),
            };
            table.add_row([short(name), plain(value), about.replace('`', "")]);
        }
        page.push(&table, Paint::Plain);
        more(page, map.len());
    }

    /// `issued 2025-06-15 15:06:40 UTC, 3 minutes ago`
    fn time(&self, name: &str, token: &Token) -> String {
        let Some(at) = token.time(name) else { return "not a time".to_owned() };
        let now = self.inspector.now;
        let verb = match name {
            "iat" => "issued",
            _ if at.seconds <= now => "expired",
            _ => "expires",
        };
        let when =
            format!("{verb} {}, {}", time::words(at.seconds), time::relative(at.seconds, now));
        let unit = if at.milliseconds { " (in milliseconds)" } else { "" };
        let length = match (name, time::Times::of(token).lifetime()) {
            ("exp", Some(length)) => format!("; lives {}", time::span(length)),
            _ => String::new(),
        };
        when + unit + &length
    }

    fn parameters(&self, page: &mut Page, record: &Record<'_>) {
        let args = record.judgement.args;
        if args.is_empty() {
            return;
        }
        page.heading("Parameters");
        let mut table = page.table(&[]);
        let is_jwt = record.judgement.kind == Kind::Jwt;
        for arg in args.iter().take(ROWS) {
            let secrets = self.inspector.secrets;
            let name = arg.shown_name(record.text);
            let value = redact::value(&name, record.judgement.value(arg), secrets).into_owned();
            let name = redact::within(name, secrets);
            let is_token =
                record.judgement.tokens.iter().any(|carried| carried.arg.index == arg.index);
            let fate = match (is_token, arg.row.target) {
                (true, _) => "the token".to_owned(),
                (false, Some(target)) if !is_jwt => format!("{}: {target}", arg.row.fate.name()),
                _ if is_jwt && arg.row.fate.is_signed() => "belongs in the token".to_owned(),
                _ => arg.row.fate.name().to_owned(),
            };
            let colon = if arg.param.colon == crate::dialect::url::Colon::None { "" } else { ":" };
            table.add_row([format!("{colon}{}", short(&name)), short(&value), fate]);
        }
        page.push(&table, Paint::Plain);
        more(page, args.len());
    }

    fn signature(&self, page: &mut Page, record: &Record<'_>) {
        let judgement = record.judgement;
        if !matches!(judgement.kind, Kind::Jwt | Kind::LegacySigned) {
            return;
        }
        let text = match judgement.signature {
            Signature::Verified => "verified",
            Signature::Mismatch => "mismatch",
            Signature::NotVerified if !self.inspector.keys => {
                "not verified: no secret was given (--secret-file, --credentials)"
            }
            Signature::NotVerified => {
                "not verified: no secret of that client id, or nothing to verify"
            }
        };
        page.heading(&format!("Signature: {text}"));
    }

    fn oauth_tokens(&self, page: &mut Page, record: &Record<'_>) {
        if self.inspector.decrypt.is_none() {
            return;
        }
        page.heading("OAuth tokens");
        let decrypted = self.inspector.decrypted(record);
        if decrypted.is_empty() {
            page.paragraph("there is none");
        }
        let mut table = page.table(&[]);
        for one in decrypted {
            let outcome = match one.outcome {
                Ok((_, Some(text))) => short(&text),
                Ok((length, None)) => {
                    let bytes = plural(length as u64, "byte", "bytes");
                    format!("decrypts, {length} {bytes}; --show-secrets shows it")
                }
                Err(problem) => problem.to_owned(),
            };
            table.add_row([short(&one.name), outcome]);
        }
        page.push(&table, Paint::Plain);
    }

    fn conversion(&self, page: &mut Page, record: &Record<'_>) {
        let steps = self.inspector.steps(record);
        if steps.is_empty() {
            return;
        }
        page.heading("What `convert` would do");
        let mut table = page.table(&["part", "old", "new", "why"]);
        for step in steps.iter().take(ROWS) {
            let target = step.target.as_deref().map(|target| match step.fate {
                Some("header") => format!("header {target}: "),
                Some("claim") => format!("claim {target}: "),
                Some("replaced") => format!(":{target}="),
                _ => String::new(),
            });
            let becomes = match &step.becomes {
                Some(new) => target.unwrap_or_default() + new,
                None if step.fate == Some("claim") && step.target.is_some() => {
                    target.unwrap_or_default() + "a new one"
                }
                None if step.name == "jwt" && step.fate.is_none() => "a new token".to_owned(),
                None => "-".to_owned(),
            };
            let old = step.value.as_deref().unwrap_or("-");
            table.add_row([
                short(&step.name),
                short(old),
                short(&becomes),
                one_line(&step.why).replace(['`', '*'], ""),
            ]);
        }
        page.push(&table, Paint::Header);
        more(page, steps.len());
        if record.verdict == Verdict::Blocked {
            page.paragraph("It would refuse: an error prevents the conversion, see the findings.");
        }
    }

    /// What Sigma would object to, place by place.
    fn findings(&self, page: &mut Page, record: &Record<'_>) {
        page.heading("Findings");
        let findings = &*record.judgement.findings;
        if findings.is_empty() {
            page.paragraph("nothing was found");
            return;
        }
        for group in findings.chunk_by(|one, other| one.span == other.span).take(ROWS) {
            let Some(first) = group.first() else { continue };
            let column = record.origin.column(first.span.start);
            let place = format!("{}:{}:{column}", record.source, record.line);
            let width = usize::from(self.width);
            let secrets = self.inspector.secrets;
            for line in frame::frame(record.text, first.span, &place, width, self.ascii, secrets) {
                page.line(&line);
            }
            group.iter().take(ROWS).for_each(|finding| self.finding(page, finding));
            more(page, group.len());
        }
    }

    fn finding(&self, page: &mut Page, finding: &Finding) {
        let hide = |text: &str| one_line(&redact::within(text.into(), self.inspector.secrets));
        let head = format!("{}[{}]: {}", finding.severity, finding.rule.id, hide(&finding.message));
        let head = page.severity(finding.severity, &head);
        page.line(&head);
        if !finding.suggestion.is_empty() {
            page.line(&format!("  help: {}", hide(&finding.suggestion).replace("**", "")));
        }
    }
}

fn more(page: &mut Page, count: usize) {
    if let Some(rest) = count.checked_sub(ROWS).filter(|rest| *rest > 0) {
        page.paragraph(&format!("and {} more", grouped(rest as u64)));
    }
}
