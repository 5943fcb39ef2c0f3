// The script one would write for the migration in Node: WHATWG URL, jsonwebtoken or jose, a line in, a line out.
//
//     node peer.mjs LIBRARY LIST MAP SECRET-FILE NOW
//
// The libraries are those of node_modules in the working directory.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [library, list, mapFile, secretFile, now] = process.argv.slice(2);
const jwt = createRequire(`${process.cwd()}/package.json`)(library);
// A key made once: given a string, jsonwebtoken first tries to read it as a private key, for every token again.
const secret = createSecretKey(readFileSync(secretFile));
const iat = Number(now);

/** The token, or with jose its promise. */
const sign = {
  jsonwebtoken: (claims) => jwt.sign(claims, secret, { algorithm: 'HS256', keyid: claims.iss }),
  jose: (claims) => new jwt.SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: claims.iss }).sign(secret),
}[library];

const KEPT = new Set([
  'hide_bookmarks', 'hide_explore_toggle', 'hide_folder_navigation', 'hide_menu', 'hide_tooltip', 'lng', 'lng_variant',
  'menu_position', 'responsive_height', 'theme', 'disable_mobile_view', 'disable_auto_refresh', 'hide_page_controls',
  'hide_reload_button', 'hide_title', 'hide_view_select', 'page_id', 'view_id', 'explore', 'bookmark',
]);
const SAME_NAME = ['eval_connection_id', 'first_name', 'last_name'];

/** The cells of one CSV row; no value of this list spans lines. */
function cells(line) {
  const found = [];
  for (const [, quoted, bare] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gu)) {
    found.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
  }
  return found;
}

const workbooks = new Map(
  readFileSync(mapFile, 'utf8').trimEnd().split('\n').slice(1).map((line) => {
    const [embed, org, workbook] = cells(line);
    return [embed, { org, workbook }];
  }),
);

function pathOf(path) {
  const [, , embed, kind, name, mode] = path.split('/');
  const { org, workbook } = workbooks.get(embed);
  if (mode === 'edit') return `/${org}/workbook/${name.slice(name.lastIndexOf('-') + 1)}/edit`;
  return `/${org}/workbook/${workbook}${kind === 'tag' ? `/tag/${name}` : ''}`;
}

/** Throws unless the legacy signature is that of everything before it. */
function verify(line) {
  const [, signed, signature] = /^(.*)&(?::|%3A)signature=([0-9a-f]{64})$/u.exec(line);
  const expected = createHmac('sha256', secret).update(signed).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Error('the signature does not verify');
}

async function convert(line) {
  verify(line);
  const url = new URL(line);
  const old = url.searchParams;
  const get = (name) => old.get(`:${name}`) || undefined;

  const claims = { sub: get('email'), iss: get('client_id'), jti: get('nonce'), iat };
  claims.exp = iat + Math.min(Number(get('session_length') ?? 3600), 2_592_000);
  if (get('account_type')) claims.account_type = get('account_type');
  const teams = get('external_user_team') ?? get('teams');
  if (teams) claims.teams = teams.split(',').map((team) => team.trim());
  const attributes = JSON.parse(get('user_attributes') ?? '{}');
  const kept = [];
  for (const [key, value] of old) {
    if (key.startsWith(':ua_')) attributes[key.slice(4)] = value;
    else if (!key.startsWith(':') || KEPT.has(key.slice(1))) kept.push([key, value]);
  }
  if (Object.keys(attributes).length > 0) claims.user_attributes = attributes;
  for (const name of SAME_NAME) if (get(name)) claims[name] = get(name);

  if (!get('menu_position')) kept.push([':menu_position', get('show_footer') === 'false' ? 'none' : 'bottom']);
  const signed = sign(claims);
  const token = typeof signed === 'string' ? signed : await signed;
  // Not URLSearchParams: Sigma needs literal colons and commas.
  const rest = kept.map(([key, value]) => `&${key}=${encodeURIComponent(value).replace(/%(?:3A|2C)/gu, decodeURIComponent)}`);
  return `${url.origin}${pathOf(url.pathname)}?:jwt=${token}&:embed=true${rest.join('')}`;
}

const isCsv = list.endsWith('.csv');
let column = -1;
let pending = [];

async function flush() {
  const more = process.stdout.write((await Promise.all(pending)).map((url) => `${url}\n`).join(''));
  pending = [];
  if (!more) await once(process.stdout, 'drain');
}

for await (const line of createInterface({ input: createReadStream(list), crlfDelay: Infinity })) {
  if (isCsv && column === -1) {
    column = cells(line).indexOf('url');
    continue;
  }
  pending.push(convert(isCsv ? cells(line)[column] : line));
  if (pending.length === 256) await flush();
}
await flush();
