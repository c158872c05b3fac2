import { contexts } from "../generated/contexts.js";
import { fromBase58Btc } from "../foundation/base58.js";
import { base64, fromBase64Url, fromHex, hex } from "../foundation/bytes.js";
import { canonical, isArray, isObject, JsonNumber, text, type Json, type JsonObject } from "../foundation/json.js";
import { Problem } from "../foundation/problem.js";
import { readStamp } from "../foundation/time.js";

/** What VC Data Model 2.0 and Open Badges 3.0 demand of a badge before any signature is looked at. */

const BASE_URL = "https://www.w3.org/ns/credentials/v2";
const CONTEXTS_MAX = 16;

const malformed = (member: string): Problem => new Problem("credentials/malformed-member", { member });

/** The members of an array, or the value itself: JSON-LD lets one value stand for a list of one. */
const items = (value: Json): readonly Json[] => (isArray(value) ? value : [value]);

/** An absolute URL in the sense of the data model: a scheme, a colon, no space (VC 2.0 section 4.4). */
export const isUrl = (value: string | null): boolean =>
  value !== null && /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|\\^`\u007f]+$/.test(value);

/** One text or a list of texts; empty when absent or of another kind. */
function texts(item: Json, name: string): readonly string[] {
  const value = isObject(item) ? item.get(name) : undefined;
  if (typeof value === "string") return [value];
  return isArray(value) && value.every((one) => typeof one === "string") ? (value as readonly string[]) : [];
}

export function hasType(item: Json, type: string): boolean {
  const value = isObject(item) ? item.get("type") : undefined;
  return value === type || (isArray(value) && value.includes(type));
}

/** Null when the structure is right; else the first rule that is broken. */
export function badgeProblem(root: JsonObject): Problem | null {
  const problem = credentialProblem(root);
  if (problem !== null) return problem;
  const types = texts(root, "type");
  if (!types.includes("AchievementCredential") && !types.includes("OpenBadgeCredential")) {
    return new Problem("credentials/not-an-achievement");
  }
  const member = wrongInBadge(root);
  return member === null ? null : new Problem("credentials/malformed-achievement", { member });
}

/** The structure of any credential (VC Data Model 2.0 sections 4.3 to 4.12). */
export function credentialProblem(root: JsonObject): Problem | null {
  const terms = definedTerms(root);
  if (terms instanceof Problem) return terms;
  const types = texts(root, "type");
  if (!types.includes("VerifiableCredential")) return new Problem("credentials/not-a-credential");
  if (types.some((type) => !terms(type) && !isUrl(type))) return new Problem("credentials/unknown-type");
  const issuer = root.get("issuer");
  const id = typeof issuer === "string" ? issuer : text(issuer, "id");
  if (!isUrl(id) || !areWords(issuer!, "name") || !areWords(issuer!, "description")) return malformed("issuer");
  const member = wrongMember(root);
  if (member !== null) return malformed(member);
  const [from, until] = [stamp(root, "validFrom"), stamp(root, "validUntil")];
  if (from === false) return malformed("validFrom");
  if (until === false) return malformed("validUntil");
  if (from !== null && until !== null && until < from) return new Problem("credentials/validity-reversed");
  return relatedResourceProblem(root);
}

// The instant; null when absent; false when it is none.
function stamp(root: JsonObject, name: string): number | null | false {
  return root.has(name) ? (readStamp(text(root, name)) ?? false) : null;
}

// Section 4.3 and JSON-LD 1.1 section 4.1.11: base first, the rest known or harmless; gives who defines a term.
function definedTerms(root: JsonObject): ((term: string) => boolean) | Problem {
  const list = root.get("@context");
  if (!isArray(list) || list.length === 0 || list.length > CONTEXTS_MAX) return malformed("@context");
  if (list[0] !== BASE_URL) return new Problem("credentials/base-context-missing");
  const known: Set<string>[] = [];
  const own = new Set<string>();
  const ownProtected = new Map<string, string>();
  for (const context of list) {
    if (typeof context === "string") {
      const found = Object.hasOwn(contexts, context) ? contexts[context] : undefined;
      if (found === undefined) return new Problem("credentials/unknown-context");
      known.push(new Set(found.terms));
    } else if (isObject(context)) {
      const problem = addOwn(context, known, own, ownProtected);
      if (problem !== null) return problem;
    } else {
      return malformed("@context");
    }
  }
  return (term) => own.has(term) || known.some((terms) => terms.has(term));
}

// A context written into the credential may add terms; it may not change what a protected term means.
function addOwn(context: JsonObject, known: Set<string>[], own: Set<string>, ownProtected: Map<string, string>): Problem | null {
  for (const [name, definition] of context) {
    if (name === "@protected" || name === "@version") continue;
    // @vocab gives every word a meaning, @import fetches, @base moves every relative id.
    if (name.startsWith("@")) return malformed("@context");
    const form = canonical(definition);
    const earlier = ownProtected.get(name);
    if (known.some((terms) => terms.has(name)) || (earlier !== undefined && earlier !== form)) {
      return new Problem("credentials/context-redefines-term");
    }
    if (!isUrl(typeof definition === "string" ? definition : text(definition, "@id"))) return malformed("@context");
    own.add(name);
    const isProtected = context.get("@protected") === true || (isObject(definition) && definition.get("@protected") === true);
    if (isProtected) ownProtected.set(name, form);
  }
  return null;
}

function wrongMember(root: JsonObject): string | null {
  if (root.has("id") && !isUrl(text(root, "id"))) return "id";
  const subjects = root.has("credentialSubject") ? items(root.get("credentialSubject")!) : [];
  const isSubject = (subject: Json): boolean =>
    isObject(subject) && subject.size > 0 && (!subject.has("id") || isUrl(text(subject, "id")));
  if (subjects.length === 0 || !subjects.every(isSubject)) return "credentialSubject";
  for (const name of ["name", "description"]) if (!areWords(root, name)) return name;
  for (const name of ["credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence"]) {
    if (!areTyped(root, name, name === "credentialSchema")) return name;
  }
  return null;
}

// An object or list of objects, each with a type, and an id that is a URL if there is one.
function areTyped(root: JsonObject, name: string, idRequired: boolean): boolean {
  return !root.has(name) || items(root.get(name)!).every((item) => {
    const hasId = isObject(item) && item.has("id");
    return texts(item, "type").length > 0 && (hasId || !idRequired) && (!hasId || isUrl(text(item, "id")));
  });
}

// Section 4.5: text, a language object, or a list of those; a language object has no further member.
function areWords(item: Json, name: string): boolean {
  if (!isObject(item) || !item.has(name)) return true;
  return items(item.get(name)!).every((words) => typeof words === "string" || (isObject(words) && text(words, "@value") !== null
    && [...words].every(([key, value]) => ["@value", "@language", "@direction"].includes(key) && typeof value === "string")));
}

// VC Data Model 2.0 section 5.3: every entry in form, and no known resource with another digest.
function relatedResourceProblem(root: JsonObject): Problem | null {
  if (!root.has("relatedResource")) return null;
  const ids = new Set<string>();
  for (const resource of items(root.get("relatedResource")!)) {
    const [id, sri, multibase] = [text(resource, "id"), text(resource, "digestSRI"), text(resource, "digestMultibase")];
    if (!isUrl(id) || ids.has(id!) || (sri === null && multibase === null)) return malformed("relatedResource");
    ids.add(id!);
    const known = Object.hasOwn(contexts, id!) ? contexts[id!]!.digests : undefined;
    if (known !== undefined && ((sri !== null && !matchesSri(sri, known)) || (multibase !== null && !matches(multibase, known.sha256)))) {
      return new Problem("credentials/related-resource-differs");
    }
  }
  return null;
}

function matchesSri(sri: string, known: { sha256: string; sha384: string; sha512: string }): boolean {
  const [algorithm, digest] = [sri.slice(0, Math.max(0, sri.indexOf("-"))), sri.slice(sri.indexOf("-") + 1)];
  const expected = { sha256: known.sha256, sha384: known.sha384, sha512: known.sha512 }[algorithm];
  return expected !== undefined && digest === base64(fromHex(expected));
}

// Multibase (u or z) of a SHA-256 multihash, or of the bare digest as older credentials wrote it.
function matches(multibase: string, sha256: string): boolean {
  const given = multibase.startsWith("u") ? fromBase64Url(multibase.slice(1)) : fromBase58Btc(multibase);
  const bare = given?.length === 34 && given[0] === 0x12 && given[1] === 32 ? given.slice(2) : given;
  return bare !== null && bare !== undefined && hex(bare) === sha256;
}

// Open Badges 3.0 appendix B: each object's type and required members.
interface Shape {
  readonly type: string;
  readonly urls?: readonly string[];
  readonly words?: readonly string[];
  readonly own?: (item: JsonObject) => string | null;
  readonly inner?: readonly (readonly [member: string, shape: () => Shape])[];
}

const alignment: Shape = { type: "Alignment", urls: ["targetUrl"], words: ["targetName"] };
const identifierEntry: Shape = { type: "IdentifierEntry", words: ["identifier", "identifierType"] };
const profile: Shape = {
  type: "Profile", urls: ["id"], inner: [["parentOrg", () => profile], ["otherIdentifier", () => identifierEntry]],
};
const rubric: Shape = { type: "RubricCriterionLevel", urls: ["id"], words: ["name"], inner: [["alignment", () => alignment]] };
const resultDescription: Shape = {
  type: "ResultDescription", urls: ["id"], words: ["name", "resultType"],
  inner: [["alignment", () => alignment], ["rubricCriterionLevel", () => rubric]],
};
const result: Shape = { type: "Result", inner: [["alignment", () => alignment]] };
const identity: Shape = {
  type: "IdentityObject", words: ["identityHash", "identityType"],
  own: (item) => (typeof item.get("hashed") === "boolean" ? null : "hashed"),
};
const achievement: Shape = {
  type: "Achievement", urls: ["id"], words: ["name", "description"],
  own: (item) => (isObject(item.get("criteria")) ? null : "criteria"),
  inner: [
    ["creator", () => profile], ["resultDescription", () => resultDescription],
    ["alignment", () => alignment], ["otherIdentifier", () => identifierEntry],
  ],
};

function wrongInBadge(root: JsonObject): string | null {
  for (const name of ["id", "validFrom"]) if (text(root, name) === null) return name;
  const subject = root.get("credentialSubject");
  if (!isObject(subject)) return "credentialSubject";
  const issuer = typeof root.get("issuer") === "string" ? null : each(root, "issuer", profile);
  return issuer ?? each(root, "evidence", { type: "Evidence" }) ?? wrongInSubject(subject);
}

function wrongInSubject(subject: JsonObject): string | null {
  if (!hasType(subject, "AchievementSubject")) return "credentialSubject.type";
  if (!subject.has("id") && !subject.has("identifier")) return "credentialSubject.id";
  if (!isObject(subject.get("achievement"))) return "credentialSubject.achievement";
  const inner = each(subject, "achievement", achievement) ?? each(subject, "identifier", identity)
    ?? each(subject, "result", result) ?? each(subject, "source", profile);
  return inner === null ? null : `credentialSubject.${inner}`;
}

// The member may be absent, one object or a list of objects.
function each(item: JsonObject, name: string, shape: Shape): string | null {
  for (const one of item.has(name) ? items(item.get(name)!) : []) {
    const wrong = wrongIn(one, shape);
    if (wrong !== null) return `${name}.${wrong}`;
  }
  return null;
}

function wrongIn(item: Json, shape: Shape): string | null {
  if (!isObject(item) || !hasType(item, shape.type)) return "type";
  for (const name of shape.urls ?? []) if (!isUrl(text(item, name))) return name;
  for (const name of shape.words ?? []) if (!item.has(name) || !isLanguageMap(item.get(name)!)) return name;
  const own = shape.own?.(item) ?? null;
  if (own !== null) return own;
  for (const [name, inner] of shape.inner ?? []) {
    const wrong = each(item, name, inner());
    if (wrong !== null) return wrong;
  }
  return null;
}

const isLanguageMap = (value: Json): boolean =>
  typeof value === "string" || (isObject(value) && value.size > 0 && [...value.values()].every((one) => typeof one === "string"));

/** Why the status entries (Bitstring Status List 1.0 section 2.1) cannot all be read; null when they can, or there are none. */
export function statusProblem(root: JsonObject): Problem | null {
  const status = root.get("credentialStatus");
  if (status === undefined) return null;
  const list = isArray(status) ? status : [status];
  // An empty list or too long a one is no statement that there is no status.
  if (list.length === 0 || list.length > 16) return malformedStatus("credentialStatus");
  for (const entry of list) {
    const problem = statusEntryProblem(entry);
    if (problem !== null) return problem;
  }
  return null;
}

const malformedStatus = (member: string): Problem => new Problem("credentials/malformed-status", { member });

function statusEntryProblem(entry: Json): Problem | null {
  if (!isObject(entry)) return malformedStatus("credentialStatus");
  if (!hasType(entry, "BitstringStatusListEntry")) return new Problem("credentials/unknown-status-type");
  const [index, purpose, uri] = [text(entry, "statusListIndex"), text(entry, "statusPurpose"), text(entry, "statusListCredential")];
  if (index === null || !/^\d+$/.test(index) || Number(index) > 0x7fffffff) return malformedStatus("statusListIndex");
  if (purpose === null || purpose === "") return malformedStatus("statusPurpose");
  if (!isUrl(uri)) return malformedStatus("statusListCredential");
  if (entry.has("id") && (text(entry, "id") === null || text(entry, "id") === uri)) return malformedStatus("id");
  const size = entry.get("statusSize");
  const bits = size === undefined ? 1 : size instanceof JsonNumber ? (size.whole ?? 0) : 0;
  if (bits < 1 || bits > 8) return malformedStatus("statusSize");
  if (!hasMessages(entry.get("statusMessage"), bits, purpose)) return malformedStatus("statusMessage");
  return bits === 1 && (purpose === "revocation" || purpose === "suspension") ? null : new Problem("verification/status-type-unknown");
}

// With more than one bit, or for the purpose message, every value needs its word.
function hasMessages(list: Json | undefined, bits: number, purpose: string): boolean {
  if (list === undefined) return bits === 1 && purpose !== "message";
  if (!isArray(list) || list.length !== 1 << bits) return false;
  const seen = new Set<number>();
  for (const item of list) {
    const status = text(item, "status");
    const value = status !== null && /^0x[0-9a-fA-F]+$/.test(status) ? parseInt(status.slice(2), 16) : -1;
    if (value < 0 || value >= 1 << bits || seen.has(value) || text(item, "message") === null) return false;
    seen.add(value);
  }
  return true;
}
