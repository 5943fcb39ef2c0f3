// The playground in a browser: what a person can do with it, and what it must not do.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { convertLines } from "embed2jwt";

import { faint } from "../../../tests/browser/contrast.mjs";
import { EMBED, NOW, SECRET, WORKBOOK, browser, folder, legacy, root } from "./support.mjs";

const file = join(root, "docs/playground/playground.html");
const shots = process.env.SCREENSHOTS ? resolve(process.env.SCREENSHOTS) : folder();
mkdirSync(shots, { recursive: true });
let chromium;

before(async () => {
  chromium = await browser();
});
after(() => chromium?.close());

/** Opens the page from the disk, runs `look` on it, and demands that nothing went wrong and that nothing was asked for. */
async function open(options, look) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("dialog", (dialog) => wrong.push(dialog.message()));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  await look(page);
  assert.deepEqual(wrong, []);
  // What the user saves is no request; the browser counts it as one.
  assert.deepEqual(asked.filter((one) => !one.startsWith("blob:")), [url]);
  assert.deepEqual(await page.evaluate("[localStorage.length, document.cookie]"), [0, ""]);
  await context.close();
}

const status = (page, text) => page.waitForFunction((wanted) => document.getElementById("status").textContent.includes(wanted), text);
const row = (page, n = 1) => page.locator(`#rows > li:nth-child(${n})`);

/** Drops files on the page, as a person does. */
async function drop(page, ...files) {
  const data = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const [name, text] of all) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  for (const type of ["dragover", "drop"]) await page.dispatchEvent("body", type, { dataTransfer: data });
}

test("what is pasted is checked, and with a secret converted as the library does", async () => {
  await open({}, async (page) => {
    const url = legacy("n1", "&:hide_run_as_recipient=true&:show_footer=false");
    await page.getByLabel("URLs, one a line").fill(`# a comment\n${url}\n`);
    await status(page, "1 URL.");
    assert.equal(await row(page).locator(".title .tag").innerText(), "lossy");
    const found = await row(page).locator(".found").innerText();
    for (const words of ["unsupported-hide-run-as-recipient", "replaced-show-footer", "Run exports as recipient"]) assert.ok(found.includes(words), words);
    assert.ok(await row(page).locator(".sheet mark").count() > 0);

    await page.getByLabel("Embed secret").fill(SECRET);
    await page.getByLabel("Organisation").fill("acme");
    await page.getByLabel("Workbook, if it is the same for all").fill(WORKBOOK);
    await page.getByText("Map and options").click();
    await page.getByLabel("Token id").selectOption("derived");
    await page.waitForFunction(() => /"jti": "[0-9a-f]{8}-[0-9a-f]{4}-5/.test(document.querySelector("#rows pre")?.textContent));
    await status(page, "1 URL, 1 converted.");
    const [shown, claims] = [await row(page).locator(".pair .sheet").first().innerText(), await row(page).locator("pre").innerText()];
    const { iat } = JSON.parse(claims.slice(claims.indexOf("}\n") + 2));
    const expected = JSON.parse(convertLines([url], { secret: SECRET, org: "acme", workbook: WORKBOOK, jti: "derived", now: iat })[0]);
    assert.equal(shown, expected.url);
    assert.equal(claims, `${JSON.stringify(expected.header, null, 2)}\n${JSON.stringify(expected.claims, null, 2)}`);
    assert.ok(!(await page.locator("body").innerText()).includes(SECRET));
  });
});

test("what is wrong is said: a row, a secret, an option", async () => {
  await open({}, async (page) => {
    await page.getByLabel("URLs, one a line").fill(`${legacy()}\nnonsense\n`);
    await page.getByLabel("Embed secret").fill("another secret");
    await status(page, "2 URLs, 0 converted.");
    assert.ok((await row(page, 1).innerText()).includes("signature-mismatch"));
    assert.ok((await row(page, 2).innerText()).includes("malformed-url"));
    await page.getByLabel("Organisation").fill("..");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /no slug/);
    await page.getByLabel("Organisation").fill("acme");
    await alert.waitFor({ state: "hidden" });
    await page.getByText("Map and options").click();
    await page.getByLabel("Embed map").fill(`embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,${WORKBOOK}\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,1W8TtTfdB8MkkveAsD7dbU\n`);
    await alert.waitFor();
    assert.match(await alert.innerText(), /^Embed map.*map:3/s);
    await page.getByLabel("Embed map").fill("");
    await page.getByLabel("Lifetime").fill("an hour");
    await page.waitForFunction(() => document.getElementById("problem").textContent.startsWith("Lifetime"));
  });
});

