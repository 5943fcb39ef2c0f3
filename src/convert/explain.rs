//! What converting would do to a URL, part by part, and why. No token is made.

use super::{ConvertError, Options, Targets, claims, url};
use crate::dialect::claims::NOT_INTERNAL;
use crate::dialect::oauth::is_encrypted;
use crate::dialect::params::{Fate, Id};
use crate::judge::step::Part;
use crate::judge::{Explain, Judgement, Step};
use crate::rule::{Arg, Kind, UserKind};

/// Explains conversions with the options and the map that they would be made with.
#[derive(Debug)]
pub struct Planner<'a> {
    /// How URLs are to be converted.
    pub options: &'a Options,
    /// Where they lead.
    pub targets: &'a Targets<'a>,
}

impl Explain for Planner<'_> {
    fn explain(&self, judgement: &Judgement<'_>) -> Vec<Step> {
        let Some(old) = judgement.url.as_ref().filter(|_| judgement.kind == Kind::LegacySigned)
        else {
            return Vec::new();
        };
        let mut steps = vec![self.path(judgement, old.path.of(old.bytes))];
        steps.extend(judgement.args.iter().map(|arg| self.parameter(judgement, arg, old.bytes)));
        steps.extend(self.added(judgement));
        steps
    }
}

impl Planner<'_> {
    fn path(&self, judgement: &Judgement<'_>, old: &[u8]) -> Step {
        let mut base = Vec::new();
        let (becomes, why) = match self.targets.write_base(judgement, &mut base) {
            Ok(()) => (
                Some(String::from_utf8_lossy(&base).into_owned()),
                "the workbook has a path of its own in the new dialect".to_owned(),
            ),
            Err(ConvertError::Refused(finding)) => {
                (None, format!("{}: give `--map`, or `--org` and `--workbook`", finding.message))
            }
            Err(error) => (None, error.to_string()),
        };
        Step {
            part: Part::Path,
            name: "path".to_owned(),
            value: Some(String::from_utf8_lossy(old).into_owned()),
            fate: None,
            target: None,
            becomes,
            why,
        }
    }

    fn parameter(&self, judgement: &Judgement<'_>, arg: &Arg, bytes: &[u8]) -> Step {
        let value = String::from_utf8_lossy(&arg.value(bytes)).into_owned();
        let row = arg.row;
        let mut target = row.target.map(str::to_owned);
        let (becomes, why) = match row.fate {
            _ if self.is_left_out(arg) => {
                target = None;
                (
                    None,
                    "an internal user's token must not carry it: the user has their own".to_owned(),
                )
            }
            Fate::Claim | Fate::Header if is_passed_over(judgement, arg) => {
                (None, "the claim is taken from another parameter of the URL".to_owned())
            }
            Fate::Claim | Fate::Header => self.claim(arg, &value),
            Fate::Kept | Fate::Unknown if url::is_kept(judgement, arg, self.options.keep) => (
                Some(String::from_utf8_lossy(arg.param.value.of(bytes)).into_owned()),
                why_kept(arg),
            ),
            Fate::Kept if arg.row.id == Id::Embed => {
                (Some("true".to_owned()), "every JWT-signed URL has it".to_owned())
            }
            Fate::Kept => (None, "it stands in the URL already, or is empty".to_owned()),
            Fate::Replaced if url::is_page(arg) => self.page(judgement, &value),
            Fate::Replaced => match url::replacement(judgement, arg) {
                Some(new) => (Some(new), row.remedy.to_owned()),
                None => (
                    None,
                    "what takes its place stands in the URL already, or it is empty".to_owned(),
                ),
            },
            Fate::Unsupported if !row.loss.with_value(value.as_bytes()) => (
                None,
                "JWT-signed URLs have no such parameter; with this value it did nothing".to_owned(),
            ),
            Fate::Unsupported => {
                (None, format!("JWT-signed URLs have no such parameter: {}", row.remedy))
            }
            Fate::Obsolete | Fate::Unknown => (None, row.remedy.to_owned()),
        };
        Step {
            part: Part::Parameter,
            name: arg.shown_name(bytes).into_owned(),
            value: Some(value),
            fate: Some(row.fate.name()),
            target,
            becomes,
            why,
        }
    }

    /// What `:nodeId` becomes: the page in the path, unless the map names another or the URL is one for editing.
    fn page(&self, judgement: &Judgement<'_>, page: &str) -> (Option<String>, String) {
        let mut base = Vec::new();
        let part = format!("/page/{page}");
        let written = self.targets.write_base(judgement, &mut base).is_ok()
            && base.ends_with(part.as_bytes());
        if written {
            (Some(part), "the page is a part of the path".to_owned())
        } else {
            (None, "the path has another page, or none".to_owned())
        }
    }

    /// Whether a claim is none of an internal user's token.
    fn is_left_out(&self, arg: &Arg) -> bool {
        self.options.user == UserKind::Internal
            && arg.row.fate == Fate::Claim
            && arg.row.target.is_some_and(|target| NOT_INTERNAL.contains(&target))
    }

    /// What a claim holds that is not the parameter's value itself, and why.
    fn claim(&self, arg: &Arg, value: &str) -> (Option<String>, String) {
        if arg.param.value.is_empty() {
            return (None, "it is empty".to_owned());
        }
        let same = Some(value.to_owned());
        let options = self.options;
        match arg.row.id {
            Id::Nonce if options.token_id == super::TokenId::Fresh => {
                (None, "the token's id is made anew; `--jti nonce` keeps it".to_owned())
            }
            Id::Nonce if options.token_id == super::TokenId::Derived => {
                (None, "the token's id is derived from client id and nonce".to_owned())
            }
            Id::Time if options.issued_at == super::IssuedAt::Now => (
                Some(options.now.to_string()),
                "the token is issued now; `--issued-at url` keeps the time".to_owned(),
            ),
            Id::SessionLength => {
                let lifetime = claims::lifetime_of(options, value);
                (
                    lifetime.map(|length| format!("iat + {length}")),
                    "the token expires then".to_owned(),
                )
            }
            Id::ClientId => match &options.client_id {
                Some(id) => (
                    Some(id.clone()),
                    "the client id is given from outside; it is the claim `iss` too".to_owned(),
                ),
                None => (same, "the client id; it is the claim `iss` too".to_owned()),
            },
            Id::OauthToken if options.encrypt_oauth_token.takes(value) => {
                (None, "it is encrypted with the embed secret; the token is of version 1.1".to_owned())
            }
            Id::OauthToken if !is_encrypted(value) => (
                None,
                "of unknown form, so `convert` refuses it; `--encrypt-oauth-token` encrypts what is plain text"
                    .to_owned(),
            ),
            Id::OauthToken => {
                (same, "encrypted with the embed secret; the token is of version 1.1".to_owned())
            }
            _ => (same, "only what is in the token is signed".to_owned()),
        }
    }

    fn added(&self, judgement: &Judgement<'_>) -> Vec<Step> {
        let step = |name: &str, becomes: Option<&str>, why: &str| Step {
            part: Part::Added,
            name: name.to_owned(),
            value: None,
            fate: None,
            target: None,
            becomes: becomes.map(str::to_owned),
            why: why.to_owned(),
        };
        let mut steps = vec![
            step("jwt", None, "the token, signed with the embed secret"),
            step("embed", Some("true"), "every JWT-signed URL has it"),
        ];
        let account_type = self.options.account_type.as_deref();
        let lacks =
            self.options.user == UserKind::Embed && judgement.get(Id::AccountType).is_none();
        steps.extend(account_type.filter(|_| lacks).map(|name| {
            step("account_type", Some(name), "the URL has none; it is given from outside")
        }));
        if judgement.get(Id::ShowFooter).is_none() {
            let position = url::added_position(judgement, self.options.keep);
            steps.extend(position.map(|position| {
                step(
                    "menu_position",
                    Some(position),
                    "the old default, which is `none` in the new dialect",
                )
            }));
        }
        steps
    }
}

/// Whether another parameter makes the claim: the first of the name, or `:external_user_team` beside `:teams`.
fn is_passed_over(judgement: &Judgement<'_>, arg: &Arg) -> bool {
    let first = if arg.row.is_pattern() {
        arg.earlier.map(|first| first as usize)
    } else {
        judgement.get(arg.row.id).map(|first| first.index)
    };
    first.is_some_and(|first| first != arg.index)
        || (arg.row.id == Id::Teams && judgement.get(Id::ExternalUserTeam).is_some())
}

fn why_kept(arg: &Arg) -> String {
    match (arg.row.id, arg.row.remedy) {
        (Id::Control, remedy) => format!("a workbook control; {remedy}"),
        (Id::Unknown, _) => "kept, though it is not in the tables this release knows".to_owned(),
        (_, remedy) if arg.row.is_removable() => {
            format!("JWT-signed URLs have it too, but the embed's user can take it out: {remedy}")
        }
        (_, "") => "JWT-signed URLs have it too".to_owned(),
        (_, remedy) => remedy.to_owned(),
    }
}
