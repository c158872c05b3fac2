import type { CredentialKind } from "./forms.js";

/** A kind of certificate: a credential that is no diploma. Neither permit nor decision on issue is asked for, but the role of its issuer. */
export interface CertificateKind {
  readonly kind: CredentialKind;
  /** Last part of the `vct`: `SITE/types/PATH`. */
  readonly path: string;
  /** Type of the Verifiable Credential. */
  readonly typeName: string;
  /** Type of the ledger entry that registers it. */
  readonly entry: string;
  /** Roles in the ledger that may issue it. */
  readonly roles: readonly string[];
  /** The check Form, passed. */
  readonly form: string;
  /** The check of the issuer, passed; and failed for the role. */
  readonly entitled: string;
  readonly notEntitled: string;
  /** What its answer leaves open beside the holder. */
  readonly notProved: string;
}

export const RECOGNITION: CertificateKind = {
  kind: "recognition",
  path: "recognition",
  typeName: "RecognitionDecision",
  entry: "recognition.decided",
  roles: ["recognition-body"],
  form: "verification/form-recognition",
  entitled: "verification/entitled-to-recognise",
  notEntitled: "verification/not-a-recognition-body",
  notProved: "reasons",
};

export const COMPETENCE: CertificateKind = {
  kind: "competence",
  path: "competence",
  typeName: "CompetenceAward",
  entry: "competence.awarded",
  roles: ["initiator", "issuer-operator", "regulator"],
  form: "verification/form-competence",
  entitled: "verification/entitled-to-certify",
  notEntitled: "verification/not-a-certifier",
  notProved: "evidence",
};

const ALL = [RECOGNITION, COMPETENCE];

/** The kind of certificate that fits; null for a diploma, and for what is none of ours. */
export const certificateWhere = (fits: (one: CertificateKind) => boolean): CertificateKind | null => ALL.find(fits) ?? null;

export const certificateOf = (kind: CredentialKind | null): CertificateKind | null => certificateWhere((one) => one.kind === kind);

/** True for an entry that registers an asset: a diploma, or a certificate. */
export const registers = (type: string): boolean => type === "asset.registered" || certificateWhere((one) => one.entry === type) !== null;
