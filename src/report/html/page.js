// Filtering, sorting, opening and closing. Everything it shows is in the page already; without it the page is whole.
(() => {
  "use strict";
  // A link to something in a closed part opens it.
  const reveal = () => {
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const closed = at?.closest("details:not([open])");
    if (!closed) return;
    closed.open = true;
    at.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const form = document.getElementById("filter");
  if (!form) return;
  const count = document.getElementById("filter-count");
  const text = document.getElementById("filter-text");
  const facets = Array.from(form.querySelectorAll("[data-facet]"));
  const groups = Array.from(document.querySelectorAll(".group"));
  const rows = Array.from(document.querySelectorAll(".row"));
  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  // What a row is searched for is read when somebody searches.
  const words = new Map();
  const wordsOf = (row) => {
    if (!words.has(row)) {
      const group = row.closest(".group")?.querySelector("summary").textContent ?? "";
      words.set(row, `${group} ${row.textContent}`.toLowerCase());
    }
    return words.get(row);
  };

  const filter = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = facets.filter((facet) => facet.value !== "");
    let shown = 0;
    for (const row of rows) {
      const fits = chosen.every((facet) => row.dataset[facet.dataset.facet].split(" ").includes(facet.value)) &&
        wanted.every((word) => wordsOf(row).includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of groups) group.hidden = !group.querySelector(".row:not([hidden])");
    count.textContent = `${number(shown)} of ${number(rows.length)} ${form.dataset.noun} shown`;
  };

  // Typing asks once, when it pauses: a long page is not laid out for every letter.
  let pause = 0;
  text.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(filter, 120);
  });
  for (const facet of facets) facet.addEventListener("change", filter);
  for (const button of form.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => {
      for (const group of groups) group.open = button.dataset.open === "true";
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();

  const table = document.getElementById("url-table");
  if (!table) return;
  const weight = { blocked: 0, lossy: 1, lossless: 2, none: 3 };
  const cell = (body, name) => body.querySelector("td." + name).textContent;
  const keys = new Map(rows.map((body) => [body, {
    line: Number(body.dataset.order),
    verdict: weight[body.dataset.verdict],
    kind: cell(body, "kind"),
    embed: cell(body, "embed"),
    findings: Number(body.dataset.findings),
  }]));

  const sort = (heading) => {
    const key = heading.dataset.key;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sign = down ? -1 : 1;
    rows.sort((one, two) => {
      const [a, b] = [keys.get(one), keys.get(two)];
      return a[key] < b[key] ? -sign : a[key] > b[key] ? sign : a.line - b.line;
    });
    const all = document.createDocumentFragment();
    for (const row of rows) all.append(row);
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
})();
