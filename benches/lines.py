"""Lines of text as repositories hold them, language by language, with the near-misses that a search must dismiss.

Words that the old dialect shares with everyone else stand in them about as often as in code one meets: `email` and `mode` all the
time, `time`, `signature` and `client_id` now and then, `nonce` and `sigmacomputing` seldom. None of these lines is a finding.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

# Lines in a pool; files are cut out of it.
POOL = 12_000
# One near-miss of the language, and one of those that every language has, for so many lines.
NEAR_MISS_EVERY, COMMON_EVERY = 400, 100

WORDS = (
    "account action active amount array attach batch block body branch buffer build bytes cache call channel check child class close code "
    "column config content context count create current cursor customer data date default delay delete depth device diff edge element "
    "email embed enable encode entry error event field file filter first flag folder format frame group handle hash header height hidden id "
    "image index input invoice item job key label last layout length level limit line link list load lock log map margin mask match max "
    "member menu message meta method min mode model module month name next node null number object offset option order output owner page "
    "panel parent parse part password path pattern payment phone place point port position prefix price process profile query queue "
    "range rate record region report request reset response result role root route row rule sample schema scope score search section "
    "select send session set shape share sign size slot sort source stack start state status step stock store stream string style subject "
    "submit sum table tag target task team template text theme thread ticket time title token tool total track tree type unit update "
    "upload url user value version view visible volume width window word worker write year zone"
).split()

SHAPES = {
    "py": ["def {0}_{1}(self, {2}, {3}=None):", "    self.{0} = {1}.{2}({3})", "    if {0} is not None and {1} > {n}:", "    return {0}[{1}:{n}]",
           "    # The {0} of a {1} is its {2}.", '    logger.info("%s {0} of {1}", {2})', "from {0}.{1} import {2}, {3}", "", '    {0} = f"{1}/{{{2}}}?{3}={{{0}}}"'],
    "js": ["const {0} = await {1}.{2}({3});", "  if (!{0} || {1}.{2} === {n}) {{", "    return {{ {0}, {1}: {2}, {3}: {n} }};", "  }}", "// {0} {1} of the {2}",
           "export function {0}({1}, {2} = '{3}') {{", "  const url = `/{0}/${{{1}.id}}?{2}=${{{3}}}&{0}={n}`;", "", "  {0}.{1}(({2}) => {2}.{3});"],
    "ts": ["export interface {0} {{ {1}: string; {2}?: number; {3}: boolean }}", "  private readonly {0}: Map<string, {1}> = new Map();", "  async {0}({1}: string): Promise<{2}> {{",
           "    return this.{0}.{1}<{2}>('{3}');", "  }}", "", "  @Input() {0}: {1};"],
    "go": ["func ({0} *{1}) {2}({3} string) error {{", "\tif err := {0}.{1}({2}); err != nil {{", '\t\treturn fmt.Errorf("{0} %s: %w", {1}, err)', "\t}}", "\t{0} := {1}[:{2}]",
           '\t{0} string `json:"{1},omitempty" db:"{2}"`', "// {0} is the {1} of {2}.", ""],
    "rb": ["  def {0}({1}, {2}: nil)", "    @{0} = {1}.{2}(:{3})", "  validates :{0}, :{1}, presence: true", "  belongs_to :{0}, class_name: '{1}'", "    t.string :{0}, null: false",
           "  end", "", "  scope :{0}, -> {{ where({1}: {2}) }}", "    {{ :{0} => {1}, :{2} => {n} }}"],
    "java": ["    private final {0} {1} = new {0}({2});", "        return {0}.stream().map({1}::get{2}).toList();", "    }}", "        if ({0} == null || {1}.isEmpty()) {{", "    // {0} {1} {2}",
             '    @Query("select {0} from {1} where {2} = :{3}")', "    public {0} {1}({2} {3}) throws {0}Exception {{", ""],
    "php": ["    public function {0}(${1}, ${2} = null)", "        $this->{0} = ${1}['{2}'];", "    }}", "        return {0}::{1}(${2});", "        $statement->bindValue(':{0}', ${1});", "",
            "            '{0}' => ${1}->{2},", "        $url = '/{0}?{1}=' . ${2} . '&{3}=' . {n};"],
    "css": [".{0}-{1}:hover {{ {2}: {n}px; }}", "  background-color: #{n}aabb;", "  margin: {n}px {n}px;", "}}", "@media (max-width: {n}px) {{", "/* {0} {1} */", "#{0} > .{1}:not(.{2}) {{"],
    "html": ['  <div class="{0} {1}" data-{2}="{3}">', "  </div>", '  <a href="/{0}/{1}?{2}={n}&amp;{3}=1">{0} {1}</a>', "  <p>The {0} of this {1} has a {2}.</p>", '  <{0}-{1} :{2}="{3}" @click="{0}" />',
             '  <img src="/img/{0}.png" alt="{1}: {2}">', '  <input type="hidden" name="{0}" value="{n}">'],
    "md": ["The {0} of a {1} is its {2}: see [{3}](https://docs.example.com/{0}/{1}).", "- `{0}` takes a {1}, then the {2}", "## {0} {1}", "", "| {0} | {1} | {n} |", "    {0} --{1} {2}={3}",
           "Please read https://example.org/{0}?{1}={n}&{2}=x before you {3} it."],
    "yaml": ["{0}:", "  {1}: {2}", "    - name: {0}", "      value: \"{n}\"", "  {0}_{1}: '{2}'", "  # {0} of the {1}", "    url: https://{0}.example.com/{1}", "    image: registry.example.com/{0}/{1}:{n}"],
    "json": ['  "{0}": "{1}",', '  "{0}": {{"{1}": {n}, "{2}": ["{3}"]}},', '    "url": "https://{0}.example.com/{1}?{2}={n}",', "  }},", '  "{0}_{1}": true,'],
    "sql": ["SELECT {0}, {1} FROM {2} WHERE {3} = :{3};", "INSERT INTO {0} ({1}, {2}) VALUES ({n}, '{3}');", "ALTER TABLE {0} ADD COLUMN {1} {2} NOT NULL;", "-- {0} {1}",
            "UPDATE {0} SET {1} = :{1}, {2} = :{2} WHERE id = {n};"],
    "sh": ['{0}="${{{1}:-{2}}}"', 'if [[ -n "${0}" ]]; then', "fi", "{0} --{1}={2} | grep -v {3} >/tmp/{0}.{n}", "# {0} {1} {2}", "curl -fsS https://{0}.example.com/{1}?{2}={n} -o {3}"],
    "log": ["2025-06-15T15:06:{n} INFO {0}.{1} {2}={3} took={n}ms", 'level=info msg="{0} {1}" {2}={n} {3}=ok', '203.0.113.7 - - [15/Jun/2025:15:06:40 +0000] "GET /{0}/{1}?{2}={n}&{3}=1 HTTP/1.1" 200 {n}',
            "2025-06-15T15:06:{n} WARN {0}: {1} is not a {2} ({3})", '{{"time":"2025-06-15T15:06:40Z","level":"info","{0}":"{1}","{2}":{n}}}'],
}
LANGUAGES = tuple(name for name in SHAPES)

NEAR_MISSES = {
    "py": ['    rows = db.execute(text("SELECT * FROM users WHERE email = :email AND time > :time"), params)', '    query = urlencode({"client_id": client_id, "nonce": nonce, "mode": "login"})'],
    "js": ["app.get('/users/:client_id', show);", "  const authorize = `${issuer}?client_id=${id}&nonce=${nonce}&login_hint=${email}`;", "  headers['Content-Security-Policy'] = `script-src 'nonce-${nonce}'`;",
           "  return `${base}?:jwt=${token}&:embed=true&:menu_position=top`;"],
    "ts": ["  { path: ':email/:time', component: MailComponent },", "  verify(signature: string, nonce: string, time: number): boolean {"],
    "go": ["\tconst q = `UPDATE sessions SET mode=:mode, nonce=:nonce, email=:email WHERE client_id=:client_id`", "\treturn hmac.Equal(signature, sign(body[:time]))"],
    "rb": ["    t.text :external_user_id", "    t.string :external_user_team, :email, :nonce", "    get '/users/:client_id', to: 'users#show'", "    where('email = :email AND mode = :mode', email: email, mode: :view)"],
    "java": ['    @Query("SELECT s FROM Session s WHERE s.email=:email AND s.nonce = :nonce AND s.mode=:mode")', '    static final String PARAM = "client_id";'],
    "php": ["        $statement->execute([':email' => $email, ':mode' => $mode, ':time' => time()]);", "        header(\"Content-Security-Policy: script-src 'nonce-$nonce'\");"],
    "css": ["input:mode, .email:theme { time:1; mode:dark; }"],
    "html": ['  <user-form :mode="x" :email="y" :time="z" :nonce="nonce" />', '  <iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?mode=opaque"></iframe>',
             '  <iframe src="https://public.tableau.com/views/Sales/Overview?:embed=yes&amp;:toolbar=no"></iframe>'],
    "md": ["We embed dashboards from Sigma (app.sigmacomputing.com) below `/embed`.", "Every request has a `nonce`, a `client_id` and a `signature`.", "See <https://help.sigmacomputing.com/docs/embed>."],
    "yaml": ["  mode: userbacked", "  external_user_team: Sales", "  frame_src: https://app.sigmacomputing.com"],
    "json": ['  "csp": "frame-src https://app.sigmacomputing.com https://*.sigmacomputing.com",', '  "session": {"email":"ann@example.com","mode":"userbacked","nonce":null,"client_id":"c"},'],
    "sql": ["UPDATE sessions SET nonce=:nonce, client_id=:client_id, external_user_id=:external_user_id WHERE email=:email;"],
    "sh": ["# Sigma: https://app.sigmacomputing.com", 'curl "$issuer/authorize?client_id=$CLIENT_ID&nonce=$NONCE&mode=$MODE"'],
    "log": ["level=info email=ann@example.com mode=userbacked nonce=1 client_id=7 time=3ms signature=ok", "params: {:email=>\"ann@example.com\", :mode=>:view, :time=>1750000000}"],
}
COMMON = ["# client_id", "// email: mode, time", "/* signature of the session */", "# session_length in seconds", "// see external_user_id", "# embed"]


def pool(language: str, rng: random.Random) -> Iterator[str]:
    """Lines of a language."""
    shapes, near = SHAPES[language], NEAR_MISSES[language]
    for _ in range(POOL):
        if rng.randrange(NEAR_MISS_EVERY) == 0:
            yield rng.choice(near)
        elif rng.randrange(COMMON_EVERY) == 0:
            yield rng.choice(COMMON)
        else:
            indent = " " * (2 * min(rng.getrandbits(2), rng.getrandbits(2)))
            yield indent + rng.choice(shapes).format(*rng.choices(WORDS, k=4), n=rng.randrange(10_000))
