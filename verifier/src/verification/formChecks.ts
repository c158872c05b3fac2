import { isAssetId } from "../foundation/ids.js";
import { matchesCommitment } from "../foundation/hash.js";
import { text } from "../foundation/json.js";
import { isProblem } from "../foundation/problem.js";
import type { VerificationCase } from "./case.js";
import { certificateOf } from "./certificates.js";
import type { LedgerEntry } from "./entries.js";
import type { SignedForm } from "./forms.js";
import { kindOf } from "./presented.js";
import { failed, notApplicable, notChecked, passed, type Check } from "./report.js";

/** What was presented, and whether it is whole. */

export function form({ presented }: VerificationCase): Check {
  if (presented.refused !== null) return failed("form", presented.refused);
  const kind = kindOf(presented);
  return kind === "other"
    ? failed("form", "verification/not-a-diploma")
    : passed("form", certificateOf(kind)?.form ?? "verification/form-recognised", { form: presented.form });
}

/** Each form reads by its own rules, all speak of one asset, and each is the one the ledger registered. */
export function integrity(it: VerificationCase): Check {
  const { forms, refused } = it.presented;
  if (refused !== null) return notChecked("integrity", "verification/nothing-to-check");
  for (const one of forms) {
    if (one.malformed !== null) return failed("integrity", one.malformed);
    if (!isAssetId(one.asset)) return failed("integrity", "verification/no-asset", { form: one.mediaType });
  }
  if (forms.some((one) => one.asset !== forms[0]!.asset)) return failed("integrity", "verification/forms-of-different-assets");
  return it.registered === null ? notChecked("integrity", "verification/no-registration") : againstLedger(it, it.registered);
}

/** True when the proved registration of this diploma commits to exactly this form. */
export const isAsRegistered = (it: VerificationCase, one: SignedForm): boolean =>
  it.isProved && it.registered !== null && matches(it.registered, one) === true;

// Null when the ledger registers no such form.
function matches(registered: LedgerEntry, one: SignedForm): boolean | null {
  const commitment = text(registered.root.get("forms"), one.mediaType);
  return commitment === null ? null : matchesCommitment(commitment, one.committed);
}

function againstLedger(it: VerificationCase, registered: LedgerEntry): Check {
  const index = String(registered.index);
  const kind = kindOf(it.presented);
  // A diploma cannot pass with the fewer entries that a certificate needs, nor one certificate for another.
  if (kind !== null && it.certificate !== certificateOf(kind)) return failed("integrity", "verification/registered-as-other");
  for (const one of it.presented.forms) {
    const isSame = matches(registered, one);
    if (isSame === null) return failed("integrity", "verification/form-not-registered", { form: one.mediaType });
    if (!isSame) return failed("integrity", "verification/commitment-mismatch", { form: one.mediaType, index });
  }
  return it.isProved
    ? passed("integrity", "verification/content-as-registered", { count: String(it.presented.forms.length), index })
    : notChecked("integrity", "verification/registration-unproved");
}

/** RFC 9901 section 7.1: nothing may lie beside the signed content that the issuer did not name. */
export function disclosure({ presented }: VerificationCase): Check {
  const one = presented.forms.find((each) => each.disclosed !== undefined);
  if (one?.disclosed === undefined) return notApplicable("disclosure", "verification/no-subset");
  if (one.malformed !== null) return notChecked("disclosure", "verification/nothing-to-check");
  return isProblem(one.disclosed)
    ? failed("disclosure", one.disclosed)
    : passed("disclosure", "verification/subset-honest", {
      shown: String(one.disclosed.claims.length),
      withheld: String(one.disclosed.withheldCount),
    });
}
