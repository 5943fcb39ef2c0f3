// What the node tests share: signing legacy URLs, running the tool, taking its output apart.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const MAP = join(ROOT, 'fixtures/interop/map.csv');
export const REAL_URLS = join(ROOT, 'fixtures/real/urls.txt');

export const HOST = 'https://app.sigmacomputing.com';
export const SECRET = 'demo-embed-secret';
export const CLIENT_ID = '31c0d37dd9cffe984b412aa340509085deecce89940412a7118d1f60d992302c';
export const NOW = 1_750_000_000;

/** The longest a token may live, in seconds. */
export const MAX_SESSION = 2_592_000;

/** Embeds of the map, and what follows the host once they are migrated. */
export const EMBEDS = {
  plain: ['1-5ROVG8NwQrGNLF31mh1VJS', '/demo-org/workbook/7f55QbPFuCnK2n0P2tSuBl'],
  workbookByUuid: ['1-24vP6WRI5BK8C8dLX4kzac', '/demo-org/workbook/4JRFW1HThPI1K3YTjouXI7'],
  workbookByName: ['1-7kbUucj2Cp8mLhLOIgs5Zg', '/second-org/workbook/r0WXMPpc0YtQCTFR7CdDK'],
  embedByUuid: ['1-4pmhvalkRNpu4aDWVMUlcC', '/demo-org/workbook/7f55QbPFuCnK2n0P2tSuBl'],
  bareInUrl: ['10XeZZhSKNcQPuhhEnGuIF', '/second-org/workbook/4JRFW1HThPI1K3YTjouXI7'],
  bareInMap: ['1-5DY8R8Zh1fvAr8B9kHzhFf', '/demo-org/workbook/4YoqLPZgQ7BFEz38hpcWdK'],
  leadingZero: ['07VMTJdsq6PKIiubhHapP', '/demo-org/workbook/4YoqLPZgQ7BFEz38hpcWdK'],
  page: ['1-16zPlDRNUPC5YPPfN6LWAI', '/demo-org/workbook/4JRFW1HThPI1K3YTjouXI7/page/H9cAxKfnXP'],
  element: ['1-1LKF2hu10RS5ZlfjSHhPIg', '/second-org/workbook/r0WXMPpc0YtQCTFR7CdDK/element/r3EaXGblJV'],
};
export const [EMBED, WORKBOOK_PATH] = EMBEDS.plain;
export const UNMAPPED = '1-5fqd1hQ1uOCsyopBjce5dQ';

/** The payload's claims in the order the contract gives them. */
export const CLAIM_ORDER = [
  'sub', 'iss', 'jti', 'iat', 'exp', 'account_type', 'teams', 'user_attributes',
  'eval_connection_id', 'first_name', 'last_name', 'oauth_token', 'ver', 'aud',
];

let made = 0;

/** A nonce no other URL of this process has. */
export function freshNonce() {
  made += 1;
  return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
}

/** Plain values of the parameters every signed URL has, in the order of Sigma's quickstart. */
export function user(changes = {}) {
  return {
    nonce: freshNonce(),
    client_id: CLIENT_ID,
    email: 'ann@mail.example',
    external_user_id: '123',
    external_user_team: 'Client_A',
    account_type: 'View',
    mode: 'userbacked',
    session_length: '3600',
    time: String(NOW - 20),
    ...changes,
  };
}

