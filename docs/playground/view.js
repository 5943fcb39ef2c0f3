// Records as elements. All text from outside becomes text nodes, never markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const tag = (name) => element("span", { class: `tag ${name}` }, name === "none" ? "nothing to migrate" : name);

/** Text with `code` and **emphasis**; a bare address stays text. */
export function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).filter((part) => part !== "").map((part) => {
    if (part.startsWith("`") && part.length > 1) return element("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return element("strong", {}, part.slice(2, -2));
    return part;
  });
}

/** Findings, each with its rule's text behind its name. */
function findings(all, openRule, place = () => []) {
  return element("ul", { class: "found" }, ...all.map((finding) => {
    const rule = element("button", { type: "button", class: "link" }, finding.rule);
    rule.addEventListener("click", () => openRule(finding));
    const advice = finding.suggestion ? [element("p", { class: "advice" }, ...inline(finding.suggestion))] : [];
    return element("li", {}, element("span", { class: `tag ${finding.severity}` }, finding.severity), element("div", {}, element("p", {}, rule, " ", ...inline(finding.message)), ...advice, ...place(finding)));
  }));
}

/** The URL with what the findings are about underlined, as far as nothing before it was shortened. */
function marked(url, old, all) {
  const characters = Array.from(url);
  const original = Array.from(old);
  const same = characters.findIndex((character, at) => character !== original[at]);
  const end = same === -1 ? characters.length : same;
  const ranges = all.map(({ column, end_column: after, severity }) => [column - 1, after - 1, severity])
    .filter(([from, to]) => from < to && to <= end && to - from < original.length)
    .sort(([a, b], [c, d]) => a - c || d - b);
  const parts = [];
  let at = 0;
  for (const [from, to, severity] of ranges) {
    if (from < at) continue;
    parts.push(characters.slice(at, from).join(""), element("mark", { class: severity }, characters.slice(from, to).join("")));
    at = to;
  }
  return [...parts, characters.slice(at).join("")];
}

function copyButton(text, what) {
  const button = element("button", { type: "button", class: "link" }, "Copy");
  button.setAttribute("aria-label", `Copy ${what}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page from a file may not use the clipboard without being asked to.
      const area = element("textarea", {}, text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}

/** The new URL with its token set back. */
function newUrl(url) {
  const [, before, token, after] = /^(.*?:jwt=)([^&]*)(.*)$/s.exec(url) ?? [null, url, "", ""];
  return element("div", { class: "sheet", tabindex: "0" }, before, element("span", { class: "token" }, token), after);
}

const pretty = (value) => JSON.stringify(value, null, 2);

function claims({ header, claims: all }) {
  return element("div", {}, element("h4", {}, "Header and claims"), element("pre", { class: "sheet", tabindex: "0" }, `${pretty(header)}\n${pretty(all)}`));
}

/** What becomes of each part of the URL. */
function steps(conversion) {
  const head = element("tr", {}, ...["Part", "Value", "Becomes", "Why"].map((name) => element("th", { scope: "col" }, name)));
  const rows = conversion.map(({ part, name, value, becomes, why }) =>
    element("tr", {}, element("td", {}, element("code", {}, part === "added" ? `${name} (added)` : name)), element("td", {}, element("code", {}, value ?? "")), element("td", {}, becomes === null || becomes === undefined ? "–" : element("code", {}, becomes)), element("td", {}, ...inline(why))));
  return element("details", {}, element("summary", {}, "What becomes of each part"), element("div", { class: "table", tabindex: "0" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))));
}

/** One URL: as it came, what was found in it, and what it becomes. */
export function urlItem(number, { old, inspected, line }, openRule) {
  const made = line === undefined ? null : JSON.parse(line);
  // What is not to be converted has more to show as what it is.
  const record = made === null || made.status === "unchanged" ? inspected : made;
  const { verdict, kind } = record;
  const about = [kind.replace("-", " "), inspected.embed_id && `embed ${inspected.embed_id}`, inspected.tag && `tag ${inspected.tag}`,
    record.signature === "verified" ? "signature verified" : record.signature === "mismatch" && "signature does not match"].filter(Boolean).join(" · ");
  const item = element("li", {}, element("div", { class: "title" }, element("h3", {}, `URL ${number}`), tag(verdict), element("span", { class: "about" }, about)),
    element("div", { class: "sheet old" }, ...marked(inspected.url, old, record.findings)));
  if (record.findings.length > 0) item.append(findings(record.findings, openRule));
  if (made?.status === "converted") {
    item.append(element("div", { class: "pair" }, element("div", {}, element("h4", {}, "New URL", copyButton(made.url, `the new URL ${number}`)), newUrl(made.url)), claims(made)));
  } else if (inspected.claims) item.append(element("div", { class: "pair" }, claims(inspected)));
  if (inspected.conversion?.length > 0) item.append(steps(inspected.conversion));
  return item;
}

/** One file that was scanned. */
export function fileItem(name, bytes, all, openRule) {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const place = ({ line, column, end_column: after, end_line: last, severity }) => {
    const characters = Array.from((lines[line - 1] ?? "").replace(/\r$/, ""));
    const [from, to] = [column - 1, last === line ? after - 1 : characters.length];
    const start = Math.max(0, from - 80);
    const cut = characters.slice(to, to + 80);
    return [element("div", { class: "sheet old" }, `${line}:${column}  ${start > 0 ? "…" : ""}${characters.slice(start, from).join("")}`, element("mark", { class: severity }, characters.slice(from, Math.min(to, from + 400)).join("")), cut.join(""))];
  };
  const item = element("li", { "data-findings": all.length }, element("div", { class: "title" }, element("h3", {}, name), element("span", { class: "about" }, all.length === 0 ? "nothing found" : `${all.length} findings`)));
  if (all.length > 0) item.append(findings(all, openRule, place));
  return item;
}
