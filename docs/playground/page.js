// The playground: what is pasted or dropped is checked and converted as it is typed. The library's records are shown as they are.

import { Auditor, Converter, Embed2JwtError, Scanner, explain, provide } from "embed2jwt";

import { kindOf, urlsOf } from "./files.js";
import { markdown } from "./markdown.js";
import { element, fileItem, urlItem } from "./view.js";

/** Rows that are worked on before the page gets to breathe, and rows shown at once. */
const SLICE = 250;
const SHOWN = 100;
/** The longest list that is put into the text field; a longer one is kept beside it. */
const FIELD = 500_000;
const LARGEST = 256 * 1024 * 1024;

const $ = (id) => document.getElementById(id);
const VERDICTS = [["lossless", "nothing that has an effect is lost"], ["lossy", "something has no counterpart"], ["blocked", "an error stops it"], ["none", "no signed embed"]];

/** What was dropped: a long list, or files of source code. The text field has the rest. */
let dropped = { name: null, urls: null, files: [] };
let run = 0;
let records = [];
let shown = 0;

function options() {
  const text = (id) => $(id).value.trim() || undefined;
  const ttl = text("ttl");
  return {
    secret: $("secret").value || undefined,
    org: text("org"),
    workbook: text("workbook"),
    map: text("map"),
    jti: $("jti").value,
    accountType: text("account"),
    ttl: ttl === undefined ? undefined : Number(ttl),
    trustInput: $("trust").checked,
  };
}

function say(text) {
  if ($("status").textContent !== text) $("status").textContent = text;
}

function problem(text) {
  $("problem").hidden = text === null;
  $("problem").textContent = text ?? "";
}

const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** A pause in which the page can draw and react. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

async function work() {
  run += 1;
  const mine = run;
  const urls = dropped.urls ?? urlsOf("", $("urls").value);
  records = [];
  shown = 0;
  let items;
  try {
    const { secret, ...others } = options();
    const signs = secret !== undefined;
    const auditor = new Auditor({ ...others, secret, explainConversion: true });
    const converter = signs ? new Converter({ ...others, secret }) : null;
    problem(null);
    if (dropped.files.length > 0) items = scanned(others);
    else {
      for (let start = 0; start < urls.length; start += SLICE) {
        const rows = urls.slice(start, start + SLICE);
        const inspected = auditor.inspect(rows);
        const converted = converter?.convertLines(rows);
        inspected.forEach((record, at) => records.push({ old: rows[at], inspected: record, line: converted?.[at] }));
        if (start + SLICE < urls.length) {
          say(`${start + rows.length} of ${count(urls.length, "URL")}…`);
          await breathe();
          // Something was typed in the meantime.
          if (mine !== run) return;
        }
      }
    }
  } catch (error) {
    problem(error instanceof Embed2JwtError ? words(error.message) : `This is a fault of the page: ${error}`);
    records = [];
  }
  show(items);
}

/** Options have other names on the page. */
function words(message) {
  const [, name, rest] = /^(\w+)(:.*)$/s.exec(message) ?? [];
  const label = { accountType: "Account type", map: "Embed map", ttl: "Lifetime" }[name];
  return label === undefined ? message : label + rest;
}

function scanned(settings) {
  const scanner = new Scanner(settings);
  return dropped.files.map(({ name, bytes }) => fileItem(name, bytes, scanner.scan(bytes, { path: name }), openRule));
}

const recordOf = ({ inspected, line }) => (line === undefined ? inspected : JSON.parse(line));

function show(items) {
  $("rows").replaceChildren(...(items ?? []));
  $("numbers").hidden = $("save").hidden = records.length === 0;
  if (items !== undefined) {
    const n = items.reduce((sum, item) => sum + Number(item.dataset.findings), 0);
    say(`${count(n, "finding")} in ${count(items.length, "file")}.`);
    $("rest").hidden = true;
    return;
  }
  const verdicts = new Map(VERDICTS.map(([name]) => [name, 0]));
  let converted = 0;
  for (const record of records) {
    const { verdict, status } = recordOf(record);
    verdicts.set(verdict, verdicts.get(verdict) + 1);
    converted += status === "converted" ? 1 : 0;
  }
  const signs = records.some(({ line }) => line !== undefined);
  const cell = (name, title, n, about) => element("div", { class: name }, element("dt", {}, title), element("dd", {}, n.toLocaleString("en")), element("dd", { class: "about" }, about));
  $("numbers").replaceChildren(
    cell("all", records.length === 1 ? "URL" : "URLs", records.length, signs ? `${converted.toLocaleString("en")} converted` : "checked, not converted"),
    ...VERDICTS.map(([name, about]) => cell(name, name === "none" ? "nothing to migrate" : name, verdicts.get(name), about)),
  );
  $("save-urls").hidden = !signs;
  const list = dropped.name === null ? "" : ` in ${dropped.name}`;
  if (records.length === 0) say($("problem").hidden ? "Nothing yet: paste a URL above, or fill in the example." : "No results: see above.");
  else say(`${count(records.length, "URL")}${list}${signs ? `, ${converted.toLocaleString("en")} converted` : ""}.`);
  more();
}

