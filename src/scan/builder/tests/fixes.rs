//! What the fixes leave.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::look;
use crate::rule::Fix;

/// The text with all fixes applied.
fn fixed(text: &str) -> String {
    let mut out = text.to_owned();
    let mut fixes: Vec<Fix> =
        look(text.as_bytes()).into_iter().filter_map(|found| found.fix).collect();
    // Parameters that go with the same string have the same fix.
    fixes.dedup_by(|one, other| one.span == other.span);
    for fix in fixes.iter().rev() {
        let range = fix.span.start as usize..fix.span.end as usize;
        out.replace_range(range, std::str::from_utf8(&fix.replacement).unwrap());
    }
    out
}

#[test]
fn fixes_leave_valid_parameter_strings_of_the_same_escape() {
    for (before, after) in [
        ("'&:show_footer=false'", "'&:menu_position=none'"),
        ("'&:show_footer=true&:theme=Dark'", "'&:menu_position=bottom&:theme=Dark'"),
        ("'&%3Ashow_footer%3Dfalse%26'", "'&%3Amenu_position%3Dnone%26'"),
        ("'\\u0026:show_footer\\u003dfalse'", "'\\u0026:menu_position\\u003dnone'"),
        // Another menu position stands already, beside it for sure or for all that is known; or only the code knows.
        ("'&:show_footer=false&:menu_position=top'", "'&:menu_position=top'"),
        (
            "'&:theme=Dark&:menu_position=top&:show_footer=true'",
            "'&:theme=Dark&:menu_position=top'",
        ),
        (
            "if (a) u += '&:menu_position=top';\nu += '&:show_footer=false';",
            "if (a) u += '&:menu_position=top';\nu += '&:show_footer=false';",
        ),
        ("'&:show_footer=' + x", "'&:show_footer=' + x"),
        ("'&:show_footer=no'", "'&:show_footer=no'"),
        ("{':show_footer': 'false'}", "{':show_footer': 'false'}"),
        // One separator goes with the parameter.
        ("'?:email=a&:hide_run_as_recipient=false&:theme=Dark'", "'?:email=a&:theme=Dark'"),
        ("'?:hide_run_as_recipient=false&:email=a'", "'?:email=a'"),
        ("'?:email=a&amp;:hide_run_as_recipient=false&amp;:lng=fr'", "'?:email=a&amp;:lng=fr'"),
        ("'?:hide_run_as_recipient=false&amp;:email=a'", "'?:email=a'"),
        ("'?:hide_run_as_recipient=false\\u0026:email=a'", "'?:email=a'"),
        ("x%3F%3Ahide_run_as_recipient%3Dfalse%26%3Aemail%3Da", "x%3F%3Aemail%3Da"),
        ("P=':hide_run_as_recipient=false&:email=a'", "P=':email=a'"),
        ("P=:hide_run_as_recipient=false&:email=a", "P=:email=a"),
        ("f(a + '&:hide_run_as_recipient=false');", "f(a + '');"),
        (
            "if u.includes('&:hide_run_as_recipient=false')",
            "if u.includes('&:hide_run_as_recipient=false')",
        ),
        ("u == '&:hide_run_as_recipient=false'", "u == '&:hide_run_as_recipient=false'"),
        ("'?:showUnderlyingData=true&:email=a'", "'?:email=a'"),
        // A pair at the beginning takes one separator each, and never the same.
        ("'?:hide_run_as_recipient=false&:hide_sheet_interactions=false&:email=a'", "'?:email=a'"),
        (
            "'?:hide_run_as_recipient=false&:hide_sheet_interactions=false'",
            "'?:hide_sheet_interactions=false'",
        ),
        // The tags of a template stay, as does what code goes on with.
        (
            "'?:email=a{% if b %}&:hide_run_as_recipient=false{% endif %}&:lng=fr'",
            "'?:email=a{% if b %}{% endif %}&:lng=fr'",
        ),
        ("'?:email=a&:show_footer=fa' + 'lse'", "'?:email=a&:show_footer=fa' + 'lse'"),
        (
            "'?:email=a&:hide_run_as_recipient=false' + x",
            "'?:email=a&:hide_run_as_recipient=false' + x",
        ),
        ("set P=?:email=a^&:hide_run_as_recipient=false^&:lng=fr", "set P=?:email=a^&:lng=fr"),
        // It restricts something, or nothing valid would be left.
        ("'&:hide_run_as_recipient=true'", "'&:hide_run_as_recipient=true'"),
        ("'?:hide_run_as_recipient=false'", "'?:hide_run_as_recipient=false'"),
        ("'?:email=a&&:hide_run_as_recipient=false'", "'?:email=a&&:hide_run_as_recipient=false'"),
        (
            "x + ':hide_run_as_recipient=false&:email=a'",
            "x + ':hide_run_as_recipient=false&:email=a'",
        ),
        (
            "next=%3F%3Ahide_run_as_recipient%3Dfalse&x=1",
            "next=%3F%3Ahide_run_as_recipient%3Dfalse&x=1",
        ),
        ("':hide_run_as_recipient=false'", "':hide_run_as_recipient=false'"),
        (
            "'?:hide_run_as_recipient=false' + '&:email=a'",
            "'?:hide_run_as_recipient=false' + '&:email=a'",
        ),
        ("'&:hide_run_as_recipient=false${more}'", "'&:hide_run_as_recipient=false${more}'"),
        ("P=:hide_run_as_recipient=false&&run", "P=:hide_run_as_recipient=false&&run"),
        ("&quot;?:hide_run_as_recipient=false&quot;", "&quot;?:hide_run_as_recipient=false&quot;"),
    ] {
        let once = fixed(before);
        assert_eq!(once, after);
        assert_eq!(fixed(&once), once, "twice");
    }
}

