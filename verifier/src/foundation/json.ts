import { Problem, type Outcome } from "./problem.js";
import { fromUtf8, utf8, type Bytes } from "./bytes.js";

/** A JSON number with the text it had: 5, 5.0 and 5e0 are one number and three texts. */
export class JsonNumber {
  constructor(readonly raw: string) {}

  get value(): number {
    return Number(this.raw);
  }

  /** The number when it is written as a whole one, without point and exponent; null otherwise. */
  get whole(): number | null {
    return /^-?\d+$/.test(this.raw) ? Number(this.raw) : null;
  }
}

/** Members in the order in which they stand. */
export type JsonObject = ReadonlyMap<string, Json>;
export type JsonArray = readonly Json[];
export type Json = null | boolean | string | JsonNumber | JsonArray | JsonObject;

export const isObject = (value: Json | undefined): value is JsonObject => value instanceof Map;
export const isArray = (value: Json | undefined): value is JsonArray => Array.isArray(value);

/** A member that is text; null when it is absent or of another kind. */
export function text(value: Json | undefined, name: string): string | null {
  const member = isObject(value) ? value.get(name) : undefined;
  return typeof member === "string" ? member : null;
}

export const DEPTH_MAX = 64;
export const SIZE_MAX_BYTES = 4 * 1024 * 1024;

// Deeper than any limit and shallower than the stack.
const RECURSION_MAX = 512;
const INTEGER_MAX = 2 ** 53;

class Stopped {
  constructor(readonly at: number) {}
}

/**
 * Reads JSON from strangers: one meaning or a refusal (`json/…`). I-JSON (RFC 7493) and more: refuses duplicate names, a
 * byte order mark, depth above 64, lone surrogates, invalid UTF-8, integers beyond 2^53, and input above the size given.
 */
export function parseJson(bytes: Bytes, sizeMaxBytes = SIZE_MAX_BYTES): Outcome<Json> {
  if (bytes.length > sizeMaxBytes) {
    return new Problem("json/too-large", { size: String(bytes.length), limit: String(sizeMaxBytes) });
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new Problem("json/byte-order-mark");
  const source = fromUtf8(bytes);
  return source === null ? new Problem("json/not-utf8") : new Parser(source).run();
}

class Parser {
  private at = 0;
  private deepest = 0;
  private hasDuplicate = false;

  constructor(private readonly source: string) {}

  run(): Outcome<Json> {
    let value: Json;
    try {
      value = this.value(0);
      this.space();
      if (this.at < this.source.length) throw new Stopped(this.at);
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped;
      return this.malformed(stopped.at);
    }
    if (this.deepest > DEPTH_MAX) return new Problem("json/too-deep", { limit: String(DEPTH_MAX) });
    if (this.hasDuplicate) return new Problem("json/duplicate-name");
    const path = ambiguity(value);
    return path === null ? value : new Problem("json/ambiguous", { path: "$" + path });
  }

  private malformed(at: number): Problem {
    const before = this.source.slice(0, at);
    const line = before.lastIndexOf("\n") + 1;
    return new Problem("json/malformed", {
      line: String(before.split("\n").length),
      position: String(utf8(before.slice(line)).length + 1),
    });
  }

  private space(): void {
    while (this.at < this.source.length && " \t\r\n".includes(this.source[this.at]!)) this.at++;
  }

  private value(depth: number): Json {
    this.space();
    switch (this.source[this.at]) {
      case "{":
        return this.object(depth + 1);
      case "[":
        return this.array(depth + 1);
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.source.startsWith(word, this.at)) throw new Stopped(this.at);
    this.at += word.length;
    return value;
  }

  private number(): JsonNumber {
    const match = /(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
    match.lastIndex = this.at;
    const found = match.exec(this.source);
    if (found === null) throw new Stopped(this.at);
    this.at += found[0].length;
    return new JsonNumber(found[0]);
  }

  private enter(depth: number): void {
    this.at++;
    this.deepest = Math.max(this.deepest, depth);
    if (depth > RECURSION_MAX) throw new Stopped(this.at);
  }

  private object(depth: number): JsonObject {
    this.enter(depth);
    const members = new Map<string, Json>();
    this.space();
    if (this.source[this.at] === "}") {
      this.at++;
      return members;
    }
    for (;;) {
      this.space();
      if (this.source[this.at] !== '"') throw new Stopped(this.at);
      const name = this.string();
      this.space();
      if (this.source[this.at] !== ":") throw new Stopped(this.at);
      this.at++;
      const value = this.value(depth);
      this.hasDuplicate ||= members.has(name);
      members.set(name, value);
      this.space();
      const next = this.source[this.at];
      if (next !== "," && next !== "}") throw new Stopped(this.at);
      this.at++;
      if (next === "}") return members;
    }
  }

  private array(depth: number): JsonArray {
    this.enter(depth);
    const items: Json[] = [];
    this.space();
    if (this.source[this.at] === "]") {
      this.at++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth));
      this.space();
      const next = this.source[this.at];
      if (next !== "," && next !== "]") throw new Stopped(this.at);
      this.at++;
      if (next === "]") return items;
    }
  }

  private string(): string {
    let result = "";
    let start = ++this.at;
    for (;;) {
      const code = this.source.charCodeAt(this.at);
      if (Number.isNaN(code) || code < 0x20) throw new Stopped(this.at);
      if (code === 0x22) {
        result += this.source.slice(start, this.at++);
        return result;
      }
      if (code !== 0x5c) {
        this.at++;
        continue;
      }
      result += this.source.slice(start, this.at) + this.escape();
      start = this.at;
    }
  }

  private escape(): string {
    const letter = this.source[++this.at] ?? "";
    const plain = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[letter];
    if (plain !== undefined) {
      this.at++;
      return plain;
    }
    const digits = this.source.slice(this.at + 1, this.at + 5);
    if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw new Stopped(this.at);
    this.at += 5;
    return String.fromCharCode(parseInt(digits, 16));
  }
}

