//! Rules about scanned files: `scan` and `policy` raise them.

use crate::dialect::source::{CLAIMS, GUIDE, MIGRATION, QUICKSTART_JWT};
use crate::rule::{Check, declare_rule};

declare_rule! {
    /// ## What it finds
    /// Source code, templates or configuration that assembles a legacy URL from its parameters, in any language: the file is not
    /// parsed. There is one finding for a group of parameters, each at most 20 lines and 2,000 bytes after the one before. It is
    /// located at the first and names all of them, with what becomes of them. The rules about single parameters
    /// (`unsupported-hide-send`, `replaced-show-footer`, `unknown-parameter`, …) report at their own locations.
    ///
    /// Rails, SQL, routes and templates use the same words, so a group is a builder from 8 points on. A parameter counts once, in
    /// its best form:
    ///
    /// | written | only Sigma has it | few have it | everybody has it |
    /// |---|---|---|---|
    /// | `&:email=`, behind a separator | 8 | 8 | 6 |
    /// | `":email="`, at the beginning of a string | 8 | 5 | 2 |
    /// | `":email"`, a whole string | 8 | 3 | 2 |
    /// | `PARAMS=:email=x`, elsewhere | 8 | 3 | 2 |
    /// | `params :email=x`, behind white space | 4 | 2 | 0 |
    ///
    /// The separator may be `?`, `&` or one of their escapes, the colon `%3A`. Only Sigma uses `external_user_team`, `ua_…`,
    /// `eval_connection_id`, `hide_send` and nearly all that hide, show or load something; few use `nonce`, `session_length`,
    /// `external_user_id`, `signature`, `user_attributes`; everybody uses `email`, `time`, `mode`, `client_id` and the rest.
    /// Those that everybody uses count for 4 together unless a separator precedes one; those that stay parameters of new URLs
    /// count for 4 together. Words within 2,000 bytes count once a line:
    ///
    /// | words near the group | points |
    /// |---|---|
    /// | `sigmacomputing`, or a host of the configuration | +6 |
    /// | `userbacked` | +6 |
    /// | `SIGMA_`, `Sigma`, `sigma_`, `sigma-` | +4 |
    /// | `/embed/` | +4 |
    /// | `URLSearchParams`, `searchParams`, `queryParam`, `url.Values`, `urlencode`, `http_build_query`, `encode_www_form`, `to_query` | +4 |
    /// | `bindValue`, `bindParam`, `ExpressionAttribute`, `setParameter`, `prepare(`, `execute(` | -6 |
    ///
    /// Names that others use too, each a whole string (`":email"`, as in SQL statements and routes), are not a builder without
    /// one of the words that speak for it. A `:mode` that Sigma never had (`&:mode=edit`) counts only near the words of the first
    /// three rows.
    ///
    /// A parameter does not count if the file has a bind variable of the same name (`email = :email`, `VALUES (:email)`), or if
    /// it is alone in backticks. A symbol (`:email`), an attribute (`:mode="edit"`), a group of a regular expression (`(?:time=`)
    /// or the end of a longer string (`id + ":nonce"`) never counts. From 8 points of parameters behind separators on, the words
    /// do not matter.
    ///
    /// A group whose parameters all stay is not a builder of legacy URLs. In a file with `:jwt`, which builds new ones, a group
    /// builds legacy URLs only if parameters that sign those (`:nonce`, `:email`, …) reach 8 points without the words; otherwise
    /// only its unsupported parameters are reported.
    ///
    /// ## Why it matters
    /// Most repositories hold no whole URL, but the code that makes one. The URLs it makes are deprecated.
    ///
    /// ## What to do
    /// Sign a token with these claims, and append `?:jwt=<token>&:embed=true` and the kept parameters to the workbook's URL; the
    /// code at the end is an example. In literal parameter strings, `check --fix` replaces `:show_footer` and removes an
    /// unsupported parameter that restricts nothing, with its statement if that appends nothing else.
    ///
    /// ```fires
    /// url = base + "?:nonce=" + nonce + "&:email=" + email + "&:external_user_team=" + team
    /// ```
    /// ```fires
    /// if (!canDownload) url += '&:hide_send=true';
    /// ```
    /// ```fires
    /// params := map[string]string{":external_user_team": team, ":mode": "userbacked"}
    /// ```
    /// ```silent
    /// t.text :external_user_id
    /// SELECT * FROM users WHERE email = :email AND time > :time
    /// ```
    /// ```silent
    /// url = base + "?:jwt=" + token + "&:embed=true&:menu_position=none"
    /// ```
    ///
    /// `embed2jwt scaffold LANG` writes the new code in the project's language, for what was found. For
    ///
    /// ```js
    /// let url = process.env.EMBED_PATH + '?:nonce=' + crypto.randomUUID() + '&:client_id=' + process.env.CLIENT_ID;
    /// url += '&:email=' + user.email + '&:external_user_team=' + user.team + '&:account_type=View';
    /// url += '&:mode=userbacked&:session_length=600&:time=' + now + '&:hide_menu=true&:theme=' + theme;
    /// url += '&:loading_bg=ffffff&:show_footer=false';
    /// url += '&:signature=' + createHmac('sha256', process.env.EMBED_SECRET).update(url).digest('hex');
    /// ```
    ///
    /// `embed2jwt scaffold node sign.js --map map.csv` writes
    ///
    /// ```js
    /// // Made by `embed2jwt scaffold node` from the code that built the old URLs; it is yours from here on.
    /// import { randomUUID } from "node:crypto";
    /// import process from "node:process";
    /// import jwt from "jsonwebtoken";
    ///
    /// // Where each old embed leads now, by its id or by the name of its workbook.
    /// const WORKBOOKS = new Map([
    ///   [
    ///     "1-7CbVjjUMMTKQpYa2E7NwkI",
    ///     "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK",
    ///   ],
    ///   [
    ///     "quarterly_sales",
    ///     "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK",
    ///   ],
    /// ]);
    ///
    /// // What stays in the URL, in its old order: key, option, and the literal of the old code as the
    /// // URL has it. Only the token is signed: the embed's user can change all of this.
    /// const KEPT = [
    ///   [":hide_menu", "hide_menu", "true"],
    ///   [":theme", "theme"],
    ///   // :loading_bg is gone: JWT-signed URLs do not have it; show a loading page of your
    ///   // own until the workbook:loaded event (Embed SDK for React).
    ///   [":menu_position", "menu_position", "none"],
    /// ];
    ///
    /// // The longest lifetime that Sigma accepts: 30 days.
    /// const LONGEST_SESSION = 2592000;
    ///
    /// /** The URL of an embed for one user, good for one use. */
    /// export function embedUrl(embed, user, options = {}) {
    ///   const clientId = environment("CLIENT_ID");
    ///   const secret = environment("EMBED_SECRET");
    ///   const base = WORKBOOKS.get(embed);
    ///   if (!base) throw new Error(`no workbook is known for the embed ${embed}`);
    ///   const now = options.now ?? Math.floor(Date.now() / 1000);
    ///   const session = Math.floor(Number(options.session_length ?? 600));
    ///   if (!(session > 0)) throw new Error("session_length is not a number");
    ///   const claims = {
    ///     sub: needed(user.email, "email"),
    ///     iss: clientId,
    ///     jti: options.jti ?? randomUUID(),
    ///     iat: now,
    ///     exp: now + Math.min(session, LONGEST_SESSION),
    ///     // Without an account type the user gets the highest there is.
    ///     account_type: user.accountType || "View",
    ///     teams: list(user.teams),
    ///   };
    ///   const token = jwt.sign(claims, secret, {
    ///     algorithm: "HS256",
    ///     keyid: clientId,
    ///   });
    ///   let url = `${base}?:jwt=${token}&:embed=true`;
    ///   for (const [key, option, literal] of KEPT) {
    ///     const value = Object.hasOwn(options, option) ? options[option] : undefined;
    ///     if (value !== undefined) {
    ///       url += value === null ? "" : `&${key}=${encode(value)}`;
    ///     } else if (literal !== undefined) {
    ///       url += `&${key}=${literal}`;
    ///     }
    ///   }
    ///   return url;
    /// }
    ///
    /// function environment(name) {
    ///   const value = process.env[name];
    ///   if (!value) throw new Error(`the environment variable ${name} is not set`);
    ///   return value;
    /// }
    ///
    /// function needed(value, name) {
    ///   if (!value) throw new Error(`user.${name} is missing`);
    ///   return value;
    /// }
    ///
    /// // Sigma reads no encoded colons and commas where they separate values.
    /// function encode(value) {
    ///   return encodeURIComponent(value)
    ///     .replaceAll("%3A", ":")
    ///     .replaceAll("%2C", ",");
    /// }
    ///
    /// function list(names) {
    ///   // A single name is a list of one.
    ///   return names?.length ? [names].flat() : undefined;
    /// }
    /// ```
    pub static LEGACY_URL_BUILDER = {
        id: "legacy-url-builder",
        summary: "this code builds a legacy signed URL",
        severity: Warning,
        sources: &[MIGRATION],
        check: Check::File,
    }
}

