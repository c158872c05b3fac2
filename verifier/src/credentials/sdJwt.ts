import { base64Url, concat, fromBase64Url, fromLatin1, utf8, type Bytes } from "../foundation/bytes.js";
import { sha256, sha384, sha512 } from "../foundation/hash.js";
import { DEPTH_MAX, isArray, isObject, parseJson, type Json, type JsonObject } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { Jws } from "./jws.js";

const SIZE_MAX = 1024 * 1024;
const DISCLOSURES_MAX = 2000;

/** One disclosed claim. */
export interface DisclosedClaim {
  /** Claim name; null for an array element. */
  readonly name: string | null;
  /** True when it stands in the payload itself, not in another disclosure or object. */
  readonly isOutermost: boolean;
}

/** What the holder chose to show, in its place (RFC 9901 section 7.1 step 3). */
export interface Disclosed {
  readonly payload: JsonObject;
  /** One for each presented disclosure, in the order in which they were presented. */
  readonly claims: readonly DisclosedClaim[];
  /** Digests without a disclosure: withheld claims and decoys, which nobody but the issuer can tell apart. */
  readonly withheldCount: number;
}

/** A received SD-JWT in compact form, taken apart (RFC 9901 section 4); nothing in it is verified yet. */
export class SdJwt {
  private constructor(
    readonly jws: Jws,
    readonly payload: JsonObject,
    private readonly disclosures: readonly string[],
  ) {}

  /** What the ledger commits to: the issuer-signed JWT without disclosures, so that every subset fits (ADR 14). */
  static committedPart(compact: string): string {
    const end = compact.indexOf("~");
    return end < 0 ? compact : compact.slice(0, end);
  }

  /** @param compact one character a byte */
  static parse(compact: string): Outcome<SdJwt> {
    if (compact.length > SIZE_MAX) {
      return new Problem("sdjwt/too-large", { size: String(compact.length), limit: String(SIZE_MAX) });
    }
    const parts = compact.split("~");
    if (parts.length < 2) return new Problem("sdjwt/malformed");
    const [issuerJwt, disclosures, last] = [parts[0]!, parts.slice(1, -1), parts.at(-1)!];
    for (const [i, disclosure] of disclosures.entries()) {
      if (disclosure === "") return new Problem("sdjwt/malformed");
      if (i === DISCLOSURES_MAX) return new Problem("sdjwt/too-many-disclosures", { limit: String(DISCLOSURES_MAX) });
    }
    // The last part is empty, or a key binding JWT.
    if (last !== "" && last.split(".").length !== 3) return new Problem("sdjwt/malformed");
    const jws = Jws.parse(issuerJwt);
    if (isProblem(jws)) return jws;
    const payload = parseJson(jws.payload);
    if (isProblem(payload)) return new Problem("sdjwt/malformed-payload", payload.args);
    return isObject(payload) ? new SdJwt(jws, payload, disclosures) : new Problem("sdjwt/malformed-payload");
  }

  /** RFC 9901 section 7.1 steps 3 to 5: puts the disclosed claims in their places, or refuses. The signature is the caller's affair. */
  disclose(): Outcome<Disclosed> {
    const read = readDisclosures(this.payload, this.disclosures);
    if (isProblem(read)) return read;
    try {
      const run = new Discloser(read);
      const payload = run.object(this.payload, true, 0, true);
      const missing = run.claims.findIndex((claim) => claim === undefined);
      if (missing >= 0) return new Problem("sdjwt/disclosure-unreferenced", { position: String(missing + 1) });
      return { payload, claims: run.claims as DisclosedClaim[], withheldCount: run.withheld.size };
    } catch (refused) {
      if (isProblem(refused)) return refused;
      throw refused;
    }
  }
}

interface ReadDisclosures {
  readonly byDigest: ReadonlyMap<string, number>;
  readonly items: readonly (readonly Json[])[];
}

function hashNamed(payload: JsonObject): ((bytes: Bytes) => Bytes) | null {
  switch (payload.has("_sd_alg") ? payload.get("_sd_alg") : "sha-256") {
    case "sha-256":
      return sha256;
    case "sha-384":
      return sha384;
    case "sha-512":
      return sha512;
    default:
      return null;
  }
}

