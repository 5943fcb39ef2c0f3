// What the tests share: the command, made-up URLs, a browser.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { chromium } from "playwright-core";

export const root = resolve(import.meta.dirname, "../../..");
export const node = resolve(import.meta.dirname, "..");
export const SECRET = "demo-embed-secret";
export const NOW = 1_750_000_000;
export const WORKBOOK = "r0WXMPpc0YtQCTFR7CdDK";
export const EMBED = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI";

/** The URL with Sigma's old signature. */
export const sign = (url, secret = SECRET) => `${url}&:signature=${createHmac("sha256", secret).update(url).digest("hex")}`;

export const legacy = (nonce = "n1", more = "") =>
  sign(`${EMBED}?:nonce=${nonce}&:client_id=c1&:email=ann@example.com&:external_user_id=7&:external_user_team=Sales&:account_type=View&:mode=userbacked&:session_length=3600&:time=${NOW}${more}`);

export const options = { secret: SECRET, org: "acme", workbook: WORKBOOK, now: NOW, jti: "derived" };

/** A folder that the system takes away. */
export const folder = () => mkdtempSync(join(tmpdir(), "embed2jwt-node-"));

/** What the command prints, a line each; exit status 0 or 1. */
export function command(args, files = {}) {
  const cwd = folder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const run = spawnSync(process.env.EMBED2JWT, args, { cwd, encoding: "utf8", env: { PATH: process.env.PATH }, maxBuffer: 1 << 30 });
  assert.ok(run.status < 2, run.stderr);
  return run.stdout.split("\n").filter((line) => line !== "");
}

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync"],
  });
