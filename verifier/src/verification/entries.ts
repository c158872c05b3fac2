import { equal, fromBase64, utf8 } from "../foundation/bytes.js";
import { canonical, isObject, JsonNumber, parseJson, text, type JsonObject } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { readTime, type Time } from "../foundation/time.js";
import type { CarriedAnchor, ProvenEntry } from "../documents/diplomaFile.js";
import type { Checkpoint, CheckpointEvidence, LogPolicy } from "../log/policy.js";
import { consistencyProblem, HASH_SIZE, inclusionProblem, leafHash } from "../log/tree.js";
import { registers } from "./certificates.js";

const ENTRY_SIZE_MAX_BYTES = 4096;

/** An entry of the ledger that was read (docs/formats/ledger-entry.md). */
export interface LedgerEntry {
  readonly index: bigint;
  readonly type: string;
  readonly at: Time;
  readonly root: JsonObject;
}

function readEntry({ index, bytes }: ProvenEntry): Outcome<LedgerEntry> {
  const root = parseJson(bytes, ENTRY_SIZE_MAX_BYTES);
  if (isProblem(root)) return root;
  const malformed = new Problem("ledger/malformed-entry");
  if (!isObject(root)) return malformed;
  const version = root.get("v");
  const [type, at] = [text(root, "type"), readTime(text(root, "at"))];
  const isEntry = version instanceof JsonNumber && version.whole === 1 && equal(utf8(canonical(root)), bytes);
  return isEntry && type !== null && at !== null ? { index, type, at, root } : malformed;
}

/** A member of an entry that is text; null when absent or of another kind. */
export const textOf = (entry: LedgerEntry | null, name: string): string | null => (entry === null ? null : text(entry.root, name));

/** The day an entry about a key reaches to; its own time when it names none. */
export const sinceOf = (entry: LedgerEntry): Time => readTime(textOf(entry, "since")) ?? entry.at;

/** A member of an entry that is a whole number; null when absent or of another kind. */
export function numberOf(entry: LedgerEntry, name: string): number | null {
  const value = entry.root.get(name);
  return value instanceof JsonNumber ? value.whole : null;
}

/** What the ledger itself says of one of its checkpoints on a chain. That the chain says the same is not known here. */
export interface AnchorEvidence {
  /** The `checkpoint.anchored` entry; null when it is not among the entries. */
  readonly said: LedgerEntry | null;
  /** Entries of the anchored tree. */
  readonly size: bigint;
  /** Why the anchor does not fit the checkpoint; null when it does. */
  readonly problem: Problem | null;
}

// The anchored tree must be one that the checkpoint's grew from: otherwise the log has two histories.
function readAnchor({ index, proof }: CarriedAnchor, proved: readonly LedgerEntry[], checkpoint: Checkpoint): AnchorEvidence {
  const said = proved.find((entry) => entry.index === index && entry.type === "checkpoint.anchored") ?? null;
  if (said === null) return { said, size: 0n, problem: new Problem("verification/anchor-entry-missing") };
  const [number, root] = [numberOf(said, "size"), fromBase64(textOf(said, "root") ?? "")];
  const size = BigInt(number ?? 0);
  const isConsistent = number !== null && root?.length === HASH_SIZE
    && consistencyProblem(size, checkpoint.size, proof, root, checkpoint.root) === null;
  return { said, size, problem: isConsistent ? null : new Problem("verification/anchor-contradicts") };
}

/**
 * Ledger entries with the checkpoint they are proved into. Each entry is proved before it counts; one that is not makes
 * {@link entryProblem}, and the evidence is wrong as a whole: an honest file has no such entry.
 */
export class LedgerEvidence {
  readonly entries: LedgerEntry[] = [];
  /** The first entry that is not in the tree or cannot be read; null when there is none. */
  entryProblem: Problem | null = null;
  /** The anchor that came along, against this checkpoint; null when none did or no checkpoint is believed. */
  anchor: AnchorEvidence | null = null;
  /** Up to when the tree speaks: the newest cosignature; without witnesses the newest entry, which is a lower bound. */
  time: Time | null = null;

  private constructor(
    /** Null when the checkpoint is not one of a trusted log. */
    readonly checkpoint: CheckpointEvidence | null,
    /** Why the checkpoint is not believed, or that too few witnesses cosigned; null when all is well. */
    readonly checkpointProblem: Problem | null,
  ) {}

  /** True when the entries are proved into a tree that a trusted log signed. */
  get isProved(): boolean {
    return this.checkpoint !== null && this.entryProblem === null;
  }

