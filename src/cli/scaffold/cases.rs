//! Old URLs for the test beside the new code: those that were found, with made-up values where code fills them in.

use std::path::{Component, Path, PathBuf};

use crate::convert::{Credentials, IssuedAt, Options, Targets, TokenId, UrlConverter};
use crate::dialect::escape::{Plus, decode};
use crate::dialect::oauth::Encrypt;
use crate::dialect::params::{Fate, Id};
use crate::engine::PagedEntropy;
use crate::judge::{Judgement, Scratch, judge};
use crate::rule::{Context, PLACEHOLDER, UserKind};
use crate::scaffold::{Case, Embed, Foreign, Given, Line, Model, Sample, Suite};
use crate::secret::Secret;

/// How many old URLs a test has.
const CASES: usize = 3;
/// The clock of the test.
const NOW: u64 = 1_760_000_000;
/// What signs in the test.
const CLIENT_ID: &str = "test-client";
const SECRET: &str = "a secret for tests that protects nothing";

/// The old URLs, and what `convert` makes of them. Nothing without an embed that has a workbook.
pub(super) fn suite(
    samples: &[Sample],
    embeds: &[Embed],
    model: &Model,
    targets: &Targets<'_>,
    context: &Context<'_>,
    [folder, stem, extension]: [&str; 3],
) -> Suite {
    let names_user = |sample: &&Sample| {
        let mut scratch = Scratch::default();
        let judgement = judge(sample.template.url.as_bytes(), context, &mut scratch);
        judgement.args.iter().any(|arg| arg.row.id == Id::Email)
    };
    let mut whole: Vec<_> = samples.iter().filter(names_user).collect();
    if whole.is_empty() {
        whole = samples.iter().collect();
    }
    let context = Context { now: Some(NOW), trust_input: true, converting: true, ..*context };
    let case = |(number, sample): (usize, &&Sample)| {
        let (url, embed) = filled(sample, embeds, number + 1, &context)?;
        case(&url, &embed, model, targets, &context)
    };
    let cases = (0..CASES).zip(whole.iter().cycle()).filter_map(case).collect();
    Suite {
        cases,
        folder: Foreign::new(folder),
        stem: Foreign::new(stem),
        extension: Foreign::new(extension),
        now: NOW,
        client_id: CLIENT_ID,
        secret: SECRET,
    }
}

/// The old URL with a value for everything that code fills in, and the embed as the new code knows it.
fn filled(
    sample: &Sample,
    embeds: &[Embed],
    number: usize,
    context: &Context<'_>,
) -> Option<(String, String)> {
    let (base, query) = sample.template.url.split_once(['?', '&'])?;
    let own = embeds.iter().find(|embed| base.ends_with(&format!("/embed/{}", embed.key)));
    let embed = own.or_else(|| embeds.iter().find(|embed| embed.base.is_some()))?;
    embed.base.as_ref()?;
    let mut parts = Vec::new();
    let mut missing = vec![Id::Nonce, Id::ClientId, Id::Email, Id::Time];
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = name.replace(PLACEHOLDER, "Name");
        let plain = name
            .strip_prefix(':')
            .or_else(|| name.get(..3).filter(|c| c.eq_ignore_ascii_case("%3a")).and(name.get(3..)));
        let row = plain.map(|plain| context.lookup(plain.as_bytes()));
        let id = row.map_or(Id::Control, |row| row.id);
        if id == Id::Signature || id == Id::OauthToken {
            continue;
        }
        missing.retain(|other| *other != id);
        // A row's user is nobody's business in a test.
        let value = if value == PLACEHOLDER || (sample.is_row && id == Id::Email) {
            made_up(id, number)
        } else {
            value.replace(PLACEHOLDER, &format!("x{number}"))
        };
        parts.push(format!("{name}={value}"));
    }
    parts.extend(missing.iter().map(|id| format!(":{}={}", id.row().name, made_up(*id, number))));
    let host = base.split("/embed/").next()?;
    Some((format!("{host}/embed/{}?{}", embed.key, parts.join("&")), embed.key.clone()))
}

/// A value of the kind that a parameter takes.
fn made_up(id: Id, number: usize) -> String {
    match id {
        Id::Email => format!("user{number}@example.com"),
        Id::ClientId => CLIENT_ID.to_owned(),
        Id::Nonce => format!("nonce-{number}"),
        Id::Time => NOW.to_string(),
        Id::SessionLength => (600 * number).to_string(),
        Id::ShowFooter if number.is_multiple_of(2) => "false".to_owned(),
        Id::ShowFooter => "true".to_owned(),
        Id::UserAttributes => "%7B%22Name%22%3A%22value%22%7D".to_owned(),
        _ => format!("value{number}"),
    }
}

