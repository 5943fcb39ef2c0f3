// The command, Node and Chromium give the same records of 2,000 random URLs, byte for byte.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import * as esm from "embed2jwt";

import { NOW, SECRET, browser, command, node, root } from "./support.mjs";

const COUNT = 2000;
const map = readFileSync(join(root, "fixtures/interop/map.csv"), "utf8");
const options = { map, secret: SECRET, now: NOW, jti: "derived", source: "urls.txt" };
const flags = ["--format", "ndjson", "--now", String(NOW), "--map", "map.csv", "--secret-file", "secret", "--no-config"];
let urls;
const expected = {};

before(() => {
  const python = join(root, "tests/interop/.venv/bin/python");
  const list = execFileSync(python, [join(import.meta.dirname, "urls.py"), String(COUNT)], { encoding: "utf8", maxBuffer: 1 << 28 });
  urls = list.split("\n").filter((line) => line !== "");
  assert.equal(urls.length, COUNT);
  const files = { "urls.txt": list, "map.csv": map, secret: SECRET };
  expected.convertLines = command(["convert", ...flags, "--jti", "derived", "urls.txt"], files);
  expected.auditLines = command(["audit", ...flags, "urls.txt"], files);
  expected.inspectLines = command(["inspect", ...flags, "urls.txt"], files);
  // A comparison of nothing proves nothing.
  const statuses = expected.convertLines.map((line) => JSON.parse(line).status);
  for (const status of ["converted", "unchanged", "failed"]) assert.ok(statuses.filter((one) => one === status).length > 50, status);
});

/** The first line that is not the same, if there is one. */
function same(name, lines) {
  assert.equal(lines.length, COUNT);
  lines.forEach((line, at) => assert.equal(line, expected[name][at], `${name}, URL ${at + 1}`));
}

for (const [kind, library] of [["ESM", esm], ["CommonJS", createRequire(import.meta.url)("embed2jwt")]]) {
  test(`Node, ${kind}`, () => {
    for (const name of Object.keys(expected)) same(name, library[name](urls, options));
    assert.deepEqual(library.convertUrls(urls, options), expected.convertLines.map((line) => JSON.parse(line).url));
  });
}

test("Node, in batches", () => {
  const converter = new esm.Converter(options);
  same("convertLines", [...converter.convertLines(urls.slice(0, 700)), ...converter.convertLines(urls.slice(700))]);
});

test("Chromium", async () => {
  const chromium = await browser();
  try {
    const page = await chromium.newPage();
    page.setDefaultTimeout(600_000);
    const asked = [];
    // A server without a server: the page and the bundle, and nothing else.
    await page.route("**/*", (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      if (pathname === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>test</title>" });
      if (pathname === "/web.mjs") return route.fulfill({ contentType: "text/javascript", path: join(node, "dist/web.mjs") });
      if (pathname === "/embed2jwt.wasm") return route.fulfill({ contentType: "application/wasm", path: join(node, "dist/embed2jwt.wasm") });
      return route.abort();
    });
    await page.goto("https://embed2jwt.test/");
    const made = await page.evaluate(async ([list, given, names]) => {
      const library = await import("/web.mjs");
      return names.map((name) => library[name](list, given));
    }, [urls, options, Object.keys(expected)]);
    Object.keys(expected).forEach((name, at) => same(name, made[at]));
    assert.deepEqual(asked.filter((path) => path !== "/favicon.ico"), ["/", "/web.mjs", "/embed2jwt.wasm"]);
  } finally {
    await chromium.close();
  }
});

test("what is scanned is what `check` prints", () => {
  const folder = join(root, "fixtures/repos");
  let found = 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(?:js|ts|py|rb|md|html|env|php)$/.test(entry.name)).toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, 25);
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    const lines = esm.scanLines(bytes, { path: name, now: NOW });
    const printed = command(["check", "--format", "ndjson", "--now", String(NOW), "--no-config", name], { [name]: bytes });
    assert.deepEqual(lines, printed, name);
    found += lines.length;
  }
  assert.ok(found > 20, `${found} findings`);
});
