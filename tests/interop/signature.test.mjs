// The legacy signature: what was changed after signing is refused, what was not is never accused.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  SECRET, WRITERS, assertRefused, convert, findings, legacy, sign, user, verify,
} from './support.mjs';

const flip = (digit) => (digit === '0' ? '1' : '0');

/** What an attacker, or a careless copy, does to a signed URL. */
const TAMPERINGS = {
  'one digit of the signature': (url) => url.slice(0, -1) + flip(url.at(-1)),
  'the first digit of the signature': (url) => url.replace(/(signature=)(.)/u, (_, key, digit) => key + flip(digit)),
  'a signature cut short': (url) => url.slice(0, -2),
  'a signature of zeros': (url) => url.replace(/[0-9a-f]{64}$/u, '0'.repeat(64)),
  'another user': (url) => url.replace('ann', 'bob'),
  'a higher account type': (url) => url.replace('account_type=View', 'account_type=Creator'),
  'a longer session': (url) => url.replace('session_length=3600', 'session_length=36000'),
  'one more parameter before the signature': (url) => url.replace(/(?=&[^&]*signature=)/u, '&:ua_Region=West'),
  'two parameters exchanged': (url) => url.replace(/(&[^&]*mode=userbacked)(&[^&]*session_length=3600)/u, '$2$1'),
  'another embed': (url) => url.replace(/\/embed\/[^?]+/u, '/embed/1-16zPlDRNUPC5YPPfN6LWAI'),
  'the same character, no longer escaped': (url) => url.replace('%40', '@'),
};

for (const [name, key] of [['component', ':signature'], ['searchParams', '%3Asignature']]) {
  const write = WRITERS[name];

  test(`an untampered URL is not accused (${name})`, async () => {
    const { records, status } = convert([sign(legacy(user(), { write }), SECRET, key)]);
    assert.deepEqual(findings(records[0], 'signature-mismatch'), []);
    assert.equal(status, 0);
    await verify(records[0]);
  });

  for (const [what, tamper] of Object.entries(TAMPERINGS)) {
    test(`changed after signing: ${what} (${name})`, () => {
      const good = sign(legacy(user(), { write }), SECRET, key);
      const bad = tamper(good);
      assert.notEqual(bad, good, 'the test changed nothing');
      const { records, status } = convert([bad]);
      assertRefused(records[0], 'signature-mismatch');
      assert.equal(status, 1);
    });
  }
}

test('signed with another secret', () => {
  const { records } = convert([sign(legacy(user()), `${SECRET}2`)]);
  assertRefused(records[0], 'signature-mismatch');
});

test('--off signature-mismatch converts it all the same', async () => {
  const { records, status } = convert([sign(legacy(user()), 'another secret')], { args: ['--off', 'signature-mismatch'] });
  await verify(records[0]);
  assert.equal(status, 0);
});

test('an unsigned URL cannot mismatch, and is converted only on trust', async () => {
  const { records } = convert([legacy(user())]);
  assert.deepEqual(findings(records[0], 'signature-mismatch'), []);
  assertRefused(records[0], 'unverified-signature');
  const trusted = convert([legacy(user())], { args: ['--trust-input'] });
  await verify(trusted.records[0]);
});

test('no legacy signature is in the output, converted or refused', () => {
  const good = sign(legacy(user()));
  const bad = sign(legacy(user()), 'another secret');
  const { stdout } = convert([good, bad]);
  for (const url of [good, bad]) assert.ok(!stdout.includes(url.split(':signature=')[1]));
});
