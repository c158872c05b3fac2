import { PublicKey } from "../credentials/keys.js";
import { didOf } from "../foundation/ids.js";
import { isProblem } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";
import { certificateWhere, type CertificateKind } from "./certificates.js";
import { AssetHistory, inOrder, LedgerEvidence, textOf, type LedgerEntry } from "./entries.js";
import type { SignedForm } from "./forms.js";
import type { Presented } from "./presented.js";
import type { ParsedTrust, TrustedKey } from "./trust.js";

/** A public key and why it is taken for the one of that id. */
export interface KnownKey {
  readonly key: PublicKey;
  /** The ledger entry; null when only the trust bundle names the key. */
  readonly registered: LedgerEntry | null;
  /** The key of the trust bundle; null when only the ledger names it. */
  readonly trusted: TrustedKey | null;
}

/** The DID of the key that is said to have signed a form. */
export const issuerDid = (form: SignedForm): string | null => (form.keyId === null ? null : didOf(form.keyId));

/** Everything the checks look at; complete before the first of them runs. */
export class VerificationCase {
  /** What came along with the presented thing; null when nothing did. */
  readonly carried: LedgerEvidence | null;
  /** Proved entries only, unless nothing can be proved for want of trust; the first of an index counts. */
  readonly entries: readonly LedgerEntry[];
  readonly history: AssetHistory | null;
  private readonly keys = new Map<string, KnownKey | null>();

  constructor(
    readonly presented: Presented,
    readonly trust: ParsedTrust | null,
    readonly now: Time,
  ) {
    const { entries, checkpoint, anchor } = presented;
    this.carried = checkpoint === null ? null
      : trust === null || isProblem(trust.policy) ? LedgerEvidence.unproved(entries)
        : LedgerEvidence.read(entries, checkpoint, anchor, trust.policy);
    const byIndex = new Map<bigint, LedgerEntry>();
    for (const entry of this.carried?.entries ?? []) if (!byIndex.has(entry.index)) byIndex.set(entry.index, entry);
    this.entries = [...byIndex.values()];
    const asset = presented.forms.find((form) => form.asset !== null)?.asset ?? null;
    this.history = asset === null ? null : new AssetHistory(asset, this.entries);
  }

  get isProved(): boolean {
    return this.carried?.isProved ?? false;
  }

  get registered(): LedgerEntry | null {
    return this.history?.registered ?? null;
  }

  /** The kind of certificate that the ledger registers it as; null for a diploma. */
  get certificate(): CertificateKind | null {
    return certificateWhere((one) => one.entry === this.registered?.type);
  }

  /** The checkpoint everything rests on; null when none is believed. */
  get newest(): LedgerEvidence | null {
    return this.carried?.checkpoint == null ? null : this.carried;
  }

  /** How old a thing of that time is. */
  age(since: Time | null | undefined): number | null {
    return since == null ? null : this.now - since;
  }

  /** Finds a key by id: in the ledger entries at hand, then in the trust bundle. Null when nobody names a key. */
  findKey(keyId: string | null): KnownKey | null {
    if (keyId === null) return null;
    const known = this.keys.get(keyId);
    if (known !== undefined) return known;
    const registered = this.authority("key.registered", "kid", keyId)[0] ?? null;
    const trusted = this.trust?.key(keyId) ?? null;
    const key = PublicKey.fromMultibase(textOf(registered, "publicKeyMultibase") ?? trusted?.publicKeyMultibase ?? null);
    const found = isProblem(key) ? null : { key, registered, trusted };
    this.keys.set(keyId, found);
    return found;
  }

  /** Entries of one type about one thing, in the order of the log. */
  authority(type: string, member: string, value: string | null): readonly LedgerEntry[] {
    return value === null ? []
      : inOrder(this.entries.filter((entry) => entry.type === type && textOf(entry, member) === value));
  }
}
