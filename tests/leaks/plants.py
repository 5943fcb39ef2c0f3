"""What is planted: secrets and tokens, in the forms and escapes in which files and URLs hold them.

A form is a file's extension and a template. In a template `@S@` is the value as it is, `@A@` and `@B@` its two halves,
`@6@` its Base64, `@N@`, `@n@`, `@c@` and `@k@` the name of a secret in the cases of a variable, of a key, of a camel and
with dashes, `@T@` the name of a token.
"""

import base64

# Names of secrets: as a variable, as a key, as a camel, with dashes.
NAMES = [
    ("EMBED_SECRET", "embed_secret", "embedSecret", "embed-secret"),
    ("SIGMA_CLIENT_SECRET", "client_secret", "clientSecret", "client-secret"),
    ("DB_PASSWORD", "db_password", "dbPassword", "db-password"),
    ("SIGMA_API_KEY", "sigma_api_key", "sigmaApiKey", "sigma-api-key"),
    ("ACCESS_TOKEN", "access_token", "accessToken", "access-token"),
    ("SIGNING_PRIVATE_KEY", "signing_private_key", "signingPrivateKey", "signing-private-key"),
    ("SIGMA_CREDENTIAL", "sigma_credential", "sigmaCredential", "sigma-credential"),
]

# Names of tokens and signatures.
TOKEN_NAMES = ["signature", "jwt", "oauth_token", "oauthToken", ":signature", ":jwt", "SIGNATURE", "oauth-token"]

