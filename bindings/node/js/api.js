// The functions of the package. What they decide is decided in the compiled library; here are JavaScript's habits.

import * as glue from "../target/glue/embed2jwt.js";

/** The longest URL that is handed over, in code units: the library reads no longer ones. */
const LONGEST_ROW = 1024 * 1024;
/** The largest file that is scanned, far above any that people write. */
const LARGEST_FILE = 256 * 1024 * 1024;
/** Rows that are worked on at a time, and their length together: so memory does not grow with the list. */
const BATCH = 1024;
const BATCH_LENGTH = 4 * 1024 * 1024;

const encoder = new TextEncoder();

export class Embed2JwtError extends Error {
  constructor(message, { rule, ...options } = {}) {
    super(message, options);
    this.name = "Embed2JwtError";
    this.rule = rule;
  }
}

let load;
let running = false;
/** Counts the instances: what was made in one that has failed is made again in the next. */
let generation = 0;

/** Says where the compiled library comes from: a function that gives its bytes, or a `WebAssembly.Module`. */
export function provide(from) {
  load = from;
}

/** Runs `call`, which uses the compiled library. What it throws on purpose is a text. */
function run(call) {
  try {
    if (!running) {
      const given = load();
      glue.initSync({ module: given instanceof WebAssembly.Module ? given : new WebAssembly.Module(given) });
      running = true;
    }
    return call();
  } catch (error) {
    if (typeof error === "string") throw new Embed2JwtError(error);
    if (running) {
      // What failed half-way may have left anything behind: the next call gets an instance of its own.
      generation += 1;
      glue.__wbg_reset_state();
    }
    throw new Embed2JwtError("embed2jwt failed by a fault of its own; what it remembered of earlier rows is gone. Please report it", { cause: error });
  }
}

/** What a value is, with its article. */
function kind(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return { bigint: "a number", boolean: "true or false", function: "a function", number: "a number", string: "text", symbol: "a symbol" }[typeof value] ?? "an object";
}

function bytesOf(name, secret) {
  if (typeof secret === "string") {
    if (!secret.isWellFormed()) throw new Embed2JwtError(`${name}: it is not Unicode text: give its bytes as a Uint8Array`);
    return encoder.encode(secret);
  }
  if (secret instanceof Uint8Array) return Uint8Array.from(secret);
  throw new Embed2JwtError(`${name}: it is ${kind(secret)}: give a string or a Uint8Array`);
}

/** The map as text: entries become lines of JSON, so that an error names the line, which is the entry. */
function mapText(map) {
  if (map === undefined || map === null || typeof map === "string") return map;
  if (map instanceof Uint8Array) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(map);
    } catch {
      throw new Embed2JwtError("map: it is not UTF-8: save the file as UTF-8");
    }
  }
  if (!Array.isArray(map)) throw new Embed2JwtError(`map: it is ${kind(map)}: give the text of a csv or json file, or an array of entries`);
  if (map.length === 0) return undefined;
  return map.map((entry, number) => {
    if (kind(entry) !== "an object") throw new Embed2JwtError(`map:${number + 1}: the entry is ${kind(entry)}, not an object`);
    return JSON.stringify(entry);
  }).join("\n");
}

/** JSON would make `null` of such a number, as if it had been left out. */
function finite(name, value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Embed2JwtError(`${name}: it is ${value}: give a number`);
  return value;
}

/** What all three classes have: the options, and an engine in the instance that runs. */
class Session {
  #options;
  #secrets = [];
  #Engine;
  #engine;
  #generation = -1;

  constructor(Engine, options = {}) {
    if (kind(options) !== "an object") throw new Embed2JwtError(`options: they are ${kind(options)}, not an object`);
    const { secret, credentials, map, ...others } = options;
    if (secret !== undefined && credentials !== undefined) throw new Embed2JwtError("options: give `secret` or `credentials`, not both");
    if (secret !== undefined) this.#secrets.push(["secret", null, bytesOf("secret", secret)]);
    if (credentials !== undefined) {
      if (kind(credentials) !== "an object") throw new Embed2JwtError(`credentials: they are ${kind(credentials)}: give an object, client id to secret`);
      const add = ([client, secret]) => this.#secrets.push([`credentials: the secret of ${client}`, client, bytesOf(`credentials: ${client}`, secret)]);
      Object.entries(credentials).forEach(add);
    }
    try {
      this.#options = JSON.stringify({ ...others, map: mapText(map) }, finite);
    } catch (error) {
      if (error instanceof Embed2JwtError) throw error;
      throw new Embed2JwtError(`options: ${error.message}`, { cause: error });
    }
    this.#Engine = Engine;
    this.use(() => {});
  }