const hasLoneSurrogate = (value: string): boolean =>
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value);

// The path of the first value without one meaning, "" for the root; null when there is none.
function ambiguity(value: Json): string | null {
  if (typeof value === "string") return hasLoneSurrogate(value) ? "" : null;
  if (value instanceof JsonNumber) {
    const isExact = Math.abs(value.value) < INTEGER_MAX || value.raw.replace(/^-+/, "") === "9007199254740992";
    return isExact ? null : "";
  }
  if (isArray(value)) {
    for (const [i, item] of value.entries()) {
      const inner = ambiguity(item);
      if (inner !== null) return shortened(`[${i}]${inner}`);
    }
  }
  if (isObject(value)) {
    for (const [name, member] of value) {
      if (hasLoneSurrogate(name)) return "";
      const inner = ambiguity(member);
      if (inner !== null) return shortened(`.${name}${inner}`);
    }
  }
  return null;
}

const shortened = (path: string): string => (path.length <= 100 ? path : path.slice(0, 100) + "…");

/** The canonical form of a strict JSON value (RFC 8785): sorted names, minimal escapes, numbers as ECMAScript writes them. */
export function canonical(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof JsonNumber) return String(value.value === 0 ? 0 : value.value);
  if (isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  // Sorting texts compares UTF-16 code units, as RFC 8785 section 3.2.3 asks.
  const names = [...value.keys()].sort((a, b) => (a < b ? -1 : 1));
  return "{" + names.map((name) => JSON.stringify(name) + ":" + canonical(value.get(name)!)).join(",") + "}";
}

export const canonicalBytes = (value: Json): Bytes => utf8(canonical(value));

/** The same object without one member. */
export function without(value: JsonObject, name: string): JsonObject {
  const rest = new Map(value);
  rest.delete(name);
  return rest;
}