# The value may be any line of text without quotes: the quotes around it are the form's.
QUOTED = {
    "env": ['@N@="@S@"', "@N@='@S@'", "export @N@='@S@'"],
    "sh": [
        'export @N@="@S@"',
        "@N@='@S@' ./run.sh",
        'curl -H "Authorization: Bearer @S@" https://example.com',
        "curl -H 'X-Api-Key: @S@' https://example.com",
        'printf %s "$url" | openssl dgst -sha256 -hmac "@S@"',
        'docker run -e @N@="@S@" image',
        "embed --secret '@S@' --quiet",
        "embed --secret='@S@'",
    ],
    "ps1": ['$env:@N@ = "@S@"', '$@c@ = "@S@"', "[Environment]::SetEnvironmentVariable('@N@', '@S@')"],
    "yaml": [
        '@n@: "@S@"',
        "@n@: '@S@'",
        '- name: @N@\n  value: "@S@"',
        '- "@N@=@S@"',
        "{@n@: '@S@', a: 1}",
        '@n@: &anchor "@S@"',
        '@n@: !!str "@S@"',
        '@n@:\n  "@S@"',
        '"@k@": "@S@"',
        "? @n@\n: '@S@'",
    ],
    "json": [
        '{"@c@": "@S@"}',
        '{"@n@" : "@S@", "a": 1}',
        '{"name": "@N@", "value": "@S@"}',
        '{"key":"@n@","value":"@S@"}',
        '{"value": "@S@", "name": "@N@"}',
        '{"@n@": ["@S@"]}',
        '{"@n@":\n  "@S@"}',
        '{"body": "{\\"@c@\\": \\"@S@\\"}"}',
        '{"env": {"@N@": {"value": "@S@"}}}',
    ],
    "toml": ['@n@ = "@S@"', "@n@ = '@S@'", '@n@ = """@S@"""', "@n@ = '''\n@S@'''", '"@k@" = "@S@"', 'a = { @n@ = "@S@" }'],
    "xml": [
        '<add key="@c@" value="@S@"/>',
        '<add value="@S@" key="@c@"/>',
        "<Setting @c@='@S@'/>",
        '<property name="@n@">@S@</property>',
        "<@c@>@S@</@c@>",
        "<@c@><![CDATA[@S@]]></@c@>",
        "<@c@>\n  @S@\n</@c@>",
        "<key>@c@</key><string>@S@</string>",
        "<key>@c@</key>\n<string>@S@</string>",
        '<input type="hidden" name="@n@" value="@S@">',
    ],
    "tf": [
        '@n@ = "@S@"',
        'variable "@n@" {\n  default = "@S@"\n}',
        '@n@   =   "@S@" # mine',
        "@n@ = <<EOF\n@S@\nEOF",
        "@n@ = <<-EOT\n  @S@\n  EOT",
    ],
    "js": [
        'const @c@ = "@S@";',
        "let @c@ = '@S@'",
        "var @c@ = `@S@`;",
        "  @c@: '@S@',",
        '  "@k@": "@S@",',
        "const a = process.env.@N@ || '@S@';",
        'const a = process.env.@N@ ?? "@S@";',
        "process.env['@N@'] = '@S@';",
        "process.env.@N@ = '@S@';",
        "const s = crypto.createHmac('sha256','@S@').update(url).digest('hex');",
        'const s = crypto.createHmac("sha256", "@S@")',
        "const s = createHmac(\n  'sha256', '@S@').update(url)",
        "const s = createHmac('sha256', Buffer.from('@S@', 'utf8'))",
        'const t = jwt.sign(p, "@S@");',
        "const t = jwt.sign({ sub: user.email }, '@S@', { algorithm: 'HS256', keyid: id });",
        'const t = await new SignJWT(p).sign(new TextEncoder().encode("@S@"));',
        "const k = new TextEncoder().encode('@S@');",
        "const h = CryptoJS.HmacSHA256(url, '@S@').toString();",
        'await crypto.subtle.importKey("raw", enc.encode("@S@"), alg, false, ["sign"]);',
        "const @c@ = '@A@' + '@B@';",
        'const @c@ = "@A@" +\n  "@B@";',
        "const @c@ = ['@A@', '@B@'].join('');",
        "headers: { Authorization: 'Bearer @S@' },",
        'headers.set("Authorization", "Bearer @S@");',
        'params.set("@n@", "@S@");',
        "function f(@c@ = '@S@') {}",
        "const { @c@ = '@S@' } = options;",
        "const url = sign(base, '@S@');",
        'client.setSecret("@S@");',
        "const @c@ = Buffer.from('@6@', 'base64');",
        "const @c@ = atob('@6@');",
        "// @c@: '@S@'",
    ],
    "ts": [
        'const @c@: string = "@S@";',
        "private readonly @c@ = '@S@';",
        "@c@?: string = '@S@';",
        "const @c@ = <string>'@S@';",
        "export const @N@ = '@S@' as const;",
        "const config: Config = { @c@: '@S@' };",
    ],
    "py": [
        '@N@ = "@S@"',
        "@N@ = b'@S@'",
        "@N@: str = '@S@'",
        '@N@ = """@S@"""',
        '@N@ = (\n    "@A@"\n    "@B@"\n)',
        '@N@ = "@A@" \\\n    "@B@"',
        'sig = hmac.new(b"@S@", url.encode(), hashlib.sha256).hexdigest()',
        'sig = hmac.new("@S@".encode("utf-8"), url, hashlib.sha256)',
        "sig = hmac.new(\n    b'@S@', url, 'sha256')",
        'sig = hmac.new(key=b"@S@", msg=url, digestmod="sha256")',
        'sig = hmac.digest(b"@S@", url, "sha256")',
        "t = jwt.encode(p, '@S@', algorithm='HS256')",
        't = jwt.encode({"sub": email}, "@S@", algorithm="HS256", headers={"kid": kid})',
        "os.environ['@N@'] = '@S@'",
        'a = os.environ.get("@N@", "@S@")',
        "a = os.getenv('@N@') or '@S@'",
        "client = Client(@n@='@S@')",
        "config = dict(@n@='@S@')",
        "{'@n@': '@S@'}",
        "requests.get(url, auth=('user', '@S@'))",
        "requests.get(url, headers={'Authorization': 'Bearer @S@'})",
        "@N@ = base64.b64decode('@6@')",
        "# @N@ = '@S@'",
    ],
    "rb": [
        "sig = OpenSSL::HMAC.hexdigest('SHA256', '@S@', url)",
        'sig = OpenSSL::HMAC.hexdigest("SHA256", "@S@", url)',
        "sig = OpenSSL::HMAC.hexdigest(OpenSSL::Digest.new('sha256'), '@S@', url)",
        "t = JWT.encode(p, '@S@', 'HS256')",
        "t = JWT.encode p, '@S@', 'HS256'",
        "@N@ = '@S@'.freeze",
        "@n@: '@S@',",
        ":@n@ => '@S@',",
        "'@n@' => '@S@'",
        "a = ENV.fetch('@N@', '@S@')",
        "a = ENV.fetch('@N@') { '@S@' }",
        "ENV['@N@'] ||= '@S@'",
    ],
    "go": [
        '@c@ := "@S@"',
        "@c@ := `@S@`",
        'const @c@ = "@S@"',
        'var @c@ string = "@S@"',
        'mac := hmac.New(sha256.New, []byte("@S@"))',
        't, err := token.SignedString([]byte("@S@"))',
        'os.Setenv("@N@", "@S@")',
        '@c@ := []byte("@S@")',
        '@c@ := "@A@" + "@B@"',
    ],
    "php": [
        "$@n@ = '@S@';",
        '$@n@ = "@S@";',
        "$sig = hash_hmac('sha256', $url, '@S@');",
        "define('@N@', '@S@');",
        "'@n@' => '@S@',",
        "$t = JWT::encode($p, '@S@', 'HS256');",
        "$a = env('@N@', '@S@');",
        "$a = getenv('@N@') ?: '@S@';",
        "const @N@ = '@S@';",
        'putenv("@N@=@S@");',
        "$@n@ = '@A@' . '@B@';",
        "$@n@ = '@A@'\n    . '@B@';",
        "$@n@ = <<<EOT\n@S@\nEOT;",
        "$this->@c@ = '@S@';",
        "$_ENV['@N@'] = '@S@';",
    ],
    "java": [
        'private static final String @N@ = "@S@";',
        'String @c@ = "@A@" +\n    "@B@";',
        'mac.init(new SecretKeySpec("@S@".getBytes(UTF_8), "HmacSHA256"));',
        'String sig = new HmacUtils(HMAC_SHA_256, "@S@").hmacHex(url);',
        'Algorithm a = Algorithm.HMAC256("@S@");',
        'Key key = Keys.hmacShaKeyFor("@S@".getBytes());',
        'Jwts.builder().signWith(SignatureAlgorithm.HS256, "@S@").compact();',
        'System.setProperty("@n@", "@S@");',
        '@Value("${@n@:@S@}")',
        'config.put("@n@", "@S@");',
    ],
    "cs": [
        'var h = new HMACSHA256(Encoding.UTF8.GetBytes("@S@"));',
        'var @c@ = "@S@";',
        'var @c@ = @"@S@";',
        'var @c@ = $"@S@";',
        '["@c@"] = "@S@",',
        'var k = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("@S@"));',
        'Environment.SetEnvironmentVariable("@N@", "@S@");',
        'public string @c@ { get; set; } = "@S@";',
    ],
    "rs": [
        'const @N@: &str = "@S@";',
        'let @n@ = "@S@";',
        'let mac = Hmac::<Sha256>::new_from_slice(b"@S@")?;',
        'let key = EncodingKey::from_secret("@S@".as_ref());',
        'let @n@ = String::from("@S@");',
    ],
    "swift": ['let @c@ = "@S@"', 'let @c@: String = "@S@"', 'let k = SymmetricKey(data: Data("@S@".utf8))'],
    "kt": ['val @c@ = "@S@"', 'const val @N@ = "@S@"', 'val h = HmacUtils("HmacSHA256", "@S@")'],
    "sql": ["SET @@n@ = '@S@';", "ALTER USER a IDENTIFIED BY '@S@';", "CREATE USER a WITH PASSWORD '@S@';"],
    "lua": ['local @n@ = "@S@"', "@n@ = [[@S@]]"],
    "md": ['Set `@N@="@S@"`.', "| `@N@` | `@S@` |"],
}

