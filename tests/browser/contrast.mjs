// What is hard to read on a page: it runs in the browser.

/** Texts whose colour stands out too little from what is behind them: WCAG 2 asks for 4.5. */
export function faint() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) === 1) return colour;
    }
    throw new Error("the page has no background");
  };
  const found = [];
  let seen = 0;
  const check = (element, pseudo) => {
    const [a, b] = [luminance(getComputedStyle(element, pseudo).color), luminance(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    seen += 1;
    if (contrast < 4.5) found.push(`${element.tagName}.${element.className}${pseudo ?? ""}: ${contrast.toFixed(2)}`);
  };
  for (const element of document.querySelectorAll("body, body *:not(script):not(svg):not(rect):not(option)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    if (own || ["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName)) check(element, null);
    for (const pseudo of ["::before", "::after"]) {
      const { content } = getComputedStyle(element, pseudo);
      if (content !== "none" && content !== "normal") check(element, pseudo);
    }
  }
  return { found: [...new Set(found)], seen };
}
