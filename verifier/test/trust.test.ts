import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblem } from "../src/foundation/problem.js";
import { parseTrustBundle, whyNotAfter } from "../src/verification/trust.js";
import { done, file } from "./support.js";

const given = (): Record<string, unknown> =>
  (JSON.parse(file("cases/trust.json").toString()) as { given: Record<string, unknown> }).given;

// The member that a refusal names; null when the bundle was read.
function wrong(change: (bundle: Record<string, unknown>) => void): string | null {
  const bundle = given();
  change(bundle);
  const read = parseTrustBundle(Buffer.from(JSON.stringify(bundle)));
  // What can be read and was changed fails at its signature.
  return isProblem(read) && read.code === "verification/trust-malformed" ? read.args["member"]! : null;
}

test("a trust file is read whole, and a refusal names the member that is wrong", () => {
  assert.equal(wrong(() => undefined), null);
  assert.equal(done(parseTrustBundle(Buffer.from(JSON.stringify(given())))).institutions.length, 2);
  assert.equal(wrong((it) => (it["except"] = "all of them")), "$");
  assert.equal(wrong((it) => (it["v"] = 1)), "$.v");
  assert.equal(wrong((it) => (it["number"] = 0)), "$.number");
  assert.equal(wrong((it) => (it["goodForDays"] = 400)), "$.goodForDays");
  assert.equal(wrong((it) => delete it["signature"]), "$.signature");
  assert.equal(wrong((it) => (it["type"] = "MortanbaDiploma")), "$.type");
  assert.equal(wrong((it) => delete it["policy"]), "$.policy");
  assert.equal(wrong((it) => (it["madeAt"] = "today")), "$.madeAt");
  assert.equal(wrong((it) => (it["witnesses"] = [{ name: "w" }])), "$.witnesses[0].organisation");
  assert.equal(wrong((it) => (it["institutions"] = {})), "$.institutions");
  for (const text of ["", "[]", "{", '{"v":1,"v":1}']) assert.ok(isProblem(parseTrustBundle(Buffer.from(text))), text);
});

test("a site is an origin: https, or http on this machine, and nothing behind the host", () => {
  for (const site of ["https://diplomas.example", "http://localhost:5080", "http://127.0.0.1:1", null]) {
    assert.equal(wrong((it) => (it["site"] = site)), null, String(site));
  }
  for (const site of ["http://diplomas.example", "https://diplomas.example/", "https://diplomas.example/x", "ftp://localhost", "diplomas.example", "https://u@d.example", ""]) {
    assert.equal(wrong((it) => (it["site"] = site)), "$.site", site);
  }
});

test("a bundle with one changed word is refused, and so is one that does not follow", () => {
  const read = (change: (bundle: Record<string, unknown>) => void): ReturnType<typeof parseTrustBundle> => {
    const bundle = given();
    change(bundle);
    return parseTrustBundle(Buffer.from(JSON.stringify(bundle)));
  };
  for (const [member, value] of [["number", 8], ["goodForDays", 181], ["site", null], ["policy", "quorum none\n"], ["permits", []]] as const) {
    const changed = read((it) => (it[member] = value));
    assert.ok(isProblem(changed) && changed.code === "verification/trust-unsigned", member);
  }
  const known = done(read(() => undefined));
  assert.equal(whyNotAfter(known, known), null);
  const codes = [{ number: 6 }, { signature: known.signature.replace("— ", "— x") }].map((change) => whyNotAfter(known, { ...known, ...change })?.code);
  assert.deepEqual(codes, ["verification/trust-other-key", "verification/trust-other-key"]);
  // Two bundles that the same key did sign: an older one, and another of the same number.
  const bundles = JSON.parse(file("cases/trust.json").toString()) as Record<string, unknown>;
  const stricter = done(parseTrustBundle(Buffer.from(JSON.stringify(bundles["stricter"]))));
  assert.equal(whyNotAfter(known, stricter)?.code, "verification/trust-twofold");
  const older = done(parseTrustBundle(Buffer.from(JSON.stringify(bundles["older"]))));
  assert.equal(whyNotAfter(known, older)?.code, "verification/trust-older");
  assert.equal(whyNotAfter(older, known), null);
});
