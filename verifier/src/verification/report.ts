import { Problem } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";
import { certificateWhere, type CertificateKind } from "./certificates.js";
import type { AssetState } from "./entries.js";
import type { FormName } from "./presented.js";
import type { LocalizedText } from "./trust.js";

/** The four answers (architecture, section "Decisions", 12). */
export type Verdict = "in-force" | "not-in-force" | "not-genuine" | "could-not-check";

export type CheckState = "passed" | "failed" | "not-checked" | "not-applicable";

/** The named checks, in the order in which they are shown. */
export const CHECKS = [
  "form", "integrity", "issuer-signature", "issuer-entitled", "key-valid", "decision-on-issue", "ledger-inclusion", "checkpoint", "anchor",
  "status", "not-superseded", "disclosure", "freshness",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** One line of the check table. */
export interface Check {
  readonly name: CheckName;
  readonly state: CheckState;
  /** Stable code of what was found, key of its words in the locale files. */
  readonly reason: string;
  /** What it rests on: key id, entry index. Never personal data. */
  readonly evidence: Readonly<Record<string, string>>;
  /** How old the evidence is, in milliseconds; null when it has no age. */
  readonly age: number | null;
}

/** The diploma's words as disclosed, by claim name of the SD-JWT; courses apart. Personal data. */
export interface DisclosedContent {
  readonly facts: ReadonlyMap<string, LocalizedText>;
  readonly courses: readonly DisclosedCourse[];
}

export interface DisclosedCourse {
  readonly code: string;
  readonly name: LocalizedText;
  readonly credits: number;
  readonly percent: number;
  readonly letter: string;
}

/** Who answers for what: the initiator for the content, the operator for the record. */
export interface IssuerView {
  readonly initiatorBin: string;
  readonly initiatorDid: string;
  readonly initiatorName: LocalizedText;
  readonly operatorBin: string;
  readonly operatorName: LocalizedText | null;
  readonly permit: string;
}

/** The whole answer about one presented thing. */
export interface Report {
  readonly verdict: Verdict;
  readonly form: FormName;
  /** The time up to which the answer holds: the checkpoint's, when there is one. */
  readonly asOf: Time;
  readonly issuer: IssuerView | null;
  /** What the presented thing discloses, to compare with the paper; null when nothing is genuine. */
  readonly content: DisclosedContent | null;
  /** Why and since when it is not in force; null otherwise. */
  readonly state: AssetState | null;
  readonly checks: readonly Check[];
  /** Codes of what this answer does not prove. */
  readonly notProved: readonly string[];
}

/** The kind of certificate it is; null for a diploma. */
export const certificateIn = ({ checks }: Report): CertificateKind | null =>
  certificateWhere((one) => checks.some((check) => check.reason === one.form));

type Evidence = Readonly<Record<string, string>>;

const line = (state: CheckState) =>
  (name: CheckName, reason: string | Problem, evidence: Evidence = {}, age: number | null = null): Check =>
    reason instanceof Problem
      ? { name, state, reason: reason.code, evidence: reason.args, age }
      : { name, state, reason, evidence, age };

export const passed = line("passed");
export const failed = line("failed");
export const notChecked = line("not-checked");
export const notApplicable = line("not-applicable");
