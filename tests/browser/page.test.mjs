// The page of `audit --format html`, looked at with a browser: what a person can do with it, and what it must not do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { faint } from "./contrast.mjs";
import { fixtures, folder, open as openFile, run, shots, withBrowser } from "./support.mjs";

const hostile = [
  "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:email=a@x.example&:evil=<script>window.hacked=1</script>",
  'https://app.sigmacomputing.com/embed/"><img/src=x/onerror=window.hacked=1>?:nonce=1',
  "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:<img%20src=x%20onerror=window.hacked=1>=1",
  "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:e%60%22%27mail=%3C/script%3E</table></main>",
  "javascript:window.hacked=1",
];
const page_file = join(folder, "page.html");

withBrowser();

const report = (list, file) => run(["audit", "--format", "html", "-o", file, "-"], { input: list });

before(() => {
  report(readFileSync(join(fixtures, "real/urls.txt"), "utf8") + hostile.join("\n") + "\n", page_file);
});

const open = (options, look, file = page_file) => openFile(file, options, look);

const exact = { exact: true };
const visible = (page) => page.locator("#url-table > tbody:visible").count();
const column = (page, name) => page.locator(`#url-table > tbody:visible td.${name}`).allInnerTexts();

test("hostile rows are text", async () => {
  await open({}, async (page) => {
    assert.equal(await page.evaluate("window.hacked"), undefined);
    assert.equal(await page.locator("img, iframe, object, link, base").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
    assert.ok((await page.locator("body").innerText()).includes("<script>window.hacked=1</script>"));
  });
});

test("the filter narrows the rows, and the live count says so", async () => {
  await open({}, async (page) => {
    const all = await visible(page);
    const count = page.locator("#filter-count");
    assert.equal(await count.getAttribute("role"), "status");
    assert.equal(await count.innerText(), `${all} of ${all} URLs shown`);
    const says = (n) => page.waitForFunction((text) => document.getElementById("filter-count").textContent === text, `${n} of ${all} URLs shown`);

    await page.getByLabel("Text", exact).fill("HIDE_SEND bob");
    await says(1);
    assert.equal(await visible(page), 1);
    await page.getByRole("button", { name: "Clear" }).click();
    await says(all);

    await page.getByLabel("Verdict", exact).selectOption("lossy");
    const lossy = (await column(page, "verdict")).length;
    assert.ok(lossy > 0 && lossy < all);
    assert.deepEqual(new Set(await column(page, "verdict")), new Set(["lossy"]));
    await says(lossy);
    await page.getByLabel("Severity", exact).selectOption("none");
    await says(0);
    await page.getByLabel("Verdict", exact).selectOption("");
    assert.deepEqual(new Set(await column(page, "findings")), new Set(["no findings"]));
  });
});

test("every column sorts up and down, and says so", async () => {
  await open({}, async (page) => {
    const headings = page.locator("#url-table thead th");
    const sorted = () => headings.evaluateAll((all) => all.map((th) => th.getAttribute("aria-sort")));
    assert.deepEqual(await sorted(), ["ascending", null, null, null, null]);
    const all = await visible(page);
    for (const [at, name] of ["Line", "Verdict", "Kind", "Embed id", "Findings"].entries()) {
      const button = headings.nth(at).getByRole("button", { name, exact: true });
      for (const way of at === 0 ? ["descending", "ascending"] : ["ascending", "descending"]) {
        await button.click();
        assert.deepEqual(await sorted(), [0, 1, 2, 3, 4].map((n) => (n === at ? way : null)));
      }
    }
    await headings.nth(2).getByRole("button").click();
    const kinds = await column(page, "kind");
    assert.deepEqual(kinds, kinds.toSorted());
    await headings.nth(1).getByRole("button").click();
    const verdicts = await column(page, "verdict");
    assert.deepEqual([...new Set(verdicts)], ["blocked", "lossy", "lossless", "none"]);
    await headings.nth(0).getByRole("button").click();
    await headings.nth(0).getByRole("button").click();
    const lines = (await page.locator("#url-table .line").allInnerTexts()).map(Number);
    assert.deepEqual(lines, lines.toSorted((a, b) => b - a));
    assert.equal(await visible(page), all);
  });
});

test("the keyboard reaches everything, and shows where it is", async () => {
  await open({}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.className"), "skip");
    await page.waitForFunction(() => document.activeElement.getBoundingClientRect().top >= 0);
    const wanted = new Set(["INPUT filter-text", "SELECT filter-verdict", "SELECT filter-severity", "BUTTON Clear", "BUTTON Verdict", "SUMMARY"]);
    for (let steps = 0; steps < 200 && wanted.size > 0; steps += 1) {
      await page.keyboard.press("Tab");
      const [name, outlined] = await page.evaluate(() => {
        const at = document.activeElement;
        const name = { BUTTON: `BUTTON ${at.textContent}`, SUMMARY: "SUMMARY" }[at.tagName] ?? `${at.tagName} ${at.id}`;
        const style = getComputedStyle(at);
        return [name, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
      });
      assert.ok(outlined, `${name} does not show that it has the focus`);
      wanted.delete(name);
      if (name === "BUTTON Verdict") {
        await page.keyboard.press("Enter");
        assert.equal(await page.locator("th.verdict").getAttribute("aria-sort"), "ascending");
      }
    }
    assert.deepEqual([...wanted], []);
  });
});

test("without scripts all is there", async () => {
  await open({ javaScriptEnabled: false }, async (page) => {
    assert.ok((await visible(page)) > hostile.length + 10);
    assert.equal(await page.locator("#filter").isVisible(), false);
    assert.equal(await page.locator("#url-table thead button").count(), 0);
    assert.ok(await page.getByRole("heading", { name: "What to do next" }).isVisible());
  });
});

test("headings go down one level at a time, and every control has a name", async () => {
  await open({}, async (page) => {
    const levels = await page.locator("h1, h2, h3, h4, h5, h6").evaluateAll((all) => all.map((h) => Number(h.tagName[1])));
    assert.equal(levels[0], 1);
    levels.reduce((last, level) => (assert.ok(level > 1 && level <= last + 1, String(levels)), level));
    for (const landmark of ["banner", "navigation", "main", "contentinfo", "search"]) {
      assert.equal(await page.getByRole(landmark).count(), 1, landmark);
    }
    const ids = await page.locator("[id]").evaluateAll((all) => all.map((element) => element.id));
    assert.equal(new Set(ids).size, ids.length);
    const dangling = await page.evaluate(() =>
      [...document.querySelectorAll("[aria-labelledby], [for], a[href^='#']")]
        .map((e) => e.getAttribute("aria-labelledby") ?? e.getAttribute("for") ?? e.getAttribute("href").slice(1))
        .filter((id) => !document.getElementById(id)));
    assert.deepEqual(dangling, []);
  });
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1200, 360]) {
    test(`${colorScheme}, ${width} pixels wide: texts stand out, nothing runs out of the page`, async () => {
      await open({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
        await page.locator("summary").click();
        const { found, seen } = await page.evaluate(faint);
        assert.deepEqual(found, []);
        assert.ok(seen > 100);
        await page.locator("summary").click();
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(wide <= width, `${wide} pixels`);
        await page.screenshot({ path: join(shots, `${colorScheme}-${width}.png`), fullPage: true });
      });
    });
  }
}