declare_rule! {
    /// ## What it finds
    /// Code that creates embeds through Sigma's REST API: a call of `POST /v2/workbooks/{workbookId}/embeds`, in any language.
    /// The file is not parsed: the rule looks for the path, and for the word `POST`, in any case, before it in its statement or
    /// after it.
    ///
    /// ## Why it matters
    /// JWT-signed URLs open a workbook, not an embed: there is no embed to create.
    ///
    /// ## What to do
    /// Call `GET /v2/workbooks` and use `url` of its answer; for the workbooks of a tag, `GET /v2/tags/{tagId}/workbooks`.
    /// Reading existing embeds (`GET /v2/workbooks/{workbookId}/embeds`) is not reported: that is how a map is made.
    ///
    /// ```fires
    /// const made = await fetch(`${api}/v2/workbooks/${id}/embeds`, { method: 'POST', headers });
    /// ```
    /// ```fires
    /// r = requests.post(f"{BASE}/v2/workbooks/{workbook_id}/embeds", json=body, headers=headers)
    /// ```
    /// ```silent
    /// const embeds = await fetch(`${api}/v2/workbooks/${id}/embeds`, { headers });
    /// ```
    pub static EMBED_API_CALL = {
        id: "embed-api-call",
        summary: "this code creates embeds through the REST API: JWT-signed URLs open workbooks",
        severity: Warning,
        sources: &[MIGRATION],
        check: Check::File,
    }
}