  /** Runs `call` with the engine. */
  use(call) {
    return run(() => {
      if (this.#generation !== generation) {
        const keys = new glue.Keys();
        for (const [name, client, bytes] of this.#secrets) {
          if (!(client === null ? keys.one(bytes) : keys.add(client, bytes))) throw `${name}: it is empty`;
        }
        this.#engine = new glue[this.#Engine](this.#options, keys);
        this.#generation = generation;
      }
      return call(this.#engine);
    });
  }

  /** Sends rows in batches, and hands each answer to `take`. */
  rows(urls, ask, take) {
    if (kind(urls) === "text" || typeof urls?.[Symbol.iterator] !== "function") {
      throw new Embed2JwtError(`the URLs are ${kind(urls)}: give an array, or whatever can be iterated`);
    }
    let batch = [];
    let odd = [];
    let length = 0;
    const flush = () => {
      if (batch.length === 0) return;
      const [text, count, rest] = [batch.join("\n"), batch.length, odd.length === 0 ? undefined : JSON.stringify(odd)];
      [batch, odd, length] = [[], [], 0];
      take(this.use((engine) => ask(engine, text, count, rest)));
    };
    for (const url of urls) {
      const problem = problemOf(url);
      if (problem !== undefined) odd.push([batch.length, null, problem]);
      else if (url.includes("\n")) odd.push([batch.length, url, null]);
      const isPlain = odd.length === 0 || odd[odd.length - 1][0] !== batch.length;
      batch.push(isPlain ? url : "");
      length += problem === undefined ? url.length : 0;
      if (batch.length >= BATCH || length >= BATCH_LENGTH) flush();
    }
    flush();
  }

  lines(urls, ask) {
    const all = [];
    this.rows(urls, ask, (text) => {
      for (const line of text.split("\n")) all.push(line);
    });
    return all;
  }
}

/** Why a row is no URL, if it is none. */
function problemOf(url) {
  if (typeof url !== "string") return `the URL is ${kind(url)}, not text`;
  // The library has the words for it.
  if (url.length > LONGEST_ROW) return null;
  if (!url.isWellFormed()) return "the URL is not Unicode text: it holds half of a surrogate pair";
  return undefined;
}

/** One or many: a string is answered by one record, a list by a list. */
function each(urls, lines) {
  return typeof urls === "string" ? JSON.parse(lines([urls])[0]) : lines(urls).map((line) => JSON.parse(line));
}

export class Auditor {
  #session;

  constructor(options) {
    this.#session = new Session("Auditor", options);
  }

  audit(urls) {
    return each(urls, (all) => this.auditLines(all));
  }

  auditLines(urls) {
    return this.#session.lines(urls, (engine, ...rows) => engine.audit(...rows));
  }

  inspect(urls) {
    return each(urls, (all) => this.inspectLines(all));
  }

  inspectLines(urls) {
    return this.#session.lines(urls, (engine, ...rows) => engine.inspect(...rows));
  }
}

export class Converter {
  #session;

  constructor(options) {
    this.#session = new Session("Converter", options);
  }

  convert(urls) {
    return each(urls, (all) => this.convertLines(all));
  }

  convertLines(urls) {
    return this.#session.lines(urls, (engine, ...rows) => engine.convert(...rows));
  }

  convertUrls(urls) {
    const all = [];
    this.#session.rows(urls, (engine, ...rows) => engine.urls(...rows), (json) => all.push(...JSON.parse(json)));
    return all;
  }

  convertUrl(url) {
    const [line] = this.convertLines([url]);
    const { url: made, findings } = JSON.parse(line);
    if (made !== null) return made;
    const { message, rule, suggestion } = findings.find(({ severity }) => severity === "error") ?? findings[0];
    throw new Embed2JwtError(suggestion ? `${message}: ${suggestion.replaceAll("**", "")}` : message, { rule });
  }
}

export class Scanner {
  #session;

  constructor(options) {
    this.#session = new Session("Scanner", options);
  }

  scan(content, options) {
    return this.scanLines(content, options).map((line) => JSON.parse(line));
  }

  scanLines(content, { path = "input" } = {}) {
    const text = this.#session.use((engine) => engine.scan(pathOf(path), contentOf(content)));
    return text === "" ? [] : text.split("\n");
  }

  fix(content, { path = "input", unsafeFixes = false } = {}) {
    const fixed = this.#session.use((engine) => engine.fix(pathOf(path), contentOf(content), unsafeFixes === true));
    if (fixed === undefined) return content;
    return typeof content === "string" ? new TextDecoder().decode(fixed) : fixed;
  }
}

function pathOf(path) {
  if (typeof path !== "string") throw `path: it is ${kind(path)}: give a string`;
  return path;
}

function contentOf(content) {
  if (typeof content !== "string" && !(content instanceof Uint8Array)) throw `the content is ${kind(content)}: give a string or a Uint8Array`;
  if (content.length > LARGEST_FILE) throw `the content is larger than ${LARGEST_FILE} bytes`;
  return typeof content === "string" ? encoder.encode(content) : content;
}

export const audit = (urls, options) => new Auditor(options).audit(urls);
export const auditLines = (urls, options) => new Auditor(options).auditLines(urls);
export const inspect = (urls, options) => new Auditor(options).inspect(urls);
export const inspectLines = (urls, options) => new Auditor(options).inspectLines(urls);
export const convert = (urls, options) => new Converter(options).convert(urls);
export const convertLines = (urls, options) => new Converter(options).convertLines(urls);
export const convertUrl = (url, options) => new Converter(options).convertUrl(url);
export const convertUrls = (urls, options) => new Converter(options).convertUrls(urls);

/** `path` and `unsafeFixes` are of one file, the rest is for all. */
const apart = ({ path, unsafeFixes, ...options } = {}) => [options, { path, unsafeFixes }];

export function scan(content, options) {
  const [all, one] = apart(options);
  return new Scanner(all).scan(content, one);
}

export function scanLines(content, options) {
  const [all, one] = apart(options);
  return new Scanner(all).scanLines(content, one);
}

export function fix(content, options) {
  const [all, one] = apart(options);
  return new Scanner(all).fix(content, one);
}

export const explain = (rule) => run(() => glue.explain(String(rule))) ?? null;
export const rules = () => run(() => glue.rules()).split("\n");
