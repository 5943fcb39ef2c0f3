#!/usr/bin/env node
// The npm package beside the script one would write with `jsonwebtoken`, in one run, in turns.
//
//     bindings/node/build.sh && benches/wasm.mjs [--urls 100000] [--rounds 5] [--case shapes]
//
// Both are programs of Node that read the same list and write the new URLs (peers/peer.mjs, peers/wasm.mjs); before anything
// is timed, every URL must mean the same in both. It prints how many times as fast the package is: smallest, median, largest.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const here = import.meta.dirname;
const interop = join(here, "../tests/interop");
const { values } = parseArgs({ options: { urls: { type: "string", default: "100000" }, rounds: { type: "string", default: "5" }, case: { type: "string", default: "shapes" } } });
const NOW = "1750000000";

const folder = mkdtempSync(join(tmpdir(), "embed2jwt-wasm-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
if (!existsSync(join(interop, "node_modules/jsonwebtoken"))) execFileSync(join(interop, "setup.sh"), { stdio: "inherit" });
execFileSync("python3", [join(here, "lists.py"), values.urls, folder, "--case", values.case]);

const list = ["urls.txt", "urls.csv"].map((name) => join(folder, name)).find(existsSync);
const args = [list, join(folder, "map.csv"), join(folder, "secret"), NOW];
const programs = { jsonwebtoken: [join(here, "peers/peer.mjs"), "jsonwebtoken"], "embed2jwt, new URLs": [join(here, "peers/wasm.mjs"), "urls"], "embed2jwt, records": [join(here, "peers/wasm.mjs"), "records"] };

function run(name) {
  const start = process.hrtime.bigint();
  const done = spawnSync(process.execPath, [...programs[name], ...args], { cwd: interop, encoding: "utf8", maxBuffer: 1 << 30 });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (done.status !== 0) throw new Error(`${name}: ${done.stderr}`);
  return { seconds, output: done.stdout };
}

/** What a converted URL says, however it is spelled. */
function meaning(url) {
  const [base, query] = url.split("?:jwt=");
  const [token, ...rest] = query.split("&");
  const [header, claims] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  const order = (json) => JSON.stringify(Object.entries(JSON.parse(json)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify([base, order(header), order(claims), rest.map(decodeURIComponent)]);
}

const count = Number(values.urls);
const meanings = Object.keys(programs).map((name) => [name, run(name).output.trimEnd().split("\n").map(meaning)]);
for (const [name, all] of meanings) {
  if (all.length !== count) throw new Error(`${name} converted ${all.length} of ${count} URLs`);
  const at = all.findIndex((one, line) => one !== meanings[0][1][line]);
  if (at !== -1) throw new Error(`URL ${at + 1}: ${meanings[0][1][at]} is not ${all[at]} of ${name}`);
}

const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
for (let round = 0; round < Number(values.rounds); round += 1) {
  const names = Object.keys(programs);
  for (let n = 0; n < names.length; n += 1) {
    const name = names[(n + round) % names.length];
    times[name].push(run(name).seconds);
  }
}
console.log(`${count} URLs, list ${values.case}, Node ${process.version}; times as fast as jsonwebtoken: smallest, median, largest`);
for (const name of Object.keys(programs)) {
  const ratios = times[name].map((seconds, round) => times.jsonwebtoken[round] / seconds).toSorted((a, b) => a - b);
  const own = times[name].toSorted((a, b) => a - b)[Math.floor(times[name].length / 2)];
  console.log(`${name.padEnd(20)} ${[ratios[0], ratios[Math.floor(ratios.length / 2)], ratios.at(-1)].map((ratio) => ratio.toFixed(2)).join("  ")}   ${(own * 1e6 / count).toFixed(1)} µs a URL`);
}
