// The package: what it holds, how it is loaded, and what it does with good and bad input.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

import * as esm from "embed2jwt";

import { EMBED, NOW, SECRET, WORKBOOK, legacy, node, options, root, sign } from "./support.mjs";

const { Auditor, Converter, Embed2JwtError, Scanner, audit, convert, convertLines, convertUrl, convertUrls, explain, fix, inspect, rules, scan } = esm;
const rulesOf = (record) => record.findings.map(({ rule }) => rule);

/** The token's parts, and whether the secret made it. */
function token(url) {
  const [, jwt] = /\?:jwt=([^&]+)&:embed=true/.exec(url);
  const [header, claims, signature] = jwt.split(".");
  assert.equal(createHmac("sha256", SECRET).update(`${header}.${claims}`).digest("base64url"), signature);
  return [header, claims].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
}

/** An error of ours, with these words. */
const refused = (call, words, more = {}) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof Embed2JwtError, `${error}`);
    assert.match(error.message, words);
    for (const [name, value] of Object.entries(more)) assert.equal(error[name], value);
    assert.ok(!error.message.includes(SECRET));
    return true;
  });

test("`import` and `require` give the same names, which are those of the types", () => {
  const cjs = createRequire(import.meta.url)("embed2jwt");
  const names = Object.keys(esm).toSorted();
  assert.deepEqual(Object.keys(cjs).filter((name) => name !== "default").toSorted(), names);
  const types = readFileSync(join(node, "index.d.ts"), "utf8");
  const declared = new Set([...types.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name));
  assert.deepEqual([...declared].toSorted(), names);
  assert.equal(cjs.convertUrl(legacy(), options), convertUrl(legacy(), options));
});

test("the package is small, and has no code to build and nothing to install", () => {
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: node, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const names = packed.files.map(({ path }) => path).toSorted();
  assert.deepEqual(names.filter((name) => name.startsWith("dist/")), ["dist/embed2jwt.wasm", "dist/index.d.cts", "dist/index.d.ts", "dist/node.cjs", "dist/node.mjs", "dist/web.mjs"]);
  assert.ok(packed.size < 700_000, `${packed.size} bytes`);
  const { dependencies, scripts } = JSON.parse(readFileSync(join(node, "package.json"), "utf8"));
  assert.equal(dependencies, undefined);
  assert.equal(scripts, undefined);
  const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
  assert.ok(cargo.includes(`version = "${packed.version}"`), "the version is the crate's");
});

test("the example of docs/node.md runs, and prints what the page says", () => {
  const page = readFileSync(join(root, "docs/node.md"), "utf8");
  const [, code] = /```js\n(.*?)```/s.exec(page);
  assert.ok(code.trim().split("\n").length <= 5 + 2, "five lines");
  // Below the package, so that its name means this build.
  const file = join(node, "target/example.mjs");
  writeFileSync(file, code);
  const run = spawnSync(process.execPath, [file], { encoding: "utf8", env: { SIGMA_EMBED_SECRET: SECRET } });
  assert.equal(run.stderr, "");
  assert.match(run.stdout, /^https:\/\/app\.sigmacomputing\.com\/acme\/workbook\/1W8TtTfdB8MkkveAsD7dbU\?:jwt=/);
  token(run.stdout);
});

