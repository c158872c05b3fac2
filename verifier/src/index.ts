/** Verifies diplomas of Mortanba without a network. Start at {@link verify}. */
export { verify } from "./verification/verify.js";
export {
  isSignedBy, parseTrustBundle, whyNotAfter, type LocalizedText, type TrustBundle, type TrustedAnchor, type TrustedInstitution, type TrustedKey,
  type TrustedPermit, type TrustedWitness,
} from "./verification/trust.js";
export {
  certificateIn, CHECKS, type Check, type CheckName, type CheckState, type DisclosedContent, type DisclosedCourse, type IssuerView, type Report,
  type Verdict,
} from "./verification/report.js";
export type { CertificateKind } from "./verification/certificates.js";
export type { AssetState } from "./verification/entries.js";
export type { FormName } from "./verification/presented.js";
export { isProblem, Problem, type Outcome } from "./foundation/problem.js";
export { detail, LANGUAGES, say, type Language } from "./words/words.js";
