// The token of a converted URL, read by two JWT libraries: every claim is what the legacy URL said.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  CLAIM_ORDER, CLIENT_ID, MAX_SESSION, NOW, SECRET, WRITERS,
  assertRefused, claimsOf, convert, findings, freshNonce, headerOf, legacy, sign, user, verify,
} from './support.mjs';

/** Converts the signed form of one URL and returns what its token says. */
async function tokenOf(url, options = {}) {
  const { records, status } = convert([sign(url, options.secret)], options);
  assert.equal(status, 0, JSON.stringify(records));
  return verify(records[0], options.secret);
}

const EVERYTHING = {
  first_name: 'Ann Marie',
  last_name: 'van der Test',
  eval_connection_id: 'e90e75f0-f79b-4be3-a9e1-45bc681bbbc4',
  ua_Region: 'West,Midwest',
  'ua_bob-edit-attr': 'value',
};

for (const [name, write] of Object.entries(WRITERS)) {
  test(`every claim of a URL written by the ${name} writer`, async () => {
    const values = user({ email: 'ann.o@mail.example', external_user_team: 'Ann Test Team', ...EVERYTHING });
    const { header, claims } = await tokenOf(legacy(values, { write }));
    assert.deepEqual(header, headerOf(values));
    assert.deepEqual(claims, claimsOf(values, {
      user_attributes: { Region: 'West,Midwest', 'bob-edit-attr': 'value' },
      eval_connection_id: values.eval_connection_id,
      first_name: 'Ann Marie',
      last_name: 'van der Test',
    }));
  });
}

test('claims come in the order of the contract, whatever the order of the parameters', async () => {
  const values = user(EVERYTHING);
  const backwards = Object.fromEntries(Object.entries(values).reverse());
  for (const written of [values, backwards]) {
    const { claims } = await tokenOf(legacy({ ...written, nonce: freshNonce() }));
    assert.deepEqual(Object.keys(claims), CLAIM_ORDER.slice(0, 11));
  }
});

test('a minimal URL: no claim is invented, 3600 seconds without a session length', async () => {
  const { nonce, client_id, email } = user();
  const { claims } = await tokenOf(legacy({ nonce, client_id, email }));
  assert.deepEqual(claims, { sub: email, iss: client_id, jti: nonce, iat: NOW, exp: NOW + 3600 });
});

test('an empty value is an absent one', async () => {
  const values = user({ account_type: '', session_length: '', first_name: '', last_name: '', eval_connection_id: '' });
  const { claims } = await tokenOf(legacy(values));
  const { account_type, ...rest } = claimsOf(values, { exp: NOW + 3600 });
  assert.equal(account_type, '');
  assert.deepEqual(claims, rest);
});

for (const [written, meant] of [
  ['ann+embed@mail.example', 'ann+embed@mail.example'],
  ['ann%2Bembed%40mail.example', 'ann+embed@mail.example'],
  ['first.last%40mail.example', 'first.last@mail.example'],
  ['client_a@client-a.example', 'client_a@client-a.example'],
]) {
  test(`the e-mail ${written}`, async () => {
    const { email, ...rest } = user();
    assert.ok(email);
    const { claims } = await tokenOf(legacy(rest, { extra: [`:email=${written}`] }));
    assert.equal(claims.sub, meant);
  });
}

for (const [written, meant] of [
  ['Portal', ['Portal']],
  ['Sales,Ops', ['Sales', 'Ops']],
  ['Team%20A%2CTeam%20B', ['Team A', 'Team B']],
  ['Team+A,Team+B', ['Team A', 'Team B']],
  ['A,%20B%20,,C,', ['A', 'B', 'C']],
  ['%5B%22North%2C%20East%22%2C%22West%22%5D', ['North, East', 'West']],
  ['["A","B"]', ['A', 'B']],
  ['R%26D', ['R&D']],
  ['%C3%84rzte,%F0%9F%A6%80', ['Ärzte', '🦀']],
]) {
  for (const name of ['external_user_team', 'teams']) {
    test(`:${name}=${written} is ${JSON.stringify(meant)}`, async () => {
      const { external_user_team, ...rest } = user();
      assert.ok(external_user_team);
      const { claims } = await tokenOf(legacy(rest, { extra: [`:${name}=${written}`] }));
      assert.deepEqual(claims.teams, meant);
    });
  }
}

