import { fromBase64Url, fromLatin1, type Bytes } from "../foundation/bytes.js";
import { isObject, parseJson, text } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import type { PublicKey } from "./keys.js";

const SIZE_MAX = 8 * 1024 * 1024;
const HEADER_SIZE_MAX_BYTES = 16 * 1024;
const SIGNATURE_SIZE_MAX_BYTES = 1024;

const ALGORITHMS: Readonly<Record<string, { size: number; kind: PublicKey["kind"] }>> = {
  ES256: { size: 64, kind: "P256" },
  ES384: { size: 96, kind: "P384" },
  EdDSA: { size: 64, kind: "Ed25519" },
};

/** A compact JWS (RFC 7515 section 7.1) taken apart; nothing is verified until {@link Jws.verify} says so. */
export class Jws {
  private constructor(
    readonly algorithm: string,
    readonly type: string | null,
    readonly keyId: string | null,
    readonly payload: Bytes,
    private readonly signature: Bytes,
    private readonly signingInput: Bytes,
  ) {}

  /** @param compact one character a byte */
  static parse(compact: string): Outcome<Jws> {
    if (compact.length > SIZE_MAX) return new Problem("jws/too-large");
    const parts = compact.split(".");
    if (parts.length !== 3 || parts[0] === "") return new Problem("jws/malformed");
    const header = decode(parts[0]!, HEADER_SIZE_MAX_BYTES);
    const payload = decode(parts[1]!, SIZE_MAX);
    const signature = decode(parts[2]!, SIGNATURE_SIZE_MAX_BYTES);
    if (header === null || payload === null || signature === null) return new Problem("jws/malformed-base64url");
    const root = parseJson(header, HEADER_SIZE_MAX_BYTES);
    if (isProblem(root) || !isObject(root)) return new Problem("jws/malformed-header");
    const algorithm = text(root, "alg");
    if (algorithm === null) return new Problem("jws/malformed-header");
    // No extension is understood (RFC 7515 section 4.1.11); keys that the sender brings along are never used.
    if (root.has("crit")) return new Problem("jws/critical-extension");
    const input = fromLatin1(compact.slice(0, compact.lastIndexOf(".")));
    return new Jws(algorithm, text(root, "typ"), text(root, "kid"), payload, signature, input);
  }

  /** Null when the signature is this key's over these bytes; else why not. The key decides the algorithm, never the header alone. */
  verify(key: PublicKey): Problem | null {
    if (this.algorithm.toLowerCase() === "none") return new Problem("jws/algorithm-none");
    const algorithm = Object.hasOwn(ALGORITHMS, this.algorithm) ? ALGORITHMS[this.algorithm] : undefined;
    if (algorithm === undefined) return new Problem("jws/algorithm-not-allowed", { allowed: "ES256, ES384, EdDSA" });
    if (algorithm.kind !== key.kind) {
      return new Problem("jws/algorithm-key-mismatch", { algorithm: this.algorithm, key: key.kind });
    }
    const size = this.signature.length;
    if (size !== algorithm.size) {
      // SEQUENCE { INTEGER r, INTEGER s }: what most libraries give when not asked for r||s.
      return size > 8 && this.signature[0] === 0x30 && this.signature.includes(0x02)
        ? new Problem("jws/signature-der")
        : new Problem("jws/signature-length", { length: String(size), expected: String(algorithm.size) });
    }
    return key.verify(this.signingInput, this.signature) ? null : new Problem("jws/signature-invalid");
  }
}

function decode(text: string, sizeMaxBytes: number): Bytes | null {
  return Math.floor(text.length / 4) * 3 > sizeMaxBytes ? null : fromBase64Url(text);
}
