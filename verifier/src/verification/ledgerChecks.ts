import { isProblem } from "../foundation/problem.js";
import { DAY, writeTime } from "../foundation/time.js";
import { issuerDid, type VerificationCase } from "./case.js";
import { numberOf, textOf, type AnchorEvidence, type AssetState } from "./entries.js";
import { failed, notApplicable, notChecked, passed, type Check } from "./report.js";

/** The log itself: is the diploma in it, is it the log that is trusted, and what does it say of the diploma's state. */

export function inclusion(it: VerificationCase): Check {
  const name = "ledger-inclusion";
  const { carried, registered, newest } = it;
  if (carried !== null && carried.checkpoint !== null && carried.entryProblem !== null) return failed(name, carried.entryProblem);
  if (it.isProved && it.history !== null && it.history.contradiction !== null) return failed(name, it.history.contradiction);
  if (registered === null) return notChecked(name, "verification/no-registration");
  return it.isProved && newest !== null
    ? passed(name, "verification/in-ledger",
      { index: String(registered.index), size: String(newest.checkpoint!.checkpoint.size) }, it.age(newest.time))
    : notChecked(name, "verification/registration-unproved");
}

export function checkpoint(it: VerificationCase): Check {
  const name = "checkpoint";
  if (it.trust === null) return notChecked(name, "verification/trust-absent");
  if (isProblem(it.trust.policy)) return notChecked(name, "verification/trust-malformed", { member: "policy" });
  const refused = it.carried?.checkpoint === null ? it.carried.checkpointProblem : null;
  if (refused !== null) {
    return refused.code === "verification/log-unknown" && !isOurs(it) ? notChecked(name, refused) : failed(name, refused);
  }
  const { newest } = it;
  if (newest === null) return notChecked(name, "verification/no-checkpoint");
  if (newest.checkpointProblem !== null) return notChecked(name, newest.checkpointProblem);
  const opened = newest.checkpoint!;
  const organisations = it.trust.independentOrganisations(opened.cosignatures.map((one) => one.witness));
  return passed(name, organisations > 0 ? "verification/checkpoint-witnessed" : "verification/checkpoint-one-operator", {
    organisations: String(organisations), log: opened.checkpoint.origin, size: String(opened.checkpoint.size), witnesses: String(opened.cosignatures.length),
  }, it.age(newest.time));
}

// A file that names an institution we know, and proves it in a log we do not, is no stranger's diploma.
const isOurs = (it: VerificationCase): boolean => it.presented.forms.some((form) => {
  const did = issuerDid(form);
  return did !== null && it.trust!.institutionOf(did) !== null;
});

/** The anchor that counts; null when none came along or nothing is proved. */
export const anchorOf = ({ carried }: VerificationCase): AnchorEvidence | null => (carried?.isProved ? carried.anchor : null);

/**
 * Does what the log says of a chain fit: of a contract that is trusted, and of a tree that the log grew from. That the chain says
 * so can only be asked of the chain.
 */
export function anchor(it: VerificationCase): Check {
  const name = "anchor";
  const found = anchorOf(it);
  if (found === null) return notApplicable(name, "verification/no-anchor");
  const { said, size, problem } = found;
  if (problem !== null || said === null) return failed(name, problem ?? "verification/anchor-entry-missing");
  const [block, transaction] = [numberOf(said, "block"), textOf(said, "transaction")];
  const evidence = {
    chain: textOf(said, "chain") ?? "", contract: textOf(said, "contract") ?? "", size: String(size),
    ...(block !== null && { block: String(block) }), ...(transaction !== null && { transaction }),
  };
  if (!it.trust!.knowsAnchor(textOf(said, "chain"), textOf(said, "genesis"), textOf(said, "contract"))) {
    return notChecked(name, "verification/anchor-unknown", evidence);
  }
  return it.registered !== null && it.registered.index < size
    ? passed(name, "verification/anchored-by-ledger", evidence, it.age(said.at))
    : notChecked(name, "verification/anchor-before", evidence);
}

/** Is it still in force, up to the checkpoint: by the ledger alone, for offline no status list is asked. */
export function status(it: VerificationCase): Check {
  const name = "status";
  const { history } = it;
  if (it.isProved && history !== null && history.state !== null) {
    const { kind, since } = history.state;
    const evidence = { state: kind, ledger: kind, lists: "", since: writeTime(since) };
    return failed(name, `verification/status-${kind}`,
      history.stateIndex === null ? evidence : { ...evidence, index: String(history.stateIndex) });
  }
  if (it.isProved && history !== null && history.unknownType !== null) {
    return notChecked(name, "verification/status-entry-unknown", { type: history.unknownType });
  }
  const unread = it.presented.forms.find((form) => form.statusProblem !== null)?.statusProblem ?? null;
  if (unread !== null) return notChecked(name, unread);
  if (it.isProved && history !== null && history.superseded !== null) {
    return notApplicable(name, "verification/status-see-superseded");
  }
  return it.registered === null || !it.isProved
    ? notChecked(name, "verification/status-unknown")
    : passed(name, "verification/status-in-force-then", { lists: "0", silent: "0" }, it.age(it.newest?.time));
}

export function notSuperseded(it: VerificationCase): Check {
  const name = "not-superseded";
  if (!it.isProved || it.history === null || it.registered === null) return notChecked(name, "verification/status-unknown");
  const { superseded } = it.history;
  return superseded === null
    ? passed(name, "verification/not-superseded", {}, it.age(it.newest?.time))
    : failed(name, "verification/superseded", { since: writeTime(superseded.since), by: superseded.replacedBy ?? "" });
}

/** The state to report: what ended it. */
export function stateOf({ isProved, history }: VerificationCase): AssetState | null {
  if (!isProved || history === null) return null;
  const { state, superseded } = history;
  return superseded !== null && (state === null || state.kind === "suspended") ? superseded : state;
}

/** How old the answer and the trust bundle are. Never fails: an old truth is a truth about that day. */
export function freshness(it: VerificationCase): Check {
  const name = "freshness";
  if (it.trust === null) return notChecked(name, "verification/trust-absent");
  const { madeAt, number, goodForDays } = it.trust.bundle;
  const trustAge = it.now - madeAt;
  const evidence = { bundle: String(number), madeAt: writeTime(madeAt), bundleDays: String(Math.max(0, Math.floor(trustAge / DAY))) };
  return trustAge > goodForDays * DAY
    ? notChecked(name, "verification/trust-stale", evidence, trustAge)
    : notChecked(name, "verification/offline", evidence, it.age(it.newest?.time));
}
