// The script one would write for the migration in Node: WHATWG URL, jsonwebtoken, a line in, a line out.
//
//     node peer.mjs LIST MAP SECRET-FILE NOW
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

// The interoperability tests pin the library; it is installed once.
const jwt = createRequire(new URL('../../tests/interop/package.json', import.meta.url))('jsonwebtoken');

const [list, mapFile, secretFile, now] = process.argv.slice(2);
// A key made once: given a string, jsonwebtoken first tries to read it as a private key, for every token again.
const secret = createSecretKey(readFileSync(secretFile));
const iat = Number(now);

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

function convert(line) {
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
  const token = jwt.sign(claims, secret, { algorithm: 'HS256', keyid: claims.iss });
  // Not URLSearchParams: Sigma needs literal colons and commas.
  const rest = kept.map(([key, value]) => `&${key}=${encodeURIComponent(value).replace(/%(?:3A|2C)/gu, decodeURIComponent)}`);
  return `${url.origin}${pathOf(url.pathname)}?:jwt=${token}&:embed=true${rest.join('')}`;
}

const isCsv = list.endsWith('.csv');
let column = -1;
let pending = [];

async function flush() {
  const more = process.stdout.write(pending.join(''));
  pending = [];
  if (!more) await once(process.stdout, 'drain');
}

for await (const line of createInterface({ input: createReadStream(list), crlfDelay: Infinity })) {
  if (isCsv && column === -1) {
    column = cells(line).indexOf('url');
    continue;
  }
  pending.push(`${convert(isCsv ? cells(line)[column] : line)}\n`);
  if (pending.length === 256) await flush();
}
await flush();
