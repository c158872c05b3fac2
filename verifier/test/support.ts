import { readFileSync } from "node:fs";
import { join } from "node:path";
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
