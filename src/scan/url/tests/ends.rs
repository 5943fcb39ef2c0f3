//! The end of a URL that nothing quotes, marked by hand.

use super::{examined, finds, rules};

#[test]
fn a_cell_of_a_table_ends_behind_a_value_that_holds_no_comma() {
    finds(
        "unsupported-hide-send",
        &[
            "3,APP/embed/ID?:nonce=1&⟦:hide_send=false⟧,Bob",
            "3;APP/embed/ID?⟦:hide_send=false⟧;Bob;x",
            "3,APP/embed/ID?⟦%3Ahide_send=false⟧,Bob",
            "3,APP/embed/ID?:nonce=1&⟦:hide_send⟧,Bob",
            "APP/embed/ID?⟦:hide_send=false⟧,APP/embed/ID?⟦:hide_send=true⟧,Bob",
            "app.sigmacomputing.com/embed/ID?⟦:hide_send=1⟧,app.sigmacomputing.com/embed/ID?⟦:hide_send=0⟧",
            "x=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2FID%3F⟦%3Ahide_send%3Dfalse⟧,Bob",
            "See APP/embed/ID?⟦:hide_send=true⟧, AT&T's",
        ],
    );
    for (parameter, rule) in [
        ("session_length=1h", "invalid-session-length"),
        ("email=nobody", "invalid-email"),
        ("time=now", "invalid-time"),
        ("mode=other", "invalid-mode"),
    ] {
        finds(rule, &[&format!("2,APP/embed/ID?:nonce=1&⟦:{parameter}⟧,Bob")]);
    }
    for parameter in
        ["session_length=3600", "email=ann@example.com", "time=1750000000", "mode=userbacked"]
    {
        let text = format!("2,APP/embed/ID?:nonce=1&:{parameter},Bob");
        assert_eq!(rules(&text), ["deprecated-signed-url"], "{text}");
    }
    finds("deprecated-embed-path", &["4,⟦APP/embed/ID⟧,Bob", "4,⟦APP/embed/ID⟧?,Bob"]);
}

#[test]
fn a_comma_in_a_text_or_before_another_parameter_is_part_of_the_url() {
    finds(
        "replaced-show-footer",
        &[
            "APP/embed/ID?Region=a,b;c&⟦:show_footer=true⟧",
            "APP/embed/ID?:external_user_team=A,B&⟦:show_footer=true⟧",
            "APP/embed/ID?:hide_menu=a,b&⟦:show_footer=true⟧",
            "APP/embed/ID?:hide_menu=a,b&amp;⟦%3Ashow_footer=true⟧",
            "APP/embed/ID?:hide_menu=a,b&Region=c&⟦:show_footer=true⟧",
            "APP/embed/ID?⟦:show_footer={{ f(a, b) }}⟧",
        ],
    );
    finds(
        "unknown-parameter",
        &["APP/embed/ID?⟦:unknown=a,b⟧", "APP/embed/ID?:hide_menu=true&⟦:unknown=a;b⟧"],
    );
}

#[test]
fn what_closes_a_comment_or_a_tag_ends_the_url_in_it() {
    for (before, after) in [
        ("/*", "*/b()"),
        ("<!--", "--><p>"),
        ("&lt;!--", "--&gt;"),
        ("<%--", "--%>"),
        ("{{!--", "--}}"),
        ("<a href=", "/>"),
        ("{%x ", "%}"),
        ("<%=", "%>"),
        ("[url]", "[/url]"),
        ("", "[the dashboard]"),
        ("", "[]"),
    ] {
        let path = format!("{before}⟦APP/embed/ID⟧{after}");
        finds("deprecated-embed-path", &[&path]);
        assert_eq!(rules(&path.replace(['⟦', '⟧'], "")), ["deprecated-embed-path"], "{path}");
        finds(
            "replaced-show-footer",
            &[&format!("{before}APP/embed/ID?⟦:show_footer=true⟧{after}")],
        );
    }
}

