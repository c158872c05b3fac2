import assert from "node:assert/strict";
import { test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import { verifyProofs } from "../src/credentials/dataIntegrity.js";
import { PublicKey, verifyEd25519 } from "../src/credentials/keys.js";
import { SdJwt } from "../src/credentials/sdJwt.js";
import { concat, fromBase64Url, fromHex, hex, utf8 } from "../src/foundation/bytes.js";
import { canonical, isArray, parseJson, text, type Json, type JsonObject } from "../src/foundation/json.js";
import { isProblem, Problem } from "../src/foundation/problem.js";
import { code, done, vector } from "./support.js";

interface Jwk {
  readonly x: string;
  readonly y: string;
}

const keyOf = ({ x, y }: Jwk): PublicKey =>
  done(PublicKey.fromRaw("P256", concat(Uint8Array.of(2 | (fromBase64Url(y)!.at(-1)! & 1)), fromBase64Url(x)!)));

const json = (value: unknown): Json => done(parseJson(utf8(JSON.stringify(value))));

type Wycheproof = [id: number, key: string, message: string, signature: string, result: string];

test("ECDSA on P-256 agrees with each of Wycheproof's vectors", () => {
  for (const [id, key, message, signature, result] of vector<Wycheproof[]>("wycheproof-p256")) {
    const known = done(PublicKey.fromRaw("P256", p256.Point.fromHex(key).toBytes(true)));
    assert.equal(known.verify(fromHex(message), fromHex(signature)), result === "valid", `test ${id}`);
  }
});

test("Ed25519 agrees with each of Wycheproof's vectors", () => {
  for (const [id, key, message, signature, result] of vector<Wycheproof[]>("wycheproof-ed25519")) {
    assert.equal(verifyEd25519(fromHex(key), fromHex(message), fromHex(signature)), result === "valid", `test ${id}`);
  }
});

test("Multikey texts give the published points, and no other text does", () => {
  for (const { publicKeyMultibase, compressed_hex } of vector<{ publicKeyMultibase: string; compressed_hex?: string }[]>("multikey")) {
    const key = done(PublicKey.fromMultibase(publicKeyMultibase));
    if (key.kind !== "Ed25519") assert.equal(hex(key.raw), compressed_hex);
    assert.ok(isProblem(PublicKey.fromMultibase(publicKeyMultibase.slice(0, -1))));
    assert.ok(isProblem(PublicKey.fromMultibase(`u${publicKeyMultibase.slice(1)}`)));
  }
});

test("an Ed25519 key of small order is no key", () => {
  assert.equal(code(PublicKey.fromRaw("Ed25519", concat(Uint8Array.of(1), new Uint8Array(31)))), "credentials/key-not-on-curve");
});

interface Secured {
  readonly name: string;
  readonly document: Record<string, unknown>;
}

// did:key: the key stands in its own id.
const ownKey = (method: string) => PublicKey.fromMultibase(method.split("#")[1] ?? null);

test("Data Integrity: the W3C's signed documents hold, and one changed word does not", () => {
  for (const { name, document } of vector<Secured[]>("data-integrity")) {
    if (name === "signedProofSet1") {
      // Its suite is for RDF, which is not read here.
      assert.equal(code(verifyProofs(json(document) as JsonObject, ownKey, null)), "credentials/unsupported-cryptosuite");
      continue;
    }
    assert.equal(code(verifyProofs(json(document) as JsonObject, ownKey, null)), null, name);
    const changed = json({ ...document, credentialSubject: { changed: true } }) as JsonObject;
    assert.equal(code(verifyProofs(changed, ownKey, null)), "credentials/signature-invalid", name);
    const stranger = (): Problem => new Problem("credentials/method-unknown");
    assert.equal(code(verifyProofs(json(document) as JsonObject, stranger, null)), "credentials/method-unknown", name);
  }
});

interface Issued {
  readonly name: string;
  readonly issuer_jwk: Jwk;
  readonly issued: string;
  readonly presentation: string;
  readonly verified_payload: unknown;
}

test("SD-JWT: presentations of the reference implementation give its payloads", () => {
  for (const { name, issuer_jwk, presentation, verified_payload } of vector<Issued[]>("sd-jwt")) {
    const sdJwt = done(SdJwt.parse(presentation));
    assert.equal(sdJwt.jws.verify(keyOf(issuer_jwk)), null, name);
    assert.equal(canonical(done(sdJwt.disclose()).payload), canonical(json(verified_payload)), name);
  }
});

test("SD-JWT: as issued, every disclosure finds its place", () => {
  for (const { name, issued } of vector<Issued[]>("sd-jwt")) {
    const shown = done(done(SdJwt.parse(issued)).disclose());
    assert.equal(shown.claims.length, issued.split("~").length - 2, name);
  }
});

test("SD-JWT: each of the published bad ones is refused", () => {
  const { issuer_jwk, cases } = vector<{ issuer_jwk: Jwk; cases: { name: string; sd_jwt: string; reject: boolean }[] }>("sd-jwt-negative");
  for (const { name, sd_jwt, reject } of cases) {
    const sdJwt = SdJwt.parse(sd_jwt);
    const isRefused = isProblem(sdJwt) || sdJwt.jws.verify(keyOf(issuer_jwk)) !== null || isProblem(sdJwt.disclose());
    assert.equal(isRefused, reject, name);
  }
});

test("the example of RFC 9901 has its digest", () => {
  const payload = '{"_sd":["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"]}';
  const jwt = ['{"alg":"ES256"}', payload, "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const shown = done(done(SdJwt.parse(`${jwt}~WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0~`)).disclose());
  assert.equal(text(shown.payload, "family_name"), "Möbius");
  assert.ok(!isArray(shown.payload));
});
