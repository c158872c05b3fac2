import { equal, fromBase64, type Bytes } from "../foundation/bytes.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";
import { COSIGNATURE_V1, ED25519, NoteKey, readDecimal, SignedNote } from "./note.js";
import { EMPTY_ROOT, HASH_SIZE } from "./tree.js";

const SIZE_MAX = 64 * 1024;
const DEFINITIONS_MAX = 256;

/** What a log promises: its name, how many entries it has, and the root over them (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Bytes;
}

export function parseCheckpoint(text: string): Outcome<Checkpoint> {
  const lines = text.split("\n");
  const malformed = new Problem("log/checkpoint-malformed");
  if (lines.length < 4 || lines.at(-1) !== "" || lines.slice(0, -1).includes("")) return malformed;
  const [origin, size, root] = [lines[0]!, readDecimal(lines[1]!), fromBase64(lines[2]!)];
  if (size === null || root === null || root.length !== HASH_SIZE) return malformed;
  return size === 0n && !equal(root, EMPTY_ROOT) ? malformed : { origin, size, root };
}

/** What stands behind a checkpoint. */
export interface CheckpointEvidence {
  readonly checkpoint: Checkpoint;
  readonly cosignatures: readonly { readonly witness: string; readonly at: Time }[];
  /** Null when the witnesses that the policy asks for have cosigned. */
  readonly quorumProblem: Problem | null;
}

// A witness (no members) or a group that needs so many of its members.
interface Node {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly Node[];
}

const isMet = (node: Node, cosigners: ReadonlySet<string>): boolean => node.members.length === 0
  ? cosigners.has(node.name)
  : node.members.filter((member) => isMet(member, cosigners)).length >= node.threshold;

/** Which logs are trusted, and how many witnesses of whom must have cosigned (C2SP tlog-policy). */
export class LogPolicy {
  readonly logs: NoteKey[] = [];
  readonly witnesses: { readonly name: string; readonly key: NoteKey }[] = [];
  private readonly nodes = new Map<string, Node>();
  private readonly members = new Set<string>();
  private quorum: string | null = null;

  /** @param logKey a log key known from elsewhere, trusted beside those listed */
  static parse(text: string, logKey: string): Outcome<LogPolicy> {
    const malformed = (line: number): Problem => new Problem("log/policy-malformed", { line: String(line) });
    if (text.length > SIZE_MAX) return malformed(0);
    const policy = new LogPolicy();
    const lines = text.split("\n");
    for (const [i, line] of lines.entries()) if (!policy.readLine(line)) return malformed(i + 1);
    if (policy.logs.every((log) => log.vkey !== logKey) && !policy.addLog([logKey])) return malformed(0);
    return policy.quorum === null ? malformed(lines.length) : policy;
  }

  /**
   * Opens a checkpoint that a listed log signed and says which witnesses cosigned it and whether they suffice. A signature
   * of a known key that does not fit rejects the note; a missing quorum is told in the evidence.
   */
  evaluate(note: string): Outcome<CheckpointEvidence> {
    const signed = SignedNote.parse(note);
    if (isProblem(signed)) return signed;
    const signatures = signed.verify([...this.logs, ...this.witnesses.map((witness) => witness.key)]);
    if (isProblem(signatures)) return signatures;
    const checkpoint = parseCheckpoint(signed.text);
    if (isProblem(checkpoint)) return checkpoint;
    const byLogs = signatures.filter((one) => this.logs.includes(one.key));
    if (byLogs.length === 0) return new Problem("log/note-unsigned");
    // The key's name must be the origin: else one trusted log could speak for another.
    if (!byLogs.some((one) => one.key.name === checkpoint.origin)) {
      return new Problem("log/checkpoint-other-origin", { origin: checkpoint.origin, expected: byLogs[0]!.key.name });
    }
    const cosignatures = signatures.flatMap(({ key, time }) => {
      const witness = this.witnesses.find((one) => one.key === key);
      return time === null || witness === undefined ? [] : [{ witness: witness.name, at: time }];
    });
    const node = this.nodes.get(this.quorum!);
    const isEnough = node === undefined || isMet(node, new Set(cosignatures.map((one) => one.witness)));
    const quorumProblem = isEnough ? null
      : new Problem("log/quorum-not-met", { quorum: this.quorum!, count: String(cosignatures.length) });
    return { checkpoint, cosignatures, quorumProblem };
  }

  // False when the line is wrong.
  private readLine(line: string): boolean {
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) return false;
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === undefined || keyword.startsWith("#")) return true;
    if (this.logs.length + this.nodes.size >= DEFINITIONS_MAX) return false;
    switch (keyword) {
      case "log":
        return this.addLog(words);
      case "witness":
        return this.addWitness(words);
      case "group":
        return this.addGroup(words);
      case "quorum":
        return this.setQuorum(words);
      default:
        return false;
    }
  }

  private addLog(words: readonly string[]): boolean {
    const key = words.length === 1 || words.length === 2 ? NoteKey.parse(words[0]!) : null;
    if (key === null || isProblem(key) || key.type !== ED25519 || this.logs.some((log) => equal(log.raw, key.raw))) return false;
    this.logs.push(key);
    return true;
  }

  private addWitness(words: readonly string[]): boolean {
    const key = words.length === 2 || words.length === 3 ? NoteKey.parse(words[1]!) : null;
    const isTaken = (raw: Bytes): boolean => this.witnesses.some((witness) => equal(witness.key.raw, raw));
    if (key === null || isProblem(key) || key.type !== COSIGNATURE_V1 || isTaken(key.raw)) return false;
    this.witnesses.push({ name: words[0]!, key });
    return this.define({ name: words[0]!, threshold: 1, members: [] });
  }

  private addGroup(words: readonly string[]): boolean {
    const [name, wanted, ...names] = words;
    if (name === undefined || wanted === undefined || names.length === 0) return false;
    const group: Node[] = [];
    for (const member of names) {
      const node = this.nodes.get(member);
      // A name is a member once in the whole policy, so that no witness counts twice.
      if (node === undefined || this.members.has(member)) return false;
      this.members.add(member);
      group.push(node);
    }
    const number = wanted === "any" ? 1n : wanted === "all" ? BigInt(group.length) : (readDecimal(wanted) ?? 0n);
    return number > 0n && number <= group.length && this.define({ name, threshold: Number(number), members: group });
  }

  private setQuorum(words: readonly string[]): boolean {
    const [name] = words;
    if (words.length !== 1 || name === undefined || this.quorum !== null) return false;
    this.quorum = name;
    return name === "none" || this.nodes.has(name);
  }

  private define(node: Node): boolean {
    if (node.name === "none" || this.nodes.has(node.name)) return false;
    this.nodes.set(node.name, node);
    return true;
  }
}
