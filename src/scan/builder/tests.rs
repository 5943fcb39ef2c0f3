//! What is found in code, and what is not: texts with their findings marked by hand.

use proptest::prelude::*;

use super::*;
use crate::dialect::params::Parameter;
use crate::rule::Fix;

const NO_BASES: Option<&dyn crate::scan::Bases> = None;

fn look(text: &[u8]) -> Vec<Found> {
    let context = Context::none();
    let mut found = Vec::new();
    examine(text, &[], &Options { context: &context, bases: NO_BASES }, &mut found);
    found.sort_by_key(|found| (found.finding.span, found.finding.rule.index));
    found
}

/// Takes the marks off a text: `⟦rule rule|what they are about⟧`.
fn unmark(marked: &str) -> (String, Vec<(String, Span)>) {
    let (mut text, mut places) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, inside)) = rest.split_once('⟦') {
        text.push_str(before);
        let (inside, after) = inside.split_once('⟧').unwrap();
        let (rules, about) = inside.split_once('|').unwrap();
        let span = Span::new(text.len(), text.len() + about.len());
        places.extend(rules.split(' ').map(|rule| (rule.to_owned(), span)));
        text.push_str(about);
        rest = after;
    }
    text.push_str(rest);
    (text, places)
}

/// What is found in a text, in the form of [`unmark`].
fn places(text: &str) -> Vec<(String, Span)> {
    let place = |found: &Found| (found.finding.rule.id.to_owned(), found.finding.span);
    look(text.as_bytes()).iter().map(place).collect()
}

fn assert_marked(name: &str, marked: &str) {
    let (text, mut expected) = unmark(marked);
    let mut found = places(&text);
    expected.sort();
    found.sort();
    let shown = |places: &[(String, Span)]| -> Vec<String> {
        let show = |(rule, span): &(String, Span)| {
            format!("{rule} {}", String::from_utf8_lossy(span.of(text.as_bytes())))
        };
        places.iter().map(show).collect()
    };
    assert_eq!(shown(&found), shown(&expected), "{name}");
    assert_eq!(found, expected, "{name}");
}

