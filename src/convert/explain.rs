//! What converting would do to a URL, part by part, and why. No token is made.

use super::{ConvertError, Options, Targets, claims};
use crate::dialect::oauth::is_encrypted;
use crate::dialect::params::{Fate, Id, Parameter};
use crate::dialect::url::Url;
use crate::judge::Judgement;
use crate::rule::{Arg, Kind, Lost, Outcome, Reason, Replacement, Step, StepPart, UserKind};

/// Explains conversions with the options and the map that they would be made with.
#[derive(Debug)]
pub struct Planner<'a> {
    /// How URLs are to be converted.
    pub options: &'a Options,
    /// Where they lead.
    pub targets: &'a Targets<'a>,
}

impl Planner<'_> {
    /// Part by part: the path, every parameter in its order, what is added. Nothing for a URL that is not legacy signed.
    pub fn explain(&self, judgement: &Judgement<'_>) -> Vec<Step> {
        let Some(old) = judgement.url.as_ref().filter(|_| judgement.kind == Kind::LegacySigned)
        else {
            return Vec::new();
        };
        let mut steps = vec![self.path(judgement, old.path.of(old.bytes))];
        steps.extend(judgement.args.iter().map(|arg| self.parameter(judgement, arg, old)));
        steps.extend(self.added(judgement));
        steps
    }

    fn path(&self, judgement: &Judgement<'_>, old: &[u8]) -> Step {
        let mut base = Vec::new();
        let (becomes, why) = match self.targets.write_base(judgement, &mut base) {
            Ok(()) => (
                Some(String::from_utf8_lossy(&base).into_owned()),
                "a new URL opens the workbook by its own path".to_owned(),
            ),
            Err(ConvertError::Refused(finding)) => {
                (None, format!("{}: give `--map`, or `--org` and `--workbook`", finding.message))
            }
            Err(error) => (None, error.to_string()),
        };
        Step {
            part: StepPart::Path,
            name: "path".to_owned(),
            value: Some(String::from_utf8_lossy(old).into_owned()),
            fate: None,
            target: None,
            becomes,
            why,
        }
    }

    fn parameter(&self, judgement: &Judgement<'_>, arg: &Arg, url: &Url<'_>) -> Step {
        let bytes = url.bytes;
        let value = String::from_utf8_lossy(arg.value(url)).into_owned();
        let row = arg.row;
        let mut target = row.target.map(str::to_owned);
        let raw = || Some(String::from_utf8_lossy(arg.param.value.of(bytes)).into_owned());
        let (becomes, why) = match arg.outcome {
            Outcome::Claim => self.claim(arg, &value),
            Outcome::Keep { .. } => (raw(), why_kept(arg)),
            Outcome::Replace(Replacement::Page) => self.page(judgement, &value),
            Outcome::Replace(Replacement::MenuPosition(position)) => {
                (Some(position.to_owned()), row.remedy.to_owned())
            }
            Outcome::Replace(Replacement::Parameter(_)) => (raw(), row.remedy.to_owned()),
            Outcome::Drop(reason) => {
                if reason == Reason::Internal {
                    target = None;
                }
                let written = (row.id == Id::Embed).then(|| "true".to_owned());
                (written, why_dropped(row, reason))
            }
        };
        Step {
            part: StepPart::Parameter,
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

    /// What a claim holds that is not the parameter's value itself, and why.
    fn claim(&self, arg: &Arg, value: &str) -> (Option<String>, String) {
        if arg.param.value.is_empty() {
            return (None, "it is empty".to_owned());
        }
        let same = Some(value.to_owned());
        let options = self.options;
        match arg.row.id {
            Id::Nonce if options.token_id == super::TokenId::Fresh => {
                (None, "the token gets a new id; `--jti nonce` keeps this one".to_owned())
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
            part: StepPart::Added,
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
            step("account_type", Some(name), "the URL has none; --account-type gives it")
        }));
        steps.extend(judgement.added_position.map(|position| {
            step("menu_position", Some(position), "the old default; in new URLs it is `none`")
        }));
        steps
    }
}

fn why_dropped(row: &Parameter, reason: Reason) -> String {
    let why = match reason {
        Reason::Internal => "an internal user's token must not carry it: the user has their own",
        Reason::Outvoted => "the claim comes from another parameter of the URL",
        Reason::Redundant if row.id == Id::Embed => "every JWT-signed URL has it",
        Reason::Redundant if row.fate == Fate::Replaced => {
            "what replaces it is in the URL already, or it is empty"
        }
        Reason::Redundant => "it is in the URL already, or is empty",
        Reason::Unsupported(Lost::Nothing) => {
            "JWT-signed URLs have no such parameter; with this value it did nothing"
        }
        Reason::Unsupported(_) => {
            return format!("JWT-signed URLs have no such parameter: {}", row.remedy);
        }
        Reason::Obsolete | Reason::Unknown => row.remedy,
    };
    why.to_owned()
}

fn why_kept(arg: &Arg) -> String {
    match (arg.row.id, arg.row.remedy) {
        (Id::Control, remedy) => format!("a workbook control; {remedy}"),
        (Id::Unknown, _) => "kept, though it is not in the tables this release knows".to_owned(),
        (_, remedy) if arg.row.is_removable() => {
            format!("JWT-signed URLs have it too, but the embed's user can remove it: {remedy}")
        }
        (_, "") => "JWT-signed URLs have it too".to_owned(),
        (_, remedy) => remedy.to_owned(),
    }
}
