// Uses of the package that compile, and some that must not.

import { type AuditRecord, Auditor, Converter, Embed2JwtError, Scanner, audit, convert, convertUrl, convertUrls, explain, fix, inspect, rules, scan } from "embed2jwt";

const one: AuditRecord = audit("https://x");
const many: AuditRecord[] = audit(["https://x"], { rules: { all: "off" } });
const record = convert("https://x", { secret: new Uint8Array(1), jti: "derived" });
if (record.status === "converted") {
  const url: string = record.url;
  const team: string | undefined = record.claims.teams?.[0];
  console.log(url, team);
} else if (record.status === "failed") {
  const nothing: null = record.url;
  console.log(nothing);
}
const urls: (string | null)[] = convertUrls(new Set(["https://x"]), { secret: "s", map: [{ embed_id: "1-x", org: "acme" }] });
const text: string = fix("x", { unsafeFixes: true });
const bytes: Uint8Array = new Scanner().fix(new Uint8Array(1));
const names: string[] = rules();
try {
  convertUrl("https://x", { secret: "s" });
} catch (error) {
  if (error instanceof Embed2JwtError) console.log(error.rule?.length);
}
console.log(one, many, urls, text, bytes, names, explain("x")?.length, new Auditor().audit("x").kind, new Converter({ secret: "s" }).convertLines([]).length);
console.log(inspect("x", { explainConversion: true }).conversion?.[0]?.why, scan("x", { path: "a.js" })[0]?.fix?.safe);

// @ts-expect-error an option that is misspelt
convert("https://x", { secret: "s", trustinput: true });
// @ts-expect-error a level that does not exist
audit("https://x", { rules: { all: "fatal" } });
// @ts-expect-error a list of numbers
audit([7]);
// @ts-expect-error a converter has options
new Converter();
// @ts-expect-error explaining is for inspect
convert("https://x", { secret: "s", explainConversion: true });