/// Code that builds legacy URLs, with what is said of it.
const BUILDERS: &[(&str, &str)] = &[
    (
        "JavaScript",
        "let url = base + '?⟦legacy-url-builder|:nonce⟧=' + nonce;\n\
         url += '&:email=' + encodeURIComponent(email);\n\
         url += '&⟦unsupported-hide-send|:hide_send=true⟧';\n\
         url += '&:mode=userbacked&⟦replaced-show-footer|:show_footer=false⟧';\n",
    ),
    (
        "TypeScript",
        "const q = `?⟦legacy-url-builder|:client_id⟧=${id}&:email=${user.email}&⟦unsupported-hide-schedule|:hide_schedule⟧=${flag}`;",
    ),
    (
        "JavaScript with URLSearchParams",
        "const p = new URLSearchParams();\np.set('⟦legacy-url-builder|:email⟧', email);\np.append(':session_length', '600');",
    ),
    (
        "Python",
        "params = {\n    \"⟦legacy-url-builder|:nonce⟧\": str(uuid4()),\n    \":email\": email,\n    \":external_user_team\": team,\n    \
         \"⟦unsupported-hide-send|:hide_send⟧\": \"true\",\n}\n",
    ),
    (
        "Python, an f-string",
        "url = f\"{base}?⟦legacy-url-builder|:email⟧={email}&:time={int(time.time())}&⟦unsupported-loading-bg|:loading_bg=fff⟧\"",
    ),
    (
        "Go",
        "q := url.Values{}\nq.Set(\"⟦legacy-url-builder|:email⟧\", u.Email)\nq.Set(\":session_length\", \"3600\")\n",
    ),
    (
        "Ruby",
        "params = { \"⟦legacy-url-builder|:email⟧\" => user.email, \":external_user_team\" => \"Sales\" }\n",
    ),
    (
        "Ruby, interpolated",
        "url << \"&⟦legacy-url-builder|:nonce⟧=#{nonce}\" if nonce\nurl << \"&⟦wrong-case|:Hide_Send=true⟧\"\n",
    ),
    (
        "Java",
        "UriComponentsBuilder.fromHttpUrl(base)\n    .queryParam(\"⟦legacy-url-builder|:email⟧\", email)\n    \
         .queryParam(\":nonce\", nonce)\n    .queryParam(\"⟦unsupported-use-user-name|:use_user_name⟧\", true);",
    ),
    (
        "C#",
        "url += $\"&⟦legacy-url-builder|:email⟧={email}&:time={now}&⟦unknown-parameter|:hide_everything=yes⟧\";",
    ),
    (
        "PHP",
        "$params = [\n  '⟦legacy-url-builder|:email⟧' => $email,\n  ':ua_region' => $region,\n];\n",
    ),
    (
        "Apex",
        "String url = base + '&⟦legacy-url-builder|:email⟧=' + EncodingUtil.urlEncode(email, 'UTF-8')\n    + '&:mode=userbacked';",
    ),
    (
        "a template",
        "<iframe src=\"{{ base }}?⟦legacy-url-builder|:nonce⟧={{ nonce }}&amp;⟦unsupported-hide-send|:hide_send=true⟧&amp;:theme=Dark\">",
    ),
    (
        "shell",
        "URL=\"$BASE?⟦legacy-url-builder|:nonce⟧=$(uuidgen)&:time=$(date +%s)&⟦unsupported-hide-run-as-recipient|:hide_run_as_recipient=true⟧\"",
    ),
    (
        "YAML",
        "params:\n  \"⟦legacy-url-builder|:mode⟧\": userbacked\n  \":external_user_team\": Sales\n",
    ),
    (
        "dotenv",
        "EMBED_PARAMS=\"⟦legacy-url-builder unsupported-hide-send|:hide_send=true⟧&⟦replaced-show-footer|:show_footer=false⟧\"\n",
    ),
    (
        "dotenv without quotes",
        "EMBED_PARAMS=⟦legacy-url-builder unsupported-hide-send|:hide_send=true⟧\n",
    ),
    (
        "JSON, escaped",
        "{\"query\":\"?\\u003aa=1\\u0026⟦legacy-url-builder|:mode=userbacked⟧\\u0026:email\\u003d%s\"}",
    ),
    (
        "a URL inside another",
        "login?next=%2Fembed%2F1%3F⟦legacy-url-builder|%3Aemail⟧%3D%s%26⟦unsupported-hide-send|%3Ahide_send%3Dtrue⟧%26x%3D1",
    ),
    ("a percent-encoded colon", "url += \"&⟦legacy-url-builder|%3Anonce⟧=\" + nonce"),
    (
        "Kotlin, one parameter near the path",
        "val url = \"$sigmaBase/embed/$id?⟦legacy-url-builder|:email⟧=$email\"",
    ),
    ("an attribute made of its name", "url += '&⟦legacy-url-builder|:ua_⟧' + name + '=' + value"),
    ("an attribute in a hole", "for k, v in ua: q += f\"&⟦legacy-url-builder|:ua_⟧{k}={v}\""),
    (
        "strings put together",
        "u = b + \"?\" + \"⟦legacy-url-builder|:email⟧=\" + e + \"&\" + \":time=\" + t",
    ),
    (
        "a comparison beside tags",
        "<td>:email</td><b>:nonce</b> '?⟦legacy-url-builder|:nonce⟧=' + n",
    ),
    ("an index", "params['⟦legacy-url-builder|:session_length⟧'] = 60; params[':nonce'] = n;"),
    (
        "a list that is joined",
        "[\"⟦legacy-url-builder|:nonce⟧=\" + n, \":mode=userbacked\"].join(\"&\")",
    ),
    (
        "one appended parameter",
        "url += '&⟦legacy-url-builder unsupported-hide-send|:hide_send=true⟧'",
    ),
    (
        "one key near the host",
        "fetch('https://app.sigmacomputing.com'); p['⟦legacy-url-builder|:email⟧'] = e;",
    ),
    ("a typo", "url += '?⟦legacy-url-builder|:nonce⟧=' + n + '&⟦unknown-parameter|:emial⟧=' + e"),
    (
        "a new builder with an old parameter",
        "`?:jwt=${token}&:embed=true&⟦unsupported-hide-send|:hide_send=true⟧&:theme=Dark`",
    ),
    (
        "both builders side by side",
        "a = `?⟦legacy-url-builder|:nonce⟧=${n}&:email=${e}`\nb = `?:jwt=${token}&:embed=true`",
    ),
    (
        "an undocumented parameter",
        "'?⟦legacy-url-builder|:nonce⟧=' + n + '&⟦undocumented-parameter|:hide_title=true⟧'",
    ),
];