test("a URL is converted, and its token is one that the secret signs", () => {
  const url = convertUrl(legacy(), options);
  assert.ok(url.startsWith(`https://app.sigmacomputing.com/acme/workbook/${WORKBOOK}?:jwt=`), url);
  const [header, claims] = token(url);
  assert.deepEqual(header, { alg: "HS256", typ: "JWT", kid: "c1" });
  const { jti, ...rest } = claims;
  assert.match(jti, /^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  assert.deepEqual(rest, { sub: "ann@example.com", iss: "c1", iat: NOW, exp: NOW + 3600, account_type: "View", teams: ["Sales"] });
  assert.deepEqual(convert(legacy(), options).claims, claims);
  assert.deepEqual(convert([legacy()], options)[0], convert(legacy(), options));
  assert.deepEqual(convertUrls([legacy(), "x"], options), [url, null]);
});

test("without `now` and `jti` the clock and the random bytes are the system's", () => {
  const { now, jti, ...others } = options;
  const converter = new Converter(others);
  const made = Array.from({ length: 400 }, (_, n) => converter.convertUrl(legacy(`n${n}`))).map((url) => token(url)[1]);
  assert.equal(new Set(made.map((claims) => claims.jti)).size, 400);
  assert.match(made[0].jti, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  assert.ok(Math.abs(made[0].iat - Date.now() / 1000) < 60);
  // A converter that lives does not keep the time of its making.
  const real = Date.now;
  try {
    Date.now = () => real() + 86_400_000;
    assert.ok(token(converter.convertUrl(legacy("later")))[1].iat > made[0].iat + 86_000);
  } finally {
    Date.now = real;
  }
});

test("auditing, inspecting, scanning and fixing", () => {
  const record = audit(`${legacy("n1", "&:hide_run_as_recipient=true")}`);
  assert.deepEqual([record.kind, record.verdict, record.schema], ["legacy-signed", "lossy", 1]);
  assert.ok(rulesOf(record).includes("unsupported-hide-run-as-recipient"));
  assert.ok(!JSON.stringify(record).includes(/signature=(\w+)/.exec(legacy())[1]));
  assert.equal(audit(legacy(), { secret: SECRET }).signature, "verified");
  assert.equal(audit(legacy(), { secret: "another" }).signature, "mismatch");
  const made = convertUrl(legacy(), options);
  assert.deepEqual(inspect(made, { secret: SECRET, now: NOW }).claims, convert(legacy(), options).claims);
  assert.ok(inspect(legacy(), { explainConversion: true }).conversion.length > 5);
  assert.ok(inspect(made, { secret: SECRET, now: NOW + 4000 }).findings.some(({ rule }) => rule === "jwt-expired"));

  const source = "const url = `" + EMBED + "?:nonce=${n}&:show_footer=false&:signature=${s}`;\n";
  const found = scan(source, { path: "src/embed.js" });
  assert.ok(found.some(({ rule, path, line }) => rule === "replaced-show-footer" && path === "src/embed.js" && line === 1));
  assert.ok(fix(source, { path: "src/embed.js" }).includes(":menu_position=none"));
  assert.deepEqual(Buffer.from(fix(Buffer.from(source), { path: "src/embed.js" })).toString(), fix(source, { path: "src/embed.js" }));
  assert.equal(fix("nothing", {}), "nothing");
  assert.deepEqual(scan("nothing"), []);
});

test("levels of rules are set, and every rule is explained", () => {
  const levels = (level) => audit(legacy(), { rules: { "deprecated-signed-url": level } }).findings.find(({ rule }) => rule === "deprecated-signed-url")?.severity;
  assert.deepEqual(["error", "info", "off"].map(levels), ["error", "info", undefined]);
  assert.equal(convert(legacy(), { ...options, rules: { "deprecated-signed-url": "error" } }).status, "failed");
  assert.ok(rules().length > 50);
  for (const rule of rules()) assert.ok(explain(rule).startsWith(`# ${rule}\n`));
  assert.equal(explain("no-such-rule"), null);
});

test("nonces and users are remembered from one call to the next, and in one call only by the functions", () => {
  const auditor = new Auditor();
  assert.ok(!rulesOf(auditor.audit(legacy("same"))).includes("reused-nonce"));
  assert.ok(rulesOf(auditor.audit(legacy("same"))).includes("reused-nonce"));
  audit(legacy("same"));
  assert.ok(!rulesOf(audit(legacy("same"))).includes("reused-nonce"));
  assert.equal(auditor.audit(legacy("third")).line, 3);
});

test("a row that is no text is a finding of its row, and the others are converted", () => {
  const rows = [null, undefined, 7, 7n, true, {}, [], Symbol("x"), () => 1, new Date(), Buffer.from("x"), "\ud800", "a\ndb", "", " ", "\0", "x".repeat(1024 * 1024 + 1), "é".repeat(600_000), legacy()];
  const records = convert(rows, options);
  assert.deepEqual(records.map(({ line }) => line), rows.map((_, at) => at + 1));
  assert.deepEqual(new Set(records.slice(0, -1).map(({ status }) => status)), new Set(["failed"]));
  assert.equal(records.at(-1).status, "converted");
  const messages = records.map((record) => record.findings[0]?.message ?? "");
  assert.deepEqual(new Set(records.slice(0, -1).flatMap((record) => rulesOf(record).slice(0, 1))), new Set(["malformed-url"]));
  assert.match(messages[0], /the URL is null/);
  assert.match(messages[2], /the URL is a number/);
  assert.match(messages[11], /half of a surrogate pair/);
  for (const at of [16, 17]) assert.match(messages[at], /longer than 1048576 bytes/);
  assert.deepEqual(convertUrls(rows, options).slice(0, -1), rows.slice(0, -1).map(() => null));
  for (const ask of [audit, inspect]) assert.equal(ask(rows).length, rows.length);
});

test("whatever can be iterated is a list; what cannot is an error", () => {
  assert.deepEqual(convertUrls(new Set([legacy()]), options), convertUrls([legacy()], options));
  assert.deepEqual(convertUrls((function* () { yield legacy(); })(), options), convertUrls([legacy()], options));
  assert.deepEqual([audit([]), convertUrls([], options), esm.auditLines([])], [[], [], []]);
  for (const urls of [null, undefined, 7, {}]) refused(() => audit(urls), /the URLs are/);
  refused(() => convertLines("https://x", options), /the URLs are text/);
});

test("a list longer than a batch is one list", () => {
  const urls = Array.from({ length: 2500 }, (_, n) => legacy(`n${n % 2000}`));
  const records = convert(urls, options);
  assert.deepEqual(records.map(({ line }) => line), urls.map((_, at) => at + 1));
  assert.ok(rulesOf(records[2000]).includes("reused-nonce"));
  assert.ok(!rulesOf(records[1999]).includes("reused-nonce"));
});

test("`convertUrl` throws with the rule that stops it", () => {
  refused(() => convertUrl(legacy().replace("ann", "bob"), options), /signature/i, { rule: "signature-mismatch" });
  refused(() => convertUrl(legacy(), { ...options, workbook: undefined }), /workbook/i, { rule: "unmapped-embed" });
  refused(() => convertUrl(null, options), /the URL is null/, { rule: "malformed-url" });
  assert.equal(convertUrl("https://www.example.com/", options), "https://www.example.com/");
});

test("options that cannot work are errors that name them", () => {
  refused(() => convert(legacy(), { org: "acme" }), /no embed secret/);
  for (const secret of ["", "  \n"]) refused(() => convert(legacy(), { ...options, secret }), /^secret: it is empty/);
  for (const secret of [null, 7, {}]) refused(() => convert(legacy(), { ...options, secret }), /^secret: it is/);
  refused(() => convert(legacy(), { ...options, secret: "\udc00" }), /^secret: it is not Unicode/);
  refused(() => convert(legacy(), { ...options, credentials: { c1: SECRET } }), /not both/);
  refused(() => convert(legacy(), { ...options, secret: undefined, credentials: { c1: "" } }), /the secret of c1: it is empty/);
  refused(() => convert(legacy(), { ...options, org: ".." }), /`\.\.` is no slug/);
  refused(() => convert(legacy(), { ...options, workbook: "1-x" }), /workbook is not known/);
  refused(() => audit(legacy(), { hosts: ["a b"] }), /`a b` is no host/);
  refused(() => audit(legacy(), { hosts: "x" }), /^hosts: /);
  refused(() => convert(legacy(), { ...options, ttl: 0 }), /^ttl: /);
  refused(() => convert(legacy(), { ...options, ttl: "1h" }), /^ttl: /);
  refused(() => convert(legacy(), { ...options, now: 1.5 }), /^now: /);
  refused(() => convert(legacy(), { ...options, ttl: NaN }), /^ttl: it is NaN/);
  refused(() => convert(legacy(), { ...options, now: 7n }), /^options: /);
  refused(() => convert(legacy(), { ...options, jti: "random" }), /^jti: .*fresh/);
  refused(() => convert(legacy(), { ...options, clientId: "" }), /^clientId: it is empty/);
  refused(() => convert(legacy(), { ...options, trustinput: true }), /unknown field `trustinput`.*`trustInput`/);
  refused(() => audit(legacy(), { rules: { "hide-send": "off" } }), /there is no rule `hide-send`/);
  refused(() => audit(legacy(), { rules: { "jwt-expired": "fatal" } }), /^rules: the level of `jwt-expired`/);
  refused(() => audit(legacy(), { allow: ["("] }), /^allow: `\(`/);
  for (const bad of [null, 7, "x", []]) refused(() => audit(legacy(), bad), /^options: they are/);
  refused(() => scan(7), /the content is a number/);
  refused(() => scan("x", { path: 7 }), /^path: it is a number/);
});

test("a map is text or entries; one that contradicts itself is an error that names both rows", () => {
  const [embed_id, org, workbook_id] = ["1-7CbVjjUMMTKQpYa2E7NwkI", "acme", WORKBOOK];
  const { workbook: _, org: __, ...others } = options;
  const made = convertUrl(legacy(), options);
  for (const map of [`embed_id,org,workbook_id\n${embed_id},${org},${workbook_id}\n`, JSON.stringify([{ embed_id, org, workbook_id }]), [{ embed_id, org, workbook_id }], Buffer.from(`embed_id,org,workbook_id\n${embed_id},${org},${workbook_id}\n`)]) {
    assert.equal(convertUrl(legacy(), { ...others, map }), made);
  }
  const other = { embed_id, org, workbook_id: "1W8TtTfdB8MkkveAsD7dbU" };
  refused(() => convert(legacy(), { ...others, map: [{ embed_id, org, workbook_id }, other] }), /map:1.*map:2|map:2.*map:1/s);
  refused(() => convert(legacy(), { ...others, map: [{ embed_id, org, workbook_id }, null] }), /^map:2: the entry is null/);
  refused(() => convert(legacy(), { ...others, map: [{ embed_id: 7 }] }), /map/);
  refused(() => convert(legacy(), { ...others, map: "x,y\n1,2\n" }), /embed_id/);
  refused(() => convert(legacy(), { ...others, map: new Uint8Array([0xff, 0x41]) }), /not UTF-8/);
  refused(() => convert(legacy(), { ...others, map: 7 }), /^map: it is a number/);
});

test("a secret for each client id", () => {
  const credentials = { c1: SECRET, c2: Buffer.from("another") };
  const second = sign(`${EMBED}?:nonce=n2&:client_id=c2&:email=ann@example.com&:mode=userbacked`, "another");
  const records = convert([legacy(), second], { ...options, secret: undefined, credentials });
  assert.deepEqual(records.map(({ status, signature }) => [status, signature]), [["converted", "verified"], ["converted", "verified"]]);
});

test("after a fault of the library the next call works", () => {
  const { now, ...others } = options;
  const converter = new Converter(others);
  const real = Date.now;
  try {
    // It goes through the compiled code as a fault of its own would.
    Date.now = () => {
      throw new Error("no clock");
    };
    refused(() => converter.convert(legacy()), /fault of its own/);
  } finally {
    Date.now = real;
  }
  assert.equal(converter.convert(legacy()).status, "converted");
  assert.equal(new Scanner().scan("x").length, 0);
});

test("the secret is in no record and in no property", () => {
  const converter = new Converter({ ...options, showSecrets: true });
  assert.ok(!JSON.stringify(converter.convert([legacy(), legacy().replace("Sales", SECRET)])).includes(SECRET));
  assert.ok(!JSON.stringify(converter).includes(SECRET));
});
