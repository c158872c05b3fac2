import type { Bytes } from "../foundation/bytes.js";
import { isArray, isObject, JsonNumber, parseJson, type Json } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { readTime, type Time } from "../foundation/time.js";
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

/** What a verifier trusts before it sees anything: the log and its witnesses, and the keys known by then. */
export interface TrustBundle {
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
  readonly institutions: readonly TrustedInstitution[];
}

/**
 * Reads a trust bundle file (JSON, version 1); `verification/trust-malformed` with the member that is wrong. An unknown
 * member is refused, because a bundle that says more than is understood may say "except …".
 */
export function parseTrustBundle(bytes: Bytes): Outcome<TrustBundle> {
  const root = parseJson(bytes);
  if (isProblem(root)) return malformed("$");
  try {
    return readBundle(new Member(root, "$"));
  } catch (wrong) {
    if (isProblem(wrong)) return wrong;
    throw wrong;
  }
}

const malformed = (member: string): Problem => new Problem("verification/trust-malformed", { member });

function readBundle(root: Member): TrustBundle {
  root.only("v", "type", "madeAt", "logKey", "policy", "site", "operator", "witnesses", "institutions");
  if (root.get("type").text() !== "MortanbaTrust") throw malformed("$.type");
  if (root.get("v").whole() !== 1) throw malformed("$.v");
  return {
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
      institution.only("bin", "did", "name", "keys");
      const name = institution.get("name");
      name.only("kk", "ru", "en");
      return {
        bin: institution.get("bin").text(),
        did: institution.get("did").text(),
        name: { kk: name.get("kk").text(), ru: name.get("ru").text(), en: name.get("en").text() },
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

  whole(): number {
    const whole = this.value instanceof JsonNumber ? this.value.whole : null;
    if (whole === null) throw malformed(this.place);
    return whole;
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
