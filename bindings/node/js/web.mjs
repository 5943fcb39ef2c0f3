// The entry for bundlers and browsers: the compiled library lies beside it.

import { provide } from "./api.js";

const answer = await fetch(new URL("./embed2jwt.wasm", import.meta.url));
if (!answer.ok) throw new Error(`embed2jwt.wasm: ${answer.status} ${answer.statusText}: serve it beside the script`);
// Not every server knows the type that streaming asks for.
const module = await WebAssembly.compile(await answer.arrayBuffer());
provide(() => module);

export * from "./names.js";
