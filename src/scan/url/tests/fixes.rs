//! What the fixes make of a text, written down by hand.

use super::ID;
use crate::dialect::params::{Fate, Id};
use crate::judge::{Judgement, Scratch};
use crate::rule::{Context, Fix, Safety, Text};
use crate::scan::{Bases, Needles, Options, examine};

/// Every embed leads to one workbook.
pub(super) struct OneWorkbook;

impl Bases for OneWorkbook {
    fn base(&self, _: &Judgement<'_>) -> Option<Vec<u8>> {
        Some(b"https://app.sigmacomputing.com/acme/workbook/W1".to_vec())
    }

    fn unsigned(&self, judgement: &Judgement<'_>) -> Option<Vec<u8>> {
        let mut out = self.base(judgement)?;
        out.extend_from_slice(b"?:embed=true");
        for arg in judgement.args {
            if arg.row.fate == Fate::Kept && arg.row.id != Id::Embed {
                out.push(b'&');
                out.extend_from_slice(judgement.bytes(arg.param.span()));
            }
        }
        Some(out)
    }
}

pub(super) fn fixes(text: &str) -> Vec<Fix> {
    let context = Context::none();
    let needles = Needles::new(&context, &[]);
    let bases: Option<&dyn Bases> = Some(&OneWorkbook);
    let options = Options { context: &context, needles: &needles, bases, most: usize::MAX };
    let examined = examine(&Text::new(text.as_bytes()), &options, &mut Scratch::default());
    examined.found.into_iter().filter_map(|found| found.fix).collect()
}

/// The text with all fixes of this safety applied. None of them overlaps another.
#[track_caller]
pub(super) fn fixed(text: &str, safety: Safety) -> String {
    let mut fixes = fixes(text);
    fixes.retain(|fix| fix.safety == safety);
    fixes.sort_by_key(|fix| fix.span);
    let mut out = Vec::new();
    let mut at = 0;
    for fix in fixes {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        assert!(start >= at, "two fixes overlap in {text}");
        out.extend_from_slice(&text.as_bytes()[at..start]);
        out.extend_from_slice(&fix.replacement);
        at = end;
    }
    out.extend_from_slice(&text.as_bytes()[at..]);
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn fixes_to(safety: Safety, cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let expand = |text: &str| {
            text.replace("OLD", &format!("https://app.sigmacomputing.com/embed/{ID}"))
                .replace("NEW", "https://app.sigmacomputing.com/acme/workbook/W1")
                .replace("ID", ID)
        };
        let after = expand(after);
        assert_eq!(fixed(&expand(before), safety), after);
        assert_eq!(fixed(&after, safety), after, "a second time");
    }
}

#[test]
fn a_base_path_becomes_the_workbooks() {
    fixes_to(
        Safety::Unsafe,
        &[
            ("A=OLD\n", "A=NEW\n"),
            ("'OLD?' + query", "'NEW?' + query"),
            ("`OLD?:theme=${theme}`", "`NEW?:theme=${theme}`"),
            ("app.sigmacomputing.com/embed/ID", "app.sigmacomputing.com/acme/workbook/W1"),
            (
                r#"{"a":"https:\/\/app.sigmacomputing.com\/embed\/ID"}"#,
                r#"{"a":"https:\/\/app.sigmacomputing.com\/acme\/workbook\/W1"}"#,
            ),
            (
                "?u=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3Fa",
                "?u=https%3A%2F%2Fapp.sigmacomputing.com%2Facme%2Fworkbook%2FW1%3Fa",
            ),
            (
                "?u=https%253A%252F%252Fapp.sigmacomputing.com%252Fembed%252FID",
                "?u=https%253A%252F%252Fapp.sigmacomputing.com%252Facme%252Fworkbook%252FW1",
            ),
            (
                r"u=https\://app.sigmacomputing.com/embed/ID",
                r"u=https\://app.sigmacomputing.com/acme/workbook/W1",
            ),
        ],
    );
}

#[test]
fn a_parameter_that_restricts_nothing_goes_and_a_footer_is_replaced() {
    fixes_to(
        Safety::Safe,
        &[
            ("OLD?:hide_run_as_recipient=false", "OLD?"),
            ("OLD?:hide_run_as_recipient=false&a=b", "OLD?a=b"),
            ("OLD?a=b&:hide_run_as_recipient=false", "OLD?a=b"),
            ("OLD?a=b&amp;:hide_run_as_recipient=false&amp;c=d", "OLD?a=b&amp;c=d"),
            ("OLD?:hide_run_as_recipient=false&:hide_sheet_interactions=false&a=b", "OLD?a=b"),
            ("OLD?a=b&:hide_run_as_recipient=false&:hide_sheet_interactions=false", "OLD?a=b"),
            ("OLD?:hide_run_as_recipient=false&a=b&:hide_sheet_interactions=false", "OLD?a=b"),
            ("OLD?:show_footer=false", "OLD?:menu_position=none"),
            (
                "\"OLD?a=b\\u0026%3Ashow_footer=true\\u0026c=d\"",
                "\"OLD?a=b\\u0026%3Amenu_position=bottom\\u0026c=d\"",
            ),
            ("OLD?:show_footer=true&:menu_position=top", "OLD?:menu_position=top"),
            ("OLD?:show_footer=true&:show_footer=true", "OLD?:menu_position=bottom"),
            (
                "?u=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3Fa%3Db%26%3Ashow_footer%3Dfalse&x",
                "?u=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3Fa%3Db%26%3Amenu_position%3Dnone&x",
            ),
            // A signed URL in parts: its parameters are fixed, what signs it is left to a person.
            ("OLD?:nonce=${n}&:hide_run_as_recipient=false", "OLD?:nonce=${n}"),
        ],
    );
}

