import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { sha3_512 } from "@noble/hashes/sha3.js";
import { base64Url, fromBase64Url, type Bytes } from "./bytes.js";

export { sha256, sha384, sha512, sha3_512 };

const RECORD_HASHES: Readonly<Record<string, { hash: (bytes: Bytes) => Bytes; size: number }>> = {
  "sha3-512": { hash: sha3_512, size: 64 },
  "sha-256": { hash: sha256, size: 32 },
};

/**
 * Whether the bytes are the ones a commitment was made to (`sha3-512:` or `sha-256:` and base64url, docs/formats/ledger-entry.md).
 * Null when the text is no commitment.
 */
export function matchesCommitment(commitment: string, bytes: Bytes): boolean | null {
  const colon = commitment.indexOf(":");
  const named = colon < 0 ? undefined : RECORD_HASHES[commitment.slice(0, colon)];
  const digest = named === undefined ? null : fromBase64Url(commitment.slice(colon + 1));
  if (named === undefined || digest === null || digest.length !== named.size) return null;
  return base64Url(named.hash(bytes)) === commitment.slice(colon + 1);
}
