//! Rules about the path: what is deprecated, and what replaces it.

use crate::dialect::params::{Fate, Id, PATH, Parameter};
use crate::dialect::path::is_path_part;
use crate::dialect::source::{MIGRATION, NOTES_2025_08, OLD_ERRORS};
use crate::dialect::span::Span;
use crate::rule::{Arg, Check, EmbedStatus, Finding, Findings, Kind, Severity, View, declare_rule};

declare_rule! {
    /// ## What it finds
    /// A legacy signed URL: an embed URL with at least one of `:nonce`, `:client_id`, `:email`, `:external_user_id`,
    /// `:external_user_team`, `:mode`, `:session_length`, `:time`, `:signature` or `:ua_*`.
    ///
    /// ## Why it matters
    /// Sigma deprecated these URLs on 2025-08-04; the end of support was announced for early 2026.
    ///
    /// ## What to do
    /// Convert it (`embed2jwt convert`), and change the code that makes such URLs to sign a JSON Web Token instead.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:embed=true
    /// ```
    pub static DEPRECATED_SIGNED_URL = {
        id: "deprecated-signed-url",
        summary: "a signed embed URL: deprecated since 2025-08-04; end of support was announced for early 2026",
        severity: Warning,
        sources: &[MIGRATION, NOTES_2025_08],
        check: Check::Signed(check_signed),
    }
}

fn check_signed(view: &View<'_>, findings: &mut Findings) {
    findings.push(
        Finding::new(&DEPRECATED_SIGNED_URL, view.base())
            .suggest("replace it with a JWT-signed URL: `embed2jwt convert`"),
    );
}

declare_rule! {
    /// ## What it finds
    /// A bare `/embed/<id>` path without any user parameter, unless the map marks the embed as public, or `"public": true` is
    /// beside an `embedUrl` in JSON. Also `/embed` or `/embed/` without an id, if code appends one: right there, or in the same
    /// file through the name that it is assigned to.
    ///
    /// ## Why it matters
    /// It is either a public embed, which stays unchanged, or the base path of signed URLs, which are deprecated. The path alone
    /// does not show which; Sigma's REST API does (field `public`).
    ///
    /// ## What to do
    /// Give a map (`--map`) that marks public embeds with `public`. Change base paths of signed URLs to
    /// `/<org>/workbook/<workbookId>` together with the code that signs them, not before: `check --unsafe-fixes` writes the path.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// ```
    pub static DEPRECATED_EMBED_PATH = {
        id: "deprecated-embed-path",
        summary: "an embed path that may be the base of signed URLs",
        severity: Warning,
        sources: &[MIGRATION],
        check: Check::Embed(check_bare),
    }
}

fn check_bare(view: &View<'_>, findings: &mut Findings) {
    if view.kind == Kind::LegacyEmbed {
        findings.push(Finding::new(&DEPRECATED_EMBED_PATH, view.base()).suggest(
            "if it is a public embed, mark it in the map (`public`); otherwise change it to `/<org>/workbook/<workbookId>`",
        ));
    }
}

declare_rule! {
    /// ## What it finds
    /// An embed id that is not the base62 form of a version-4 UUID, as all ids seen in use are. Documentation and templates have
    /// such ids (`1-1abCDEFG2hIjKLMnopqrST`, `<embedId>`, `${id}`).
    ///
    /// ## Why it matters
    /// No map can be generated for such an id. For an embed that does not exist, old URLs answered `Embed not found.`
    ///
    /// ## What to do
    /// Nothing, if it is an example. The map may list the name that a template uses.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-1abCDEFG2hIjKLMnopqrST/tag/prod
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI/tag/prod
    /// ```
    pub static PLACEHOLDER_EMBED_ID = {
        id: "placeholder-embed-id",
        summary: "not a real embed id: a placeholder or a template",
        severity: Info,
        sources: &[MIGRATION, OLD_ERRORS],
        check: Check::Embed(check_id),
    }
}

fn check_id(view: &View<'_>, findings: &mut Findings) {
    if let (Some(id), None) = (view.place.embed_id(), view.embed_uuid) {
        findings.push(Finding::new(&PLACEHOLDER_EMBED_ID, id));
    }
}

declare_rule! {
    /// ## What it finds
    /// When converting or fixing: an embed id for which the map names no workbook, or a workbook without a known organisation.
    /// `convert` requires one for signed URLs only, since a path without a user may be public; `check --fix` requires one for
    /// every embed path.
    ///
    /// ## Why it matters
    /// JWT-signed URLs open a workbook, not an embed. Only Sigma knows which workbook an embed shows, so it cannot be guessed.
    ///
    /// ## What to do
    /// Add a row to the map (`embed_id,org,workbook_id`), or name one workbook for all URLs (`--org`, `--workbook`). A URL that
    /// names its workbook in the path, as the old edit workaround does, needs only the organisation.
    ///
    /// ```fires --org acme
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com
    /// ```
    /// ```silent --org acme
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI/workbook/Q-r0WXMPpc0YtQCTFR7CdDK/edit?:nonce=n1&:email=ann@example.com
    /// ```
    pub static UNMAPPED_EMBED = {
        id: "unmapped-embed",
        summary: "no workbook is known for this embed",
        severity: Error,
        sources: &[MIGRATION],
        check: Check::Embed(check_mapped),
    }
}

