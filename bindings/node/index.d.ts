/** Migration linter and converter for Sigma's deprecated signed embed URLs. Records have the shapes of schema 1. */

export type Severity = "error" | "warning" | "info";
export type Kind = "legacy-signed" | "legacy-embed" | "public-embed" | "jwt" | "other" | "malformed";
export type Verdict = "none" | "lossless" | "lossy" | "blocked";
export type SignatureState = "verified" | "mismatch" | "not-verified";
export type Fate = "claim" | "header" | "kept" | "replaced" | "unsupported" | "obsolete" | "unknown";

/** A parameter of a URL, and what becomes of it. */
export interface Parameter {
  /** Decoded, without the colon. */
  name: string;
  /** Decoded; that of a secret is shortened. */
  value: string;
  fate: Fate;
  /** The claim, header field or parameter it becomes. */
  target: string | null;
}

/** What a rule found in a URL. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** The name of the parameter it is about. */
  parameter: string | null;
  message: string;
  suggestion: string | null;
  /** In characters of the URL, counted from 1. */
  column: number;
  end_column: number;
  /** Where the rule is explained. */
  help: string;
}

/** What `audit` gives for a URL. */
export interface AuditRecord {
  schema: 1;
  source: string;
  /** The number of the URL, counted from 1. */
  line: number;
  /** With secrets shortened. */
  url: string;
  kind: Kind;
  embed_id: string | null;
  embed_uuid: string | null;
  tag: string | null;
  edit: boolean;
  verdict: Verdict;
  /** Of a legacy signed URL. */
  signature?: SignatureState;
  parameters: Parameter[];
  findings: Finding[];
}

/** The times of a token; the lifetime in seconds. */
export interface TokenTimes {
  issued_at: string | null;
  expires_at: string | null;
  lifetime: number | null;
  expired: boolean | null;
}

/** One part of a URL, and what converting makes of it. */
export interface ConversionStep {
  part: "path" | "parameter" | "added";
  name: string;
  value: string | null;
  /** Of a parameter. */
  fate: Fate | null;
  target: string | null;
  becomes: string | null;
  why: string;
}

/** What `inspect` gives for a URL or a token. */
export interface InspectRecord extends AuditRecord {
  signature: SignatureState;
  header: Record<string, unknown> | null;
  claims: Record<string, unknown> | null;
  times: TokenTimes | null;
  /** With `explainConversion`. */
  conversion?: ConversionStep[];
}

export interface TokenHeader {
  alg: "HS256";
  typ: "JWT";
  /** The client id. */
  kid: string;
}

/** The claims of a token that `convert` makes. */
export interface TokenClaims {
  /** The user's e-mail address. */
  sub: string;
  iss: string;
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  /** Seconds since 1970. */
  exp: number;
  account_type?: string;
  teams?: string[];
  user_attributes?: Record<string, string>;
  eval_connection_id?: string;
  first_name?: string;
  last_name?: string;
  oauth_token?: string;
  ver?: "1.1";
  aud?: "sigmacomputing";
}

/** What `convert` gives for a URL: discriminated by `status`. */
export type ConvertRecord = ConvertRecordOf<"converted", string, TokenHeader, TokenClaims>
  | ConvertRecordOf<"unchanged", string, null, null>
  | ConvertRecordOf<"failed", null, null, null>;

export interface ConvertRecordOf<Status, Url, Header, Claims> {
  schema: 1;
  source: string;
  /** The number of the URL, counted from 1. */
  line: number;
  /** `unchanged`: no legacy signed URL, given back as it came. `failed`: the findings say why. */
  status: Status;
  signature: SignatureState;
  verdict: Verdict;
  kind: Kind;
  /** The new URL, with its token. */
  url: Url;
  /** The URL as it came, with secrets shortened. */
  input: string;
  header: Header;
  claims: Claims;
  parameters: Parameter[];
  findings: Finding[];
}

/** What `scan` found in a file. */
export interface FileFinding {
  schema: 1;
  rule: string;
  severity: Severity;
  message: string;
  suggestion: string | null;
  parameter: string | null;
  path: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  /** In bytes of the file. */
  byte_start: number;
  byte_end: number;
  /** What the URL is; `null` for code. */
  kind: Kind | null;
  embed_id: string | null;
  fix: { safe: boolean; replacement: string; byte_start: number; byte_end: number } | null;
  /** The URL that code builds, where the finding is about one. */
  template?: { url: string; client_id_variable: string | null; secret_variable: string | null };
  fingerprint: string;
  help: string;
}

/** An entry of the embed map. */
export interface MapEntry {
  /** `1-<base62>`, bare base62, a UUID, or an embed URL. */
  embed_id: string;
  org?: string;
  /** A URL id, `<Name>-<urlId>`, a UUID, or a workbook URL. */
  workbook_id?: string;
  workbook_name?: string;
  page_id?: string;
  element_id?: string;
  /** A public embed is left alone. */
  public?: boolean;
}