#[test]
fn builders_are_found_at_their_places_in_every_language() {
    for (name, marked) in BUILDERS {
        assert_marked(name, marked);
    }
}

/// Code that shares the words, and is none of ours.
const LOOK_ALIKES: &[(&str, &str)] = &[
    ("a lone key", "x = params[\":email\"]"),
    (
        "Rails migration",
        "create_table :users do |t|\n  t.text :external_user_id\n  t.string :email, :mode\nend",
    ),
    (
        "Rails, strong parameters",
        "params.permit(:email, :mode, :client_id, :external_user_team, :hide_send)",
    ),
    (
        "Ruby hash of old",
        "{ :email => user.email, :time=>now, :nonce=>n, :external_user_team => 'x' }",
    ),
    ("Ruby, symbols to procs", "users.map(&:email).each(&:time); rows.sum(&:session_length)"),
    (
        "SQL",
        "SELECT * FROM t WHERE email=:email AND time=:time AND mode = :mode AND hide_send = :hide_send",
    ),
    (
        "SQL, a list of values",
        "INSERT INTO t VALUES (:email, :time, :mode, :nonce, :external_user_id)",
    ),
    (
        "PDO",
        "$s = $db->prepare('UPDATE u SET email = :email, nonce = :nonce WHERE client_id=:client_id');\n\
         $s->execute([\":email\" => $email, \":nonce\" => $n, \":client_id\" => $id]);",
    ),
    (
        "PDO, one of the names that nobody else has",
        "$s = $db->prepare('UPDATE embeds SET hide_send = :hide_send');\n$s->execute([':hide_send' => 1]);",
    ),
    (
        "PDO, the statement elsewhere",
        "$s->bindValue(':email', $e);\n$s->bindValue(':first_name', $f);\n$s->bindValue(':nonce', $l);",
    ),
    ("names of bind variables", "binds = [\":email\", \":time\"]"),
    (
        "names of many bind variables",
        "[':email', ':time', ':mode', ':client_id', ':first_name', ':last_name']",
    ),
    (
        "SQLAlchemy",
        "text(\"SELECT 1 FROM u WHERE email=:email AND time=:time\").bindparams(email=e, time=t)",
    ),
    (
        "Oracle",
        "cursor.execute('begin p(client_id=:client_id, nonce=:nonce); end;', {\":client_id\": c, \":nonce\": n})",
    ),
    (
        "DynamoDB",
        "KeyConditionExpression: \"email = :email and #t > :time\",\nExpressionAttributeValues: { \":email\": e, \":time\": t, \":nonce\": n }",
    ),
    ("Elixir", "%{email: e, mode: :mode} |> Map.put(:external_user_team, t) |> Map.get(:nonce)"),
    ("Clojure", "(-> user (select-keys [:email :time :mode :external_user_id]) (assoc :nonce n))"),
    ("Lisp", "(make-user :email e :time (now) :mode :edit :hide_send t)"),
    ("routes", "app.get('/users/:client_id'); app.get('/:mode/:time'); get \"/:email\", to: 'x#y'"),
    ("CSS", "a:hover{color:red} input:mode{time:1} .x:theme=y{}"),
    ("YAML", "base: &mode\n  email: x\nuse: *mode\n:mode: edit\n:email: a\n"),
    ("Kubernetes", "image: registry/app:time\nargs: [\"--mode=edit\", \"--set=client:email=x\"]\n"),
    (
        "OpenID",
        "url = auth + \"?client_id=\" + id + \"&nonce=\" + nonce + \"&email=\" + e + \"&mode=x\"",
    ),
    ("content-security nonces", "<meta content=\"script-src 'nonce-abc'\"><script nonce=\"abc\">"),
    ("a JWT library", "jwt.sign({ email: e, nonce: n, time: t }, secret, { algorithm: 'HS256' })"),
    (
        "Java, method references",
        "list.map(User::email).map(X::nonce=y); Comparator.comparing(User::time)",
    ),
    ("Python, slices", "x[a:time]; y[1:mode=2]; z[:email]; f(x[:time], y[:mode])"),
    ("C++", "std::time= 3; auto t = std::chrono::time; x::mode=edit; ns::email=\"x\";"),
    (
        "Vue",
        "<Comp :mode=\"edit\" :email=\"user.email\" :hide_send=\"true\" :external_user_team='t' />",
    ),
    (
        "Vue over lines",
        "<Embed\n  :nonce=\"n\"\n  :client_id=\"c\"\n  :session_length=\"60\"\n  :show_footer=\"false\"\n/>",
    ),
    ("Vue without quotes", "<Comp :mode=mode :email=email :hide_send=flag>"),
    ("prose", "Set :hide_send=true to hide the menu."),
    ("Vue in a string", "template: '<Comp :mode=\"edit\" :email=\"e\"/>'"),
    ("Ansible", "- name: x\n  debug: msg=\"{{ mode }}:time={{ t }}\"\n"),
    ("log formats", "log.info('at time:email=' + e); format = \"%time:mode=%m user:client_id=%u\""),
    (
        "regular expressions",
        "/(?:time=|mode=)(?:nonce=[a-z]+)(?:email=)/; r\"^(?:client_id=\\d+)$\"",
    ),
    (
        "a builder of new URLs",
        "url = base + '?:jwt=' + token + '&:embed=true&:menu_position=none&:theme=Dark&:hide_menu=false'",
    ),
    (
        "a builder of new URLs, as keys",
        "{ ':jwt': token, ':embed': 'true', ':theme': theme, ':hide_bookmarks': 'true' }",
    ),
    (
        "kept parameters alone",
        "url += '&:theme=Dark&:lng=fr'; // https://app.sigmacomputing.com/embed/",
    ),
    ("Tableau", "src = view + '?:embed=yes&:toolbar=no&:tabs=no&:showVizHome=no&:refresh=yes'"),
    (
        "Markdown",
        "The parameters `:hide_send`, `:hide_schedule` and `:external_user_team` are gone.",
    ),
    ("a ternary, minified", "a?\"x\":mode=1,b?'y':email=2,c?d:time=3,e?f:nonce"),
    ("minified JSON", "{\"a\":true,\"b\":time,\"mode\":email,'c':nonce}"),
    ("times", "at 12:30:time=5, 10:mode, C:\\new:mode=x"),
    (
        "a ternary with strings",
        "a?\"b\":mode=\"y\",{\"u\":ua_list[0],'r':ua_x}; mode==\"\":mode=\"x\"",
    ),
    (
        "a router that names its parameters so",
        "http.NewRequest(\"POST\", \"/users/a@b.example/tokens?:email=a@b.example\", b)",
    ),
    ("a route in a comment", "// path: 'confirmation?:email=email&:token=token',"),
    (
        "bind variables as a query string",
        "$user->find()->where(\"email = :email AND time = :time\", \":email={$e}&:time={$t}\")->fetch();",
    ),
    ("the status of a command", "echo \"[exit=$?:time=$(date -u)] $?:mode=x\""),
    (
        "ends of keys",
        "redis.set(id + \":nonce\", n); redis.set(id + \":signature\", s); log(a + \":session_length=\" + l + \":nonce=\" + n)",
    ),
    (
        "names of routes",
        "subst := map[string]string{\":id\": id, \":user_id\": \"u\", \":external_user_id\": \"p\"}",
    ),
    (
        "PDO, many names",
        "INSERT INTO t (a) VALUES (\n  :id, :email,\n  :ua_data, :hide_send)\n$s->execute([':email' => 1, ':ua_data' => 2, ':hide_send' => 3]);",
    ),
    (
        "DynamoDB, a set",
        "UpdateExpression='ADD uas :ua_set', ExpressionAttributeValues={':ua_set': {ua}}",
    ),
    ("Markdown with values", "Write `:hide_send=true` or `:show_footer=false`."),
    ("another CMS", "<a href='{$ut->link($page['link'],'&:mode=contact_manager')}'>Manager</a>"),
    ("nothing", ""),
    ("ends early", ":"),
    ("ends in an escape", "&%3"),
];

