//! What of a scanned file no report shows.

use std::ops::Range;

use memchr::memmem;

use super::Secrets;
use super::find::{FAR, Reach, Shown, find};
use crate::dialect::params::SECRET_SHOWN;
use crate::dialect::span::Span;
use crate::secret::Secret;

/// A secret of the run that is shorter is a word of the text.
const SHORTEST: usize = 6;

/// Bytes above the lines that are shown in which the name of a value in them may be.
const ABOVE: usize = 1 << 13;

/// The parts of a text that are hidden.
#[derive(Debug, Default)]
pub struct Redaction {
    /// In order, without overlaps: what follows the characters of a secret that are shown.
    hidden: Vec<Range<usize>>,
}

impl Redaction {
    /// Looks for secrets in the lines around a part of a text; `known` are those that the run was given. A secret that goes
    /// on in lines behind these is not looked at there.
    pub fn of(text: &[u8], part: Span, secrets: Secrets, known: &[Secret]) -> Self {
        let mut redaction = Self::default();
        if secrets == Secrets::Shown {
            return redaction;
        }
        let (start, end) = (part.start as usize, part.end as usize);
        // A name may be some lines above its value.
        let from = line_before(text, line_before(text, start)).saturating_sub(ABOVE);
        let from = if from == 0 { 0 } else { line_before(text, from + 1) };
        let end = line_behind(text, line_behind(text, end));
        let text = text.get(..end).unwrap_or(text);
        find(text, from..end, Reach::File, |value, shown| {
            let hidden = match shown {
                Shown::Head => behind_head(text, value),
                Shown::Nothing => value,
            };
            redaction.cover_lines(text, hidden);
        });
        let lines = text.get(from..).unwrap_or_default();
        for secret in known.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST) {
            let places =
                memmem::find_iter(lines, secret).map(|at| from + at..from + at + secret.len());
            redaction.hidden.extend(places);
        }
        redaction.join();
        redaction
    }

    /// Puts the parts in order and joins those that overlap.
    fn join(&mut self) {
        let is_apart = |two: &[Range<usize>]| matches!(two, [one, next] if one.end < next.start);
        if self.hidden.windows(2).all(is_apart) {
            return;
        }
        let mut parts = std::mem::take(&mut self.hidden);
        parts.sort_by_key(|part| part.start);
        for part in parts {
            self.cover(part);
        }
    }

    /// Hides every line of a part by itself, so that lines stay lines.
    fn cover_lines(&mut self, text: &[u8], bytes: Range<usize>) {
        let mut at = bytes.start;
        for line in text.get(bytes).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            self.cover(at..at + line.trim_ascii_end().len());
            at += line.len();
        }
    }

    fn cover(&mut self, bytes: Range<usize>) {
        match self.hidden.last_mut() {
            Some(last) if bytes.start <= last.end => last.end = last.end.max(bytes.end),
            _ if !bytes.is_empty() => self.hidden.push(bytes),
            _ => {}
        }
    }

    /// The parts that are hidden.
    pub(super) fn hidden(&self) -> &[Range<usize>] {
        &self.hidden
    }

    /// A part of the text, with an ellipsis for what is hidden of it.
    pub(in crate::report) fn show(&self, text: &[u8], span: Span) -> String {
        let mut out = Vec::new();
        self.write(text, span, &mut out);
        String::from_utf8(out)
            .unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned())
    }

    /// Appends a part of the text, with an ellipsis for what is hidden of it.
    pub fn write(&self, text: &[u8], span: Span, out: &mut Vec<u8>) {
        let (mut at, end) = (span.start as usize, span.end as usize);
        let first = self.hidden.partition_point(|hidden| hidden.end <= at);
        for hidden in self.hidden.iter().skip(first).take_while(|hidden| hidden.start < end) {
            out.extend_from_slice(text.get(at..hidden.start.max(at)).unwrap_or_default());
            out.extend_from_slice("\u{2026}".as_bytes());
            at = at.max(hidden.end.min(end));
        }
        out.extend_from_slice(text.get(at..end).unwrap_or_default());
    }
}