/// What the fix makes of statements in many languages; `DROP` restricts nothing.
#[test]
fn a_whole_statement_goes() {
    for (before, after) in [
        // JavaScript, TypeScript, C#, Java, Python, Ruby, PHP, Go, shell.
        ("a = b;\nurl += '&DROP';\nreturn url;\n", "a = b;\nreturn url;\n"),
        ("url += '&DROP'", ""),
        ("  url += `&DROP`;\r\n  x();\r\n", "  x();\r\n"),
        ("this.url += $\"&DROP\";\n", ""),
        ("url = base\nurl += f'&DROP'\nurl += sign(url)\n", "url = base\nurl += sign(url)\n"),
        ("url = url + '&DROP'\n", ""),
        ("$url .= \"&DROP\";\n$url .= '&:lng=fr';\n", "$url .= '&:lng=fr';\n"),
        ("$url = $url . '&DROP';\n", ""),
        ("$this->parts[] = ':hide_run_as_recipient=false';\n", ""),
        ("@url << '&DROP'\n", ""),
        ("PARAMS+=\"&DROP\"\n", ""),
        ("\tb.WriteString(\"&DROP\")\n\tx()\n", "\tx()\n"),
        ("sb.append(\"&DROP\");\n", ""),
        ("sb.Append(\"&DROP\");\n", ""),
        ("parts.push(':hide_run_as_recipient=false');\n", ""),
        ("sb.append(a)\n  .append(\"&DROP\")\n  .append(b);\n", "sb.append(a)\n  .append(b);\n"),
        ("if (x) {\n  url += '&DROP';\n}\n", "if (x) {\n}\n"),
        ("def f(url):\n    url += '&DROP'\n    return url\n", "def f(url):\n    return url\n"),
        // Two in one string are one statement.
        ("url += '&DROP&:hide_sheet_interactions=false';\n", ""),
        // A menu position that the same text is given beside it.
        (
            "url += '&:show_footer=false';\nurl += '&:menu_position=top';\n",
            "url += '&:menu_position=top';\n",
        ),
        (
            "url += '&:menu_position=top'\n# again\nurl += '&:show_footer=false'\n",
            "url += '&:menu_position=top'\n# again\n",
        ),
    ] {
        let (before, after) = (with_drop(before), with_drop(after));
        let once = fixed(&before);
        assert_eq!(once, after, "{before}");
        assert_eq!(fixed(&once), once, "twice");
    }
}