#[test]
fn code_that_only_shares_the_words_is_left_alone() {
    for (name, text) in LOOK_ALIKES {
        assert_marked(name, text);
    }
}

#[test]
fn the_group_names_every_parameter_with_its_fate() {
    let found = look(
        b"'?:nonce=' + n + '&:client_id=' + c + '&:mode=userbacked&:theme=Dark&:hide_send=' + h \
          + '&:show_footer=true&:nonce=' + n + '&:ua_' + k + '&:foo=1'",
    );
    let first = found.first().unwrap();
    assert_eq!(
        first.finding.message,
        "this code builds a legacy signed URL: `:nonce` (claim `jti`), `:client_id` (header `kid`), \
         `:mode` (dropped: nothing needs it), `:theme` (kept), `:hide_send` (unsupported), \
         `:show_footer` (replaced by `:menu_position`), `:ua_\u{2026}` (claim `user_attributes`), `:foo` (unknown)"
    );
}

#[test]
fn a_literal_value_decides_how_much_it_weighs() {
    for (code, severity, suggestion) in [
        ("'&:hide_send=false'", "info", "remove it"),
        ("'&:hide_send=true'", "warning", Id::HideSend.row().remedy),
        ("'&:hide_send=' + x", "warning", Id::HideSend.row().remedy),
        ("'&:hide_send=${x}'", "warning", Id::HideSend.row().remedy),
        ("'&:hide_send=false${x}'", "warning", Id::HideSend.row().remedy),
        ("'&:showUnderlyingData=true'", "info", "remove it"),
        ("'&:show_footer=false'", "warning", "use `:menu_position=none`"),
        ("'&:show_footer=' + x", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=@Model.Footer'", "warning", Id::ShowFooter.row().remedy),
        ("'&:show_footer=FOOTER'", "warning", Id::ShowFooter.row().remedy),
        ("\"&:hide_send=false\\(more)\"", "warning", Id::HideSend.row().remedy),
    ] {
        let found = look(code.as_bytes());
        let own = &found.iter().find(|found| found.parameter.is_some()).unwrap().finding;
        assert_eq!((own.severity.name(), &*own.suggestion), (severity, suggestion), "{code}");
    }
}

#[test]
fn far_parameters_are_of_two_groups() {
    let apart = |lines: usize, bytes: usize| {
        let gap = format!("{}{}", "\n".repeat(lines), " ".repeat(bytes));
        let text = format!("'&:session_length=' + e{gap}'&:nonce=' + n");
        places(&text).len()
    };
    assert_eq!(apart(20, 0), 1);
    assert_eq!(apart(21, 0), 2);
    assert_eq!(apart(0, 1_900), 1);
    assert_eq!(apart(0, 2_100), 2);
}

#[test]
fn whole_urls_are_left_to_others() {
    let text = b"'https://x/?:email=a&:hide_send=true' + '&:nonce=' + n";
    let context = Context::none();
    let mut found = Vec::new();
    let options = Options { context: &context, bases: NO_BASES };
    examine(text, &[Span::new(1, 36)], &options, &mut found);
    let spans: Vec<_> = found.iter().map(|found| found.finding.span.of(text)).collect();
    assert_eq!(spans, [b":nonce"]);
}

/// The text with all fixes applied.
fn mended(text: &str) -> String {
    let mut out = text.to_owned();
    let fixes: Vec<Fix> = look(text.as_bytes()).into_iter().filter_map(|found| found.fix).collect();
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
        // Another menu position stands already, or only the code knows.
        ("'&:show_footer=false&:menu_position=top'", "'&:show_footer=false&:menu_position=top'"),
        ("'&:show_footer=' + x", "'&:show_footer=' + x"),
        ("'&:show_footer=no'", "'&:show_footer=no'"),
        ("{':show_footer': 'false'}", "{':show_footer': 'false'}"),
        // One separator goes with the parameter.
        ("'?:email=a&:hide_send=false&:theme=Dark'", "'?:email=a&:theme=Dark'"),
        ("'?:hide_send=false&:email=a'", "'?:email=a'"),
        ("'?:email=a&amp;:hide_send=false&amp;:lng=fr'", "'?:email=a&amp;:lng=fr'"),
        ("'?:hide_send=false&amp;:email=a'", "'?:email=a'"),
        ("'?:hide_send=false\\u0026:email=a'", "'?:email=a'"),
        ("x%3F%3Ahide_send%3Dfalse%26%3Aemail%3Da", "x%3F%3Aemail%3Da"),
        ("P=':hide_send=false&:email=a'", "P=':email=a'"),
        ("P=:hide_send=false&:email=a", "P=:email=a"),
        ("url += '&:hide_send=false'", "url += ''"),
        ("$url .= \"&:hide_send=false\"", "$url .= \"\""),
        ("if u.includes('&:hide_send=false')", "if u.includes('&:hide_send=false')"),
        ("u == '&:hide_send=false'", "u == '&:hide_send=false'"),
        ("'?:showUnderlyingData=true&:email=a'", "'?:email=a'"),
        // A pair at the beginning takes one separator each, and never the same.
        ("'?:hide_send=false&:hide_schedule=false&:email=a'", "'?:email=a'"),
        ("'?:hide_send=false&:hide_schedule=false'", "'?:hide_schedule=false'"),
        // It restricts something, or nothing valid would be left.
        ("'&:hide_send=true'", "'&:hide_send=true'"),
        ("'?:hide_send=false'", "'?:hide_send=false'"),
        ("':hide_send=false'", "':hide_send=false'"),
        ("'?:hide_send=false' + '&:email=a'", "'?:hide_send=false' + '&:email=a'"),
        ("'&:hide_send=false${more}'", "'&:hide_send=false${more}'"),
        ("P=:hide_send=false&&run", "P=:hide_send=false&&run"),
        ("&quot;?:hide_send=false&quot;", "&quot;?:hide_send=false&quot;"),
    ] {
        let once = mended(before);
        assert_eq!(once, after);
        assert_eq!(mended(&once), once, "twice");
    }
}

