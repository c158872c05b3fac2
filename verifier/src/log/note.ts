import { verifyEd25519 } from "../credentials/keys.js";
import { concat, fromBase64, hex, utf8, type Bytes } from "../foundation/bytes.js";
import { sha256 } from "../foundation/hash.js";
import { Problem, type Outcome } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";

const SIGNATURES_MAX = 64;
const SIZE_MAX = 512 * 1024;
const LINE_START = "— ";

// The last second that a date can tell; the format allows more, and no honest clock comes near.
const SECONDS_MAX = 253402300799n;

/** Signature types (C2SP signed-note): the log's own, and the timestamped cosignature of a witness. */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

/** Not empty, no Unicode space, no plus. */
const isKeyName = (name: string): boolean => name.length > 0 && name.length <= 255 && !/[\p{Z}\p{Cc}+]/u.test(name);

/** A public key that signs notes, read from `name+id+base64(type || key)`. */
export class NoteKey {
  private constructor(
    readonly name: string,
    readonly type: number,
    /** The four bytes that, with the name, pick a key out of a note, in hexadecimal. */
    readonly id: string,
    readonly raw: Bytes,
    readonly vkey: string,
  ) {}

  static parse(vkey: string): Outcome<NoteKey> {
    const malformed = new Problem("log/key-malformed");
    const parts = /^([^+]*)\+([0-9a-fA-F]{8})\+(.*)$/s.exec(vkey);
    const bytes = parts === null || !isKeyName(parts[1]!) ? null : fromBase64(parts[3]!);
    if (parts === null || bytes === null) return malformed;
    const [name, id] = [parts[1]!, parts[2]!.toLowerCase()];
    if (bytes.length !== 33 || (bytes[0] !== ED25519 && bytes[0] !== COSIGNATURE_V1)) return new Problem("log/key-type-unknown");
    const expected = sha256(concat(utf8(`${name}\n`), bytes)).slice(0, 4);
    return hex(expected) === id ? new NoteKey(name, bytes[0], id, bytes.slice(1), vkey) : malformed;
  }

  verify(noteText: Bytes, signature: Bytes): boolean {
    if (this.type === ED25519) return verifyEd25519(this.raw, noteText, signature);
    if (signature.length !== 8 + 64) return false;
    const seconds = secondsOf(signature);
    return seconds <= SECONDS_MAX
      && verifyEd25519(this.raw, concat(utf8(`cosignature/v1\ntime ${seconds}\n`), noteText), signature.slice(8));
  }

  /** The time a cosignature carries; null for the log's own kind. Only after {@link verify}. */
  timeOf(signature: Bytes): Time | null {
    return this.type === COSIGNATURE_V1 ? Number(secondsOf(signature)) * 1000 : null;
  }
}

const secondsOf = (body: Bytes): bigint => new DataView(body.buffer, body.byteOffset, body.byteLength).getBigUint64(0);

export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Bytes;
}

export interface VerifiedSignature {
  readonly key: NoteKey;
  readonly time: Time | null;
}

/** A text and the signatures under it (C2SP signed-note). Parsed, not yet verified. */
export class SignedNote {
  private constructor(
    /** What is signed: ends with a newline. */
    readonly text: string,
    readonly signatures: readonly NoteSignature[],
  ) {}

  static parse(note: string): Outcome<SignedNote> {
    const malformed = new Problem("log/note-malformed");
    if (note.length > SIZE_MAX || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return malformed;
    const gap = note.lastIndexOf("\n\n");
    if (gap < 0 || !note.endsWith("\n") || gap + 2 === note.length) return malformed;
    const lines = note.slice(gap + 2, -1).split("\n");
    const signatures = lines.map(readLine);
    return lines.length > SIGNATURES_MAX || signatures.includes(null)
      ? malformed
      : new SignedNote(note.slice(0, gap + 1), signatures as NoteSignature[]);
  }

  /**
   * The signatures by these keys. One by any other key is ignored; one by a known key that fails rejects the whole note,
   * and so does having none.
   */
  verify(keys: readonly NoteKey[]): Outcome<readonly VerifiedSignature[]> {
    const text = utf8(this.text);
    const verified: VerifiedSignature[] = [];
    for (const { name, id, signature } of this.signatures) {
      const key = keys.find((one) => one.id === id && one.name === name);
      if (key === undefined || verified.some((one) => one.key === key)) continue;
      if (!key.verify(text, signature)) return new Problem("log/note-signature-invalid", { name });
      verified.push({ key, time: key.timeOf(signature) });
    }
    return verified.length === 0 ? new Problem("log/note-unsigned") : verified;
  }
}

function readLine(line: string): NoteSignature | null {
  const parts = line.startsWith(LINE_START) ? line.slice(LINE_START.length) : "";
  const space = parts.indexOf(" ");
  const name = parts.slice(0, Math.max(0, space));
  const bytes = isKeyName(name) ? fromBase64(parts.slice(space + 1)) : null;
  return bytes === null || bytes.length <= 4 ? null : { name, id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

/** ASCII decimal without sign or leading zeros, at most 2^63 - 1; null for anything else. */
export function readDecimal(text: string): bigint | null {
  const value = /^(0|[1-9]\d{0,18})$/.test(text) ? BigInt(text) : -1n;
  return value >= 0n && value < 1n << 63n ? value : null;
}
