import { fromBase58Btc } from "../foundation/base58.js";
import { concat, type Bytes } from "../foundation/bytes.js";
import { sha256, sha384 } from "../foundation/hash.js";
import { canonical, canonicalBytes, isArray, isObject, text, without, type Json, type JsonObject } from "../foundation/json.js";
import { didOf } from "../foundation/ids.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { MINUTE, readStamp, type Time } from "../foundation/time.js";
import type { PublicKey } from "./keys.js";

const CLOCK_SKEW = 5 * MINUTE;
const PROOFS_MAX = 16;
const SUITES: Readonly<Record<PublicKey["kind"], string>> = {
  P256: "ecdsa-jcs-2019",
  P384: "ecdsa-jcs-2019",
  Ed25519: "eddsa-jcs-2022",
};

/** The proofs of the member `proof`: one object or a list of objects. */
export function readProofs(proof: Json | undefined): Outcome<readonly JsonObject[]> {
  if (isObject(proof)) return [proof];
  if (!isArray(proof) || proof.length === 0 || !proof.every(isObject)) {
    return new Problem("credentials/malformed-proof", { member: "proof" });
  }
  if (proof.length > PROOFS_MAX) {
    return new Problem("credentials/too-many-proofs", { count: String(proof.length), limit: String(PROOFS_MAX) });
  }
  const proofs = proof as readonly JsonObject[];
  const ids = proofs.map((one) => text(one, "id")).filter((id) => id !== null);
  return new Set(ids).size === ids.length ? proofs : new Problem("credentials/proof-id-repeated");
}

/**
 * Verifies every proof of a document with `ecdsa-jcs-2019` or `eddsa-jcs-2022` (Data Integrity 1.0 section 4.4): null when all
 * hold, else the first that does not.
 *
 * @param keyOf the key of a verification method; a Problem when it is none of the issuer's
 * @param now null leaves times unjudged
 */
export function verifyProofs(
  document: JsonObject,
  keyOf: (method: string) => Outcome<PublicKey>,
  now: Time | null,
  controller: string | null = null,
): Problem | null {
  if (!document.has("proof")) return new Problem("credentials/proof-missing");
  const proofs = readProofs(document.get("proof"));
  if (isProblem(proofs)) return proofs;
  for (const proof of proofs) {
    const problem = verifyOne(document, proofs, proof, keyOf, now, controller);
    if (problem !== null) return problem;
  }
  return null;
}

function malformed(proof: JsonObject): Problem | null {
  if (text(proof, "type") !== "DataIntegrityProof") return new Problem("credentials/unsupported-proof-type");
  const suite = text(proof, "cryptosuite");
  if (suite !== null && !Object.values(SUITES).includes(suite)) return new Problem("credentials/unsupported-cryptosuite");
  const isTime = (name: string): boolean => !proof.has(name) || readStamp(text(proof, name)) !== null;
  const wrong: readonly [string, boolean][] = [
    ["cryptosuite", suite === null],
    ["verificationMethod", (text(proof, "verificationMethod") ?? "") === ""],
    ["proofPurpose", (text(proof, "proofPurpose") ?? "") === ""],
    ["proofValue", text(proof, "proofValue") === null],
    ["created", !isTime("created")],
    ["expires", !isTime("expires")],
    ["previousProof", previousOf(proof) === null],
  ];
  const member = wrong.find(([, isWrong]) => isWrong)?.[0];
  return member === undefined ? null : new Problem("credentials/malformed-proof", { member });
}

// The ids of previousProof: none, one text or a list of texts; null when it is anything else.
function previousOf(proof: JsonObject): readonly string[] | null {
  const value = proof.get("previousProof");
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  return isArray(value) && value.every((item) => typeof item === "string") ? (value as readonly string[]) : null;
}

function verifyOne(
  document: JsonObject,
  proofs: readonly JsonObject[],
  proof: JsonObject,
  keyOf: (method: string) => Outcome<PublicKey>,
  now: Time | null,
  controller: string | null,
): Problem | null {
  const refused = malformed(proof) ?? mismatch(proof, now);
  if (refused !== null) return refused;
  const method = text(proof, "verificationMethod")!;
  const key = keyOf(method);
  if (isProblem(key)) return key;
  if (controller !== null && didOf(method) !== controller) return new Problem("credentials/controller-mismatch");
  const cryptosuite = text(proof, "cryptosuite")!;
  if (cryptosuite !== SUITES[key.kind]) return new Problem("credentials/key-type-mismatch", { cryptosuite, kind: key.kind });
  const signature = fromBase58Btc(text(proof, "proofValue"));
  if (signature === null || signature.length !== key.signatureSize) {
    return new Problem("credentials/malformed-proof-value", { size: String(key.signatureSize) });
  }
  const hashed = hashData(document, proofs, proof, key);
  if (isProblem(hashed)) return hashed;
  return key.verify(hashed, signature) ? null : new Problem("credentials/signature-invalid");
}

function mismatch(proof: JsonObject, now: Time | null): Problem | null {
  if (text(proof, "proofPurpose") !== "assertionMethod") {
    return new Problem("credentials/proof-purpose-mismatch", { expected: "assertionMethod" });
  }
  if (now === null) return null;
  const created = readStamp(text(proof, "created"));
  if (created !== null && created > now + CLOCK_SKEW) return new Problem("credentials/proof-from-the-future");
  const expires = readStamp(text(proof, "expires"));
  return expires !== null && expires <= now ? new Problem("credentials/proof-expired") : null;
}

// H(proof without value) || H(document without proof), the proof's hash first.
function hashData(document: JsonObject, proofs: readonly JsonObject[], proof: JsonObject, key: PublicKey): Outcome<Bytes> {
  const hash = key.kind === "P384" ? sha384 : sha256;
  const unsecured = new Map(without(document, "proof"));
  const context = proof.get("@context");
  if (context !== undefined) {
    if (!document.has("@context") || !startsWith(items(document.get("@context")!), items(context))) {
      return new Problem("credentials/proof-context-mismatch");
    }
    unsecured.set("@context", context);
  }
  const previous = previousOf(proof)!;
  if (previous.length > 0) {
    const named = proofs.filter((one) => previous.includes(text(one, "id") ?? ""));
    if (named.length !== new Set(previous).size) return new Problem("credentials/previous-proof-missing");
    unsecured.set("proof", named);
  }
  return concat(hash(canonicalBytes(without(proof, "proofValue"))), hash(canonicalBytes(unsecured)));
}

const items = (value: Json): readonly Json[] => (isArray(value) ? value : [value]);

const startsWith = (whole: readonly Json[], start: readonly Json[]): boolean =>
  start.length <= whole.length && start.every((item, i) => canonical(item) === canonical(whole[i]!));
