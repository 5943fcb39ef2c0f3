// The entry for `require` in Node.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { provide } from "./api.js";

provide(() => readFileSync(join(__dirname, "embed2jwt.wasm")));

export * from "./names.js";