test("a rule's name opens its text, and the keyboard leaves it", async () => {
  await open({}, async (page) => {
    await page.getByLabel("URLs, one a line").fill(legacy());
    await status(page, "1 URL.");
    const rule = page.getByRole("button", { name: "deprecated-signed-url" });
    await rule.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "deprecated-signed-url" });
    await dialog.waitFor();
    assert.ok((await dialog.innerText()).includes("What to do"));
    assert.match(await dialog.getByRole("link").getAttribute("href"), /^https:.*#deprecated-signed-url$/);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.evaluate("document.activeElement.textContent"), "deprecated-signed-url");
  });
});

test("files are dropped: lists, a map, source code", async () => {
  await open({}, async (page) => {
    await drop(page, ["list.csv", `id,url\n1,"${legacy("a")}"\n2,${legacy("b")}\n`], ["map.csv", `embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,${WORKBOOK}\n`]);
    await status(page, "2 URLs.");
    await page.getByLabel("Embed secret").fill(SECRET);
    await status(page, "2 URLs, 2 converted.");
    await drop(page, ["rows.jsonl", `${JSON.stringify({ url: legacy("c") })}\nnot json\n`]);
    await status(page, "2 URLs, 1 converted.");
    await drop(page, ["embed.py", `URL = "${EMBED}"\nquery = f":nonce={nonce}&:email={email}&:signature={signature}"\n`]);
    await status(page, "in 1 file.");
    assert.ok((await row(page).innerText()).includes("legacy-url-builder"));
    assert.ok((await row(page).innerText()).includes("2:"));
    await page.getByRole("button", { name: "Clear all" }).click();
    await status(page, "Nothing yet");
    assert.equal(await page.getByLabel("Embed secret").inputValue(), "");
  });
});

test("a file is chosen and results are saved: as long as it may be", async () => {
  await open({ acceptDownloads: true }, async (page) => {
    const list = join(folder(), "long.txt");
    const urls = Array.from({ length: 3000 }, (_, n) => legacy(`n${n}`));
    writeFileSync(list, urls.join("\n"));
    await page.getByLabel("Embed secret").fill(SECRET);
    await page.getByLabel("Organisation").fill("acme");
    await page.getByLabel("Workbook, if it is the same for all").fill(WORKBOOK);
    await page.setInputFiles("#file", list);
    await status(page, "3,000 URLs in long.txt, 3,000 converted.");
    assert.equal(await page.locator("#rows > li").count(), 100);
    await page.getByRole("button", { name: "Show 100 more of 2,900" }).click();
    assert.equal(await page.locator("#rows > li").count(), 200);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the new URLs" }).click()]);
    const saved = readFileSync(await download.path(), "utf8").split("\n");
    assert.equal(saved.pop(), "");
    assert.equal(saved.filter((line) => line.includes("/workbook/") && line.includes("?:jwt=")).length, 3000);
  });
});

