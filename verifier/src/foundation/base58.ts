import type { Bytes } from "./bytes.js";

const DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Decoding costs the square of the length. */
const TEXT_SIZE_MAX = 512;

/** Multibase text with the one base that Data Integrity and Multikey allow, `z` + base58btc; null for anything else. */
export function fromBase58Btc(text: string | null): Bytes | null {
  if (text === null || text.length < 2 || text.length > TEXT_SIZE_MAX || text[0] !== "z") return null;
  const bytes: number[] = [];
  let zeros = 0;
  let isLeading = true;
  for (const letter of text.slice(1)) {
    let carry = DIGITS.indexOf(letter);
    if (carry < 0) return null;
    isLeading &&= carry === 0;
    if (isLeading) zeros++;
    for (let i = 0; i < bytes.length; i++) {
      carry += bytes[i]! * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...bytes.reverse()]);
}
