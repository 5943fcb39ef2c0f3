//! Texts with their findings marked by hand: `⟦rule rule|what they are about⟧`.

/// Code that builds legacy URLs, with what is said of it.
pub(super) const BUILDERS: &[(&str, &str)] = &[
    (
        "JavaScript",
        "let url = base + '?⟦legacy-url-builder|:nonce⟧=' + nonce;\n\
         url += '&:email=' + encodeURIComponent(email);\n\
         url += '&⟦unsupported-hide-send|:hide_send=true⟧';\n\
         url += '&:mode=userbacked&⟦replaced-show-footer|:show_footer=false⟧';\n",
    ),
    (
        "TypeScript",
        "const q = `?⟦legacy-url-builder|:client_id=${id}⟧&:email=${user.email}&⟦unsupported-hide-schedule|:hide_schedule=${flag}⟧`;",
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
        "url = f\"{base}?⟦legacy-url-builder|:email={email}⟧&:time={int(time.time())}&⟦unsupported-loading-bg|:loading_bg=fff⟧\"",
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
        "url << \"&⟦legacy-url-builder|:nonce=#{nonce}⟧\" if nonce\nurl << \"&⟦wrong-case|:Hide_Send=true⟧\"\n",
    ),
    (
        "Java",
        "UriComponentsBuilder.fromHttpUrl(base)\n    .queryParam(\"⟦legacy-url-builder|:email⟧\", email)\n    \
         .queryParam(\":nonce\", nonce)\n    .queryParam(\"⟦unsupported-use-user-name|:use_user_name⟧\", true);",
    ),
    (
        "C#",
        "url += $\"&⟦legacy-url-builder|:email={email}⟧&:time={now}&⟦unknown-parameter|:hide_everything=yes⟧\";",
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
        "<iframe src=\"{{ base }}?⟦legacy-url-builder|:nonce={{ nonce }}⟧&amp;⟦unsupported-hide-send|:hide_send=true⟧&amp;:theme=Dark\">",
    ),
    (
        "shell",
        "URL=\"$BASE?⟦legacy-url-builder|:nonce=$(uuidgen)⟧&:time=$(date +%s)&⟦unsupported-hide-run-as-recipient|:hide_run_as_recipient=true⟧\"",
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
        "login?next=%2Fembed%2F1%3F⟦legacy-url-builder|%3Aemail%3D%s⟧%26⟦unsupported-hide-send|%3Ahide_send%3Dtrue⟧%26x%3D1",
    ),
    ("a percent-encoded colon", "url += \"&⟦legacy-url-builder|%3Anonce⟧=\" + nonce"),
    (
        "Kotlin, one parameter near the path",
        "val url = \"$sigmaBase/embed/$id?⟦legacy-url-builder|:email=$email⟧\"",
    ),
    ("an attribute made of its name", "url += '&⟦legacy-url-builder|:ua_⟧' + name + '=' + value"),
    (
        "an attribute in a placeholder",
        "for k, v in ua: q += f\"&⟦legacy-url-builder|:ua_⟧{k}={v}\"",
    ),
    (
        "strings put together",
        "u = b + \"?\" + \"⟦legacy-url-builder|:email⟧=\" + e + \"&\" + \":time=\" + t",
    ),
    (
        "a comparison beside tags",
        "<td>:email</td><b>:nonce</b> '?⟦legacy-url-builder|:nonce⟧=' + n",
    ),
    (
        "keys near the path",
        "open(`/embed/${id}?${q({ '⟦legacy-url-builder|:email⟧': e, ':mode': m })}`)",
    ),
    ("what signs alone", "return `${url}&⟦legacy-url-builder|:signature=${hmac(url)}⟧`;"),
    (
        "an index near Sigma's name",
        "sigma_params = {}; params['⟦legacy-url-builder|:session_length⟧'] = 60; params[':nonce'] = n; params[':mode'] = m;",
    ),
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
    (
        "keys of names that others have too, near Sigma's name",
        "// Sigma\n$q = ['⟦legacy-url-builder|:email⟧' => $e, ':nonce' => $n, ':session_length' => 60];",
    ),
    (
        "another mode near Sigma's host",
        "'https://app.sigmacomputing.com'; url += '&⟦legacy-url-builder|:mode=edit⟧'",
    ),
    ("a typo", "url += '?⟦legacy-url-builder|:nonce⟧=' + n + '&⟦unknown-parameter|:emial⟧=' + e"),
    (
        "a new builder with an old parameter",
        "`?:jwt=${token}&:embed=true&⟦unsupported-hide-run-as-recipient|:hide_run_as_recipient=true⟧&:theme=Dark`",
    ),
    (
        "a new builder with an old parameter, as keys",
        "{ ':jwt': token, ':embed': 'true', ':theme': t, '⟦unsupported-hide-run-as-recipient|:hide_run_as_recipient⟧': 'true' }",
    ),
    (
        "a new builder with an old parameter far off",
        "u = `?:jwt=${token}`\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nu += '&⟦unsupported-hide-sheet-interactions|:hide_sheet_interactions=true⟧'",
    ),
    (
        "both builders side by side",
        "a = `?⟦legacy-url-builder|:nonce=${n}⟧&:email=${e}`\nb = `?:jwt=${token}&:embed=true`",
    ),
    (
        "an undocumented parameter",
        "'?⟦legacy-url-builder|:nonce⟧=' + n + '&⟦undocumented-parameter|:hide_title=true⟧'",
    ),
];

/// Code that shares the words, and is none of ours.
pub(super) const LOOK_ALIKES: &[(&str, &str)] = &[
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
        "signed objects",
        "var e = { \":machine-id\": m, \":nonce\": n }; return { ...e, \":signature\": sign(e) };",
    ),
    (
        "Kohana",
        "$log->add('login :external_user_id => :user_id', [':external_user_id' => $x, ':email' => $e]);",
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
    (
        "bind variables, the last before a quote, near words of queries",
        "urlencode($x); find()->where(\"id != :id AND email = :email\", \":id={$i}&:email={$e}\");",
    ),
    (
        "PDO, an array and the statement elsewhere",
        "$row = $db->fetch($sql, array(':email' => $email, ':nonce' => $nonce, ':session_length' => 60));",
    ),
    (
        "route tables",
        "[\"checkout\", \":collection\", \":email\", \":signature\"], [\"x\", \":nonce\", \":time\", \":session_length\"]",
    ),
    (
        "another CMS near words of queries",
        "url('/embed/'); href = link + '&:mode=edit' // URLSearchParams",
    ),
    ("nothing", ""),
    ("ends early", ":"),
    ("ends in an escape", "&%3"),
];