/// Looks for the secrets of a run, in every row: preparing the search costs more than one of them.
pub struct SecretFinder<'a>(Vec<memmem::Finder<'a>>);

impl<'a> SecretFinder<'a> {
    /// Prepares the search.
    pub fn new(secrets: &'a [Secret]) -> Self {
        let secrets = secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST);
        Self(secrets.map(memmem::Finder::new).collect())
    }

    /// Whether a text holds one of them.
    pub fn finds_one(&self, text: &[u8]) -> bool {
        self.0.iter().any(|secret| secret.find(text).is_some())
    }
}

/// Where the line begins before the one that ends at `at`, or the one that `at` is in.
fn line_before(text: &[u8], at: usize) -> usize {
    let at = at.saturating_sub(1);
    let from = at.saturating_sub(FAR);
    let before = text.get(from..at).unwrap_or_default();
    from + memchr::memrchr(b'\n', before).map_or(0, |line| line + 1)
}

/// Where the next line ends.
fn line_behind(text: &[u8], at: usize) -> usize {
    let start = text.len().min(at + 1);
    let rest = text.get(start..).unwrap_or_default();
    let rest = rest.get(..FAR).unwrap_or(rest);
    start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// What follows the first characters of a value; all of one that is not longer than those.
fn behind_head(text: &[u8], value: Range<usize>) -> Range<usize> {
    let inside = text.get(value.clone()).unwrap_or_default();
    // Not in the middle of a character.
    let is_start = |byte: &u8| byte & 0xc0 != 0x80;
    let mut starts = inside.iter().enumerate().filter(|(_, byte)| is_start(byte)).map(|(at, _)| at);
    let shown = starts.nth(SECRET_SHOWN).unwrap_or(0);
    value.start + shown..value.end
}

#[cfg(test)]
mod tests {
    use super::super::{line, masked};
    use super::*;

    fn shown(text: &str) -> String {
        let all = Redaction::of(text.as_bytes(), Span::new(0, text.len()), Secrets::Hidden, &[]);
        all.show(text.as_bytes(), Span::new(0, text.len()))
    }

    #[test]
    fn secrets_are_found_however_a_file_writes_them() {
        for (text, wanted) in [
            ("?:a=1&:signature=0123456789&:b=2", "?:a=1&:signature=012345\u{2026}&:b=2"),
            ("&amp;:signature=0123456789&amp;", "&amp;:signature=012345\u{2026}&amp;"),
            ("%3Asignature%3D0123456789'", "%3Asignature%3D012345\u{2026}'"),
            ("\\u0026:jwt\\u003dabcdefghij\"", "\\u0026:jwt\\u003dabcdef\u{2026}\""),
            (":signature=short&", ":signature=\u{2026}&"),
            ("{\":signature\": \"0123456789abcdef0\"}", "{\":signature\": \"012345\u{2026}\"}"),
            ("'oauth_token' => 'AAECAwQFBgcICQoL'", "'oauth_token' => 'AAECAw\u{2026}'"),
            ("jwt: 0123456789abcdef # x", "jwt: 012345\u{2026} # x"),
            ("&:sig%6Eature=0123456789&", "&:sig%6Eature=012345\u{2026}&"),
            ("&:oauth%5ftoken=0123456789", "&:oauth%5ftoken=012345\u{2026}"),
            ("%253A%256Awt%253D0123456789", "%253A%256Awt%253D012345\u{2026}"),
            ("t = 'eyJhbGciOi.eyJzdWIi.c2ln'", "t = 'eyJhbG\u{2026}'"),
            ("token=eyJhbGciOi.eyJzdWIi.c2ln", "token=eyJhbG\u{2026}"),
            (r"/e\u0079JhbGciOi.eyJzdWIi.c2ln'", "/e\\u007\u{2026}'"),
        ] {
            assert_eq!(shown(text), wanted);
            let redaction =
                Redaction::of(text.as_bytes(), Span::new(0, text.len()), Secrets::Shown, &[]);
            assert_eq!(redaction.show(text.as_bytes(), Span::new(0, text.len())), text);
        }
    }

    #[test]
    fn a_value_that_goes_on_elsewhere_is_hidden_to_its_end() {
        for (text, wanted) in [
            ("\":signature=\" +\n  \"0123456789\";", "\":signature=\" +\n  \"\u{2026}\";"),
            (
                "':signature=01234567' . '89ab'.'cd'",
                "':signature=012345\u{2026}' . '\u{2026}'.'\u{2026}'",
            ),
            (
                "(\"?:jwt=abcdefgh\"\r\n f\"ijk\"\r\n)",
                "(\"?:jwt=abcdef\u{2026}\"\r\n f\"\u{2026}\"\r\n)",
            ),
            (
                ">-\n :signature=0123456\n  0123456789abcdef0\nb: c",
                ">-\n :signature=012345\u{2026}\n  \u{2026}\nb: c",
            ),
            (":signature=\\\n0123456789abcdef0", ":signature=\\\n\u{2026}"),
            (
                "p[\":signature\"] =\n    \"0123456789abcdef0\"",
                "p[\":signature\"] =\n    \"012345\u{2026}\"",
            ),
        ] {
            assert_eq!(shown(text), wanted);
        }
        for text in [
            "url += '&:signature=' + sign(url)\nconst other = 'text';",
            "a = '&:signature=' + '&:mode=userbacked'",
            "# :signature=\nEMBED_URL=https://h/embed/1-7CbVjjUMMTKQpYa2E7NwkI",
            "['&:signature=', 'another']",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn base64_that_holds_one_is_a_secret() {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD_NO_PAD as STANDARD;
        let text = STANDARD.encode("https://h/embed/x?:a=1&:signature=0123456789");
        assert_eq!(shown(&format!("url: {text}")), "url: aHR0cH\u{2026}");
        let text = STANDARD.encode("nothing of this has to be hidden from anyone");
        assert_eq!(shown(&text), "\u{2026}", "it looks like a key");
        let text = STANDARD.encode("harmless");
        assert_eq!(shown(&text), text);
    }

    #[test]
    fn code_is_left_as_it_is() {
        for text in [
            "url += '&:signature=' + sign(url)",
            "`&:signature=${signature}`",
            "f\"&:jwt={token}\"",
            "'&:signature=%s' % signature",
            "const jwt = require('jsonwebtoken')",
            "signature: String,",
            "def signature(url) = hmac(url)",
            "app/models/concerns/embeddable/signature/of/a/long/path",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_name_that_the_scanner_reads_out_of_an_escape_hides_its_value() {
        for (text, wanted) in [
            (r":\u0073ignature=0123456789&", ":\\u0073ignature=012345\u{2026}&"),
            (r":\x73ignature\x3d0123456789&", ":\\x73ignature\\x3d012345\u{2026}&"),
            (r":signature\u{3d}0123456789&", ":signature\\u{3d}012345\u{2026}&"),
            (":signature&equals;0123456789&amp;", ":signature&equals;012345\u{2026}&amp;"),
            (
                ":sign&#101;ture&#61;0&:sign&#97;ture&#61;0123456789",
                ":sign&#101;ture&#61;0&:sign&#97;ture&#61;012345\u{2026}",
            ),
            (r":\u006awt=abcdefghij", ":\\u006awt=abcdef\u{2026}"),
            (":signature%20=0123456789abcdef", ":signature%20=012345\u{2026}"),
            (
                r"\u003asignature\u003d0123456789\u0026:a=1",
                "\\u003asignature\\u003d012345\u{2026}\\u0026:a=1",
            ),
            (
                r#"{"name": ":signature", "value": "0123456789abcdef0"}"#,
                "{\"name\": \":signature\", \"value\": \"012345\u{2026}\"}",
            ),
            (
                r#"<add key="signature" value="0123456789abcdef0"/>"#,
                "<add key=\"signature\" value=\"012345\u{2026}\"/>",
            ),
            (r#"oauthToken: "ya29.0123456789abcdef""#, "oauthToken: \"ya29.0\u{2026}\""),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }

    #[test]
    fn nothing_is_shown_of_the_value_of_a_name_that_looks_like_a_secret() {
        for (text, wanted) in [
            ("EMBED_SECRET=hunter2", "EMBED_SECRET=\u{2026}"),
            (
                "export SIGMA_EMBED_SECRET=abc def # mine",
                "export SIGMA_EMBED_SECRET=\u{2026} # mine",
            ),
            ("embedSecret: 'hunter2',", "embedSecret: '\u{2026}',"),
            ("{\"client_secret\": \"hunter2\"}", "{\"client_secret\": \"\u{2026}\"}"),
            ("  password: correct horse", "  password: \u{2026}"),
            ("- name: EMBED_SECRET\n  value: hunter2", "- name: EMBED_SECRET\n  value: \u{2026}"),
            ("<EmbedSecret>hunter2</EmbedSecret>", "<EmbedSecret>\u{2026}</EmbedSecret>"),
            (
                "<add key=\"EmbedSecret\" value=\"hunter2\"/>",
                "<add key=\"EmbedSecret\" value=\"\u{2026}\"/>",
            ),
            ("secret = hunter2", "secret = \u{2026}"),
            ("const secret: string = \"hunter2\";", "const secret: string = \"\u{2026}\";"),
            ("secret := []byte(\"hunter2\")", "secret := []byte(\"\u{2026}\")"),
            (
                "SECRET = os.environ.get(\"SIGMA_SECRET\", \"hunter2\")",
                "SECRET = os.environ.get(\"SIGMA_SECRET\", \"\u{2026}\")",
            ),
            ("'api-key' => 'hunter2'", "'api-key' => '\u{2026}'"),
            ("run --secret hunter2 --quiet", "run --secret \u{2026} --quiet"),
            ("Authorization: Bearer hunter2", "Authorization: Bearer \u{2026}"),
            (
                "curl -H \"Authorization: Bearer hunter2\"",
                "curl -H \"Authorization: Bearer \u{2026}\"",
            ),
            ("ENV EMBED_SECRET hunter2", "ENV EMBED_SECRET \u{2026}"),
            ("params.set(\"secret\", \"hunter2\")", "params.set(\"secret\", \"\u{2026}\")"),
            ("postgres://app:hunter2@db/x", "postgres://app:\u{2026}@db/x"),
            (
                "crypto.createHmac('sha256', 'hunter2').update(url)",
                "crypto.createHmac('sha256', '\u{2026}').update(url)",
            ),
            (
                "jwt.sign(payload, \"hunter2\", {algorithm: 'HS256'})",
                "jwt.sign(payload, \"\u{2026}\", {algorithm: 'HS256'})",
            ),
            (
                "hmac.new(b\"hunter2\", url.encode(), hashlib.sha256)",
                "hmac.new(b\"\u{2026}\", url.encode(), hashlib.sha256)",
            ),
            ("hash_hmac('sha256', $url, 'hunter2')", "hash_hmac('sha256', $url, '\u{2026}')"),
            (
                "new SecretKeySpec(\"hunter2\".getBytes(UTF_8), \"HmacSHA256\")",
                "new SecretKeySpec(\"\u{2026}\".getBytes(UTF_8), \"HmacSHA256\")",
            ),
            ("x = '9f8Ae7d6Cc5b4a39281706f5e4d3c2b1'", "x = '\u{2026}'"),
            (
                "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n\u{2026}\n-----END PRIVATE KEY-----",
            ),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }

    #[test]
    fn values_of_several_lines_and_of_elements_are_hidden_line_by_line() {
        for (text, wanted) in [
            ("secret: |\n  a b\n  c\nx: 1", "secret: |\n  \u{2026}\n\u{2026}\nx: 1"),
            ("embed_secret:\n  hunter2\nx: 1", "embed_secret:\n  \u{2026}\nx: 1"),
            ("secret = <<EOF\nhunter2\nEOF", "secret = <<EOF\n\u{2026}\nEOF"),
            ("secret = \"\"\"\nhunter2\"\"\"", "secret = \"\"\"\n\u{2026}\"\"\""),
            ("a.secret=hun\\\n    ter2", "a.secret=\u{2026}\n\u{2026}"),
            ("secret = 'hun' +\n  'ter two'", "secret = '\u{2026}' +\n  '\u{2026}'"),
            ("secret = ['hun', 'ter two']", "secret = ['\u{2026}', '\u{2026}']"),
            (
                "<key>secret</key>\n<string>hunter2</string>",
                "<key>secret</key>\n<string>\u{2026}</string>",
            ),
            ("<secret><![CDATA[hunter2]]></secret>", "<secret><![CDATA[\u{2026}]]></secret>"),
            (
                "{\"value\": \"hunter2\", \"name\": \"EMBED_SECRET\"}",
                "{\"value\": \"\u{2026}\", \"name\": \"EMBED_SECRET\"}",
            ),
            ("createHmac('sha256', 'hun ter/two')", "createHmac('sha256', '\u{2026}')"),
            ("JWT.encode p, 'hun ter', 'HS256'", "JWT.encode p, '\u{2026}', 'HS256'"),
            ("openssl dgst -sha256 -hmac hunter2", "openssl dgst -sha256 -hmac \u{2026}"),
            ("curl -u user:hunter2 https://h", "curl -u user:\u{2026} https://h"),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }

    #[test]
    fn what_is_between_a_name_and_its_value_is_read_too() {
        let url = "https://h/embed/1-a?:signature=";
        let signature = "9f8e7d6c5b4a3928";
        for (before, behind) in [
            ("privatekey: ", " '','"),
            ("secret: ", " || 'hunter2'"),
            ("password = f(", ") + 'hunter2'"),
            ("{\"value\": \"", "\", \"name\": \"EMBED_SECRET\"}"),
            ("https://user:", ":hunter2@h/"),
        ] {
            let text = format!("{before}{url}{signature}{behind}");
            for shown in
                [shown(&text), line(&text), String::from_utf8(masked(text.as_bytes())).unwrap()]
            {
                assert!(!shown.contains("9f8e7d6"), "{shown}");
                assert!(!shown.contains("hunter2"), "{shown}");
            }
        }
    }

    #[test]
    fn what_a_value_seems_to_end_with_is_read_as_the_next_name() {
        for (text, wanted) in [
            (
                "$signature=hash_hmac('sha256',$url,'hunter2');",
                "$signature=hash_h…('sha256',$url,'…');",
            ),
            ("dict(jwt=jwt.encode(payload, \"hunter2\"))", "dict(jwt=jwt.en…(payload, \"…\"))"),
            ("prod-7Kd9f2Lq0Zx8Wb3Rt6Yu1-secret: hunter2", "…: …"),
            ("HMAC_SECRET='hunter2'", "HMAC_SECRET='…'"),
            ("sigma.hmac.secret=hunter2", "sigma.hmac.secret=…"),
            ("secret = ''; apiKey = 'hunter2';", "secret = ''; apiKey = '…';"),
            ("const secret = '' || 'hunter2'", "const secret = '' || '…'"),
            ("DB_PASS=hunter2", "DB_PASS=…"),
            ("const key = \"corr3ct-horse-9911\";", "const key = \"…\";"),
            ("const key = \"ua_Region\";", "const key = \"ua_Region\";"),
            ("'cfg.9f8Ae7d6Cc5b4a39281706f5e4d3c2b1'", "'cfg.…'"),
            ("/tmp/.tmp7Kd9f2Lq/no/such/summary.md", "/tmp/.tmp7Kd9f2Lq/no/such/summary.md"),
            ("'tok%5FeyJhbGciOi.eyJzdWIi.c2lnabc'", "'tok%5FeyJhbG…'"),
            (
                "BASE=https://app.sigmacomputing.com/embed/1-1abCDEFG2hIjKLMnopqrST",
                "BASE=https://app.sigmacomputing.com/embed/1-1abCDEFG2hIjKLMnopqrST",
            ),
        ] {
            assert_eq!(shown(text), wanted);
        }
        let signature = "9f8e7d6c5b4a39281706f5e4d3c2b1a0";
        let text = format!("?:signature={signature}\nAUTH0_CLIENT_SECRET=\"hunter2\"\n");
        assert!(!shown(&text).contains("hunter2"), "{}", shown(&text));
    }

    #[test]
    fn parts_that_overlap_are_hidden_as_one() {
        let text = b"OLD_SECRETS=aa-old-key-1 Z";
        let known = [Secret::new(b"aa-old-key-1".to_vec()).unwrap()];
        let all = Span::new(0, text.len());
        assert_eq!(
            Redaction::of(text, all, Secrets::Hidden, &known).show(text, all),
            "OLD_SECRETS=…"
        );
    }

    #[test]
    fn names_and_places_of_secrets_are_shown() {
        for text in [
            "const secret = process.env.EMBED_SECRET;",
            "secret: process.env.EMBED_SECRET,",
            "secret = os.environ[\"EMBED_SECRET\"]",
            "EMBED_SECRET=${EMBED_SECRET}",
            "EMBED_SECRET=",
            "EMBED_SECRET_FILE=/run/secrets/embed",
            "function sign(url, secret) {",
            "token = create_token(user)",
            "secretKeyRef:\n  name: embed",
            "createHmac('sha256', process.env.EMBED_SECRET).update(url).digest('hex')",
            "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:client_id=9f8ae7d6cc5b4a39281706f5e4d3c2b1",
            "id: 'edfda33c-8854-43c1-89f9-5a6cd5055d23'",
            "/acme/workbook/Sales-Dashboard-7f55QbPFuCnK2n0P2tSuBl",
            "// the secret: see the vault for it",
            "a-slug-of-many-words-from-2024-01-31",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_secret_of_the_run_is_hidden_wherever_it_is() {
        let text = b"a = 1 // hunter-two, or (hunter-two)\nb";
        let known = [Secret::new(b"hunter-two".to_vec()).unwrap()];
        let redaction = Redaction::of(text, Span::new(0, 1), Secrets::Hidden, &known);
        let shown = redaction.show(text, Span::new(0, text.len()));
        assert_eq!(shown, "a = 1 // \u{2026}, or (\u{2026})\nb");
    }

    #[test]
    fn a_part_of_a_text_shows_no_more_than_the_whole() {
        let text = b"x :signature=0123456789abcdef y";
        let redaction = Redaction::of(text, Span::new(0, text.len()), Secrets::Hidden, &[]);
        for start in 0..text.len() {
            for end in start..text.len() {
                let part = redaction.show(text, Span::new(start, end));
                assert!(!part.contains(['6', '7', '8', '9', 'c', 'f']), "{part}");
            }
        }
    }

    #[test]
    fn hostile_text_takes_no_longer() {
        for piece in [
            "signature=",
            "jwt:",
            "eyJ",
            "eyJ.",
            "eyJ/",
            "a=",
            "oauth_token\"",
            "jwt=a ",
            "jwt+",
            "secret=",
            "secret=a;",
            "secret = $",
            "secret: \"${",
            "sign(",
            "sign('",
            "sign=",
            "hmac=",
            "--secret=${",
            "bearer=${",
            "jwt=secret=",
            "a.b.c.",
            "a/b1C",
            "%73",
            "\\u0073",
            "&#115;",
            "://a:",
        ] {
            let text = piece.repeat((1 << 17) / piece.len());
            shown(&text);
        }
    }
}
