import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, base64Url, fromBase64, fromBase64Url, fromLatin1, hex, latin1, utf8 } from "../src/foundation/bytes.js";
import { matchesCommitment, sha3_512 } from "../src/foundation/hash.js";
import { isAssetId, isBin } from "../src/foundation/ids.js";
import { canonical, parseJson } from "../src/foundation/json.js";
import { readStamp, readTime, writeTime } from "../src/foundation/time.js";
import { code, done, vector } from "./support.js";

test("JCS gives the published output for each published input (RFC 8785)", () => {
  for (const { name, input, output } of vector<{ name: string; input: string; output: string }[]>("jcs")) {
    const value = parseJson(utf8(input));
    // One of them holds a number beyond 2^53, which JCS would round: here it is refused.
    if (name === "values") assert.equal(code(value), "json/ambiguous");
    else assert.equal(canonical(done(value)), output, name);
  }
});

test("numbers are written as ECMAScript writes them, a thousand published doubles", () => {
  const view = new DataView(new ArrayBuffer(8));
  for (const [bits, expected] of vector<[string, string][]>("jcs-numbers")) {
    view.setBigUint64(0, BigInt(`0x${bits}`));
    // What is beyond 2^53 is refused as JSON; its form is the language's own.
    assert.equal(String(view.getFloat64(0)), expected);
  }
});

test("JSON with two meanings is refused, each kind with its code", () => {
  for (const [text, expected] of [
    ['{"a":1,"a":2}', "json/duplicate-name"], ["[1,]", "json/malformed"], ["{}x", "json/malformed"], ["", "json/malformed"], ["01", "json/malformed"],
    ['"\\ud800"', "json/ambiguous"], ["9007199254740993", "json/ambiguous"], ["1e400", "json/ambiguous"],
    ["\ufeff{}", "json/byte-order-mark"], ["[".repeat(65) + "]".repeat(65), "json/too-deep"], ['"\n"', "json/malformed"],
  ] as const) {
    assert.equal(code(parseJson(utf8(text))), expected, text);
  }
  assert.equal(code(parseJson(Uint8Array.of(0x22, 0xff, 0x22))), "json/not-utf8");
  assert.equal(code(parseJson(utf8("[1,2]"), 4)), "json/too-large");
  assert.deepEqual(done(parseJson(utf8("[".repeat(64) + "]".repeat(64)))) !== null, true);
});

test("what stops the reader is named by line and byte", () => {
  assert.deepEqual((parseJson(utf8('{\n"é":x}')) as { args: unknown }).args, { line: "2", position: "6" });
});

test("base64 has one text for one value", () => {
  const bytes = fromLatin1("\u0000\u00ff any bytes");
  assert.deepEqual(fromBase64Url(base64Url(bytes)), bytes);
  assert.deepEqual(fromBase64(base64(bytes)), bytes);
  assert.equal(latin1(bytes), "\u0000\u00ff any bytes");
  for (const text of ["A", "AB", "AA==", "AA ", "A+", "é"]) assert.equal(fromBase64Url(text), null, text);
  for (const text of ["AA", "AB==", "AA==\n", "A-=="]) assert.equal(fromBase64(text), null, text);
});

test("SHA3-512 is FIPS 202's, and a commitment fits its bytes alone", () => {
  // NIST, SHA-3 example values: the empty message.
  assert.equal(hex(sha3_512(new Uint8Array())), "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
    + "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26");
  const commitment = `sha3-512:${base64Url(sha3_512(utf8("form")))}`;
  assert.equal(matchesCommitment(commitment, utf8("form")), true);
  assert.equal(matchesCommitment(commitment, utf8("other")), false);
  for (const text of [`${commitment}=`, "md5:AAAA", "toString:AAAA", commitment.slice(0, -1)]) assert.equal(matchesCommitment(text, utf8("form")), null);
});

test("times are whole seconds and days that exist", () => {
  assert.equal(writeTime(readTime("2026-06-26T10:00:00Z")!), "2026-06-26T10:00:00Z");
  for (const text of ["2026-02-29T00:00:00Z", "2026-06-26T24:00:00Z", "2026-06-26T10:00:00+00:00", "2026-06-26", ""]) {
    assert.equal(readTime(text), null, text);
  }
  assert.equal(readStamp("2026-06-26T15:00:00.5+05:00"), readTime("2026-06-26T10:00:00Z")! + 500);
  assert.equal(readStamp("2026-06-25T24:00:00Z"), readTime("2026-06-26T00:00:00Z"));
  assert.equal(readStamp("2026-06-26T10:00:00"), null);
});

test("ids are asset ids and BINs with a right check digit", () => {
  assert.ok(isAssetId("urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55"));
  assert.ok(!isAssetId("urn:uuid: 0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55") && !isAssetId("0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55"));
  assert.ok(isBin("050101600808") && !isBin("050101600809") && !isBin("05010160080"));
});
