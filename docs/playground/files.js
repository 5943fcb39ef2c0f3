// What a dropped file is, and the URLs of a list in one of the command's formats.

const LIST = /\.(?:txt|csv|tsv|jsonl|ndjson|list|urls|log)$/i;

/** `map`, `list`, or `source`: anything else is scanned. */
export function kindOf(name, text) {
  const head = text.slice(0, 4096);
  if (/\.(?:csv|tsv|json|jsonl)$/i.test(name) && /\bembed_id\b/.test(head) && /\bworkbook_id\b/.test(head)) return "map";
  return LIST.test(name) ? "list" : "source";
}

/** The rows of a list: lines, or the field `url` of csv, tsv and jsonl. What cannot be read is left for the library to report. */
export function urlsOf(name, text) {
  const plain = text.replace(/^\ufeff/, "");
  if (/\.(?:csv|tsv)$/i.test(name)) {
    const [header = [], ...rows] = cells(plain, /\.tsv$/i.test(name) ? "\t" : ",");
    const column = header.findIndex((cell) => cell.trim().toLowerCase() === "url");
    if (column !== -1) return rows.map((row) => row[column] ?? "");
  }
  const lines = plain.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  return /\.(?:jsonl|ndjson)$/i.test(name) ? lines.map(urlOfJson) : lines;
}

function urlOfJson(line) {
  try {
    const { url } = JSON.parse(line);
    return typeof url === "string" ? url : line;
  } catch {
    return line;
  }
}

/** The records of a csv text, with quotes as RFC 4180 has them. */
function cells(text, separator) {
  const records = [];
  let [record, cell, quoted] = [[], "", false];
  const end = () => {
    record.push(cell);
    if (record.length > 1 || cell !== "") records.push(record);
    [record, cell] = [[], ""];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[at += 1];
      else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === separator) {
      record.push(cell);
      cell = "";
    } else if (character === "\n") end();
    else if (character !== "\r") cell += character;
  }
  end();
  return records;
}
