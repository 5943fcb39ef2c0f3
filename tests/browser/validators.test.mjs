// The reports of audit and check over the corpus, read by validators that are not ours: vnu for HTML, axe-core for what people with
// other senses and hands need, Microsoft's SARIF multitool.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";

import { folder, open, run, withBrowser } from "./support.mjs";

const require = createRequire(import.meta.url);
const inputs = {
  "check-marked": ["check", "repos/marked"],
  "check-map": ["check", "repos/marked", "--map", "repos/map.csv", "--show-users"],
  "check-silent": ["check", "repos/silent"],
  "audit-real": ["audit", "real/urls.txt"],
  "audit-sample": ["audit", "sample/urls.txt", "--map", "sample/map.csv"],
  "inspect-sample": ["inspect", "sample/urls.txt"],
};
const report = (name, format) => join(folder, `${name}.${format}`);

withBrowser();

before(() => {
  for (const [name, args] of Object.entries(inputs)) {
    run([...args, "--format", "html", "-o", report(name, "html"), "--report", `sarif=${report(name, "sarif")}`]);
  }
});

/** What vnu says of files. */
function vnu(files) {
  const jar = join(dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  const done = spawnSync("java", ["-jar", jar, "--format", "json", "--exit-zero-always", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(done.status, 0, done.stderr);
  // It does not read hashes of policies: a browser does, and the other tests demand that it says nothing.
  const known = /^Inline (script|style) violates Content Security Policy/;
  return JSON.parse(done.stderr).messages.filter(({ message }) => !known.test(message));
}

const java = spawnSync("java", ["-version"]).status === 0;
const without = java || process.env.CI ? false : "java is not installed";

test("vnu has nothing against any page, and no role is said twice", { skip: without }, () => {
  const said = vnu(Object.keys(inputs).map((name) => report(name, "html")));
  assert.deepEqual(said.map(({ url, lastLine, message }) => `${url}:${lastLine}: ${message}`), []);
  const broken = join(folder, "broken.html");
  writeFileSync(broken, readFileSync(report("check-marked", "html"), "utf8").replace("<main ", '<main role="main" ').replace("</ol>", "</ul>"));
  const wrong = vnu([broken]).map(({ message }) => message).join("\n");
  assert.ok(wrong.includes("unnecessary for element") && wrong.includes("Stray end tag"), wrong);
});

for (const name of Object.keys(inputs)) {
  test(`axe-core finds nothing wrong with ${name}`, async () => {
    const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    // What a page is made of is there in the first of each command; the others are looked at once.
    const every = name.endsWith("-marked") || name.endsWith("-real");
    for (const colorScheme of every ? ["light", "dark"] : ["light"]) {
      for (const width of every ? [1280, 390] : [1280]) {
        const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
        await open(report(name, "html"), options, async (page) => {
          await page.addScriptTag({ content: axe });
          const found = await page.evaluate(async () => {
            // What nobody has scrolled to is not laid out, and axe-core passes over it.
            const style = document.createElement("style");
            style.textContent = "* { content-visibility: visible !important; }";
            document.head.append(style);
            const { violations, passes } = await window.axe.run(document, { resultTypes: ["violations"] });
            return { violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), passes: passes.length };
          });
          assert.deepEqual(found.violations, [], `${colorScheme}, ${width}`);
          assert.ok(found.passes > 20);
        });
      }
    }
  });
}

test("the SARIF multitool validates every log", { skip: process.platform !== "linux" && "the package is that for Linux" }, () => {
  const tool = join(dirname(require.resolve("@microsoft/sarif-multitool-linux/package.json")), "Sarif.Multitool");
  chmodSync(tool, 0o755);
  const validate = (file) => {
    const out = join(folder, "validated.sarif");
    const args = ["validate", file, "--output", out, "--log", "ForceOverwrite", "--level", "Error;Warning"];
    const done = spawnSync(tool, args, { encoding: "utf8", env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" } });
    const results = JSON.parse(readFileSync(out, "utf8")).runs.flatMap((run) => run.results ?? []);
    return { status: done.status, said: done.stdout + done.stderr, results };
  };
  for (const name of ["check-marked", "check-silent", "audit-real"]) {
    const { status, said, results } = validate(report(name, "sarif"));
    assert.equal(status, 0, said);
    const wrong = results.filter(({ level }) => level === "error");
    assert.deepEqual(wrong.map((result) => JSON.stringify(result.message)), [], name);
  }
  const broken = join(folder, "broken.sarif");
  writeFileSync(broken, readFileSync(report("check-marked", "sarif"), "utf8").replaceAll('"startLine"', '"beginLine"'));
  const { status, results } = validate(broken);
  assert.ok(status !== 0 || results.some(({ level }) => level === "error"), "it sees what is wrong");
});
