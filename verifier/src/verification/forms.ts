import { verifyProofs } from "../credentials/dataIntegrity.js";
import { Jws } from "../credentials/jws.js";
import type { PublicKey } from "../credentials/keys.js";
import { readPaper, type PaperCore } from "../credentials/paper.js";
import { SdJwt, type Disclosed } from "../credentials/sdJwt.js";
import { checkSdJwtVc } from "../credentials/sdJwtVc.js";
import { badgeProblem, credentialProblem, hasType, statusProblem } from "../credentials/structure.js";
import { fromLatin1, latin1, utf8, type Bytes } from "../foundation/bytes.js";
import { didOf } from "../foundation/ids.js";
import { canonicalBytes, isArray, text, type JsonObject } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";
import { certificateOf, certificateWhere } from "./certificates.js";

/** What is verified here; `other` is a well-made credential of another kind. */
export type CredentialKind = "diploma" | "recognition" | "competence" | "other";

/** One signed form of a diploma as it was presented. Nothing in it is verified when it is made. */
export interface SignedForm {
  /** Key of the form's commitment in `asset.registered`. */
  readonly mediaType: string;
  /** Why the form cannot be read by its own rules; null when it can. */
  readonly malformed: Problem | null;
  /** What it is a credential of; null when it is too broken to tell. */
  readonly kind: CredentialKind | null;
  readonly asset: string | null;
  /** DID URL of the key that is said to have signed. */
  readonly keyId: string | null;
  /** The institution as the form names it; null when it names it by DID only. */
  readonly issuerBin: string | null;
  /** Why the status references cannot all be read; null when they can. */
  readonly statusProblem: Problem | null;
  /** The exact bytes the ledger commits to. */
  readonly committed: Bytes;
  readonly signatureProblem: (key: PublicKey, now: Time) => Problem | null;
  /** Of an SD-JWT: the disclosed payload, or why the disclosures do not fit what was signed. */
  readonly disclosed?: Outcome<Disclosed>;
  readonly vc?: JsonObject;
  readonly core?: PaperCore;
}

const NOTHING = { asset: null, keyId: null, issuerBin: null, statusProblem: null, kind: null, malformed: null };

// iss is SITE/institutions/BIN; iss and vct always stand in the open.
function kindOf(payload: JsonObject): CredentialKind {
  const issuer = text(payload, "iss") ?? "";
  const at = issuer.lastIndexOf("/institutions/");
  const [site, type] = [issuer.slice(0, Math.max(0, at)), text(payload, "vct")];
  if (at < 0) return "other";
  return type === `${site}/types/diploma` ? "diploma" : certificateWhere((one) => type === `${site}/types/${one.path}`)?.kind ?? "other";
}

/** @param bytes the compact form */
export function sdJwtForm(bytes: Bytes, now: Time): SignedForm {
  const compact = latin1(bytes);
  const base = {
    ...NOTHING,
    mediaType: "application/dc+sd-jwt",
    committed: fromLatin1(SdJwt.committedPart(compact)),
  };
  const sdJwt = SdJwt.parse(compact);
  if (isProblem(sdJwt)) return { ...base, malformed: sdJwt, disclosed: sdJwt, signatureProblem: () => sdJwt };
  const disclosed = sdJwt.disclose();
  const kind = kindOf(sdJwt.payload);
  const read = {
    ...base,
    disclosed,
    // Broken, it is only told apart so that the answer is about what it claims to be.
    kind: certificateOf(kind)?.kind ?? null,
    keyId: sdJwt.jws.keyId,
    asset: text(sdJwt.payload, "jti"),
    signatureProblem: (key: PublicKey) => sdJwt.jws.verify(key),
  };
  // Not malformed: what the issuer signed may be well, only what was laid beside it is not (check Disclosure).
  if (isProblem(disclosed)) return read;
  const credential = checkSdJwtVc(sdJwt, disclosed, now);
  if (isProblem(credential)) {
    const isUntimely = ["sdjwt/expired", "sdjwt/not-yet-valid", "sdjwt/unknown-status"].includes(credential.code);
    return { ...read, malformed: isUntimely ? null : credential, statusProblem: isUntimely ? credential : null };
  }
  // iss is SITE/institutions/BIN.
  const at = credential.issuer?.lastIndexOf("/institutions/") ?? -1;
  const issuerBin = at < 0 ? null : credential.issuer!.slice(at + "/institutions/".length);
  return { ...read, asset: credential.id, issuerBin, kind };
}

/**
 * @param isAlone the credential came alone: a badge of an issuer who is no institution of this system is then a sound
 *   credential of another kind, and not a diploma that somebody changed
 */
export function vcForm(vc: JsonObject, isAlone: boolean): SignedForm {
  const base = { ...NOTHING, mediaType: "application/vc", committed: canonicalBytes(vc), vc };
  const proof = vc.get("proof");
  const keyId = text(isArray(proof) ? proof[0] : proof, "verificationMethod");
  const issuer = typeof vc.get("issuer") === "string" ? (vc.get("issuer") as string) : text(vc.get("issuer"), "id");
  if (keyId === null || issuer === null) {
    const malformed = new Problem("verification/vc-malformed");
    return { ...base, malformed, signatureProblem: () => malformed };
  }
  const isTyped = (type: string): boolean => isArray(vc.get("type")) && hasType(vc, type);
  const isBadge = isTyped("AchievementCredential");
  const isOurs = isTyped("VerifiableCredential") && (!isAlone || issuer.includes(":institutions:"));
  const kind = !isOurs ? "other" : isBadge ? "diploma" : certificateWhere((one) => isTyped(one.typeName))?.kind ?? "other";
  return {
    ...base,
    asset: text(vc, "id"),
    keyId,
    kind,
    statusProblem: statusProblem(vc),
    malformed: didOf(keyId) === issuer ? (isBadge ? badgeProblem(vc) : certificateOf(kind) !== null ? credentialProblem(vc) : null) : new Problem("credentials/controller-mismatch"),
    signatureProblem: (key, now) => verifyProofs(
      vc, (method) => (method === keyId ? key : new Problem("credentials/method-unknown")), now, didOf(keyId)),
  };
}

export function paperForm(compact: string): SignedForm {
  const committed = utf8(compact);
  const base = { ...NOTHING, mediaType: "application/vnd.mortanba.paper+jwt", committed };
  const paper = readPaper(compact);
  if (isProblem(paper)) return { ...base, malformed: paper, signatureProblem: () => paper };
  return {
    ...base,
    asset: paper.core.asset,
    keyId: paper.keyId,
    issuerBin: paper.core.initiator,
    core: paper.core,
    kind: "diploma",
    signatureProblem: (key) => {
      const jws = Jws.parse(latin1(committed));
      return isProblem(jws) ? jws : jws.verify(key);
    },
  };
}
