// Makes the package in dist/ of the compiled library and js/, and docs/playground/playground.html.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const glue = join(import.meta.dirname, "target/glue");
const dist = join(import.meta.dirname, "dist");
const page = join(root, "docs/playground");
process.chdir(import.meta.dirname);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

const playground = join(page, "playground.html");
const wasm = join(glue, "embed2jwt.wasm");
const made = join(glue, "embed2jwt_bg.wasm");
// It takes half a minute, so it is done once for a module; the stamp is the module's hash, written last.
const stamp = `${wasm}.made-of`;
const digest = createHash("sha256").update(readFileSync(made)).digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest) {
  const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue", "simd"];
  execFileSync("node_modules/.bin/wasm-opt", ["-O3", ...features.map((name) => `--enable-${name}`), made, "-o", wasm], { stdio: "inherit" });
  writeFileSync(stamp, digest);
}
copyFileSync(wasm, join(dist, "embed2jwt.wasm"));

const common = { bundle: true, minify: true, legalComments: "none", logLevel: "warning", target: "es2023" };
await build({ ...common, entryPoints: ["js/node.mjs"], outfile: "dist/node.mjs", platform: "node", format: "esm" });
await build({ ...common, entryPoints: ["js/node.cjs.js"], outfile: "dist/node.cjs", platform: "node", format: "cjs" });
await build({ ...common, entryPoints: ["js/web.mjs"], outfile: "dist/web.mjs", format: "esm" });
// A file of CommonJS needs types of its own, which are the same.
for (const name of ["index.d.ts", "index.d.cts"]) copyFileSync("index.d.ts", join(dist, name));
// What a registry shows beside a package.
copyFileSync(join(root, "docs/node.md"), "README.md");
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, name), name);

// The page: one file, with the compiled library in it.
const script = await build({ ...common, entryPoints: [join(page, "page.js")], write: false, format: "iife", alias: { embed2jwt: join(import.meta.dirname, "js/api.js") } });
const packed = gzipSync(readFileSync(wasm), { level: 9 }).toString("base64");
const sample = (name) => readFileSync(join(root, "fixtures/sample", name), "utf8");
const example = { urls: sample("urls.txt"), map: sample("map.csv"), secret: sample("secret.txt").trim() };
const style = readFileSync(join(root, "src/report/html/page.css"), "utf8") + readFileSync(join(page, "page.css"), "utf8");
// Nothing in a script may end it.
const code = script.outputFiles[0].text.replaceAll("</script", "<\\/script").trim();
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const parts = {
  POLICY: `default-src 'none'; connect-src 'none'; script-src ${hash(code)} 'wasm-unsafe-eval'; style-src ${hash(style)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`,
  STYLE: style,
  SCRIPT: code,
  SAMPLE: JSON.stringify(example).replaceAll("<", "\\u003c"),
  LIBRARY: packed,
  VERSION: JSON.parse(readFileSync("package.json", "utf8")).version,
};
const html = readFileSync(join(page, "page.html"), "utf8").replaceAll(/@@([A-Z]+)@@/g, (_, name) => parts[name]);
writeFileSync(playground, html);

for (const file of [...["embed2jwt.wasm", "node.mjs", "node.cjs", "web.mjs"].map((name) => join(dist, name)), playground]) {
  const bytes = readFileSync(file);
  console.log(`${relative(root, file)}: ${statSync(file).size} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
}
