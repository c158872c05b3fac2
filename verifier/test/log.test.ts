import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, utf8, type Bytes } from "../src/foundation/bytes.js";
import { NoteKey, SignedNote } from "../src/log/note.js";
import { LogPolicy } from "../src/log/policy.js";
import { inclusionProblem, leafHash } from "../src/log/tree.js";
import { code, done, vector } from "./support.js";

interface Inclusion {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: string[] | null;
  readonly desc: string;
  readonly wantErr: boolean;
}

const bytes = (text: string): Bytes => fromBase64(text)!;

test("inclusion proofs agree with each of the published vectors", () => {
  for (const it of vector<Inclusion[]>("merkle")) {
    const problem = inclusionProblem(bytes(it.leafHash), BigInt(it.leafIdx), BigInt(it.treeSize), (it.proof ?? []).map(bytes), bytes(it.root));
    assert.equal(problem !== null, it.wantErr, `${it.desc}: ${it.leafIdx} of ${it.treeSize}`);
  }
});

interface C2sp {
  readonly log_vkey: string;
  readonly checkpoint: string;
  readonly witnesses: { readonly name: string; readonly time: number; readonly vkey: string }[];
  readonly proof: string;
  readonly entry: string;
  readonly checkpoints: string[];
}

test("checkpoints of another implementation are opened with its key, and with no other", () => {
  const { log_vkey, checkpoints } = vector<C2sp>("c2sp");
  const policy = done(LogPolicy.parse("quorum none\n", log_vkey));
  const other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  for (const [size, note] of checkpoints.entries()) {
    assert.equal(done(policy.evaluate(note)).checkpoint.size, BigInt(size));
    assert.equal(code(done(LogPolicy.parse("quorum none\n", other)).evaluate(note)), "log/note-unsigned");
    assert.equal(code(policy.evaluate(note.replace(`\n${size}\n`, `\n${size + 1}\n`))), "log/note-signature-invalid");
  }
});

test("cosignatures of witnesses count by the policy, with their times", () => {
  const { log_vkey, witnesses, proof } = vector<C2sp>("c2sp");
  const note = proof.slice(proof.indexOf("\n\n") + 2);
  const lines = witnesses.map(({ vkey }, i) => `witness w${i} ${vkey}\n`).join("");
  const evidence = done(done(LogPolicy.parse(`${lines}group g all w0 w1\nquorum g\n`, log_vkey)).evaluate(note));
  assert.equal(evidence.quorumProblem, null);
  assert.deepEqual(evidence.cosignatures.map((one) => one.at / 1000), witnesses.map((witness) => witness.time));
  const onlyFirst = note.split("\n").filter((line) => !line.includes("witness.example/w2")).join("\n");
  const missing = done(done(LogPolicy.parse(`${lines}group g all w0 w1\nquorum g\n`, log_vkey)).evaluate(onlyFirst));
  assert.deepEqual(missing.quorumProblem?.args, { quorum: "g", count: "1" });
});

test("a proof file of another implementation leads from its entry to its checkpoint", () => {
  const { log_vkey, proof, entry } = vector<C2sp>("c2sp");
  const [head, note] = [proof.slice(0, proof.indexOf("\n\n")).split("\n"), proof.slice(proof.indexOf("\n\n") + 2)];
  const { checkpoint } = done(done(LogPolicy.parse("quorum none\n", log_vkey)).evaluate(note));
  const index = BigInt(head[1]!.split(" ")[1]!);
  assert.equal(inclusionProblem(leafHash(utf8(entry)), index, checkpoint.size, head.slice(2).map(bytes), checkpoint.root), null);
  assert.equal(code(inclusionProblem(leafHash(utf8("other")), index, checkpoint.size, head.slice(2).map(bytes), checkpoint.root)),
    "log/inclusion-root-mismatch");
});

test("the example key of C2SP signed-note verifies its example", () => {
  const key = done(NoteKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
  const note = "This is an example message.\n\n— example.com/foo "
    + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
  assert.equal(done(done(SignedNote.parse(note)).verify([key])).length, 1);
  assert.equal(code(NoteKey.parse("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")), "log/key-malformed");
});
