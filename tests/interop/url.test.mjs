// Everything of a converted URL but its token: path, kept parameters, the output formats.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  EMBED, EMBEDS, HOST, MAP, NOW, UNMAPPED, WORKBOOK_PATH, WRITERS,
  assertRefused, convert, findings, legacy, realUrls, run, sign, split, user, verify,
} from './support.mjs';

function one(url, options) {
  return convert([sign(url)], options).records[0];
}

for (const [what, [id, path]] of Object.entries(EMBEDS)) {
  test(`the path of an embed of the map: ${what}`, () => {
    assert.equal(split(one(legacy(user(), { path: `/embed/${id}` })).url).base, HOST + path);
  });

  test(`the path of a tagged embed: ${what}`, () => {
    const [workbook, rest = ''] = path.split(/(?=\/(?:page|element)\/)/u);
    const record = one(legacy(user(), { path: `/embed/${id}/tag/prod` }));
    assert.equal(split(record.url).base, `${HOST}${workbook}/tag/prod${rest}`);
  });
}

test('an edit URL opens the workbook of its own path', () => {
  const path = `/embed/${EMBED}/workbook/Embed_API-Quick-Start-r0WXMPpc0YtQCTFR7CdDK/edit`;
  const record = one(legacy(user(), { path }));
  assert.equal(split(record.url).base, `${HOST}/demo-org/workbook/r0WXMPpc0YtQCTFR7CdDK/edit`);
});

test('an edit URL needs no map, only the organisation', () => {
  const path = `/embed/${UNMAPPED}/workbook/Start-r0WXMPpc0YtQCTFR7CdDK/edit`;
  const record = one(legacy(user(), { path }), { map: ['--org', 'demo-org'] });
  assert.equal(split(record.url).base, `${HOST}/demo-org/workbook/r0WXMPpc0YtQCTFR7CdDK/edit`);
});

test('--org and --workbook send every embed to one workbook', () => {
  const map = ['--org', 'demo-org', '--workbook', 'edfda33c-8854-43c1-89f9-5a6cd5055d23'];
  const record = one(legacy(user(), { path: `/embed/${UNMAPPED}` }), { map });
  assert.equal(split(record.url).base, `${HOST}/demo-org/workbook/7f55QbPFuCnK2n0P2tSuBl`);
});

test('an embed without a workbook is refused', () => {
  const { records, status } = convert([sign(legacy(user(), { path: `/embed/${UNMAPPED}` }))]);
  assertRefused(records[0], 'unmapped-embed');
  assert.equal(status, 1);
});

test('the ampersand where the question mark belongs', async () => {
  const record = one(legacy(user(), { extra: ['Region=West'] }).replace('?', '&'));
  assert.equal(split(record.url).kept, '&Region=West&:menu_position=bottom');
  await verify(record);
});

test('http becomes https, the signature is that of the URL as it was', async () => {
  const record = one(legacy(user()).replace('https:', 'http:'));
  assert.equal(split(record.url).base, HOST + WORKBOOK_PATH);
  assert.equal(findings(record, 'signature-mismatch').length, 0);
  await verify(record);
});

test('the fragment stays at the end', () => {
  const { fragment, kept } = split(convert([`${sign(legacy(user()))}#chart%201`]).records[0].url);
  assert.deepEqual([kept, fragment], ['&:menu_position=bottom', '#chart%201']);
});

/** `[written, kept]` pairs: what stands in the old query, and what has to stand in the new one. */
const KEPT = [
  // Sigma's own parameters: a literal colon, the value byte for byte.
  [':hide_bookmarks=true', ':hide_bookmarks=true'],
  ['%3Ahide_bookmarks=true', ':hide_bookmarks=true'],
  ['%3ahide_tooltip=%74rue', ':hide_tooltip=%74rue'],
  [':hide_folder_navigation=True', ':hide_folder_navigation=True'],
  [':theme=Our%20own+theme', ':theme=Our%20own+theme'],
  [':lng=fr-ca', ':lng=fr-ca'],
  [':responsive_height=true', ':responsive_height=true'],
  [':hide_explore_toggle=true', ':hide_explore_toggle=true'],
  [':disable_mobile_view=yes', ':disable_mobile_view=yes'],
  [':page_id=H9cAxKfnXP', ':page_id=H9cAxKfnXP'],
  [':hide_page_controls=true', ':hide_page_controls=true'],
  [':bookmark=c1d2e3f4-0000-4000-8000-000000000001', ':bookmark=c1d2e3f4-0000-4000-8000-000000000001'],
  [':explore=c1d2e3f4%2D0000', ':explore=c1d2e3f4%2D0000'],
  [':hide_send=true', ':hide_send=true'],
  [':hide_schedule=false', ':hide_schedule=false'],
  [':hide_element_interactions=true', ':hide_element_interactions=true'],
  [':hide_save_as=true', ':hide_save_as=true'],
  [':customView=c1', ':customView=c1'],
  [':savedView=s1', ':savedView=s1'],
  // Controls: key and value byte for byte.
  ['Store-Region=West', 'Store-Region=West'],
  ['date-range=min:2024-01-01T00:00:00,max:2024-02-01', 'date-range=min:2024-01-01T00:00:00,max:2024-02-01'],
  ['date-range=min%3A2024-01-01%2cmax%3a2024-02-01', 'date-range=min%3A2024-01-01%2cmax%3a2024-02-01'],
  ['Roman-Numeral-CONTROL=I,II', 'Roman-Numeral-CONTROL=I,II'],
  ['Sales%20Region+2=North+East%20%2B', 'Sales%20Region+2=North+East%20%2B'],
  ['Gr%c3%b6%C3%9Fe=%e6%9d%b1', 'Gr%c3%b6%C3%9Fe=%e6%9d%b1'],
  ['Größe=東京', 'Größe=東京'],
  ['expression=a=b==c', 'expression=a=b==c'],
  ['broken-escape=50%', 'broken-escape=50%'],
  ['quoted="West"', 'quoted="West"'],
  // Gone, or said otherwise.
  [':embed=true', null],
  [':allow_export=false', null],
  [':hide_run_as_recipient=true', null],
  [':hide_sheet_interactions=false', null],
  [':showUnderlyingData=false', null],
  [':use_user_name=true', null],
  [':loading_bg=FF0000', null],
  [':loading_text=FFFFFF', null],
  [':hide_workbook_name=true', null],
];

