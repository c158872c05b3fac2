import { type Outcome } from "../src/foundation/problem.js";
/** The folder of the verifier; tests are started there. */
export declare const HERE: string;
export declare const file: (...parts: string[]) => Buffer;
/** A published vector, copied into the tests. */
export declare const vector: <T>(name: string) => T;
/** The value, or a test that fails with the problem's code. */
export declare function done<T>(outcome: Outcome<T>): T;
export declare const code: (outcome: unknown) => string | null;
/** The lines of a file, each JSON. */
export declare const lines: <T>(bytes: Buffer) => T[];
/** What the cases of the shared table present, by name. */
export declare const caseInputs: () => ReadonlyMap<string, Uint8Array>;
