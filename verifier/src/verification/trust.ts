import { base64, type Bytes } from "../foundation/bytes.js";
import { sha256 } from "../foundation/hash.js";
import { canonicalBytes, isArray, isObject, JsonNumber, parseJson, without, type Json } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { readDay, readTime, type Time } from "../foundation/time.js";
import { NoteKey, SignedNote } from "../log/note.js";
import { LogPolicy } from "../log/policy.js";

/** A text in the three languages of the system. */
export interface LocalizedText {
  readonly kk: string;
  readonly ru: string;
  readonly en: string;
}

export interface TrustedKey {
  readonly keyId: string;
  readonly publicKeyMultibase: string;
  readonly since: Time;
  readonly until: Time | null;
}

export interface TrustedInstitution {
  readonly bin: string;
  readonly did: string;
  readonly name: LocalizedText;
  readonly role: string;
  /** When the ledger registered it. */
  readonly since: Time;
  readonly keys: readonly TrustedKey[];
}

/** Who stands behind a witness that the policy names. */
export interface TrustedWitness {
  readonly name: string;
  /** BIN of the organisation that runs it. */
  readonly organisation: string;
  readonly jurisdiction: string;
  readonly hosting: string;
}

export interface TrustedPermit {
  readonly number: string;
  readonly bin: string;
  /** First and last day, as midnight UTC. */
  readonly from: Time;
  readonly until: Time;
  /** Oldest first; `granted` (again, too), `suspended`, `withdrawn`, `expired`. */
  readonly changes: readonly { readonly state: string; readonly at: Time }[];
}

/** A contract whose word about the log's checkpoints counts. */
export interface TrustedAnchor {
  /** `eip155:ID` */
  readonly chain: string;
  /** Hash of its block 0. */
  readonly genesis: string;
  readonly contract: string;
  /** The account that anchors; null for one that is no longer used. */
  readonly account: string | null;
  readonly since: Time;
  readonly until: Time | null;
}

/** What a verifier trusts before it sees anything: log, witnesses, anchors, and the registers as they were then. */
export interface TrustBundle {
  /** Counts the bundles of one trust key from 1; a reader never goes back to a smaller one. */
  readonly number: number;
  /** After so many days a newer one should be fetched. */
  readonly goodForDays: number;
  /** vkey of the key that signs bundles. */
  readonly trustKey: string;
  /** Verification names the bundle's age. */
  readonly madeAt: Time;
  /** vkey of the log; its name is the origin. */
  readonly logKey: string;
  /** C2SP tlog-policy text. */
  readonly policy: string;
  readonly site: string | null;
  /** BIN of the organisation that runs the log. */
  readonly operator: string;
  readonly witnesses: readonly TrustedWitness[];
  readonly anchors: readonly TrustedAnchor[];
  readonly institutions: readonly TrustedInstitution[];
  readonly permits: readonly TrustedPermit[];
  /** SHA-256 over the canonical content, base64. */
  readonly digest: string;
  /** The signed note over number and digest. */
  readonly signature: string;
}

/**
 * Reads a trust bundle file (docs/formats/trust-bundle.md) and checks its own signature; `verification/trust-malformed` with the
 * member that is wrong, `verification/trust-unsigned` when key, signature and content do not fit. An unknown member is refused,
 * because a bundle that says more than is understood may say "except …".
 */
export function parseTrustBundle(bytes: Bytes): Outcome<TrustBundle> {
  const root = parseJson(bytes);
  if (isProblem(root)) return malformed("$");
  try {
    const bundle = readBundle(new Member(root, "$"), isObject(root) ? base64(sha256(canonicalBytes(without(root, "signature")))) : "");
    return isSignedBy(bundle, bundle.trustKey) ? bundle : new Problem("verification/trust-unsigned");
  } catch (wrong) {
    if (isProblem(wrong)) return wrong;
    throw wrong;
  }
}