fn check_mapped(view: &View<'_>, findings: &mut Findings) {
    // A bare path may be public: it stays as it is, unless it is to be fixed.
    let is_asked = view.context.converting && view.kind == Kind::LegacySigned
        || view.context.fixing && view.kind == Kind::LegacyEmbed;
    let Some(id) = view.place.embed_id().filter(|_| is_asked) else { return };
    match view.embed {
        EmbedStatus::Unmapped => {
            let text = String::from_utf8_lossy(view.bytes(id));
            // Base62 of a UUID is shown with it, since the REST API speaks of UUIDs.
            let uuid = view.embed_uuid.map(|uuid| format!(" (UUID {uuid})"));
            findings.push(
                Finding::new(&UNMAPPED_EMBED, id)
                    .message(format!(
                        "no workbook is known for embed `{text}`{}",
                        uuid.unwrap_or_default()
                    ))
                    .suggest(format!(
                        "add a row `{text},<org>,<workbook id>` to the map, or give `--org` and `--workbook`"
                    )),
            );
        }
        EmbedStatus::NoOrganization => findings.push(
            Finding::new(&UNMAPPED_EMBED, id)
                .message("the workbook is known, but not its organisation")
                .suggest("give `--org`, or fill the column `org` of the map"),
        ),
        EmbedStatus::NotAsked | EmbedStatus::Mapped | EmbedStatus::Public => {}
    }
}

declare_rule! {
    /// ## What it finds
    /// An embed that the map marks as public.
    ///
    /// ## Why it matters
    /// Public embeds have the same path as secure ones, but no user and no signature. They are not deprecated.
    ///
    /// ## What to do
    /// Nothing: the URL is left alone. If it names a user or has a signature, check the row of the map: it may be wrong.
    ///
    /// ```fires --map public
    /// https://app.sigmacomputing.com/embed/1-7DtFiDy0cUmAAIztlEecY5
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7DtFiDy0cUmAAIztlEecY5
    /// ```
    pub static PUBLIC_EMBED = {
        id: "public-embed",
        summary: "a public embed: not deprecated, left alone",
        severity: Info,
        sources: &[MIGRATION],
        check: Check::Public(check_public),
    }
}

fn check_public(view: &View<'_>, findings: &mut Findings) {
    let finding = Finding::new(&PUBLIC_EMBED, view.base());
    let names_user = view.args.iter().any(|arg| arg.row.signs);
    findings.push(if names_user {
        finding
            .message(
                "the map marks this embed as public, so the URL is left alone, but it names a user",
            )
            .suggest("check the row of the map: a public embed has no user and no signature")
    } else {
        finding
    });
}

declare_rule! {
    /// ## What it finds
    /// `:nodeId`, which names the page or element to show first. An error if its value cannot be part of a path (`/`, `..`, `?`).
    ///
    /// ## Why it matters
    /// It is what the browser's address bar shows for a workbook. In JWT-signed URLs the page is part of the path:
    /// `/<org>/workbook/<workbookId>/page/<pageId>`.
    ///
    /// ## What to do
    /// Nothing, if it is a page: `convert` writes `/page/<nodeId>`, unless the map names a page or an element. If it is an
    /// element, name it in the map (`element_id`). An edit URL has no page: the parameter is dropped.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nodeId=H9cAxKfnXP
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:bookmark=H9cAxKfnXP
    /// ```
    pub static PAGE_IN_QUERY = {
        id: "page-in-query",
        summary: "`:nodeId` becomes the page in the path",
        severity: Info,
        check: Check::Param(&[Id::NodeId], check_page),
    }
}

fn check_page(view: &View<'_>, arg: &Arg, findings: &mut Findings) {
    let Some(finding) = page(arg.row, arg.param.span()).filter(|_| !arg.param.value.is_empty())
    else {
        return;
    };
    let finding = finding.about(arg.index);
    findings.push(if !is_path_part(arg.value(view.url)) {
        finding
            .severity(Severity::Error)
            .message("the value of `:nodeId` cannot be part of the path")
            .suggest("write the id of a page: letters, digits, `-` and `_`")
    } else if view.place.is_edit() {
        finding
            .message("`:nodeId` is dropped: an edit URL has no page in its path")
            .suggest("leave it out")
    } else {
        finding
    });
}

/// The finding for the parameter, whatever its value; nothing if the configuration replaces it by another parameter.
pub(super) fn page(row: &'static Parameter, span: Span) -> Option<Finding> {
    let becomes_page = row.fate == Fate::Replaced && row.target == Some(PATH);
    becomes_page.then(|| {
        Finding::new(&PAGE_IN_QUERY, span)
            .suggest("if it is the id of an element, name the element in the map")
    })
}
