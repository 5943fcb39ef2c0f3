// The types: what they allow and forbid, and that records have the shapes they promise.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { audit, convert, inspect, scan } from "embed2jwt";

import { EMBED, legacy, node, options, root } from "./support.mjs";

const folder = join(node, "target/types");

test("tsc --strict accepts the uses of types.ts and types.cts, and the records as they are", () => {
  mkdirSync(folder, { recursive: true });
  const real = readFileSync(join(root, "fixtures/real/urls.txt"), "utf8").split("\n").filter((line) => line.startsWith("http"));
  const urls = [...real, legacy(), "x", null];
  const explained = inspect([...urls, convert(legacy(), options).url], { ...options, explainConversion: true });
  const source = "const url = `" + EMBED + "?:nonce=${n}&:show_footer=false&:signature=${s}`;\n";
  // A literal may have no property that its type lacks.
  const records = { AuditRecord: audit(urls, options), ConvertRecord: convert(urls, { ...options, trustInput: true }), InspectRecord: explained, FileFinding: scan(source, { path: "a.js" }) };
  const lines = Object.entries(records).map(([type, all]) => `${JSON.stringify(all)} satisfies ${type}[];\n`);
  writeFileSync(join(folder, "records.ts"), `import type { ${Object.keys(records).join(", ")} } from "embed2jwt";\n${lines.join("")}`);
  const files = [join(import.meta.dirname, "types.ts"), join(import.meta.dirname, "types.cts"), join(folder, "records.ts")];
  const flags = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2023", "--module", "nodenext", "--types", "node", "--skipLibCheck", "false"];
  execFileSync(join(node, "node_modules/.bin/tsc"), [...flags, ...files], { cwd: node, stdio: "inherit" });
  execFileSync(join(node, "node_modules/.bin/tsc"), [...flags.slice(0, 6), "--module", "preserve", "--moduleResolution", "bundler", "--types", "node", "--lib", "es2023", files[0]], { cwd: node, stdio: "inherit" });
});