const malformed = (member: string): Problem => new Problem("verification/trust-malformed", { member });

/** True when this key signed exactly this content. */
export function isSignedBy({ number, digest, signature }: TrustBundle, trustKey: string): boolean {
  const [key, note] = [NoteKey.parse(trustKey), SignedNote.parse(signature)];
  return !isProblem(key) && !isProblem(note) && note.text === `mortanba.trust/v1\n${number}\n${digest}\n` && !isProblem(note.verify([key]));
}

/**
 * Whether a reader who has a bundle takes another in its place; null when so. Refused are an older one, another of the same number
 * (somebody is being deceived), and one that the key of the first did not sign.
 */
export function whyNotAfter(known: TrustBundle, offered: TrustBundle): Problem | null {
  const args = { number: String(offered.number), known: String(known.number) };
  if (!isSignedBy(offered, known.trustKey)) return new Problem("verification/trust-other-key", args);
  if (offered.number < known.number) return new Problem("verification/trust-older", args);
  return offered.number === known.number && offered.digest !== known.digest ? new Problem("verification/trust-twofold", args) : null;
}

const NUMBER_MAX = 2 ** 53 - 1;
const GOOD_FOR_DAYS_MAX = 366;

function readBundle(root: Member, digest: string): TrustBundle {
  root.only("v", "type", "number", "madeAt", "goodForDays", "trustKey", "logKey", "policy", "site", "operator", "witnesses", "anchors",
    "institutions", "permits", "signature");
  if (root.get("type").text() !== "MortanbaTrust") throw malformed("$.type");
  if (root.get("v").whole(1, NUMBER_MAX) !== 2) throw malformed("$.v");
  return {
    digest,
    number: root.get("number").whole(1, NUMBER_MAX),
    goodForDays: root.get("goodForDays").whole(1, GOOD_FOR_DAYS_MAX),
    trustKey: root.get("trustKey").text(),
    signature: root.get("signature").text(),
    anchors: root.get("anchors").items((anchor) => {
      anchor.only("chain", "genesis", "contract", "account", "since", "until");
      return {
        chain: anchor.get("chain").text(), genesis: anchor.get("genesis").text(), contract: anchor.get("contract").text(),
        account: anchor.get("account").textOrNull(), since: anchor.get("since").time(), until: anchor.get("until").timeOrNull(),
      };
    }),
    permits: root.get("permits").items((permit) => {
      permit.only("number", "bin", "from", "until", "changes");
      return {
        number: permit.get("number").text(), bin: permit.get("bin").text(), from: permit.get("from").day(), until: permit.get("until").day(),
        changes: permit.get("changes").items((change) => {
          change.only("state", "at");
          return { state: change.get("state").text(), at: change.get("at").time() };
        }),
      };
    }),
    madeAt: root.get("madeAt").time(),
    logKey: root.get("logKey").text(),
    policy: root.get("policy").text(),
    site: root.get("site").siteOrNull(),
    operator: root.get("operator").text(),
    witnesses: root.get("witnesses").items((witness) => {
      witness.only("name", "organisation", "jurisdiction", "hosting");
      const [name, organisation] = [witness.get("name").text(), witness.get("organisation").text()];
      return { name, organisation, jurisdiction: witness.get("jurisdiction").text(), hosting: witness.get("hosting").text() };
    }),
    institutions: root.get("institutions").items((institution) => {
      institution.only("bin", "did", "name", "role", "since", "keys");
      const name = institution.get("name");
      name.only("kk", "ru", "en");
      return {
        bin: institution.get("bin").text(),
        did: institution.get("did").text(),
        name: { kk: name.get("kk").text(), ru: name.get("ru").text(), en: name.get("en").text() },
        role: institution.get("role").text(),
        since: institution.get("since").time(),
        keys: institution.get("keys").items((key) => {
          key.only("kid", "publicKeyMultibase", "since", "until");
          return {
            keyId: key.get("kid").text(),
            publicKeyMultibase: key.get("publicKeyMultibase").text(),
            since: key.get("since").time(),
            until: key.get("until").timeOrNull(),
          };
        }),
      };
    }),
  };
}

