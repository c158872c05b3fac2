/** A foreseen refusal: a stable code, key of its words in the locale files, and what the words need. Never personal data. */
export class Problem {
  constructor(
    readonly code: string,
    readonly args: Readonly<Record<string, string>> = {},
  ) {}
}

/** A value, or why there is none. */
export type Outcome<T> = T | Problem;

export const isProblem = (value: unknown): value is Problem => value instanceof Problem;
