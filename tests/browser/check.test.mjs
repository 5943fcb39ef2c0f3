// The page of `check --format html`, looked at with a browser: findings by file, and that many of them are no burden.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";

import { folder, open as openFile, run, shots, withBrowser } from "./support.mjs";

const corpus = join(folder, "corpus.html");
const hostile = join(folder, "hostile.html");

withBrowser();

/** Writes files into a folder, and the page of what is found in them. */
function page(name, files) {
  const root = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const file = join(folder, `${name}.html`);
  run(["check", ".", "--format", "html", "-o", file], { cwd: root });
  return file;
}

before(() => {
  run(["check", "repos/marked", "--format", "html", "-o", corpus]);
  const url = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:email=a@x.example&:mode=userbacked";
  page("hostile", {
    "<img src=x onerror=window.hacked=1>.py": `above <script>window.hacked=1</script>\nurl = "${url}&:<b>x</b>=1&:evil='\\"><img/src=x/onerror=window.hacked=1>"\n</pre></li></details>\n`,
    "javascript:window.hacked=1/a.py": `x = "${url}"\n`,
  });
});

const open = (options, look, file = corpus) => openFile(file, options, look);
const rows = (page) => page.locator(".row:not([hidden])").count();
const says = (page, text) => page.waitForFunction((text) => document.getElementById("filter-count").textContent === text, text);

test("hostile names and lines are text", async () => {
  await open({}, async (page) => {
    assert.equal(await page.evaluate("window.hacked"), undefined);
    assert.equal(await page.locator("img, iframe, object, link, base, b").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
    const texts = await page.locator(".group").allTextContents();
    assert.ok(texts.join("").includes("above <script>window.hacked=1</script>"), texts.join("\n"));
  }, hostile);
});

test("the filter narrows the findings, hides files without any, and says so", async () => {
  await open({}, async (page) => {
    const all = await rows(page);
    assert.ok(all > 200);
    await says(page, `${all} of ${all} findings shown`);
    await page.locator("#filter-rule").selectOption("embed-api-call");
    const calls = await rows(page);
    assert.ok(calls > 0 && calls < 20);
    await says(page, `${calls} of ${all} findings shown`);
    const groups = await page.locator(".group:not([hidden])").count();
    assert.ok(groups > 0 && groups <= calls);
    await page.getByLabel("Text", { exact: true }).fill("API/MAKE.PY v2");
    await says(page, `1 of ${all} findings shown`);
    await page.getByRole("button", { name: "Clear" }).click();
    await says(page, `${all} of ${all} findings shown`);
    await page.locator("#filter-severity").selectOption("info");
    const tags = await page.locator(".row:not([hidden]) .what .tag").allTextContents();
    assert.deepEqual(new Set(tags), new Set(["info"]));
  });
});

test("files close and open, and a link opens what is closed", async () => {
  await open({}, async (page) => {
    const closed = () => page.locator(".group:not([open])").count();
    assert.equal(await closed(), 0);
    await page.getByRole("button", { name: "Collapse all" }).click();
    assert.equal(await closed(), await page.locator(".group").count());
    const first = page.locator(".places a").first();
    const anchor = (await first.getAttribute("href")).slice(1);
    await first.click();
    await page.waitForFunction((id) => document.getElementById(id).getBoundingClientRect().top < innerHeight, anchor);
    const finding = await page.locator(".row").last().getAttribute("id");
    await page.evaluate((id) => (location.hash = `#${id}`), finding);
    await page.waitForFunction((id) => document.getElementById(id).closest("details").open, finding);
    await page.getByRole("button", { name: "Expand all" }).click();
    assert.equal(await closed(), 0);
    await page.locator("#findings ~ .groups a code").first().click();
    await page.waitForFunction(() => document.querySelector(":target")?.id.startsWith("rule-"));
  });
});

test("without scripts all is there, and files close and open", async () => {
  await open({ javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("#filter").isVisible(), false);
    const first = page.locator(".group").first();
    assert.ok(await first.locator(".row").first().isVisible());
    await first.locator("summary").click();
    assert.equal(await first.locator(".row").first().isVisible(), false);
    assert.ok((await page.locator("mark").count()) > 200);
  });
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`${colorScheme}, ${width} pixels wide: nothing runs out of the page`, async () => {
      await open({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(wide <= width, `${wide} pixels`);
        await page.screenshot({ path: join(shots, `check-${colorScheme}-${width}.png`) });
        await page.evaluate(() => document.getElementById("files").scrollIntoView({ behavior: "instant" }));
        await page.screenshot({ path: join(shots, `check-files-${colorScheme}-${width}.png`) });
      });
    });
  }
}

/** Files with so many findings, ten in each. */
function many(count) {
  const line = (n) => `url_${n} = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:theme=dark&n=${n}"\n`;
  const file = (n) => [`src/folder${n % 7}/file${n}.py`, Array.from({ length: 10 }, (_, at) => `x = ${at}\n${line(at)}`).join("")];
  const files = Object.fromEntries(Array.from({ length: count / 10 }, (_, n) => file(n)));
  const root = join(folder, `many${count}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const page = join(folder, `many${count}.html`);
  run(["check", ".", "--off", "all", "--warn", "deprecated-embed-path", "--format", "html", "-o", page], { cwd: root });
  return page;
}

/** Milliseconds until the page is there and painted, and the longest frame while it is scrolled: the best of three runs. */
async function times(file, count) {
  const best = { load: Infinity, frame: Infinity };
  for (let turn = 0; turn < 3; turn += 1) {
    await open({}, async (page) => {
      assert.equal(await page.locator(".row").count(), count);
      const load = await page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
        return Math.max(performance.getEntriesByType("navigation")[0].loadEventEnd, painted);
      });
      const frame = await page.evaluate(async () => {
        document.documentElement.style.scrollBehavior = "auto";
        const frames = [];
        const height = document.documentElement.scrollHeight;
        let last = performance.now();
        for (let step = 1; step <= 60; step += 1) {
          scrollTo(0, (height * step) / 60);
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          frames.push(now - last);
          last = now;
        }
        return frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.9)];
      });
      best.load = Math.min(best.load, load);
      best.frame = Math.min(best.frame, frame);
    }, file);
  }
  return best;
}

test("5,000 findings open and scroll almost as 50 do", async (context) => {
  const [few, lots] = [await times(many(50), 50), await times(many(5000), 5000)];
  const ratio = (name) => (lots[name] / few[name]).toFixed(1);
  context.diagnostic(`load ${few.load.toFixed(0)} ms and ${lots.load.toFixed(0)} ms: ${ratio("load")} times`);
  context.diagnostic(`a frame of scrolling ${few.frame.toFixed(1)} ms and ${lots.frame.toFixed(1)} ms: ${ratio("frame")} times`);
  // A hundred times the findings; without `content-visibility` it is 40 times and more. What a busy machine adds, it adds to both.
  assert.ok(lots.load < 15 * Math.max(few.load, 40), `${lots.load} ms`);
  assert.ok(lots.frame < 8 * Math.max(few.frame, 16), `${lots.frame} ms a frame`);
});
