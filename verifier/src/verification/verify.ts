import type { Bytes } from "../foundation/bytes.js";
import type { Time } from "../foundation/time.js";
import { issuerDid, VerificationCase } from "./case.js";
import { certificateOf } from "./certificates.js";
import { institutionName, readContent, same } from "./content.js";
import { textOf } from "./entries.js";
import * as forms from "./formChecks.js";
import * as issuer from "./issuerChecks.js";
import * as ledger from "./ledgerChecks.js";
import { kindOf, recognise } from "./presented.js";
import { ParsedTrust, type TrustBundle } from "./trust.js";
import type { Check, CheckName, IssuerView, Report, Verdict } from "./report.js";

/** The checks, in the order in which they are shown. Each looks at the whole case; none depends on another. */
const CHECK_TABLE: readonly ((it: VerificationCase) => Check)[] = [
  forms.form, //             it is something we know
  forms.integrity, //        byte for byte what the ledger registered
  issuer.signature, //       the institution's key signed it
  issuer.entitled, //        registered, and the operator had a permit that day
  issuer.keyValid, //        the key was the institution's, then
  issuer.decision, //        a published, open decision on issue
  ledger.inclusion, //       its entry is proved into the tree
  ledger.checkpoint, //      the trusted log signed the tree, witnesses agree
  ledger.anchor, //          the log and what it says of a chain agree
  ledger.status, //          not suspended, annulled, erased
  ledger.notSuperseded, //   not replaced
  forms.disclosure, //       a shared part holds nothing foreign
  ledger.freshness, //       how old the answer is
];

const GENUINENESS: readonly CheckName[] = [
  "integrity", "issuer-signature", "issuer-entitled", "key-valid", "decision-on-issue", "ledger-inclusion", "checkpoint", "disclosure",
];

/**
 * In: whatever was presented, what is trusted, the clock. Out: a report of named checks and a verdict. Pure: opens no
 * connection, asks no clock, keeps nothing.
 *
 * @param presented PDF, diploma file, SD-JWT, VC, paper QR text or its core
 * @param trust null when the verifier has none: then nothing of the ledger is believed
 */
export function verify(presented: Bytes, trust: TrustBundle | null, now: Time): Report {
  const it = new VerificationCase(recognise(presented, now), trust === null ? null : new ParsedTrust(trust), now);
  const checks = CHECK_TABLE.map((check) => check(it));
  const verdict = verdictOf(checks);
  const isSound = checks.every((check) => check.state !== "failed" || isEnd(check));
  const time = it.newest?.time ?? null;
  return {
    verdict,
    form: it.presented.form,
    asOf: time === null || time > now ? now : time,
    issuer: issuerOf(it),
    content: isSound && isPassed("issuer-signature", checks) ? readContent(it.presented) : null,
    state: verdict === "not-in-force" ? ledger.stateOf(it) : null,
    checks,
    notProved: notProved(verdict, it).map((code) => `verification/not-proved.${code}`),
  };
}

const isEnd = (check: Check): boolean => check.name === "status" || check.name === "not-superseded";

const isPassed = (name: CheckName, checks: readonly Check[]): boolean => checks.some((check) => check.name === name
  && (check.state === "passed" || ((name === "disclosure" || name === "decision-on-issue") && check.state === "not-applicable")));

/** From thirteen checks to one of four answers. Nothing is inferred from what was not checked. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const form = checks.find((check) => check.name === "form")!;
  if (form.state !== "passed") {
    // A diploma file that was made well reads well: one that says it is a diploma file and is none was changed.
    return form.reason === "documents/file-malformed" ? "not-genuine" : "could-not-check";
  }
  const isFailed = (wanted: (check: Check) => boolean): boolean => checks.some((check) => check.state === "failed" && wanted(check));
  // An anchor is not asked for, but one that contradicts the ledger cannot be passed over.
  if (isFailed((check) => check.name === "anchor" || GENUINENESS.includes(check.name))) return "not-genuine";
  if (isFailed(isEnd)) {
    return isPassed("issuer-signature", checks) && isPassed("key-valid", checks) ? "not-in-force" : "could-not-check";
  }
  const isAll = [...GENUINENESS, "status" as const, "not-superseded" as const].every((name) => isPassed(name, checks));
  return isAll ? "in-force" : "could-not-check";
}

function issuerOf(it: VerificationCase): IssuerView | null {
  const entry = it.registered;
  const form = it.presented.forms[0];
  const did = form === undefined ? null : issuerDid(form);
  // By DID alone: a stranger's file may write any BIN into entries that nobody proved.
  const known = did === null ? null : (it.trust?.institutionOf(did) ?? null);
  const bin = known?.bin ?? textOf(entry, "initiator") ?? form?.issuerBin ?? null;
  if (bin === null || did === null) return null;
  const operatorBin = textOf(entry, "operator") ?? "";
  return {
    initiatorBin: bin,
    initiatorDid: did,
    initiatorName: known?.name ?? institutionName(it.presented) ?? same(bin),
    operatorBin,
    operatorName: it.isProved ? (it.trust?.institution(operatorBin)?.name ?? null) : null,
    permit: textOf(entry, "permit") ?? "",
  };
}

/** What an answer leaves open; said beside every one of them. */
function notProved(verdict: Verdict, it: VerificationCase): readonly string[] {
  const { presented } = it;
  const certificate = certificateOf(kindOf(presented));
  switch (verdict) {
    case "in-force":
    case "not-in-force":
      return [
        "holder", ...(certificate === null ? ["equivalence", "grades"] : [certificate.notProved]),
        ...(presented.form === "pdf" || presented.form === "paper" ? ["paper"] : []),
        ...(presented.forms.length === 1 && presented.forms[0]!.core !== undefined ? ["core-only"] : []),
        ...(ledger.anchorOf(it)?.problem === null ? ["chain"] : []),
        "since-then", "entries-left-out",
      ];
    case "not-genuine":
      return ["who-changed", "no-diploma"];
    case "could-not-check":
      return ["in-force", "not-in-force", "holder"];
  }
}