for (const [written, kept] of KEPT) {
  test(`${written} becomes ${kept ?? 'nothing'}`, async () => {
    const record = one(legacy(user(), { extra: [written] }));
    assert.equal(split(record.url).kept, `${kept === null ? '' : `&${kept}`}&:menu_position=bottom`);
    await verify(record);
  });
}

test('kept parameters stay in their old order between those that go', () => {
  const { nonce, client_id, email, ...rest } = user();
  const all = [
    'Region=West', `:nonce=${nonce}`, ':theme=Dark', ':hide_run_as_recipient=true', `:client_id=${client_id}`,
    'date=min:2024-01-01', `:email=${email}`, ':menu_position=top', ':hide_tooltip=true',
  ];
  const { kept } = split(one(legacy(rest, { extra: all })).url);
  assert.equal(kept, '&Region=West&:theme=Dark&date=min:2024-01-01&:menu_position=top&:hide_tooltip=true');
});

test('a kept parameter repeated with the same value stays once, where it stood first', () => {
  const extra = ['Region=West', ':theme=Dark', 'Region=West', 'Id=1', ':theme=Dark'];
  assert.equal(split(one(legacy(user(), { extra })).url).kept, '&Region=West&:theme=Dark&Id=1&:menu_position=bottom');
});

test('--keep-unknown keeps what no table knows', () => {
  const record = one(legacy(user(), { extra: [':hide_everything=true'] }), { args: ['--keep-unknown'] });
  assert.equal(split(record.url).kept, '&:hide_everything=true&:menu_position=bottom');
});

for (const [extra, kept] of [
  [[], '&:menu_position=bottom'],
  [['A=1'], '&A=1&:menu_position=bottom'],
  [[':menu_position=top', 'A=1'], '&:menu_position=top&A=1'],
  [[':menu_position=none'], '&:menu_position=none'],
  [[':show_footer=false', 'A=1'], '&A=1&:menu_position=none'],
  [[':show_footer=true', 'A=1'], '&A=1&:menu_position=bottom'],
  [[':show_footer=false', ':menu_position=top'], '&:menu_position=top'],
  [[':menu_position=bottom', ':show_footer=false'], '&:menu_position=bottom'],
]) {
  test(`the menu of [${extra}]`, () => {
    assert.equal(split(one(legacy(user(), { extra })).url).kept, kept);
  });
}

test('--no-preserve-defaults adds no menu position', () => {
  assert.equal(split(one(legacy(user()), { args: ['--no-preserve-defaults'] }).url).kept, '');
});

test('what is no legacy signed URL stays as it came', () => {
  const urls = [
    `${HOST}/embed/1-7DtFiDy0cUmAAIztlEecY5`,
    `${HOST}/embed/2Fb3n6osB7MZ0psRKGqR6?name=Some%20Player&:nodeId=x5IFw14Sfe`,
    `${HOST}/demo-org/workbook/Start-r0WXMPpc0YtQCTFR7CdDK?:embed=true&:menu_position=top`,
    'https://www.example.com/embed/video?id=1',
  ];
  const { records } = convert(urls);
  assert.deepEqual(records.map(({ status, url }) => [status, url]), urls.map((url) => ['unchanged', url]));
});

test('lines: one URL a line, equal to the record, an empty line for what was refused', () => {
  const urls = [
    sign(legacy(user())),
    sign(legacy(user({ email: 'nobody' }))),
    `${HOST}/embed/1-7DtFiDy0cUmAAIztlEecY5`,
    sign(legacy(user(), { write: WRITERS.searchParams })),
  ];
  const { records } = convert(urls);
  const { stdout, status } = run(
    ['convert', '--map', MAP, '--now', String(NOW), '--jti', 'nonce'],
    // Blank lines and comments are no URLs.
    `# a comment\n\n${urls.join('\n')}\n`,
  );
  assert.equal(stdout, records.map(({ url }) => `${url ?? ''}\n`).join(''));
  assert.equal(records[1].url, null);
  assert.equal(status, 1);
});

test('the list of real shapes: every signed URL verifies and is converted, the others are left alone', async () => {
  const urls = realUrls();
  const { records } = convert(urls.map(({ text }) => text));
  let signed = 0;
  for (const [index, { text, line }] of urls.entries()) {
    const record = records[index];
    assert.equal(findings(record, 'signature-mismatch').length, 0, `line ${line}`);
    if (/[?&](?::|%3A)signature=/u.test(text)) {
      signed += 1;
      const { claims } = await verify(record);
      // The nonce is in every shape the same UUID, so it can be found without parsing the URL.
      assert.equal(claims.jti, /nonce=([0-9a-f-]{36})/u.exec(text)[1], `line ${line}`);
    } else {
      assert.deepEqual([record.status, record.url], ['unchanged', text], `line ${line}`);
    }
  }
  assert.equal(signed, 10);
});
