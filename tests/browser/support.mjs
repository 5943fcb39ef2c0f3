// What the tests of the pages share: reports, a browser, and what must not go wrong on any page.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

export const fixtures = resolve(import.meta.dirname, "../../fixtures");
export const folder = mkdtempSync(join(tmpdir(), "embed2jwt-browser-"));
export const shots = process.env.SCREENSHOTS ? resolve(process.env.SCREENSHOTS) : folder;
mkdirSync(shots, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program, which must find or not find something, and answers what it printed. */
export function run(args, { input = "", cwd = fixtures } = {}) {
  const options = { input, cwd, encoding: "utf8", maxBuffer: 1 << 30 };
  const done = spawnSync(process.env.EMBED2JWT, [...args, "--no-config", "--now", "1750000000", "--fail-on", "never"], options);
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

let browser;

/** Has a browser for the tests of a file. */
export function withBrowser() {
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  after(() => browser?.close());
}

/** Opens a page, runs `look` on it, and demands that nothing went wrong and nothing left. */
export async function open(file, options, look) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  // A busy machine takes its time; what never ends is ended by whoever runs the tests.
  page.setDefaultTimeout(600_000);
  const wrong = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("dialog", (dialog) => wrong.push(dialog.message()));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await look(page);
  assert.deepEqual(wrong, []);
  assert.deepEqual(asked, [url]);
  await context.close();
}