/// Whether one of the names that the prefilter looks for stands in a text.
fn has_necessary(text: &str) -> bool {
    let names = necessary(&Context::none());
    [":", "3A", "3a"].iter().any(|colon| {
        text.match_indices(colon).any(|(at, _)| {
            let behind = &text[at + colon.len()..];
            names.iter().any(|name| behind.starts_with(name))
        })
    })
}

#[test]
fn every_builder_has_one_of_the_necessary_names() {
    for (name, marked) in BUILDERS {
        assert!(has_necessary(&unmark(marked).0), "{name}");
    }
    assert!(!has_necessary("'?:jwt=' + token + '&:theme=Dark'"));
}

#[test]
fn the_configuration_adds_names_that_are_necessary() {
    let mut rows = Overlay::default();
    let row = |id: Id, name| Parameter { name, fate: Fate::Unsupported, ..id.row().clone() };
    rows.insert(row(Id::Unknown, "old_one"));
    rows.insert(row(Id::Theme, "theme"));
    let context = Context { parameters: Some(&rows), ..Context::none() };
    let names = necessary(&context);
    assert!(names.contains(&"old_one") && names.contains(&"theme") && names.contains(&"ua_"));
    let options = Options { context: &context, bases: NO_BASES };
    let mut found = Vec::new();
    examine(b"x = '?:old_one=1&:theme=Dark'", &[], &options, &mut found);
    let said: Vec<_> =
        found.iter().map(|found| (found.finding.rule.id, found.parameter.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("legacy-url-builder", None),
            ("unknown-parameter", Some("old_one")),
            ("unknown-parameter", Some("theme"))
        ]
    );
}

