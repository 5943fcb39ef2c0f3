// Encrypted OAuth tokens, checked by an implementation of Sigma's format of our own.
//
// The authority would be Sigma's package @sigmacomputing/node-embed-sdk, but the public registry answers 404 for it, so
// it cannot be among the pinned dependencies. This file and test_oauth.py therefore implement the documented format
// independently of each other and of the tool; where the package happens to be installed, its `decrypt` is asked too.
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import {
  SECRET, WRITERS, assertRefused, claimsOf, convert, legacy, sign, user, verify,
} from './support.mjs';

const sdk = await import('@sigmacomputing/node-embed-sdk').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  return null;
});

const keyOf = (secret, salt) => pbkdf2Sync(secret, salt, 600_000, 32, 'sha256');

function encrypt(secret, plain) {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, salt), iv);
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return [salt, iv, cipher.getAuthTag(), text].map((part) => part.toString('base64')).join('.');
}

function decrypt(secret, token) {
  const parts = token.split('.').map((part) => {
    const bytes = Buffer.from(part, 'base64');
    assert.equal(bytes.toString('base64'), part, 'standard base64 with padding');
    return bytes;
  });
  assert.deepEqual(parts.slice(0, 3).map((part) => part.length), [16, 12, 16], 'salt, iv and tag');
  assert.equal(parts.length, 4);
  const [salt, iv, tag, text] = parts;
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, salt), iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  const plain = Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  if (sdk) assert.equal(sdk.decrypt(secret, token), plain, "Sigma's own SDK reads something else");
  return plain;
}

const PLAIN = {
  opaque: 'ya29.a0Example_opaque-token/with+plus==',
  jwt: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl',
  'another script': 'жетон-🔑',
  // Not 4096: that is base64 of whole blocks, and so may be cipher text.
  long: 't'.repeat(4095),
};

for (const [what, plain] of Object.entries(PLAIN)) {
  test(`--encrypt-oauth-token: ${what}`, async () => {
    const values = user({ oauth_token: plain });
    const { records, stdout, status } = convert([sign(legacy(values))], { args: ['--encrypt-oauth-token'] });
    assert.equal(status, 0, JSON.stringify(records));
    const { claims } = await verify(records[0]);
    const { oauth_token, ...rest } = claims;
    assert.equal(decrypt(SECRET, oauth_token), plain);
    assert.deepEqual(rest, claimsOf(values, { ver: '1.1', aud: 'sigmacomputing' }));
    assert.ok(!stdout.includes(plain), 'the plain token is in the output');
  });
}

test('--encrypt-oauth-token with a secret in another script', async () => {
  const secret = 'пароль-密码-🔑-demo';
  const { records } = convert([sign(legacy(user({ oauth_token: 'opaque' })), secret)], {
    secret,
    args: ['--encrypt-oauth-token'],
  });
  const { claims } = await verify(records[0], secret);
  assert.equal(decrypt(secret, claims.oauth_token), 'opaque');
});

// The key is derived once a run, since that takes 600,000 rounds; what must never repeat under one key is the iv.
test('tokens of one run share the salt and never the iv, runs share nothing', async () => {
  const urls = [user(), user()].map((values) => sign(legacy({ ...values, oauth_token: 'opaque' })));
  const run = () => {
    const { records } = convert(urls, { args: ['--encrypt-oauth-token'] });
    return Promise.all(records.map(async (record) => (await verify(record)).claims.oauth_token.split('.')));
  };
  const [[one, other], [later]] = await Promise.all([run(), run()]);
  assert.equal(one[0], other[0]);
  assert.notEqual(one[1], other[1]);
  assert.notEqual(one[0], later[0]);
});

test('a token that is encrypted already is kept as it is', async () => {
  // Until one has a plus in it: as a literal it must not become a space.
  let encrypted;
  do encrypted = encrypt(SECRET, 'opaque'.repeat(9)); while (!encrypted.includes('+'));
  const spelled = [WRITERS.component, WRITERS.searchParams, (name, value) => `:${name}=${value}`];
  for (const write of spelled) {
    for (const args of [[], ['--encrypt-oauth-token']]) {
      const values = user();
      const { records } = convert([sign(legacy({ ...values, oauth_token: encrypted }, { write }))], { args });
      const { claims } = await verify(records[0]);
      assert.deepEqual(claims, claimsOf(values, { oauth_token: encrypted, ver: '1.1', aud: 'sigmacomputing' }));
    }
  }
});

test('a plain token is refused without --encrypt-oauth-token', () => {
  const { records, stdout, status } = convert([sign(legacy(user({ oauth_token: PLAIN.opaque })))]);
  assertRefused(records[0], 'plaintext-oauth-token');
  assert.ok(!stdout.includes(PLAIN.opaque), 'the plain token is in the output');
  assert.equal(status, 1);
});