  static read(entries: readonly ProvenEntry[], note: string, anchor: CarriedAnchor | null, policy: LogPolicy): LedgerEvidence {
    const opened = policy.evaluate(note);
    if (isProblem(opened)) {
      const unproved = new LedgerEvidence(null, judge(opened, note, policy));
      for (const entry of entries) unproved.add(readEntry(entry));
      return unproved;
    }
    const evidence = new LedgerEvidence(opened, opened.quorumProblem);
    const { root, size } = opened.checkpoint;
    for (const entry of entries) {
      evidence.add(inclusionProblem(leafHash(entry.bytes), entry.index, size, entry.proof, root) ?? readEntry(entry));
    }
    evidence.anchor = anchor === null ? null : readAnchor(anchor, evidence.entries, opened.checkpoint);
    const times = opened.cosignatures.length > 0 ? opened.cosignatures.map((one) => one.at) : evidence.entries.map((one) => one.at);
    evidence.time = times.length > 0 ? Math.max(...times) : null;
    return evidence;
  }

  /** Without trust: the entries say something, and nothing of it is proved. */
  static unproved(entries: readonly ProvenEntry[]): LedgerEvidence {
    const evidence = new LedgerEvidence(null, new Problem("verification/trust-absent"));
    for (const entry of entries) evidence.add(readEntry(entry));
    return evidence;
  }

  private add(entry: Outcome<LedgerEntry>): void {
    if (isProblem(entry)) this.entryProblem ??= entry;
    else this.entries.push(entry);
  }
}

// A stranger's log is no forgery of ours: only a checkpoint that uses the name of a trusted log without its signature is.
function judge(problem: Problem, note: string, policy: LogPolicy): Problem {
  const origin = note.slice(0, Math.max(0, note.indexOf("\n")));
  const isForged = problem.code !== "log/note-unsigned" || policy.logs.some((log) => log.name === origin);
  return isForged ? problem : new Problem("verification/log-unknown");
}

// About one asset: a diploma, or a certificate.
const isOfAsset = (type: string): boolean => registers(type) || type.startsWith("asset.");

/** @param kind `suspended`, `annulled`, `superseded`, `erased` */
export interface AssetState {
  readonly kind: string;
  readonly since: Time;
  readonly reasonCode: string;
  /** Asset that replaces it, when superseded. */
  readonly replacedBy: string | null;
}

/** What the ledger says about one asset, in the order of the log. */
export class AssetHistory {
  registered: LedgerEntry | null = null;
  /** Suspended, annulled or erased now; null when none of these. */
  state: AssetState | null = null;
  superseded: AssetState | null = null;
  /** Index of the entry that the state rests on. */
  stateIndex: bigint | null = null;
  /** Registered twice, or something happened before it was registered: no honest log holds that. */
  contradiction: Problem | null = null;
  /** A type of entry about this asset that is not understood: its state is then unknown. */
  unknownType: string | null = null;

  /** Entries about other assets are passed over. */
  constructor(asset: string, entries: readonly LedgerEntry[]) {
    const own = entries.filter((entry) => isOfAsset(entry.type) && textOf(entry, "asset") === asset);
    for (const entry of inOrder(own)) this.add(entry);
  }

  private add(entry: LedgerEntry): void {
    if (registers(entry.type)) {
      if (this.registered !== null) this.contradiction ??= new Problem("verification/registered-twice");
      this.registered ??= entry;
      return;
    }
    if (this.registered === null) this.contradiction ??= new Problem("verification/event-before-registration");
    switch (entry.type) {
      case "asset.transferred":
        break;
      case "asset.suspended":
        if (this.state === null) this.become("suspended", entry);
        break;
      case "asset.reinstated":
        // Annulled and erased are final.
        if (this.state?.kind === "suspended") [this.state, this.stateIndex] = [null, null];
        break;
      case "asset.annulled":
        this.become("annulled", entry);
        break;
      case "asset.erased":
        this.become("erased", entry);
        break;
      case "asset.superseded":
        this.superseded ??= stateBy("superseded", entry, textOf(entry, "by"));
        this.stateIndex = entry.index;
        break;
      default:
        this.unknownType ??= entry.type;
    }
  }

  private become(kind: string, entry: LedgerEntry): void {
    this.state = stateBy(kind, entry, null);
    this.stateIndex = entry.index;
  }
}

const stateBy = (kind: string, entry: LedgerEntry, replacedBy: string | null): AssetState =>
  ({ kind, since: entry.at, reasonCode: textOf(entry, "reason") ?? "", replacedBy });

export const inOrder = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  [...entries].sort((a, b) => (a.index < b.index ? -1 : a.index > b.index ? 1 : 0));
