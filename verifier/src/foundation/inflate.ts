import { Inflate } from "fflate";
import { concat, type Bytes } from "./bytes.js";

/** More came out than the reader takes. */
export class TooMuch extends Error {}

/** What came out, and whether the data went on to its end. */
interface Inflated {
  readonly content: Bytes;
  readonly isWhole: boolean;
}

// Throws what fflate throws for damaged data, and TooMuch; stops as soon as there is too much.
function inflate(data: Bytes, sizeMaxBytes: number): Inflated {
  const parts: Bytes[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    if (size > sizeMaxBytes) throw new TooMuch();
    parts.push(part);
  });
  for (let at = 0; at < data.length; at += 16_384) stream.push(data.subarray(at, at + 16_384));
  let isWhole = true;
  try {
    stream.push(new Uint8Array(), true);
  } catch {
    isWhole = false;
  }
  return { content: concat(...parts), isWhole };
}

/** Raw DEFLATE (RFC 1951), as much of it as there is; null when it is damaged or longer than allowed. */
export function inflateRaw(data: Bytes, sizeMaxBytes: number): Bytes | null {
  try {
    return inflate(data, sizeMaxBytes).content;
  } catch {
    return null;
  }
}

/**
 * zlib (RFC 1950); null when it is damaged or its checksum does not fit. What was cut off gives as much as there is: some
 * writers leave the checksum out, and whatever counts is signed. Throws {@link TooMuch}.
 */
export function inflateZlib(data: Bytes, sizeMaxBytes: number): Bytes | null {
  const [method = 0, flags = 0] = data;
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0 || (flags & 32) !== 0) return null;
  try {
    const { isWhole, content } = inflate(data.subarray(2, -4), sizeMaxBytes);
    if (!isWhole) return inflate(data.subarray(2), sizeMaxBytes).content;
    return hasChecksum(data, adler32(content)) ? content : null;
  } catch (broken) {
    if (broken instanceof TooMuch) throw broken;
    return null;
  }
}

// PDF writers put an end of line behind the data, so the checksum stands within the last few bytes, not always at the very end.
function hasChecksum(data: Bytes, sum: number): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = data.length - 4; at >= Math.max(2, data.length - 12); at--) if (view.getUint32(at) === sum) return true;
  return false;
}

function adler32(bytes: Bytes): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
