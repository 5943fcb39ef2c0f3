// Sorting and filtering. Everything it shows is in the page already; without it the page is whole.
(() => {
  "use strict";
  const table = document.getElementById("url-table");
  const form = document.getElementById("filter");
  if (!table || !form) return;
  const count = document.getElementById("filter-count");
  const [text, verdict, severity] = ["text", "verdict", "severity"].map((name) => document.getElementById("filter-" + name));

  const weight = { blocked: 0, lossy: 1, lossless: 2, none: 3 };
  const cell = (body, name) => body.querySelector("td." + name).textContent;
  const rows = Array.from(table.tBodies, (body) => ({
    body,
    words: body.textContent.toLowerCase(),
    verdict: body.dataset.verdict,
    severities: body.dataset.severity === "" ? ["none"] : body.dataset.severity.split(" "),
    keys: {
      line: Number(body.dataset.order),
      verdict: weight[body.dataset.verdict],
      kind: cell(body, "kind"),
      embed: cell(body, "embed"),
      findings: Number(body.dataset.findings),
    },
  }));
  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.words.includes(word)) &&
        (verdict.value === "" || row.verdict === verdict.value) &&
        (severity.value === "" || row.severities.includes(severity.value));
      row.body.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${number(shown)} of ${number(rows.length)} URLs shown`;
  };

  const sort = (heading) => {
    const key = heading.dataset.key;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sign = down ? -1 : 1;
    rows.sort((a, b) => {
      const [x, y] = [a.keys[key], b.keys[key]];
      return x < y ? -sign : x > y ? sign : a.keys.line - b.keys.line;
    });
    const all = document.createDocumentFragment();
    for (const row of rows) all.append(row.body);
    table.append(all);
  };

  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(heading));
    heading.replaceChildren(button);
  }
  table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");

  // Typing asks once, when it pauses: a long table is not laid out for every letter.
  let pause = 0;
  text.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(filter, 120);
  });
  for (const select of [verdict, severity]) select.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();
})();