function more() {
  const next = records.slice(shown, shown + SHOWN);
  $("rows").append(...next.map((record, at) => urlItem(shown + at + 1, record, openRule)));
  shown += next.length;
  $("rest").hidden = shown >= records.length;
  $("rest").textContent = `Show ${Math.min(SHOWN, records.length - shown)} more of ${(records.length - shown).toLocaleString("en")}`;
}

function openRule(finding) {
  $("rule-text").replaceChildren(...markdown(explain(finding.rule) ?? "", "rule-name"));
  $("rule-link").href = finding.help;
  $("rule").showModal();
  $("rule").scrollTop = 0;
}

function save(name, lines) {
  const link = element("a", { href: URL.createObjectURL(new Blob([lines.map((line) => `${line}\n`).join("")], { type: "text/plain" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function forget() {
  dropped = { name: null, urls: null, files: [] };
  $("urls").readOnly = false;
}

async function take(files) {
  forget();
  $("urls").value = "";
  for (const file of files) {
    if (file.size > LARGEST) return problem(`${file.name} is larger than ${LARGEST / 1024 / 1024} MB: use the command for it.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const kind = kindOf(file.name, text);
    if (kind === "map") {
      $("map").value = text;
      $("more").open = true;
    } else if (kind === "list") {
      const urls = urlsOf(file.name, text);
      if (text.length > FIELD) {
        dropped = { ...dropped, name: file.name, urls: (dropped.urls ?? []).concat(urls) };
        $("urls").value = `# ${count(urls.length, "URL")} of ${file.name}`;
        $("urls").readOnly = true;
      } else $("urls").value += urls.map((url) => `${url}\n`).join("");
    } else dropped.files.push({ name: file.name, bytes });
  }
  if (dropped.files.length > 0) $("urls").value = `# ${dropped.files.map(({ name }) => name).join(", ")}`;
  await work();
}

let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(work, 150);
}

function listen() {
  $("input").addEventListener("input", (event) => {
    if (event.target.id === "file") return;
    if (event.target.id === "urls") forget();
    soon();
  });
  $("input").addEventListener("submit", (event) => event.preventDefault());
  $("open").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", async () => {
    await take([...$("file").files]);
    $("file").value = "";
  });
  $("clear").addEventListener("click", () => {
    forget();
    $("input").reset();
    work();
    $("urls").focus();
  });
  $("example").addEventListener("click", () => {
    forget();
    const { urls, map, secret } = JSON.parse($("sample").textContent);
    Object.assign($("urls"), { value: urls });
    $("map").value = map;
    $("secret").value = secret;
    $("org").value = "acme";
    work();
  });
  $("rest").addEventListener("click", () => {
    const first = shown;
    more();
    $("rows").children[first]?.querySelector("button, summary")?.focus();
  });
  $("save-urls").addEventListener("click", () => save("converted.txt", records.map((record) => recordOf(record).url ?? "")));
  $("save-records").addEventListener("click", () => save("records.ndjson", records.map(({ inspected, line }) => line ?? JSON.stringify(inspected))));
  $("rule-close").addEventListener("click", () => $("rule").close());
  $("rule").addEventListener("click", (event) => event.target === $("rule") && $("rule").close());
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("drop");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("drop"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("drop");
    if (event.dataTransfer.files.length > 0) take([...event.dataTransfer.files]);
    else if (event.dataTransfer.getData("text")) {
      forget();
      $("urls").value = event.dataTransfer.getData("text");
      work();
    }
  });
}

async function begin() {
  const packed = Uint8Array.from(atob($("library").textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
  provide(() => module);
  listen();
  document.documentElement.dataset.ready = "";
  await work();
}

begin().catch((error) => problem(`This browser cannot run the page: ${error}. A current Firefox, Chrome, Edge or Safari can.`));
