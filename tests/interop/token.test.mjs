// Tokens made by `jsonwebtoken` and `jose`, right and deliberately wrong, as `inspect` judges them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SignJWT, UnsecuredJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';

import { CLIENT_ID, HOST, NOW, SECRET, WORKBOOK_PATH, run } from './support.mjs';

const KEY = new TextEncoder().encode(SECRET);
const NO_TEAM = { sub: 'ann@mail.example', jti: 'n-1', iat: NOW, exp: NOW + 3600, account_type: 'View' };
const CLAIMS = { ...NO_TEAM, teams: ['Sales'] };

const urlOf = (token) => `${HOST}${WORKBOOK_PATH}?:jwt=${token}&:embed=true`;

function inspect(tokens, { secret = SECRET } = {}) {
  const args = ['inspect', '--format', 'ndjson', '--now', String(NOW)];
  const { stdout, stderr } = run(args, tokens.map((token) => `${urlOf(token)}\n`).join(''), { secret });
  const records = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(records.length, tokens.length, stderr);
  return records;
}

const rulesOf = (record) => record.findings.map((finding) => finding.rule).sort();

/** What each library makes of claims, an algorithm and a key id; null where it refuses to. */
const MAKERS = {
  jsonwebtoken(claims, { alg = 'HS256', kid = CLIENT_ID } = {}) {
    const options = { algorithm: alg, ...(kid === null ? {} : { keyid: kid }) };
    return jsonwebtoken.sign(claims, alg === 'none' ? null : SECRET, options);
  },
  async jose(claims, { alg = 'HS256', kid = CLIENT_ID } = {}) {
    if (alg === 'none') return null;
    const header = { alg, typ: 'JWT', ...(kid === null ? {} : { kid }) };
    return new SignJWT(claims).setProtectedHeader(header).sign(KEY);
  },
};

/** Claims and header, and the rules that are to say something: exactly these. */
const CASES = {
  sound: [CLAIMS, {}, []],
  'sound, with everything for an embed user': [
    { ...CLAIMS, iss: CLIENT_ID, account_type: 'View', teams: ['Sales', 'Field "Ops"'], user_attributes: { Region: 'West,Midwest' } },
    {}, [],
  ],
  'sound, 30 days': [{ ...CLAIMS, exp: NOW + 2_592_000 }, {}, []],
  'sound, version 1.1': [{ ...CLAIMS, ver: '1.1', aud: 'sigmacomputing' }, {}, []],
  'no kid': [CLAIMS, { kid: null }, ['jwt-missing-kid']],
  HS512: [CLAIMS, { alg: 'HS512' }, ['jwt-wrong-algorithm']],
  HS384: [CLAIMS, { alg: 'HS384' }, ['jwt-wrong-algorithm']],
  none: [CLAIMS, { alg: 'none' }, ['jwt-wrong-algorithm']],
  milliseconds: [{ ...CLAIMS, iat: NOW * 1000, exp: (NOW + 3600) * 1000 }, {}, ['jwt-milliseconds', 'jwt-milliseconds']],
  '31 days': [{ ...CLAIMS, exp: NOW + 31 * 86_400 }, {}, ['jwt-too-long']],
  expired: [{ ...CLAIMS, iat: NOW - 3600, exp: NOW - 1 }, {}, ['jwt-expired']],
  team: [{ ...CLAIMS, team: ['Sales'] }, {}, ['jwt-unknown-claim']],
  account_types: [{ ...CLAIMS, account_types: 'View' }, {}, ['jwt-unknown-claim']],
  'teams as a text': [{ ...CLAIMS, account_type: 'View', teams: 'Sales' }, {}, ['jwt-wrong-type']],
  'no jti': [{ sub: CLAIMS.sub, iat: NOW, exp: NOW + 60, account_type: 'View', teams: ['Sales'] }, {}, ['jwt-missing-claim']],
  'no team': [NO_TEAM, {}, ['jwt-missing-teams']],
  'an issuer that is not the key id': [{ ...CLAIMS, iss: 'another' }, {}, ['jwt-issuer-mismatch']],
  'version 1.1 for nobody': [{ ...CLAIMS, ver: '1.1' }, {}, ['jwt-bad-audience']],
  'an array of audiences': [{ ...CLAIMS, ver: '1.1', aud: ['sigmacomputing'] }, {}, ['jwt-bad-audience']],
  'version 2': [{ ...CLAIMS, ver: '2.0' }, {}, ['jwt-bad-version']],
};

for (const [library, make] of Object.entries(MAKERS)) {
  test(`tokens of ${library} are judged rightly`, async () => {
    const made = [];
    for (const [name, [claims, header, rules]] of Object.entries(CASES)) {
      const token = await make(claims, header);
      if (token !== null) made.push({ name, claims, header, rules, token });
    }
    const records = inspect(made.map(({ token }) => token));
    for (const [i, { name, claims, header, rules }] of made.entries()) {
      assert.deepEqual(rulesOf(records[i]), rules, name);
      assert.deepEqual(records[i].claims, claims, name);
      assert.equal(records[i].header.alg, header.alg ?? 'HS256', name);
      assert.equal(records[i].signature, (header.alg ?? 'HS256') === 'HS256' ? 'verified' : 'mismatch', name);
    }
    for (const record of inspect([made[0].token], { secret: `${SECRET}2` })) {
      assert.deepEqual(rulesOf(record), ['jwt-bad-signature']);
      assert.equal(record.signature, 'mismatch');
    }
  });

  test(`a changed byte in a token of ${library} is found`, async () => {
    const token = await make(CLAIMS);
    const changed = [...token].map((old, at) => `${token.slice(0, at)}${old === 'Q' ? 'R' : 'Q'}${token.slice(at + 1)}`);
    for (const [at, record] of inspect(changed).entries()) {
      assert.equal(record.signature, 'mismatch', `byte ${at}`);
      assert.ok(record.findings.some((finding) => finding.severity === 'error'), `byte ${at}`);
    }
  });
}

test('an unsecured token of jose is told as one', () => {
  const [record] = inspect([new UnsecuredJWT(CLAIMS).encode()]);
  assert.deepEqual(rulesOf(record), ['jwt-missing-kid', 'jwt-wrong-algorithm']);
});
