import { latin1, type Bytes } from "../foundation/bytes.js";

/** Reading of a stranger's PDF stopped; caught at the reader's door. */
export class PdfRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export const damaged = (): PdfRefused => new PdfRefused("documents/pdf-damaged");
export const overLimit = (): PdfRefused => new PdfRefused("documents/pdf-over-limit");

export class PdfName {
  constructor(readonly value: string) {}
}

export class PdfReference {
  constructor(readonly id: number) {}
}

/** A string of bytes. */
export class PdfString {
  constructor(readonly bytes: Bytes) {}
}

/** A number that was written with a point: never an id, a length or an offset, whatever its value. */
export class PdfFraction {
  constructor(readonly value: number) {}
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;
export type PdfValue = null | boolean | number | PdfFraction | PdfName | PdfReference | PdfString | readonly PdfValue[] | PdfDictionary;

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;
export const isList = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value);

/** A number that was written without a point: an id, a length, an offset. */
export const isWhole = (value: PdfValue | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value);

const DEPTH_MAX = 64;
const NUMBER_LENGTH_MAX = 24;
const VALUES_MAX = 500_000;

/** A bound on all reading of one file, so that overlapping tables cannot make it slow. */
export class PdfBudget {
  private values = 0;

  constructor(private left: number) {}

  countValue(): void {
    if (++this.values > VALUES_MAX) throw overLimit();
  }

  spend(count: number): void {
    this.left -= count;
    if (this.left < 0) throw overLimit();
  }
}

const isSpace = (c: number): boolean => c === 0 || c === 9 || c === 10 || c === 12 || c === 13 || c === 32;
const isDelimiter = (c: number): boolean => c > 0 && "()<>[]{}/%".includes(String.fromCharCode(c));
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

