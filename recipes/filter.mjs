#!/usr/bin/env node
// Converts URLs one by one as they come, with one `embed2jwt` for the whole run instead of one a URL.
//
//     filter.mjs [option of `embed2jwt convert`]… <urls.txt
//
// As a module: `await new Filter(options).convert(url)` gives the record of `convert --format ndjson` at once; calls may overlap.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** One child that lives until `close`. */
export class Filter {
  #child;
  #ended;
  #over = null;
  #waiting = [];

  constructor(options = []) {
    const tool = process.env.EMBED2JWT ?? "embed2jwt";
    // As JSON every text is one line, and every line has one answer, in the order of the questions.
    const flags = ["convert", "--quiet", "--format", "ndjson", "--input-format", "jsonl", ...options, "-"];
    this.#child = spawn(tool, flags, { stdio: ["pipe", "pipe", "inherit"] });
    // What cannot be written is answered by the end of the child.
    this.#child.stdin.on("error", () => {});
    const lines = createInterface({ input: this.#child.stdout });
    lines.on("line", (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error));
      // 1: at least one URL was not converted, which its record has said.
      this.#child.on("close", (code) => resolve(code === 0 || code === 1 ? null : new Error(`embed2jwt ended with status ${code}`)));
    }).then((error) => {
      this.#over = error ?? new Error("embed2jwt has ended");
      for (const { reject } of this.#waiting.splice(0)) reject(this.#over);
      return error;
    });
  }

  /** What became of the URL: `status`, `url`, `findings` and the rest. */
  convert(url) {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over);
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ url })}\n`);
    });
  }

  /** Ends the child. */
  async close() {
    this.#child.stdin.end();
    const error = await this.#ended;
    if (error) throw error;
  }
}

async function main(options) {
  const filter = new Filter(options);
  let status = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const record = await filter.convert(line.trim());
    // Your use of the new URL goes here.
    console.log(record.url ?? "");
    if (record.status === "failed") {
      status = 1;
      console.error(`line ${record.line}: ${record.findings[0].message}`);
    }
  }
  await filter.close();
  return status;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`filter.mjs: ${error.message}`);
    process.exitCode = 2;
  }
}
