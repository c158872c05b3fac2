import { concat, equal, type Bytes } from "../foundation/bytes.js";
import { sha256 } from "../foundation/hash.js";
import { Problem } from "../foundation/problem.js";

export const HASH_SIZE = 32;

/** SHA-256(0x00 || entry): the leaf hash of an entry (RFC 6962 section 2.1). */
export const leafHash = (entry: Bytes): Bytes => sha256(concat(Uint8Array.of(0), entry));

export const nodeHash = (left: Bytes, right: Bytes): Bytes => sha256(concat(Uint8Array.of(1), left, right));

export const EMPTY_ROOT: Bytes = sha256(new Uint8Array());

/** Null when the later tree starts with the earlier one (RFC 9162 section 2.1.4.2). An empty earlier tree proves nothing. */
export function consistencyProblem(
  earlierSize: bigint, laterSize: bigint, proof: readonly Bytes[], earlierRoot: Bytes, laterRoot: Bytes,
): Problem | null {
  const wrongLength = new Problem("log/consistency-proof-length");
  const mismatch = new Problem("log/consistency-root-mismatch");
  if (earlierSize <= 0n || earlierSize > laterSize) return new Problem("log/consistency-sizes");
  if (earlierSize === laterSize) return proof.length > 0 ? wrongLength : equal(earlierRoot, laterRoot) ? null : mismatch;
  if (proof.length === 0) return wrongLength;
  // A complete earlier tree is itself the first node; its root is then left out of the proof.
  const isComplete = (earlierSize & (earlierSize - 1n)) === 0n;
  let [earlier, later] = isComplete ? [earlierRoot, earlierRoot] : [proof[0]!, proof[0]!];
  let [node, last] = [earlierSize - 1n, laterSize - 1n];
  while ((node & 1n) === 1n) [node, last] = [node >> 1n, last >> 1n];
  for (const hash of isComplete ? proof : proof.slice(1)) {
    if (last === 0n) return wrongLength;
    if ((node & 1n) === 1n || node === last) {
      [earlier, later] = [nodeHash(hash, earlier), nodeHash(hash, later)];
      while ((node & 1n) === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      later = nodeHash(later, hash);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n) return wrongLength;
  return equal(earlier, earlierRoot) && equal(later, laterRoot) ? null : mismatch;
}

/**
 * Null when the proof leads from the leaf at the index to the root of a tree of that size (RFC 9162 section 2.1.3.2).
 *
 * @param proof sibling hashes of 32 bytes, leaf to root
 */
export function inclusionProblem(leaf: Bytes, index: bigint, size: bigint, proof: readonly Bytes[], root: Bytes): Problem | null {
  // A tree of 2^63 leaves needs no more hashes.
  const wrongLength = new Problem("log/inclusion-proof-length");
  if (proof.length > 63 || [leaf, root, ...proof].some((hash) => hash.length !== HASH_SIZE)) return wrongLength;
  if (index < 0n || index >= size) return new Problem("log/index-beyond-tree");
  let [node, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return wrongLength;
    if ((node & 1n) === 1n || node === last) {
      hash = nodeHash(sibling, hash);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return wrongLength;
  return equal(hash, root) ? null : new Problem("log/inclusion-root-mismatch");
}