/// Something else than the statement would change.
#[test]
fn a_statement_that_code_around_it_needs_stays() {
    for text in [
        "if (x) url += '&DROP';\nreturn url;\n",
        "if (x)\n  url += '&DROP';\nreturn url;\n",
        "if (x &&\n    y)\n  url += '&DROP';\nreturn url;\n",
        "else\n  url += '&DROP';\n",
        "if x:\n    url += '&DROP'\nreturn url\n",
        "if x; then\n  URL+='&DROP'\nfi\n",
        "for (;;)\nurl += '&DROP';\n",
        "a(); url += '&DROP'; b();\n",
        "url += '&DROP'\n  + more\n",
        "x = url += '&DROP';\n",
        "other = url + '&DROP'.length;\n",
        "return url.concat('&DROP');\n",
        "f(url += '&DROP');\n",
        "url +=\n  '&DROP';\n",
        "url += '&DROP'; // for the old account\n",
        "sb.append(\"&DROP\").append(x);\n",
        "// url += '&DROP';\n",
    ] {
        let text = with_drop(text);
        assert_eq!(fixed(&text), text);
    }
}

fn with_drop(text: &str) -> String {
    text.replace("DROP", ":hide_run_as_recipient=false")
}

#[test]
fn a_menu_position_in_a_comment_is_not_there() {
    for comment in [
        "// was: '&:menu_position=top'\n",
        "# was: &:menu_position=top\n",
        "/* '&:menu_position=top' */\n",
        "/*\n url += '&:menu_position=top';\n*/\n",
        "<!-- &:menu_position=top -->\n",
        "-- &:menu_position=top\n",
        "a(); // '&:menu_position=top'\n",
        "a()  # '&:menu_position=top'\n",
    ] {
        let text = format!("{comment}url += '&:show_footer=False';\n");
        let fixed = fixed(&text);
        assert!(fixed.ends_with("url += '&:menu_position=none';\n"), "{fixed}");
        assert!(fixed.starts_with(comment));
    }
    for code in
        ["a('https://x//y') + '&:menu_position=top';\n", "a('# b', '&:menu_position=top');\n"]
    {
        let text = format!("{code}url += '&:show_footer=false';\n");
        assert_eq!(fixed(&text), text);
    }
}

proptest! {
    #[test]
    fn fixing_twice_is_fixing_once(
        strings in prop::collection::vec(
            (
                prop::sample::select(vec!["\nurl += ", " + ", " + x + ", ", ", "; if (u == ", "[", "\n\n"]),
                prop::sample::select(vec!["?", "&", "&amp;", "", "${base}?", "a=b&", "\\u0026"]),
                prop::sample::select(vec!["&", "&amp;", "\\u0026", "&&", "&x=1&"]),
                prop::collection::vec(
                    prop::sample::select(vec![
                        ":hide_run_as_recipient=false", ":hide_run_as_recipient=true", ":hide_sheet_interactions=false",
                        ":show_footer=true", ":show_footer=false", "%3Ahide_run_as_recipient=false", ":menu_position=top", ":email=a",
                        ":nonce=", ":hide_run_as_recipient=${x}",
                    ]),
                    0..5,
                ),
                prop::sample::select(vec!["", "&", "${x}", "#a"]),
                any::<bool>(),
            ),
            0..5,
        ),
    ) {
        let mut text = String::new();
        for (glue, lead, separator, parameters, end, nested) in &strings {
                let query = format!("{lead}{}{end}", parameters.join(separator));
                // Whole inside another URL.
                let nested = [(":", "%3A"), ("=", "%3D"), ("&", "%26"), ("?", "%3F")]
                    .iter()
                    .filter(|_| *nested && !query.contains('\\'))
                    .fold(query.clone(), |text, (mark, escape)| text.replace(mark, escape));
                write!(text, "{glue}'{nested}'").unwrap();
            }
        let fixes: Vec<Fix> =
            look(text.as_bytes()).into_iter().filter_map(|found| found.fix).collect();
        for pair in fixes.windows(2) {
            let same = pair[0].span == pair[1].span;
            prop_assert!(same || pair[0].span.end <= pair[1].span.start, "{:?}", pair);
        }
        let once = fixed(&text);
        prop_assert_eq!(fixed(&once), once);
    }
}