function hexDigit(c: number): number {
  if (isDigit(c)) return c - 48;
  const letter = c | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Reads PDF values from bytes (ISO 32000-1 sections 7.2 and 7.3). */
export class PdfLexer {
  constructor(
    private readonly data: Bytes,
    public position: number,
    private readonly budget: PdfBudget,
  ) {}

  value(depth = 0): PdfValue {
    if (depth > DEPTH_MAX) throw overLimit();
    this.budget.countValue();
    this.skipSpace();
    const c = String.fromCharCode(Math.max(0, this.peek()));
    if (c === "/") return new PdfName(this.name());
    if (c === "(") return new PdfString(this.literal());
    if (c === "<") return this.peek(1) === 60 ? this.dictionary(depth) : new PdfString(this.hexadecimal());
    if (c === "[") return this.list(depth);
    if ("+-.0123456789".includes(c)) return this.numberOrReference();
    switch (this.word()) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
      default:
        throw damaged();
    }
  }

  /** A whole number, for object headers and tables. */
  whole(): number {
    this.skipSpace();
    const [number, isWritten] = this.number();
    if (!isWritten) throw damaged();
    return number;
  }

  tryKeyword(keyword: string): boolean {
    this.skipSpace();
    for (let i = 0; i < keyword.length; i++) if (this.peek(i) !== keyword.charCodeAt(i)) return false;
    this.move(keyword.length);
    return true;
  }

  /** After the keyword `stream`: the first byte of its data (section 7.3.8.1). */
  streamStart(): number {
    if (this.peek() === 13) this.move(1);
    if (this.peek() === 10) this.move(1);
    return this.position;
  }

  private peek(ahead = 0): number {
    return this.data[this.position + ahead] ?? -1;
  }

  private move(count: number): void {
    this.budget.spend(count);
    this.position += count;
  }

  private skipSpace(): void {
    for (;;) {
      if (isSpace(this.peek())) {
        this.move(1);
      } else if (this.peek() === 37) {
        while (this.peek() !== -1 && this.peek() !== 10 && this.peek() !== 13) this.move(1);
      } else {
        return;
      }
    }
  }

  private word(): string {
    const start = this.position;
    while (this.peek() !== -1 && !isSpace(this.peek()) && !isDelimiter(this.peek()) && this.position - start < 16) this.move(1);
    return latin1(this.data.subarray(start, this.position));
  }

  private numberOrReference(): PdfValue {
    const [number, isWritten] = this.number();
    if (!isWritten) return new PdfFraction(number);
    if (number < 0 || number > 0x7fffffff) return number;
    // "12 0 R" needs two tokens of looking ahead.
    const before = this.position;
    this.skipSpace();
    if (isDigit(this.peek()) && this.number()[1]) {
      this.skipSpace();
      const after = this.peek(1);
      if (this.peek() === 82 && (after === -1 || isSpace(after) || isDelimiter(after))) {
        this.move(1);
        return new PdfReference(number);
      }
    }
    this.position = before;
    return number;
  }

  // The number, and whether it was written as a whole one.
  private number(): [number, boolean] {
    const start = this.position;
    while ((isDigit(this.peek()) || [43, 45, 46].includes(this.peek())) && this.position - start <= NUMBER_LENGTH_MAX) this.move(1);
    const text = latin1(this.data.subarray(start, this.position));
    if (/^[+-]?\d+$/.test(text)) return [Number(text), true];
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return [Number(text), false];
    throw damaged();
  }

  private name(): string {
    this.move(1);
    let name = "";
    while (this.peek() !== -1 && !isSpace(this.peek()) && !isDelimiter(this.peek())) {
      const [high, low] = [hexDigit(this.peek(1)), hexDigit(this.peek(2))];
      const isEscape = this.peek() === 35 && high >= 0 && low >= 0;
      name += String.fromCharCode(isEscape ? high * 16 + low : this.peek());
      this.move(isEscape ? 3 : 1);
    }
    return name;
  }

  private literal(): Bytes {
    this.move(1);
    const text: number[] = [];
    for (let depth = 1; ;) {
      const c = this.peek();
      this.move(1);
      if (c === -1) throw damaged();
      if (c === 92) {
        this.escape(text);
        continue;
      }
      if (c === 40) depth++;
      if (c === 41 && --depth === 0) return Uint8Array.from(text);
      text.push(c);
    }
  }

  private escape(text: number[]): void {
    const c = this.peek();
    this.move(1);
    if (c >= 48 && c <= 55) {
      let octal = c - 48;
      for (let i = 0; i < 2 && this.peek() >= 48 && this.peek() <= 55; i++) {
        octal = octal * 8 + (this.peek() - 48);
        this.move(1);
      }
      text.push(octal & 0xff);
    } else if (c === 13) {
      if (this.peek() === 10) this.move(1);
    } else if (c !== 10 && c !== -1) {
      const named = "nrtbf".indexOf(String.fromCharCode(c));
      text.push(named < 0 ? c : [10, 13, 9, 8, 12][named]!);
    }
  }

  private hexadecimal(): Bytes {
    this.move(1);
    const digits: number[] = [];
    while (this.peek() !== 62) {
      const digit = hexDigit(this.peek());
      if (digit >= 0) digits.push(digit);
      else if (!isSpace(this.peek())) throw damaged();
      this.move(1);
    }
    this.move(1);
    if (digits.length % 2 === 1) digits.push(0);
    return Uint8Array.from({ length: digits.length / 2 }, (_, i) => digits[2 * i]! * 16 + digits[2 * i + 1]!);
  }

  private list(depth: number): PdfValue[] {
    this.move(1);
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.peek() === 93) {
        this.move(1);
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  private dictionary(depth: number): PdfDictionary {
    this.move(2);
    const dictionary = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.peek() === 62 && this.peek(1) === 62) {
        this.move(2);
        return dictionary;
      }
      if (this.peek() !== 47) throw damaged();
      const key = this.name();
      const value = this.value(depth + 1);
      // Readers differ on which of the two counts (section 7.3.7 leaves it undefined): no answer is safe.
      if (dictionary.has(key)) throw damaged();
      dictionary.set(key, value);
    }
  }
}