# The value is one word without quotes.
BARE = {
    "env": ["@N@=@S@", "export @N@=@S@", "@N@ = @S@", "# @N@=@S@", "@N@=@S@ # mine"],
    "sh": [
        "export @N@=@S@",
        "@N@=@S@ ./run.sh",
        "embed --secret @S@ --quiet",
        "embed --secret=@S@",
        "docker run -e @N@=@S@ image",
        "docker build --build-arg @N@=@S@ .",
        "kubectl create secret generic a --from-literal=@k@=@S@",
        "heroku config:set @N@=@S@",
        "curl -u user:@S@ https://example.com",
        "curl -H Authorization:@S@ https://example.com",
        "cat >.env <<EOF\n@N@=@S@\nEOF",
        "echo -n $url | openssl dgst -sha256 -hmac @S@",
        "gh secret set @N@ --body @S@",
    ],
    "cmd": ["set @N@=@S@", "setx @N@ @S@", "rem set @N@=@S@"],
    "dockerfile": ["ENV @N@ @S@", "ENV @N@=@S@", "ARG @N@=@S@", "ENV A=1 @N@=@S@"],
    "yaml": [
        "@n@: @S@",
        "@n@: |\n  @S@",
        "@n@: >-\n  @S@",
        "@n@: |-\n    @S@",
        "- name: @N@\n  value: @S@",
        "- @N@=@S@",
        "{@n@: @S@, a: 1}",
        "@n@: &anchor @S@",
        "@n@: !!str @S@",
        "@n@:\n  @S@",
        "@k@: @6@",
        "# @n@: @S@",
    ],
    "properties": ["@n@=@S@", "@n@: @S@", "@n@ @S@", "@n@ = @S@", "@n@=@A@\\\n    @B@", "# @n@=@S@"],
    "ini": ["@n@=@S@", "; @n@ = @S@"],
    "netrc": ["machine example.com login user password @S@", "  password @S@"],
    "xml": ["<@c@>@S@</@c@>", '<a connectionString="Server=db;User=a;Password=@S@;Pool=1"/>'],
    "txt": [
        "https://user:@S@@example.com/a",
        "postgres://app:@S@@db/x",
        "redis://:@S@@cache:6379",
        "Authorization: Bearer @S@",
        "Authorization: Basic @6@",
        "https://example.com/?client_secret=@S@&a=1",
        "@N@=@S@",
    ],
    "rb": ["@N@ = %q(@S@)", "@N@ = %w[@S@]"],
}

