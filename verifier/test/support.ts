import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isProblem, type Outcome } from "../src/foundation/problem.js";

/** The folder of the verifier; tests are started there. */
export const HERE = process.cwd();

export const file = (...parts: string[]): Buffer => readFileSync(join(HERE, ...parts));

/** A published vector, copied into the tests. */
export const vector = <T>(name: string): T => JSON.parse(file("test/vectors", `${name}.json`).toString()) as T;

/** The value, or a test that fails with the problem's code. */
export function done<T>(outcome: Outcome<T>): T {
  if (isProblem(outcome)) throw new Error(`refused: ${outcome.code} ${JSON.stringify(outcome.args)}`);
  return outcome;
}

export const code = (outcome: unknown): string | null => (isProblem(outcome) ? outcome.code : null);

/** The lines of a file, each JSON. */
export const lines = <T>(bytes: Buffer): T[] => bytes.toString().trim().split("\n").map((line) => JSON.parse(line) as T);

/** What the cases of the shared table present, by name. */
export const caseInputs = (): ReadonlyMap<string, Uint8Array> =>
  new Map(lines<{ name: string; text?: string; base64?: string }>(gunzipSync(file("cases/inputs.jsonl.gz"))).map(({ name, text, base64 }) =>
    [name, new Uint8Array(text === undefined ? Buffer.from(base64!, "base64") : Buffer.from(text))]));