/** The ways in which signers write `:name` and its value. */
export const WRITERS = {
  /** Sigma's quickstart: template strings, so nothing is encoded but what would break the URL. */
  plain: (name, value) => `:${name}=${value.replace(/[%&#\s]|[^\x20-\x7e]/gu, encodeURIComponent)}`,
  /** encodeURIComponent around each value: spaces are %20. */
  component: (name, value) => `:${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  /** URLSearchParams: the colon is %3A, spaces are +, a plus sign is %2B. */
  searchParams: (name, value) => new URLSearchParams([[`:${name}`, value]]).toString(),
};

/** An unsigned legacy URL; `extra` is appended as it is. */
export function legacy(values, { path = `/embed/${EMBED}`, write = WRITERS.component, extra = [] } = {}) {
  const pairs = Object.entries(values).map(([name, value]) => write(name, value));
  return `${HOST}${path}?${[...pairs, ...extra].join('&')}`;
}

/** The URL with the signature Sigma's old quickstart appends: HMAC-SHA256 of everything before it. */
export function sign(url, secret = SECRET, key = ':signature') {
  return `${url}&${key}=${createHmac('sha256', secret).update(url).digest('hex')}`;
}

/** Runs the tool with `input` on stdin in an empty directory and an empty environment. */
export function run(args, input = '', { secret = SECRET } = {}) {
  const tool = process.env.EMBED2JWT;
  assert.ok(tool, 'EMBED2JWT must be the absolute path of the executable');
  const dir = mkdtempSync(join(tmpdir(), 'embed2jwt-interop-'));
  try {
    const secretFile = join(dir, 'secret');
    writeFileSync(secretFile, secret, { mode: 0o600 });
    const result = spawnSync(tool, [...args, '--secret-file', secretFile], {
      cwd: dir,
      env: { PATH: process.env.PATH },
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (result.error) throw result.error;
    // A short secret is a substring of any output.
    if (secret.length >= 8) {
      assert.ok(!result.stdout.includes(secret), 'the secret is in stdout');
      assert.ok(!result.stderr.includes(secret), 'the secret is in stderr');
    }
    return result;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Converts `urls`; the records come back with the exit status and the text of both streams. */
export function convert(urls, { secret = SECRET, args = [], jti = 'nonce', map = ['--map', MAP] } = {}) {
  const all = ['convert', '--format', 'ndjson', '--now', String(NOW), '--jti', jti, ...map, ...args];
  const { stdout, stderr, status } = run(all, urls.map((url) => `${url}\n`).join(''), { secret });
  const context = `exit ${status}, stderr: ${stderr}`;
  const lines = stdout.split('\n');
  assert.equal(lines.pop(), '', `the output ends in a newline; ${context}`);
  assert.equal(lines.length, urls.length, `one record a URL; ${context}`);
  return { records: lines.map((line) => JSON.parse(line)), stdout, stderr, status };
}

const JWT_URL =
  /^(?<base>https:\/\/[^?#]+)\?:jwt=(?<token>[\w-]+\.[\w-]+\.[\w-]+)&:embed=true(?<kept>(?:&[^#]*)?)(?<fragment>(?:#.*)?)$/u;

/** Takes a converted URL apart; `:jwt=` and `&:embed=true` must stand in it literally. */
export function split(url) {
  const match = JWT_URL.exec(url ?? '');
  assert.ok(match, `not a JWT-signed URL: ${url}`);
  return match.groups;
}

/** Header and payload of the token, on which two libraries and the record have to agree. */
export async function verify(record, secret = SECRET) {
  assert.equal(record.status, 'converted', JSON.stringify(record.findings));
  const { token } = split(record.url);
  const options = { algorithms: ['HS256'] };
  const one = jsonwebtoken.verify(token, secret, { ...options, clockTimestamp: NOW, complete: true });
  const other = await jwtVerify(token, new TextEncoder().encode(secret), {
    ...options,
    currentDate: new Date(NOW * 1000),
  });
  assert.deepEqual(one.payload, other.payload);
  assert.deepEqual(one.header, other.protectedHeader);

  // The libraries do not look at these: the bytes of the payload, and what the record says of it.
  const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
  assert.deepEqual(payload, one.payload);
  assert.deepEqual(Object.keys(payload), CLAIM_ORDER.filter((claim) => claim in payload));
  assert.deepEqual(record.header, one.header);
  assert.deepEqual(Object.keys(record.claims), Object.keys(payload));
  assert.deepEqual(record.claims, { ...payload, ...shortened(record.claims, payload) });
  return { header: one.header, claims: payload };
}

/** Reports may shorten an OAuth token to its first six characters; nothing else may differ. */
function shortened(shown, payload) {
  const brief = `${payload.oauth_token?.slice(0, 6)}…`;
  return shown.oauth_token === brief ? { oauth_token: brief } : {};
}

/** The claims of a URL made from `values` alone (no attributes), to be changed by the test. */
export function claimsOf(values, changes = {}) {
  return {
    sub: values.email,
    iss: values.client_id,
    jti: values.nonce,
    iat: NOW,
    exp: NOW + Number(values.session_length),
    account_type: values.account_type,
    teams: [values.external_user_team],
    ...changes,
  };
}

export const headerOf = (values) => ({ alg: 'HS256', typ: 'JWT', kid: values.client_id });

/** The findings of `rule` in a record. */
export const findings = (record, rule) => record.findings.filter((finding) => finding.rule === rule);

/** A record that was refused for `rule` and carries no URL or token. */
export function assertRefused(record, rule) {
  assert.equal(record.status, 'failed', JSON.stringify(record));
  assert.deepEqual([record.url, record.header, record.claims], [null, null, null]);
  assert.deepEqual(
    findings(record, rule).map((finding) => finding.severity),
    ['error'],
    JSON.stringify(record.findings),
  );
}

/** The URLs of the list of real shapes, each with its line number. */
export function realUrls() {
  return readFileSync(REAL_URLS, 'utf8')
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