# The value is a signature or a token: its first six characters may be shown.
TOKENS = {
    "json": ['{"@T@": "@S@"}', '{"name": "@T@", "value": "@S@"}', '{"value": "@S@", "name": "@T@"}', '{"@T@":\n  "@S@"}'],
    "yaml": ["@T@: @S@", '@T@: "@S@"', "- name: @T@\n  value: @S@", "@T@: >-\n  @S@", "@T@:\n  @S@"],
    "env": ["@T@=@S@", "@T@='@S@'"],
    "toml": ['"@T@" = "@S@"'],
    "xml": ['<add key="@T@" value="@S@"/>', '<a name="@T@">@S@</a>', '<input name="@T@" value="@S@">', "<key>@T@</key><string>@S@</string>"],
    "js": [
        "params.set('@T@', '@S@');",
        "params.append(\n  '@T@', '@S@');",
        "const p = { '@T@': '@S@' };",
        "q['@T@'] = '@S@';",
        "const p = [['@T@', '@S@']];",
        "url += '&:signature=' + '@S@';",
        "url += '&:signature=@A@' + '@B@';",
        'url += "&:signature=@A@" +\n  "@B@";',
    ],
    "py": ["p = {'@T@': '@S@'}", "p = [('@T@', '@S@')]", "p['@T@'] = '@S@'", 'url += f"&:signature=@S@"'],
    "php": ["$p['@T@'] = '@S@';", "'@T@' => '@S@',", "$url .= '&:signature=@A@' . '@B@';"],
    "txt": ["?:signature=@S@", "&:jwt=@S@", "&amp;:signature=@S@", "a :signature=@A@=\n@B@", ":signature=@S@ and more"],
    "csv": [":signature,@S@"],
}

# A JSON Web Token gives itself away.
JWTS = {
    "txt": ["the token @S@ is old", "@S@", "<@S@>", "token:@S@", "a=@S@&b=1"],
    "md": ["`@S@`", "[link](https://example.com/?t=@S@)"],
    "js": ["f('@S@');", "// @S@", "const a = `@S@`;"],
    "sh": ["curl -H 'Authorization: Bearer @S@' https://example.com", "a @S@ b"],
    "json": ['{"a": "@S@"}', '["@S@"]'],
}


def percent(times):
    def escape(c):
        for _ in range(times):
            c = "".join("%%%02X" % b for b in c.encode()) if len(c) == 1 else c.replace("%", "%25")
        return c

    return escape


ENTITIES = {"&": "&amp;", "=": "&equals;", ":": "&colon;", "_": "&lowbar;", "/": "&sol;", "?": "&quest;", "%": "&percnt;"}

# How one character is written, beside by itself.
ESCAPES = {
    "percent": percent(1),
    "percent twice": percent(2),
    "percent thrice": percent(3),
    "\\u": lambda c: "\\u%04x" % ord(c),
    "\\U": lambda c: "\\u%04X" % ord(c),
    "\\\\u": lambda c: "\\\\u%04x" % ord(c),
    "\\u{}": lambda c: "\\u{%x}" % ord(c),
    "\\x": lambda c: "\\x%02x" % ord(c),
    "named": lambda c: ENTITIES.get(c, c),
    "named twice": lambda c: ENTITIES.get(c, c).replace("&", "&amp;"),
    "decimal": lambda c: "&#%d;" % ord(c),
    "hex": lambda c: "&#x%x;" % ord(c),
    "HEX": lambda c: "&#X%X;" % ord(c),
    "backslash": lambda c: c if c.isalnum() else "\\" + c,
}


def escaped(text, escape, which):
    """`text` with the characters escaped for which `which` says so."""
    return "".join(escape(c) if which(n, c) else c for n, c in enumerate(text))


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def fill(template, value, names, token_name):
    half = len(value) // 2
    parts = {
        "@S@": value,
        "@A@": value[:half],
        "@B@": value[half:],
        "@6@": base64_of(value),
        "@N@": names[0],
        "@n@": names[1],
        "@c@": names[2],
        "@k@": names[3],
        "@T@": token_name,
    }
    for sign, text in parts.items():
        template = template.replace(sign, text)
    return template


def all_of(forms):
    return [(kind, template) for kind, templates in forms.items() for template in templates]
