import { didOf } from "../foundation/ids.js";
import { readDay, writeTime, type Time } from "../foundation/time.js";
import { issuerDid, type KnownKey, type VerificationCase } from "./case.js";
import { inOrder, numberOf, sinceOf, textOf, type LedgerEntry } from "./entries.js";
import { isAsRegistered } from "./formChecks.js";
import { failed, notApplicable, notChecked, passed, type Check, type CheckName } from "./report.js";

/** Who signed, with which key, and whether they were entitled at that place of the log. */

// Permit dates are days of Kazakhstan's civil time, UTC+5 in the whole country since 1 March 2024.
const CIVIL_TIME = 5 * 60 * 60 * 1000;

export function signature(it: VerificationCase): Check {
  const name = "issuer-signature";
  const { forms, refused } = it.presented;
  if (refused !== null || forms.some((form) => form.malformed !== null)) return notChecked(name, "verification/nothing-to-check");
  const keyIds = new Set<string>();
  let isCovered = false;
  for (const form of forms) {
    const known = it.findKey(form.keyId);
    if (known === null) return notChecked(name, "verification/key-unknown");
    // A core that came with a credential of the same key adds nothing to read: that it is the very one the proved ledger
    // entry names is enough, and the answer says so. Shown alone, its signature is checked as any other.
    if (form.core !== undefined && keyIds.has(form.keyId!) && isAsRegistered(it, form)) {
      isCovered = true;
      continue;
    }
    const problem = form.signatureProblem(known.key, it.now);
    if (problem !== null) return failed(name, problem);
    keyIds.add(form.keyId!);
  }
  const key = [...keyIds].sort((a, b) => (a < b ? -1 : 1)).join(", ");
  return passed(name, isCovered ? "verification/signed-core-by-ledger" : "verification/signed", { key });
}

/** The initiator and the operator were registered and the operator had a permit, before this diploma. */
export function entitled(it: VerificationCase): Check {
  const name = "issuer-entitled";
  const asset = it.registered;
  if (asset === null || !it.isProved) return unproved(it, name);
  const [initiator, operator] = [textOf(asset, "initiator"), textOf(asset, "operator")];
  const institution = registration(it, initiator, asset.index);
  if (institution === null) return notChecked(name, "verification/initiator-unregistered");
  const { certificate } = it;
  if (!(certificate?.roles ?? ["initiator"]).includes(textOf(institution, "role") ?? "")) {
    return failed(name, certificate?.notEntitled ?? "verification/not-an-initiator");
  }
  const did = textOf(institution, "did");
  if (it.presented.forms.some((form) => issuerDid(form) !== did || (form.issuerBin ?? initiator) !== initiator)) {
    return failed(name, "verification/issuer-mismatch");
  }
  const platform = registration(it, operator, asset.index);
  if (platform === null) return notChecked(name, "verification/operator-unregistered");
  if (textOf(platform, "role") !== "issuer-operator") return failed(name, "verification/not-an-operator");
  // A certificate circulates nothing: no permit is asked for, but the role at that place of the log.
  return certificate === null ? permit(it, asset, operator) : passed(name, certificate.entitled, { bin: initiator! }, it.age(asset.at));
}

const unproved = (it: VerificationCase, name: CheckName): Check =>
  notChecked(name, it.registered === null ? "verification/no-registration" : "verification/registration-unproved");

function registration(it: VerificationCase, bin: string | null, before: bigint): LedgerEntry | null {
  const entries = it.entries.filter((entry) => entry.index < before && textOf(entry, "bin") === bin
    && (entry.type === "institution.registered" || entry.type === "institution.changed"));
  return inOrder(entries).at(-1) ?? null;
}

function permit(it: VerificationCase, asset: LedgerEntry, bin: string | null): Check {
  const name = "issuer-entitled";
  const number = textOf(asset, "permit");
  const day = Math.floor((asset.at + CIVIL_TIME) / 86_400_000) * 86_400_000;
  // A permit granted anew has several terms: the one that covers the day counts, else the last is named.
  const terms = it.authority("permit.granted", "permit", number).filter((entry) => entry.index < asset.index);
  const granted = terms.filter((term) => covers(term, day)).at(-1) ?? terms.at(-1);
  if (granted === undefined || number === null) return notChecked(name, "verification/permit-missing");
  if (textOf(granted, "bin") !== bin) return failed(name, "verification/permit-of-another");
  if (!covers(granted, day)) {
    return failed(name, "verification/permit-not-covering", { permit: number, day: writeTime(day).slice(0, 10) });
  }
  const last = inOrder(it.entries.filter((entry) =>
    entry.index < asset.index && entry.type.startsWith("permit.") && textOf(entry, "permit") === number)).at(-1);
  if (last?.type !== "permit.granted" && last?.type !== "permit.reinstated") {
    return failed(name, "verification/permit-ended", { permit: number, since: writeTime(last!.at) });
  }
  // As with keys: what the file leaves out, the register of the bundle tells.
  const stopped = it.trust?.permit(number)?.changes.filter((change) => change.at < asset.at).at(-1);
  return stopped === undefined || stopped.state === "granted"
    ? passed(name, "verification/entitled",
      { permit: number, until: textOf(granted, "until")!, bin: textOf(asset, "initiator")! }, it.age(asset.at))
    : failed(name, "verification/permit-ended-by-register", { permit: number, since: writeTime(stopped.at) });
}