/// What goes in, and what comes out, for one old URL.
fn case(
    url: &str,
    embed: &str,
    model: &Model,
    targets: &Targets<'_>,
    context: &Context<'_>,
) -> Option<Case> {
    let mut scratch = Scratch::default();
    let judgement = judge(url.as_bytes(), context, &mut scratch);
    let options = Options {
        token_id: TokenId::Nonce,
        now: NOW,
        issued_at: IssuedAt::Now,
        lifetime: None,
        version_1_1: false,
        user: UserKind::Embed,
        client_id: Some(CLIENT_ID.to_owned()),
        account_type: None,
        trust_input: true,
        encrypt_oauth_token: Encrypt::Never,
    };
    let secret = Secret::new(SECRET.as_bytes().to_vec())?;
    let credentials = Credentials::one(secret, Some(CLIENT_ID.to_owned()));
    let mut converter = UrlConverter::new(&options, targets, &credentials, PagedEntropy::system());
    let mut new = Vec::new();
    let claims = converter.convert(&judgement, &mut new).ok()?.claims.to_vec();
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let new = String::from_utf8(new).ok()?;
    let (base, rest) = new.split_once('?')?;
    let (_, query) = rest.split_once("&:embed=true")?;
    let user = model.fields.iter().filter_map(|field| {
        let given = match claims.get(field.claim.name)? {
            serde_json::Value::String(text) => Given::Text(Foreign::new(text)),
            serde_json::Value::Array(all) => {
                Given::List(all.iter().filter_map(|one| one.as_str()).map(Foreign::new).collect())
            }
            serde_json::Value::Object(all) => {
                let pair = |(name, value): (&String, &serde_json::Value)| {
                    Some((Foreign::new(name), Foreign::new(value.as_str()?)))
                };
                Given::Map(all.iter().filter_map(pair).collect())
            }
            _ => return None,
        };
        Some((field.name, given))
    });
    let session = claims.get("exp")?.as_u64()? - claims.get("iat")?.as_u64()?;
    Some(Case {
        embed: Foreign::new(embed),
        user: user.collect(),
        options: changed(query, model)?,
        session: (session != model.session).then_some(session),
        page: page(&judgement).filter(|_| model.page == Some(None)),
        jti: Foreign::new(claims.get("jti")?.as_str()?),
        base: Foreign::new(base),
        query: Foreign::new(decoded(query)),
        claims: Foreign::new(claims.to_string()),
    })
}

/// The kept parameters that are not as the new code has them by itself. Nothing if one stands there twice.
fn changed(query: &str, model: &Model) -> Option<Vec<(Foreign, Foreign)>> {
    let mut options = Vec::new();
    for part in query.split('&').skip(1) {
        let (key, value) = part.split_once('=')?;
        let line = model.lines.iter().find_map(|line| match line {
            Line::Kept { key: other, name, literal } if *other == Foreign::new(key) => {
                Some((name, literal))
            }
            _ => None,
        });
        let (name, literal) = line?;
        if options.iter().any(|(known, _)| known == name) {
            return None;
        }
        if literal.as_ref() != Some(&Foreign::new(value)) {
            options.push((name.clone(), Foreign::new(decoded(value))));
        }
    }
    Some(options)
}

/// The page that the old URL named.
fn page(judgement: &Judgement<'_>) -> Option<Foreign> {
    let arg = judgement.get(Id::NodeId).filter(|arg| arg.row.fate == Fate::Replaced)?;
    let value = judgement.value(arg).to_vec();
    Some(Foreign::new(String::from_utf8(value).ok()?))
}

fn decoded(raw: &str) -> String {
    String::from_utf8_lossy(&decode(raw.as_bytes(), Plus::Literal)).into_owned()
}

/// The folder of one file as another beside it sees it: empty if it is the same, otherwise with a slash behind it.
pub(super) fn folder(of: &Path, from: &Path) -> String {
    let parts = |path: &Path| -> Vec<PathBuf> {
        let parent = path.parent().unwrap_or(Path::new(""));
        let named = |part: &Component<'_>| !matches!(part, Component::CurDir);
        parent.components().filter(named).map(|part| PathBuf::from(part.as_os_str())).collect()
    };
    let (of, from) = (parts(of), parts(from));
    let same = of.iter().zip(&from).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("../".to_owned(), from.len() - same);
    let down = of.iter().skip(same).map(|part| format!("{}/", part.display()));
    up.chain(down).collect()
}