/** One JSON value and its place, so that a refusal can name it. */
class Member {
  constructor(
    private readonly value: Json,
    private readonly place: string,
  ) {}

  get(name: string): Member {
    const member = isObject(this.value) ? this.value.get(name) : undefined;
    if (member === undefined) throw malformed(`${this.place}.${name}`);
    return new Member(member, `${this.place}.${name}`);
  }

  only(...names: readonly string[]): void {
    if (!isObject(this.value) || [...this.value.keys()].some((name) => !names.includes(name))) throw malformed(this.place);
  }

  textOrNull(): string | null {
    if (this.value !== null && typeof this.value !== "string") throw malformed(this.place);
    return this.value;
  }

  text(): string {
    const text = this.textOrNull();
    if (text === null) throw malformed(this.place);
    return text;
  }

  /** An origin, as a browser writes it: https, or http on this machine; nothing behind the host. */
  siteOrNull(): string | null {
    const text = this.textOrNull();
    if (text === null) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    const isLoopback = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (url?.origin !== text || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback))) throw malformed(this.place);
    return text;
  }

  whole(least: number, most: number): number {
    const whole = this.value instanceof JsonNumber ? this.value.whole : null;
    if (whole === null || whole < least || whole > most) throw malformed(this.place);
    return whole;
  }

  day(): Time {
    const day = readDay(this.text());
    if (day === null) throw malformed(this.place);
    return day;
  }

  timeOrNull(): Time | null {
    const text = this.textOrNull();
    const time = readTime(text);
    if (text !== null && time === null) throw malformed(this.place);
    return time;
  }

  time(): Time {
    const time = this.timeOrNull();
    if (time === null) throw malformed(this.place);
    return time;
  }

  items<T>(read: (item: Member) => T): T[] {
    if (!isArray(this.value)) throw malformed(this.place);
    return this.value.map((item, i) => read(new Member(item, `${this.place}[${i}]`)));
  }
}

/** A trust bundle ready for use. */
export class ParsedTrust {
  /** The problem is the bundle's own: its policy or log key cannot be read. */
  readonly policy: Outcome<LogPolicy>;
  private readonly keys = new Map<string, TrustedKey>();
  private readonly institutions = new Map<string, TrustedInstitution>();

  constructor(readonly bundle: TrustBundle) {
    this.policy = LogPolicy.parse(bundle.policy, bundle.logKey);
    for (const institution of bundle.institutions) {
      this.institutions.set(institution.bin, institution);
      for (const key of institution.keys) this.keys.set(key.keyId, key);
    }
  }

  key(keyId: string): TrustedKey | null {
    return this.keys.get(keyId) ?? null;
  }

  institution(bin: string | null): TrustedInstitution | null {
    return (bin === null ? null : this.institutions.get(bin)) ?? null;
  }

  permit(number: string): TrustedPermit | null {
    return this.bundle.permits.find((permit) => permit.number === number) ?? null;
  }

  /** True when the bundle names this contract on this chain. */
  knowsAnchor(chain: string | null, genesis: string | null, contract: string | null): boolean {
    return this.bundle.anchors.some((one) => one.chain === chain && one.genesis === genesis && one.contract === contract);
  }

  /** Of the organisations behind these witnesses, those other than the operator: as many as speak for themselves. */
  independentOrganisations(names: readonly string[]): number {
    const { witnesses, operator } = this.bundle;
    const organisations = witnesses.filter((one) => names.includes(one.name)).map((one) => one.organisation);
    return new Set(organisations.filter((one) => one !== operator)).size;
  }

  institutionOf(did: string): TrustedInstitution | null {
    return this.bundle.institutions.find((institution) => institution.did === did) ?? null;
  }
}