declare_rule! {
    /// ## What it finds
    /// A whole signed URL that is stored in a scanned file: a legacy one with its `:signature`, or one with a token in `:jwt`;
    /// also as a base64 value. A placeholder for the signature or token does not count: `${token}`, `<token>`, `YOUR_TOKEN`,
    /// `...`.
    ///
    /// ## Why it matters
    /// It works once, and only until its session or token ends: whatever reads it from the file later gets an error. Until then,
    /// everybody who can read the file can open the embed as that user, and the history of the file keeps it.
    ///
    /// ## What to do
    /// Store the URL without signature and token, and let the application sign it when it is used; `check --unsafe-fixes`
    /// rewrites it that way. In documentation and tests, write a placeholder instead of the signature or token.
    ///
    /// ```fires
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=n1&:email=ann@example.com&:signature=0123456789abcdef
    /// ```
    /// ```silent
    /// https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI
    /// ```
    pub static SIGNED_URL_IN_FILE = {
        id: "signed-url-in-file",
        summary: "a stored signed URL: it works once, and exposes its signature or token",
        severity: Warning,
        sources: &[CLAIMS, QUICKSTART_JWT],
        check: Check::File,
    }
}

declare_rule! {
    /// ## What it finds
    /// An `embed2jwt: ignore` comment that hides nothing: there is no finding on its line or the next, none of the rules that it
    /// names, or its date (`until=`) is past. A misspelt comment (`ingore`, `ignore-next-line`, a rule without brackets) hides
    /// nothing in any case.
    ///
    /// ## Why it matters
    /// It would hide the next finding on that line, which nobody has looked at.
    ///
    /// ## What to do
    /// Remove the comment, or correct the rules or the date in it.
    ///
    /// ```fires
    /// x = 1  # embed2jwt: ignore[theme-case]
    /// ```
    /// ```silent
    /// url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI"  # embed2jwt: ignore
    /// ```
    pub static UNUSED_SUPPRESSION = {
        id: "unused-suppression",
        summary: "this comment hides no finding",
        severity: Warning,
        sources: &[GUIDE],
        check: Check::File,
    }
}