#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        ":email=",
        "&:",
        "\"",
        "&:email=",
        "\":email\"",
        ",:email",
        "&:hide_send=false",
        "&:ab=",
        ":email=x:email=x",
        "&:email=\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "%253A",
        "\\",
        "\":nonce\"\n",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let start = std::time::Instant::now();
        look(text.as_bytes());
        // A quadratic search would take minutes.
        assert!(start.elapsed().as_secs() < 10, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_and_the_spans_lie_in_it(
        pieces in prop::collection::vec(prop::sample::select(vec![
            ":", "%3A", "?", "&", "&amp;", "\\u0026", "=", "%3D", "\"", "'", "`", "\\", "\n", " ", "${x}", "%s", "%", ";",
            "email", "nonce", "hide_send", "show_footer", "ua_", "jwt", "true", "false", "menu_position", "foo", "\u{201c}", "\u{e9}",
        ]), 0..60),
    ) {
        let text = pieces.concat();
        let found = look(text.as_bytes());
        prop_assert!(found.is_empty() || has_necessary(&text));
        for found in found {
            let span = found.finding.span;
            prop_assert!(!span.of(text.as_bytes()).is_empty());
            prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
            if let Some(fix) = found.fix {
                prop_assert!(fix.span.end as usize <= text.len());
                prop_assert!(fix.span.start <= span.start && span.end <= fix.span.end);
            }
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        look(&bytes);
    }
}
