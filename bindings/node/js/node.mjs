// The entry for `import` in Node.

import { readFileSync } from "node:fs";

import { provide } from "./api.js";

provide(() => readFileSync(new URL("./embed2jwt.wasm", import.meta.url)));

export * from "./names.js";