#[test]
fn what_stands_behind_a_value_stays() {
    fixes_to(
        Safety::Safe,
        &[
            ("4,OLD?:show_footer=false,Bob\n", "4,OLD?:menu_position=none,Bob\n"),
            ("4;OLD?:show_footer=false;Bob\n", "4;OLD?:menu_position=none;Bob\n"),
            ("3,OLD?:nonce=1&:hide_run_as_recipient=false,Bob", "3,OLD?:nonce=1,Bob"),
            ("echo \"OLD?:show_footer=false,Bob\"", "echo \"OLD?:menu_position=none,Bob\""),
            ("a(); /*OLD?:show_footer=false*/ b();", "a(); /*OLD?:menu_position=none*/ b();"),
            ("<!--OLD?:show_footer=false--><p>", "<!--OLD?:menu_position=none--><p>"),
            ("<a href=OLD?:show_footer=false/>", "<a href=OLD?:menu_position=none/>"),
            ("[url]OLD?:show_footer=false[/url]", "[url]OLD?:menu_position=none[/url]"),
            ("OLD?:show_footer=false[the dashboard]", "OLD?:menu_position=none[the dashboard]"),
            ("_OLD?:theme=Dark&:show_footer=false_ x", "_OLD?:theme=Dark&:menu_position=none_ x"),
            ("&ldquo;OLD?:show_footer=false&rdquo;", "&ldquo;OLD?:menu_position=none&rdquo;"),
            ("curl OLD?:hide_run_as_recipient=false& wait", "curl OLD?& wait"),
            ("curl OLD?:show_footer=false&&wait", "curl OLD?:menu_position=none&&wait"),
        ],
    );
}

#[test]
fn a_new_url_loses_what_it_has_of_the_old_dialect() {
    fixes_to(
        Safety::Safe,
        &[
            ("NEW?:embed=true&:hide_run_as_recipient=false&a=b", "NEW?:embed=true&a=b"),
            ("\"NEW?:show_footer=false\"", "\"NEW?:menu_position=none\""),
            (
                "NEW?:hide_run_as_recipient=true&:hide_sheet_interactions=${x}",
                "NEW?:hide_run_as_recipient=true&:hide_sheet_interactions=${x}",
            ),
        ],
    );
}

#[test]
fn what_restricts_is_not_known_or_stands_in_parts_is_left_alone() {
    for text in [
        "OLD?:nonce=${n}&:hide_run_as_recipient=true",
        "OLD?:nonce=${n}&:hide_run_as_recipient=${hide}&:show_footer={{ footer }}",
        "https://app.sigmacomputing.com/embed/{{ id }}",
        "\"OLD\" +\n\"?:hide_run_as_recipient=false\"",
        "OLD?:nonce=${n}&:hide_run_as_recipient=false&:hide_run_as_recipient=true",
        "OLD?:nonce=${n}&:show_footer=false&:show_footer=true",
        "OLD?:nonce=n1&:hide_run_as_recipient=false&:signature=0123456789abcdef",
        // Whatever stands there, some of it may not belong to the URL.
        "OLD?:nonce=${n}&:show_footer=false:8,x",
        "OLD?:nonce=${n}&:show_footer=false!x&:menu_position=top",
    ] {
        fixes_to(Safety::Safe, &[(text, text)]);
    }
}

#[test]
fn a_footer_stays_where_code_behind_the_url_may_set_the_position() {
    fixes_to(
        Safety::Safe,
        &[
            (
                "u = 'OLD?:show_footer=false';\nu += '&:menu_position=top';",
                "u = 'OLD?:show_footer=false';\nu += '&:menu_position=top';",
            ),
            (
                "u = 'OLD?:show_footer=false';\n// once: &:menu_position=top",
                "u = 'OLD?:menu_position=none';\n// once: &:menu_position=top",
            ),
        ],
    );
}

#[test]
fn an_embed_that_its_object_calls_public_is_left_alone() {
    for text in [
        "{\"embedId\": \"x\", \"embedUrl\": \"OLD\", \"public\": true}",
        "{ embedUrl: 'OLD', public: true }",
    ] {
        fixes_to(Safety::Unsafe, &[(text, text)]);
    }
    let closed = "{\"embedUrl\": \"OLD\", \"public\": false}";
    fixes_to(Safety::Unsafe, &[(closed, &closed.replace("OLD", "NEW"))]);
}

#[test]
fn a_signed_url_loses_its_signature() {
    fixes_to(
        Safety::Unsafe,
        &[
            (
                "\"OLD?:nonce=n1&:hide_run_as_recipient=true&:theme=Dark&Region=West&:signature=0123456789abcdef\"",
                "\"NEW?:embed=true&:theme=Dark&Region=West\"",
            ),
            (
                "<a href='OLD?:nonce=n1&amp;:theme=Dark&amp;:signature=0123456789abcdef'>",
                "<a href='NEW?:embed=true&amp;:theme=Dark'>",
            ),
            (
                r#""https:\/\/app.sigmacomputing.com\/embed\/ID?:nonce=n1\u0026a=b%20c\u0026:signature=0123456789abcdef""#,
                r#""https:\/\/app.sigmacomputing.com\/acme\/workbook\/W1?:embed=true\u0026a=b%20c""#,
            ),
            (
                "https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3F%3Anonce%3Dn1%26a%3Db%2520c%26%3Asignature%3D0123456789abcdef",
                "https%3A%2F%2Fapp.sigmacomputing.com%2Facme%2Fworkbook%2FW1%3F%3Aembed%3Dtrue%26a%3Db%2520c",
            ),
        ],
    );
}