function covers(granted: LedgerEntry, day: Time): boolean {
  const [from, until] = [readDay(textOf(granted, "from")), readDay(textOf(granted, "until"))];
  return from !== null && until !== null && from <= day && day <= until;
}

export function keyValid(it: VerificationCase): Check {
  const name = "key-valid";
  const { forms, refused } = it.presented;
  if (refused !== null || forms.length === 0) return notChecked(name, "verification/nothing-to-check");
  let first: Check | null = null;
  for (const keyId of new Set(forms.map((form) => form.keyId))) {
    const known = it.findKey(keyId);
    const check = keyId === null || known === null ? notChecked(name, "verification/key-unknown")
      : it.isProved && it.registered !== null ? byLedger(it, keyId, known, it.registered)
        : byTrust(it, keyId, known);
    if (check.state !== "passed") return check;
    first ??= check;
  }
  return first!;
}

function byLedger(it: VerificationCase, key: string, known: KnownKey, asset: LedgerEntry): Check {
  const name = "key-valid";
  const { registered, trusted } = known;
  if (registered === null) return notChecked(name, "verification/key-unregistered");
  if (textOf(registered, "did") !== didOf(key)) return failed(name, "verification/key-of-another");
  if (registered.index > asset.index) return failed(name, "verification/key-registered-later", { key });
  // A trust bundle that knows the id with another key contradicts the ledger: someone is being deceived.
  if (trusted !== null && trusted.publicKeyMultibase !== textOf(registered, "publicKeyMultibase")) {
    return failed(name, "verification/key-contradicts-trust", { key });
  }
  for (const ended of [...it.authority("key.retired", "kid", key), ...it.authority("key.compromised", "kid", key)]) {
    // Retirement counts by its place. A compromise reaches back, to a time and to the size of the last checkpoint shown before
    // that: whoever has the key writes any time, but takes no place under a checkpoint that is out. Older entries name no size.
    const isCompromised = ended.type === "key.compromised";
    const size = isCompromised ? numberOf(ended, "size") : null;
    if (ended.index < asset.index || (isCompromised && sinceOf(ended) <= asset.at) || (size !== null && size <= asset.index)) {
      const since = writeTime(sinceOf(ended));
      return failed(name, isCompromised ? "verification/key-compromised" : "verification/key-retired", { key, since });
    }
  }
  // A file may leave out the entry that ended a key; the register, as the bundle has it, does not.
  if (trusted !== null && trusted.until !== null && trusted.until < asset.at) {
    return failed(name, "verification/key-ended-by-register", { key, since: writeTime(trusted.until) });
  }
  const since = sinceOf(registered);
  return passed(name, "verification/key-valid", { key, since: writeTime(since), index: String(registered.index) }, it.age(since));
}

// A paper core without a network: the bundle's keys are what there is.
function byTrust(it: VerificationCase, key: string, { trusted }: KnownKey): Check {
  const name = "key-valid";
  if (trusted === null) return notChecked(name, "verification/key-unproved", { key });
  return trusted.until !== null && trusted.until <= it.now
    // When it was signed, only the ledger can tell.
    ? notChecked(name, "verification/key-ended-by-trust", { key, until: writeTime(trusted.until) })
    : passed(name, "verification/key-by-trust", { key, since: writeTime(trusted.since) }, it.age(it.trust!.bundle.madeAt));
}

export function decision(it: VerificationCase): Check {
  const name = "decision-on-issue";
  const asset = it.registered;
  if (asset === null || !it.isProved) return unproved(it, name);
  if (it.certificate !== null) return notApplicable(name, "verification/no-issue");
  const id = textOf(asset, "decision");
  const published = it.authority("decision.published", "decision", id)[0];
  if (published === undefined || id === null) return notChecked(name, "verification/decision-missing");
  if (["initiator", "operator"].some((party) => textOf(published, party) !== textOf(asset, party))) {
    return failed(name, "verification/decision-of-others");
  }
  if (published.index > asset.index) return failed(name, "verification/decision-later");
  const closed = it.authority("decision.closed", "decision", id).find((entry) => entry.index < asset.index);
  return closed === undefined
    ? passed(name, "verification/decision-open", { decision: id, index: String(published.index) }, it.age(published.at))
    : failed(name, "verification/decision-closed", { decision: id, since: writeTime(closed.at) });
}