test("hostile input is text", async () => {
  await open({}, async (page) => {
    const hostile = [`${EMBED}?:nonce=1&:email=a@x.example&:evil=<script>window.hacked=1</script>`, `https://app.sigmacomputing.com/embed/"><img/src=x/onerror=window.hacked=1>?:nonce=1`, "javascript:window.hacked=1"];
    await page.getByLabel("URLs, one a line").fill(hostile.join("\n"));
    await status(page, "3 URLs.");
    await drop(page, ["<img src=x onerror=hacked=1>.js", `x = '${hostile[0]}'`]);
    await status(page, "in 1 file.");
    assert.equal(await page.evaluate("window.hacked"), undefined);
    assert.equal(await page.locator("img, iframe, object").count(), 0);
  });
});

test("the policy forbids every request, and a script that tries is stopped", async () => {
  const context = await chromium.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on("requestfinished", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  const tried = await page.evaluate(async () => {
    const blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    const answers = [];
    await fetch("https://example.com/").then(() => answers.push("fetch"), () => {});
    try {
      navigator.sendBeacon("https://example.com/");
      new WebSocket("wss://example.com/");
    } catch {}
    document.body.append(Object.assign(new Image(), { src: "https://example.com/x.png" }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    return [answers, [...new Set(blocked)].toSorted()];
  });
  assert.deepEqual(tried, [[], ["connect-src", "img-src"]]);
  assert.deepEqual(asked.filter((url) => url.includes("example.com")), []);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`${colorScheme}, ${width} pixels wide: texts stand out, nothing runs out of the page`, async () => {
      await open({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
        await page.screenshot({ path: join(shots, `${colorScheme}-${width}-empty.png`), fullPage: true });
        await page.getByRole("button", { name: "Fill in an example" }).click();
        await status(page, "9 URLs, 7 converted.");
        await page.getByText("What becomes of each part").first().click();
        await page.getByText("Map and options").click();
        assert.deepEqual((await page.evaluate(faint)).found, []);
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(wide <= width, `${wide} pixels`);
        await page.screenshot({ path: join(shots, `${colorScheme}-${width}.png`), fullPage: true });
        await page.locator(".found .link").first().click();
        assert.deepEqual((await page.evaluate(faint)).found, []);
        await page.screenshot({ path: join(shots, `${colorScheme}-${width}-rule.png`) });
      });
    });
  }
}

test("the keyboard reaches everything, shows where it is, and headings go down one level at a time", async () => {
  await open({}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.className"), "skip");
    await page.getByRole("button", { name: "Fill in an example" }).click();
    await status(page, "converted");
    await page.evaluate("document.activeElement.blur(), scrollTo(0, 0)");
    const wanted = new Set(["TEXTAREA urls", "INPUT secret", "INPUT org", "INPUT workbook", "BUTTON open", "BUTTON save-urls", "BUTTON deprecated-signed-url", "BUTTON Copy", "SUMMARY Map and options"]);
    for (let steps = 0; steps < 200 && wanted.size > 0; steps += 1) {
      await page.keyboard.press("Tab");
      const [name, outlined] = await page.evaluate(() => {
        const at = document.activeElement;
        const style = getComputedStyle(at);
        return [`${at.tagName} ${at.id || at.textContent}`, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
      });
      assert.ok(outlined || name.startsWith("BODY"), `${name} does not show that it has the focus`);
      wanted.delete(name);
    }
    assert.deepEqual([...wanted], []);
    const levels = await page.locator("h1, h2, h3, h4").evaluateAll((all) => all.filter((h) => h.offsetParent).map((h) => Number(h.tagName[1])));
    levels.reduce((last, level) => (assert.ok(level <= last + 1, String(levels)), level), 0);
    const unnamed = await page.locator("input:not([hidden]), textarea, select").evaluateAll((all) => all.filter((e) => e.labels.length !== 1).map((e) => e.id));
    assert.deepEqual(unnamed, []);
  });
});

test("it is one small file", () => {
  assert.ok(statSync(file).size < 1_000_000, `${statSync(file).size} bytes`);
  assert.ok(!/(?:src|href)="(?!#)/.test(readFileSync(file, "utf8")));
});
