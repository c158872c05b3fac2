import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { fromBase58Btc } from "../foundation/base58.js";
import { Problem, type Outcome } from "../foundation/problem.js";
import type { Bytes } from "../foundation/bytes.js";

export type KeyKind = "P256" | "P384" | "Ed25519";

// Multicodec prefix and size of the raw key (Controlled Identifiers 1.0 section 2.2.2).
const CODECS: readonly { kind: KeyKind; prefix: readonly [number, number]; size: number }[] = [
  { kind: "P256", prefix: [0x80, 0x24], size: 33 },
  { kind: "P384", prefix: [0x81, 0x24], size: 49 },
  { kind: "Ed25519", prefix: [0xed, 0x01], size: 32 },
];

/** Ed25519 as RFC 8032 has it: strict encodings, no cofactor tricks. False for whatever is no key or no signature. */
export function verifyEd25519(key: Bytes, data: Bytes, signature: Bytes): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, data, key, { zip215: false });
  } catch {
    return false;
  }
}

/** A public key whose point is known to be one of its curve. */
export class PublicKey {
  private constructor(
    readonly kind: KeyKind,
    readonly raw: Bytes,
  ) {}

  get signatureSize(): number {
    return this.kind === "P384" ? 96 : 64;
  }

  /** Reads Multikey text, `z…`. */
  static fromMultibase(multibase: string | null): Outcome<PublicKey> {
    const bytes = fromBase58Btc(multibase);
    if (bytes === null) return new Problem("credentials/not-base58btc");
    const codec = CODECS.find(({ prefix }) => prefix[0] === bytes[0] && prefix[1] === bytes[1]);
    if (codec === undefined) return new Problem("credentials/unknown-key-type");
    return PublicKey.fromRaw(codec.kind, bytes.slice(2));
  }

  /** Takes a compressed point (33 or 49 bytes) or the 32 bytes of an Ed25519 key. */
  static fromRaw(kind: KeyKind, raw: Bytes): Outcome<PublicKey> {
    const expected = CODECS.find((codec) => codec.kind === kind)!.size;
    if (raw.length !== expected) {
      return new Problem("credentials/wrong-key-length", { kind, size: String(raw.length), expected: String(expected) });
    }
    return isUsablePoint(kind, raw) ? new PublicKey(kind, raw) : new Problem("credentials/key-not-on-curve", { kind });
  }

  /** True when the signature (r||s for ECDSA) is this key's over the data, which the algorithm hashes itself. */
  verify(data: Bytes, signature: Bytes): boolean {
    if (signature.length !== this.signatureSize) return false;
    if (this.kind === "Ed25519") return verifyEd25519(this.raw, data, signature);
    try {
      // JWS and Data Integrity allow both of the two s of a signature.
      return (this.kind === "P256" ? p256 : p384).verify(signature, data, this.raw, { lowS: false });
    } catch {
      return false;
    }
  }
}

function isUsablePoint(kind: KeyKind, raw: Bytes): boolean {
  try {
    if (kind !== "Ed25519") {
      (kind === "P256" ? p256 : p384).Point.fromBytes(raw).assertValidity();
      return true;
    }
    // Under a point of small order anyone can make a signature.
    return !ed25519.Point.fromBytes(raw).isSmallOrder();
  } catch {
    return false;
  }
}
