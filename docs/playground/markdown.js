// The Markdown that rules are explained in, as elements: headings, paragraphs, lists, code.

import { element, inline } from "./view.js";

/** The blocks of a text, a blank line between them. `name` is the id of the first heading. */
export function markdown(text, name) {
  const blocks = [];
  for (const block of text.replace(/^\n+|\n+$/g, "").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const heading = /^(#+) (.*)$/.exec(lines[0]);
    if (heading) {
      const rest = lines.slice(1).join("\n");
      const first = heading[1].length === 1;
      blocks.push(element(first ? "h2" : "h3", first ? { id: name } : {}, ...inline(heading[2])));
      if (rest !== "") blocks.push(...markdown(rest, ""));
    } else if (lines[0].startsWith("    ")) {
      blocks.push(element("pre", { class: "sheet" }, lines.map((line) => line.slice(4)).join("\n")));
    } else if (/^[-*] /.test(lines[0])) {
      const items = block.split(/\n(?=[-*] )/).map((item) => item.slice(2).replaceAll(/\s*\n\s*/g, " "));
      blocks.push(element("ul", {}, ...items.map((item) => element("li", {}, ...inline(item)))));
    } else {
      blocks.push(element("p", {}, ...inline(block.replaceAll("\n", " "))));
    }
  }
  return blocks;
}