test("in print it is black on white, and whole", async () => {
  await open({ colorScheme: "dark" }, async (page) => {
    const all = await visible(page);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor"), "rgb(255, 255, 255)");
    assert.equal(await page.evaluate("getComputedStyle(document.documentElement).color"), "rgb(0, 0, 0)");
    assert.equal(await page.locator("#filter").isVisible(), false);
    assert.equal(await visible(page), all);
  });
});

test("ten thousand rows are sorted and filtered, and more are told of", async () => {
  const file = join(folder, "long.html");
  const url = (n) => `https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=row-${n}-end&:email=u${n}@x.example&:hide_send=true`;
  report(Array.from({ length: 10_050 }, (_, n) => url(n)).join("\n"), file);
  await open({}, async (page) => {
    assert.equal(await page.locator("#url-table > tbody").count(), 10_000);
    assert.ok((await page.locator("p.cap").innerText()).includes("first 10,000 of 10,050 URLs"));
    await page.getByLabel("Text", exact).fill("row-777-end");
    await page.waitForFunction(() => document.getElementById("filter-count").textContent === "1 of 10,000 URLs shown");
    await page.locator("#url-table thead button").first().click();
    // By line already, so a click turns the order around.
    assert.equal(await page.locator("#url-table > tbody").first().getAttribute("data-order"), "9999");
    assert.equal(await visible(page), 1);
  }, file);
});
