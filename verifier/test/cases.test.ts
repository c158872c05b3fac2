import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTrustBundle } from "../src/verification/trust.js";
import { verify } from "../src/verification/verify.js";
import { writeTime } from "../src/foundation/time.js";
import type { Report } from "../src/verification/report.js";
import { caseInputs, done, file, lines } from "./support.js";

// The table that the server's verifier writes and is held to as well: tests/Flow/Verification/Cases.

interface Row {
  readonly name: string;
  readonly trust: string;
  readonly clock: string;
  readonly report: unknown;
}

const trust = JSON.parse(file("cases/trust.json").toString()) as Record<string, unknown>;
const rows = lines<Row>(file("cases/cases.jsonl"));
const inputs = caseInputs();

// Everything of a report that two implementations must agree on.
function lineOf({ verdict, form, asOf, issuer, content, state, notProved, checks }: Report): unknown {
  return {
    verdict,
    form,
    asOf: writeTime(asOf),
    issuer: issuer === null ? null : [issuer.initiatorBin, issuer.initiatorDid, issuer.initiatorName.kk, issuer.operatorBin,
      issuer.operatorName?.kk ?? null, issuer.permit],
    facts: content === null ? null : Object.fromEntries([...content.facts].map(([name, text]) => [name, [text.kk, text.ru, text.en]])),
    courses: content === null ? null : content.courses.map((one) => [one.code, one.name.en, one.credits, one.percent, one.letter]),
    state: state === null ? null : [state.kind, writeTime(state.since), state.reasonCode, state.replacedBy],
    notProved: notProved.map((code) => code.slice(code.lastIndexOf(".") + 1)),
    checks: checks.map((one) => [one.name, one.state, one.reason, one.evidence, one.age === null ? null : Math.floor(one.age / 1000)]),
  };
}

test(`both implementations agree on each of ${rows.length} cases`, () => {
  assert.ok(rows.length >= 200);
  for (const row of rows) {
    const bundle = row.trust === "none" ? null : done(parseTrustBundle(Buffer.from(JSON.stringify(trust[row.trust]))));
    const input = inputs.get(row.name);
    assert.ok(input !== undefined, row.name);
    assert.deepEqual(lineOf(verify(input, bundle, Date.parse(row.clock))), row.report, row.name);
  }
});