const AWKWARD = {
  Umlaut: 'Zürich',
  'Länge mit Leerzeichen': 'ß ẞ',
  Decomposed: 'Zu\u0308rich',
  Japanese: '東京都',
  Arabic: 'القاهرة',
  Emoji: '🦀👩‍👩‍👧',
  Quotes: `"double" 'single' “curly”`,
  Backslash: 'C:\\data\\"x"\\u0041\\',
  Separators: 'a&b=c#d?e;f/g',
  Plus: '1 + 1',
  Percent: '100% %41 %2541',
  Markup: '</script><!-- &amp; -->',
  Control: 'tab\there, line\nthere, bell\u0007, delete\u007f',
  JavaScriptLineEnds: '\u2028\u2029',
  LooksLikeNumber: '007',
  LooksLikeBoolean: 'true',
  Several: 'West,Midwest',
  Spaces: '  around  ',
  Long: 'x'.repeat(4000),
};

for (const name of ['component', 'searchParams']) {
  test(`attribute values survive unchanged, one parameter each (${name})`, async () => {
    // URLSearchParams writes a space as a plus, whose meaning in a parameter's name (not its value) nobody has settled.
    const attributes = Object.entries(AWKWARD).filter(([key]) => name === 'component' || !key.includes(' '));
    const parameters = attributes.map(([key, value]) => [`ua_${key}`, value]);
    const { claims } = await tokenOf(legacy({ ...user(), ...Object.fromEntries(parameters) }, { write: WRITERS[name] }));
    assert.deepEqual(claims.user_attributes, Object.fromEntries(attributes));
  });

  test(`attribute values survive unchanged, as one JSON object (${name})`, async () => {
    const values = user({ user_attributes: JSON.stringify(AWKWARD) });
    const { claims } = await tokenOf(legacy(values, { write: WRITERS[name] }));
    assert.deepEqual(claims.user_attributes, AWKWARD);
  });
}

test('attributes of both kinds end in one claim', async () => {
  const values = user({ ua_Region: 'West', user_attributes: '{"Segment":"B2B"}', ua_Tier: '2' });
  const { claims } = await tokenOf(legacy(values));
  assert.deepEqual(claims.user_attributes, { Region: 'West', Segment: 'B2B', Tier: '2' });
});

for (const [what, secret] of Object.entries({
  'of one byte': 'k',
  'of 32 bytes': '0123456789abcdef0123456789abcdef',
  'of exactly one HMAC block': 'b'.repeat(64),
  'one byte over the HMAC block': 'c'.repeat(65),
  'of 200 bytes': 'long-secret-'.repeat(17).slice(0, 200),
  'in another script': 'пароль-密码-🔑-demo',
  'with a space and punctuation': ' demo "secret" \\ $HOME %41 #1',
})) {
  test(`a secret ${what} verifies the old signature and signs the token`, async () => {
    const values = user();
    const { claims } = await tokenOf(legacy(values), { secret });
    assert.deepEqual(claims, claimsOf(values));
  });
}

test('the line end of a secret file is no part of the secret', async () => {
  const { records } = convert([sign(legacy(user()), SECRET)], { secret: `${SECRET}\n` });
  await verify(records[0], SECRET);
});

test('a token verifies with its own secret only', async () => {
  const secret = 'another-demo-secret';
  const { records } = convert([sign(legacy(user()), secret)], { secret });
  await verify(records[0], secret);
  await assert.rejects(verify(records[0], `${secret}x`), /invalid signature/u);
});

for (const [written, length] of [
  ['1', 1],
  ['600', 600],
  [String(MAX_SESSION), MAX_SESSION],
  [String(MAX_SESSION + 1), MAX_SESSION],
  ['31536000', MAX_SESSION],
]) {
  test(`a session length of ${written} seconds lives ${length}`, async () => {
    const { claims } = await tokenOf(legacy(user({ session_length: written })));
    assert.equal(claims.exp - claims.iat, length);
  });
}

test('--ttl overrides the session length', async () => {
  const { claims } = await tokenOf(legacy(user()), { args: ['--ttl', '120'] });
  assert.deepEqual([claims.iat, claims.exp], [NOW, NOW + 120]);
});

test('--issued-at url takes the time of the URL, in whole seconds', async () => {
  for (const time of [String(NOW - 60), `${NOW - 60}.4812`, `${NOW - 60}.9`]) {
    const { claims } = await tokenOf(legacy(user({ time })), { args: ['--issued-at', 'url'] });
    assert.deepEqual([claims.iat, claims.exp], [NOW - 60, NOW + 3540]);
  }
});