/** Options of every function; each is the command's flag of that name. */
export interface Options {
  /** Which workbook replaces an embed: the text of a csv or json file, or entries. */
  map?: string | Uint8Array | readonly MapEntry[];
  /** The organisation's slug, where the map names none. */
  org?: string;
  /** The workbook of every URL. */
  workbook?: string;
  /** The embed secret, whatever the client id. */
  secret?: string | Uint8Array;
  /** The embed secret of each client id. */
  credentials?: Readonly<Record<string, string | Uint8Array>>;
  /** Hosts of Sigma beside `app.sigmacomputing.com`. */
  hosts?: readonly string[];
  /** The level of rules, or of `all`; a later one wins. */
  rules?: Readonly<Record<string, Severity | "off">>;
  /** Regular expressions of text that is never reported. */
  allow?: readonly string[];
  /** A fixed clock, in seconds since 1970. */
  now?: number;
  /** Keep parameters that Sigma does not know. */
  keepUnknown?: boolean;
  /** Write out defaults that changed. Default: true. */
  preserveDefaults?: boolean;
  /** Show signatures and tokens in full in records. */
  showSecrets?: boolean;
  /** The name of the list in records. Default: `input`. */
  source?: string;
}

/** Options of `convert`, and of `inspect` with `explainConversion`. */
export interface TokenOptions extends Options {
  /** The client id, whatever the URL says. */
  clientId?: string;
  /** The token's id: a new UUID (default), the URL's nonce, or a UUID derived from client id and nonce. */
  jti?: "fresh" | "nonce" | "derived";
  /** When tokens begin. Default: `now`. */
  issuedAt?: "now" | "url";
  /** Seconds a token lives, whatever the URL says. */
  ttl?: number;
  /** The version of tokens; with an OAuth token it is 1.1 by itself. */
  jwtVersion?: "1.0" | "1.1";
  /** Whose tokens they are. Default: `embed`. */
  user?: "embed" | "internal";
  /** The account type of URLs that name none. */
  accountType?: string;
  /** Which OAuth tokens are plain text, to be encrypted. */
  encryptOauthToken?: "plain" | "all";
  /** Convert URLs whose signature nothing proves. */
  trustInput?: boolean;
}

export interface InspectOptions extends TokenOptions {
  /** Explain what converting would do. */
  explainConversion?: boolean;
}

/** Options of one file. */
export interface FileOptions {
  /** The file's name: it says what language it is in, and is in the results. Default: `input`. */
  path?: string;
}

export interface FixOptions extends FileOptions {
  /** Apply also fixes that need a look. */
  unsafeFixes?: boolean;
}

/** Whatever gives URLs one after the other. Something else than a string in it is a finding of its row. */
export type Urls = Iterable<string>;

/** Options that cannot work, or a URL that `convertUrl` cannot convert. */
export class Embed2JwtError extends Error {
  constructor(message: string, options?: { rule?: string; cause?: unknown });
  name: "Embed2JwtError";
  /** The rule that stopped the URL. */
  rule: string | undefined;
}

/** Checks URLs, and remembers nonces and users from one call to the next. */
export class Auditor {
  constructor(options?: InspectOptions);
  audit(url: string): AuditRecord;
  audit(urls: Urls): AuditRecord[];
  /** The records as the exact lines of `audit --format ndjson`. */
  auditLines(urls: Urls): string[];
  inspect(url: string): InspectRecord;
  inspect(urls: Urls): InspectRecord[];
  /** The records as the exact lines of `inspect --format ndjson`. */
  inspectLines(urls: Urls): string[];
}

/** Converts URLs, and remembers nonces and users from one call to the next. */
export class Converter {
  constructor(options: TokenOptions);
  convert(url: string): ConvertRecord;
  convert(urls: Urls): ConvertRecord[];
  /** The records as the exact lines of `convert --format ndjson`. */
  convertLines(urls: Urls): string[];
  /** The new URL; throws an `Embed2JwtError` with the rule that stops it. */
  convertUrl(url: string): string;
  /** The new URLs alone: the fastest. `null` for each that could not be converted. */
  convertUrls(urls: Urls): (string | null)[];
}

/** Scans files, and remembers nonces and users from one file to the next. */
export class Scanner {
  constructor(options?: Options);
  scan(content: string | Uint8Array, options?: FileOptions): FileFinding[];
  /** The findings as the exact lines of `check --format ndjson`. */
  scanLines(content: string | Uint8Array, options?: FileOptions): string[];
  /** The content with its fixes applied. */
  fix<Content extends string | Uint8Array>(content: Content, options?: FixOptions): Content;
}

/** Checks URLs. */
export function audit(url: string, options?: Options): AuditRecord;
export function audit(urls: Urls, options?: Options): AuditRecord[];
export function auditLines(urls: Urls, options?: Options): string[];

/** Decodes and checks URLs of either kind, and tokens. */
export function inspect(url: string, options?: InspectOptions): InspectRecord;
export function inspect(urls: Urls, options?: InspectOptions): InspectRecord[];
export function inspectLines(urls: Urls, options?: InspectOptions): string[];

/** Converts legacy signed URLs to JWT-signed ones. Needs a secret. */
export function convert(url: string, options: TokenOptions): ConvertRecord;
export function convert(urls: Urls, options: TokenOptions): ConvertRecord[];
export function convertLines(urls: Urls, options: TokenOptions): string[];
export function convertUrl(url: string, options: TokenOptions): string;
export function convertUrls(urls: Urls, options: TokenOptions): (string | null)[];

/** Finds legacy embeds, and code that builds them, in a file's content. */
export function scan(content: string | Uint8Array, options?: Options & FileOptions): FileFinding[];
export function scanLines(content: string | Uint8Array, options?: Options & FileOptions): string[];
/** A file's content with its fixes applied. */
export function fix<Content extends string | Uint8Array>(content: Content, options?: Options & FixOptions): Content;

/** The documentation of a rule, in Markdown; `null` if there is no such rule. */
export function explain(rule: string): string | null;
/** The ids of all rules. */
export function rules(): string[];