function readDisclosures(payload: JsonObject, texts: readonly string[]): Outcome<ReadDisclosures> {
  const hash = hashNamed(payload);
  if (hash === null) return new Problem("sdjwt/unknown-hash");
  const byDigest = new Map<string, number>();
  for (const [i, text] of texts.entries()) {
    const digest = base64Url(hash(fromLatin1(text)));
    if (byDigest.has(digest)) return new Problem("sdjwt/disclosure-twice", { position: String(i + 1) });
    byDigest.set(digest, i);
  }
  const decoded: Bytes[] = [];
  for (const [i, text] of texts.entries()) {
    const bytes = fromBase64Url(text);
    if (bytes === null) return new Problem("sdjwt/disclosure-not-base64url", { position: String(i + 1) });
    decoded.push(bytes);
  }
  const values = decoded.map((bytes) => parseJson(bytes));
  const wrong = values.findIndex((value) => isProblem(value) || !isArray(value));
  if (wrong < 0) return { byDigest, items: values as (readonly Json[])[] };
  // A text that closes one array and opens another has a position; one that is no JSON may have swallowed its neighbours.
  const joined = parseJson(concat(utf8("["), ...decoded.flatMap((bytes, i) => [utf8(i === 0 ? "" : ","), bytes]), utf8("]")));
  return new Problem("sdjwt/disclosure-malformed", isProblem(joined) ? {} : { position: String(wrong + 1) });
}

/** Walks the payload; every embedded digest finds its disclosure, or a Problem is thrown. */
class Discloser {
  readonly claims: (DisclosedClaim | undefined)[];
  readonly withheld = new Set<string>();

  constructor(private readonly disclosures: ReadDisclosures) {
    this.claims = disclosures.items.map(() => undefined);
  }

  object(value: JsonObject, isOutermost: boolean, depth: number, isPayload = false): JsonObject {
    if (depth >= DEPTH_MAX) throw new Problem("sdjwt/too-deep", { limit: String(DEPTH_MAX) });
    const shown = new Map<string, Json>();
    for (const [name, member] of value) {
      if (name === "...") throw new Problem("sdjwt/malformed-placeholder");
      if (name === "_sd" || (isPayload && name === "_sd_alg")) continue;
      shown.set(name, this.value(member, depth + 1));
    }
    const digests = value.get("_sd");
    if (digests !== undefined) this.disclosedMembers(value, digests, shown, isOutermost && isPayload, depth);
    return shown;
  }

  private disclosedMembers(container: JsonObject, digests: Json, shown: Map<string, Json>, isOutermost: boolean, depth: number): void {
    if (!isArray(digests)) throw new Problem("sdjwt/malformed-digests");
    const names = new Set<string>();
    for (const digest of digests) {
      if (typeof digest !== "string") throw new Problem("sdjwt/malformed-digests");
      const index = this.find(digest);
      if (index < 0) continue;
      const position = String(index + 1);
      const [salt, name, member] = this.disclosures.items[index]!;
      if (this.disclosures.items[index]!.length !== 3 || typeof salt !== "string" || typeof name !== "string") {
        throw new Problem("sdjwt/disclosure-element-count", { position, expected: "3" });
      }
      if (name === "_sd" || name === "...") throw new Problem("sdjwt/reserved-name", { position });
      if (container.has(name) || names.has(name)) throw new Problem("sdjwt/name-exists", { position });
      names.add(name);
      this.claims[index] = { name, isOutermost };
      shown.set(name, this.value(member!, depth + 1));
    }
  }

  private value(value: Json, depth: number): Json {
    if (isObject(value)) return this.object(value, false, depth);
    return isArray(value) ? this.array(value, depth) : value;
  }

  private array(value: readonly Json[], depth: number): Json[] {
    if (depth >= DEPTH_MAX) throw new Problem("sdjwt/too-deep", { limit: String(DEPTH_MAX) });
    const shown: Json[] = [];
    for (const item of value) {
      const digest = isObject(item) ? item.get("...") : undefined;
      if (digest === undefined) {
        shown.push(this.value(item, depth + 1));
        continue;
      }
      if (typeof digest !== "string" || (item as JsonObject).size !== 1) throw new Problem("sdjwt/malformed-placeholder");
      const index = this.find(digest);
      if (index < 0) continue;
      const disclosure = this.disclosures.items[index]!;
      if (disclosure.length !== 2 || typeof disclosure[0] !== "string") {
        throw new Problem("sdjwt/disclosure-element-count", { position: String(index + 1), expected: "2" });
      }
      this.claims[index] = { name: null, isOutermost: false };
      shown.push(this.value(disclosure[1]!, depth + 1));
    }
    return shown;
  }

  // Index of the disclosure with this digest; -1 when it is withheld or a decoy.
  private find(digest: string): number {
    const index = this.disclosures.byDigest.get(digest) ?? -1;
    const isTwice = index >= 0 ? this.claims[index] !== undefined : this.withheld.has(digest);
    if (isTwice) throw new Problem("sdjwt/digest-twice");
    if (index < 0) this.withheld.add(digest);
    return index;
  }
}