#[test]
fn a_bracket_in_a_value_a_name_or_a_placeholder_and_all_in_quotes_are_part_of_the_url() {
    finds(
        "unsupported-hide-send",
        &[
            "APP/embed/ID?:teams=[A,B]&⟦:hide_send=true⟧",
            "APP/embed/ID?:ua_x[]=a&b[c][d]=e&⟦:hide_send=true⟧",
            "APP/embed/ID?:email=$row[mail]&⟦:hide_send=true⟧",
            "APP/embed/ID?:email=[[${mail}]]&a=b[[${c}]]&⟦:hide_send=true⟧",
            "APP/embed/ID?a=%5Bb%5D&⟦:hide_send=true⟧",
            "APP/embed/ID?:nonce=<nonce>[&:theme=<theme>]&⟦:hide_send=true⟧",
            "\"APP/embed/ID?a=b[c]&⟦:hide_send=true⟧\"",
            "'APP/embed/ID?a=*b*/&&c-->&⟦:hide_send=true⟧'",
            "APP/embed/ID?type=*/*&next=/*/x&⟦:hide_send=true⟧",
        ],
    );
}

#[test]
fn marks_of_emphasis_on_both_sides_are_not_part_of_the_url() {
    for mark in ["_", "__", "*", "**", "***", "~~", "==", "_**", "**_"] {
        let closing: String = mark.chars().rev().collect();
        for behind in ["", " x", ".", ", x", ") x"] {
            let path = format!("a {mark}⟦APP/embed/ID⟧{closing}{behind}");
            finds("deprecated-embed-path", &[&path]);
            assert_eq!(rules(&path.replace(['⟦', '⟧'], "")), ["deprecated-embed-path"], "{path}");
            finds(
                "unsupported-loading-bg",
                &[&format!("{mark}APP/embed/ID?⟦:loading_bg=x⟧{closing}{behind}")],
            );
        }
    }
    finds(
        "unsupported-loading-bg",
        &[
            "APP/embed/ID?⟦:loading_bg=x_⟧",
            "_APP/embed/ID?⟦:loading_bg=x_⟧_",
            "URL=APP/embed/ID?⟦:loading_bg=⟧",
            "URL==APP/embed/ID?⟦:loading_bg==⟧",
            "name_APP/embed/ID?⟦:loading_bg=x_⟧",
        ],
    );
}

#[test]
fn entities_of_quotes_and_spaces_end_a_url() {
    for (before, after) in [
        ("ldquo", "rdquo"),
        ("lsquo", "rsquo"),
        ("laquo", "raquo"),
        ("lt", "gt"),
        ("quot", "quot"),
        ("apos", "apos"),
        ("nbsp", "nbsp"),
        ("mdash", "ndash"),
        ("nbsp", "hellip"),
        ("amp;quot", "amp;quot"),
    ] {
        let path = format!("&{before};APP/embed/ID&{after};x");
        assert_eq!(rules(&path), ["deprecated-embed-path"], "{path}");
        let query = format!("&{before};APP/embed/ID?⟦:hide_send=false⟧&{after};x");
        finds("unsupported-hide-send", &[&query]);
    }
}

#[test]
fn the_next_command_of_a_shell_is_not_part_of_the_url() {
    for command in ["&&x", "&& x", " && x", "||x", "&", "& x", "&amp;&amp;x"] {
        let path = format!("curl APP/embed/ID{command}");
        assert_eq!(rules(&path), ["deprecated-embed-path"], "{path}");
        finds(
            "unsupported-hide-send",
            &[&format!("curl APP/embed/ID?⟦:hide_send=false⟧{command}")],
        );
    }
    finds("unsupported-hide-send", &["APP/embed/ID?a=b&&⟦:hide_send=true⟧&&c=d"]);
}

#[test]
fn what_may_be_cut_off_is_not_read_again_and_again() {
    for piece in [
        "app.sigmacomputing.com/embed/x?:hide_send=1,&a=",
        "$app.sigmacomputing.com/embed/x?:hide_send=1,",
        "https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2Fx%3F%3Ahide_send%3D1,a=",
        ",&a=",
        ",&:hide_send=1,",
        "[a",
        "[_",
        "&&",
        "_",
    ] {
        let url = "https://app.sigmacomputing.com/embed/1-a?:hide_send=1";
        examined(&format!("{url}{}", piece.repeat((1 << 20) / piece.len())));
    }
}