test('--client-id overrides the client id of the URL in header and payload', async () => {
  const other = 'f'.repeat(64);
  const { header, claims } = await tokenOf(legacy(user()), { args: ['--client-id', other, '--trust-input'] });
  assert.deepEqual([header.kid, claims.iss], [other, other]);
});

test('--user internal leaves out what belongs to the account of the user', async () => {
  const values = user(EVERYTHING);
  const { claims } = await tokenOf(legacy(values), { args: ['--user', 'internal'] });
  for (const claim of ['teams', 'user_attributes', 'account_type']) assert.ok(!(claim in claims), claim);
  assert.equal(claims.sub, values.email);
});

test('--jti fresh makes version-4 UUIDs, --jti derived the same version-5 UUID every time', async () => {
  const one = sign(legacy(user()));
  const other = sign(legacy(user()));
  const jti = async (kind) => {
    const { records } = convert([one, other], { jti: kind });
    return Promise.all(records.map(async (record) => (await verify(record)).claims.jti));
  };
  const uuid = (version) => new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, 'u');
  const fresh = [...(await jti('fresh')), ...(await jti('fresh'))];
  assert.equal(new Set(fresh).size, 4);
  for (const id of fresh) assert.match(id, uuid(4));
  const derived = await jti('derived');
  assert.equal(new Set(derived).size, 2);
  for (const id of derived) assert.match(id, uuid(5));
  assert.deepEqual(await jti('derived'), derived);
});

test('--jwt-version 1.1 adds ver and the audience', async () => {
  const values = user();
  const { claims } = await tokenOf(legacy(values), { args: ['--jwt-version', '1.1'] });
  assert.deepEqual(claims, claimsOf(values, { ver: '1.1', aud: 'sigmacomputing' }));
});

test('a host with an underscore in the e-mail is a warning: the vendor\'s own samples have one', () => {
  const { records, status } = convert([sign(legacy(user({ email: 'ann@my_host.example' })))]);
  const finding = records[0].findings.find(({ rule }) => rule === 'invalid-email');
  assert.equal(finding.severity, 'warning');
  assert.equal(records[0].claims.sub, 'ann@my_host.example');
  assert.equal(status, 0);
});

for (const [what, changes, extra, rule] of [
  ['no e-mail address', { email: 'ann' }, [], 'invalid-email'],
  ['an empty e-mail', { email: '' }, [], 'missing-parameter'],
  ['an empty client id', { client_id: '' }, [], 'missing-parameter'],
  ['a session length in words', { session_length: 'an hour' }, [], 'invalid-session-length'],
  ['a time that is a date', { time: '2025-06-15' }, [], 'invalid-time'],
  ['attributes that are no JSON', { user_attributes: '{"a":' }, [], 'invalid-user-attributes'],
  ['attributes that are a list', { user_attributes: '["a"]' }, [], 'invalid-user-attributes'],
  ['teams that are no JSON', { external_user_team: '["a"' }, [], 'invalid-teams'],
  ['two e-mails', {}, [':email=bob@mail.example'], 'duplicate-parameter'],
]) {
  test(`${what} is refused`, () => {
    const { records, status } = convert([sign(legacy(user(changes), { extra })), sign(legacy(user()))]);
    assertRefused(records[0], rule);
    assert.equal(records[1].status, 'converted', 'the next URL is converted all the same');
    assert.equal(status, 1);
  });
}

test('teams named twice: the same are fine, different ones are refused', async () => {
  const { records } = convert([sign(legacy(user({ teams: 'Client_A' }))), sign(legacy(user({ teams: 'Client_B' })))]);
  assert.deepEqual((await verify(records[0])).claims.teams, ['Client_A']);
  assert.equal(records[1].status, 'failed');
  assert.ok(records[1].findings.some(({ severity }) => severity === 'error'));
});

test('a parameter repeated with the same value counts once', async () => {
  const values = user({ ua_Attr1: '3' });
  const { records } = convert([sign(legacy(values, { extra: [':ua_Attr1=3', `:client_id=${CLIENT_ID}`] }))]);
  const { claims } = await verify(records[0]);
  assert.deepEqual(claims, claimsOf(values, { user_attributes: { Attr1: '3' } }));
  assert.notEqual(findings(records[0], 'duplicate-parameter').length, 0);
});
