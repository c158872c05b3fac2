import { fromBase64, type Bytes } from "../foundation/bytes.js";
import { canonicalBytes, isArray, isObject, JsonNumber, parseJson, type Json, type JsonObject } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";

const SIZE_MAX_BYTES = 2 * 1024 * 1024;
const ENTRIES_MAX = 256;
const ENTRY_SIZE_MAX_BYTES = 4096;
const PROOF_LENGTH_MAX = 64;

/** A ledger entry with its place and inclusion proof. */
export interface ProvenEntry {
  readonly index: bigint;
  /** The canonical bytes the leaf hash runs over. */
  readonly bytes: Bytes;
  /** Hashes of 32 bytes, from the leaf's sibling up. */
  readonly proof: readonly Bytes[];
}

/** An anchor of an earlier tree: the entry that tells of it, and the consistency proof from there to the checkpoint. */
export interface CarriedAnchor {
  readonly index: bigint;
  readonly proof: readonly Bytes[];
}

/** The diploma file (docs/formats/diploma-file.md), read by its shape only: no signature and no proof is looked at. */
export interface DiplomaFile {
  readonly sdJwt: string | null;
  readonly vc: JsonObject | null;
  readonly paper: string | null;
  readonly entries: readonly ProvenEntry[];
  readonly checkpoint: string;
  /** Null when none is carried. */
  readonly anchor: CarriedAnchor | null;
}

const malformed = (where: string): Problem => new Problem("documents/file-malformed", { where });

export function readDiplomaFile(bytes: Bytes): Outcome<DiplomaFile> {
  if (bytes.length > SIZE_MAX_BYTES) {
    return new Problem("documents/file-too-large", { size: String(bytes.length), limit: String(SIZE_MAX_BYTES) });
  }
  const root = parseJson(bytes, SIZE_MAX_BYTES);
  if (isProblem(root)) return new Problem("documents/file-not-json", { reason: root.code });
  if (!isObject(root) || root.get("type") !== "MortanbaDiploma") return new Problem("documents/file-wrong-type");
  const version = root.get("v");
  if (!(version instanceof JsonNumber) || version.whole !== 1) return new Problem("documents/file-unknown-version");
  return readMembers(root);
}

// In the order in which they stand, so that the first wrong one is named.
function readMembers(root: JsonObject): Outcome<DiplomaFile> {
  let checkpoint: string | null = null;
  let anchor: CarriedAnchor | null = null;
  let entries: readonly ProvenEntry[] | null = null;
  let forms: Forms | null = null;
  for (const [name, value] of root) {
    if (name === "type" || name === "v") continue;
    const place = name === "anchor" ? readPlace(value, 2) : null;
    if (place !== null) {
      anchor = place;
    } else if (name === "checkpoint" && typeof value === "string") {
      checkpoint = value;
    } else if (name === "entries" && isArray(value)) {
      const read = readEntries(value);
      if (isProblem(read)) return read;
      entries = read;
    } else if (name === "forms" && isObject(value)) {
      forms = readForms(value);
      if (forms === null) return malformed("$.forms");
    } else {
      // An unknown member would travel along unread.
      return malformed("$");
    }
  }
  return checkpoint === null || entries === null || forms === null ? malformed("$") : { ...forms, entries, checkpoint, anchor };
}

type Forms = Pick<DiplomaFile, "sdJwt" | "vc" | "paper">;

// Null when there is none, or one of another kind.
function readForms(value: JsonObject): Forms | null {
  const [sdJwt, vc, paper] = ["application/dc+sd-jwt", "application/vc", "application/vnd.mortanba.paper+jwt"].map((name) =>
    value.get(name));
  const isText = (form: Json | undefined): boolean => form === undefined || typeof form === "string";
  const count = [sdJwt, vc, paper].filter((form) => form !== undefined).length;
  if (count === 0 || count !== value.size || !isText(sdJwt) || !isText(paper) || (vc !== undefined && !isObject(vc))) return null;
  return { sdJwt: (sdJwt as string | undefined) ?? null, vc: vc ?? null, paper: (paper as string | undefined) ?? null };
}

function readEntries(list: readonly Json[]): Outcome<readonly ProvenEntry[]> {
  if (list.length > ENTRIES_MAX) return malformed("$.entries");
  const entries: ProvenEntry[] = [];
  for (const item of list) {
    const entry = readEntry(item);
    if (entry === null) return malformed(`$.entries[${entries.length}]`);
    entries.push(entry);
  }
  return entries;
}

function readEntry(item: Json): ProvenEntry | null {
  const place = readPlace(item, 3);
  const entry = isObject(item) ? item.get("entry") : undefined;
  if (place === null || !isObject(entry)) return null;
  const bytes = canonicalBytes(entry);
  return bytes.length > ENTRY_SIZE_MAX_BYTES ? null : { ...place, bytes };
}

// Index and hashes, as entries and anchor have them; null when they are not there, or when there are more members.
function readPlace(item: Json, members: number): CarriedAnchor | null {
  if (!isObject(item) || item.size !== members) return null;
  const [at, path] = [item.get("index"), item.get("proof")];
  const index = at instanceof JsonNumber ? at.whole : null;
  if (index === null || index < 0 || !isArray(path) || path.length > PROOF_LENGTH_MAX) return null;
  const proof = path.map((hash) => (typeof hash === "string" ? fromBase64(hash) : null));
  return proof.some((hash) => hash?.length !== 32) ? null : { index: BigInt(index), proof: proof as Bytes[] };
}
