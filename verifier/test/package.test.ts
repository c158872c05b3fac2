import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type * as Verifier from "../src/index.js";
import { caseInputs, done, file, HERE } from "./support.js";

// What is built for others, and the words that it speaks.

const dist = (name: string): string => pathToFileURL(join(HERE, "dist", name)).href;

test("the built package verifies, and speaks three languages in the server's words", async () => {
  const { detail, LANGUAGES, parseTrustBundle, verify } = (await import(dist("index.js"))) as typeof Verifier;
  const trust = done(parseTrustBundle(Buffer.from(JSON.stringify((JSON.parse(file("cases/trust.json").toString()) as { given: unknown }).given))));
  const report = verify(caseInputs().get("event/annulled")!, trust, Date.parse("2026-07-01T09:00:00Z"));
  const status = report.checks.find((check) => check.name === "status")!;
  const days = { kk: "2026 жылғы 26 маусым", ru: "26 июня 2026 года", en: "26 June 2026" };
  for (const language of LANGUAGES) {
    const words = JSON.parse(file("../src/Hosts/Mortanba/Locales/verification", `${language}.json`).toString()) as Record<string, string>;
    const expected = words["verification/status-annulled"]!.replace("{since}", days[language]).replace("{index}", "7");
    assert.equal(detail(language, status), expected);
  }
});

test("every code that the sources name has words in three languages", async () => {
  const { namedKeys, texts } = (await import(pathToFileURL(join(HERE, "generate.mjs")).href)) as {
    namedKeys: () => Set<string>; texts: (language: string) => Record<string, string>;
  };
  const wanted = [...namedKeys()].filter((key) => /^(verification|documents|sdjwt|jws|log|credentials|ledger|json|web|verifier)\//.test(key));
  assert.ok(wanted.length > 150);
  for (const language of ["kk", "ru", "en"]) {
    const known = texts(language);
    assert.deepEqual(wanted.filter((key) => !(key in known)), [], language);
  }
});

test("dates, ages, plurals and numbers are written as the server writes them", async () => {
  const { ageOf, dateOf, onIsoDate, say, timeOf } = await import("../src/words/words.js");
  const at = Date.parse("2026-06-26T20:05:00Z");
  assert.deepEqual([dateOf("kk", at), dateOf("ru", at), timeOf("en", at)], ["2026 жылғы 27 маусым", "27 июня 2026 года", "27 June 2026, 01:05"]);
  assert.deepEqual([onIsoDate("kk", "2026-07-01"), onIsoDate("kk", "2026-04-01"), onIsoDate("en", "soon")], ["2026 жылғы 1 шілдеде", "2026 жылғы 1 сәуірде", null]);
  assert.deepEqual([ageOf("en", 90_000), ageOf("en", 47 * 3_600_000), ageOf("en", 86_400_000 * 3)], ["1 min", "47 h", "3 days"]);
  const forms = [1, 2, 5, 11, 21, 22].map((n) => say("ru", "web/result.courses", { n }).replace(/^\S+ /, ""));
  assert.deepEqual(forms, [0, 1, 2, 2, 0, 1].map((form) => [forms[0], forms[1], forms[2]][form]));
  assert.equal(new Set(forms).size, 3);
  assert.equal(say("en", "web/result.courses", { n: 1234 }), "1\u00a0234 courses");
  assert.equal(say("en", "web/result.as-of"), "As of {time} (Astana)");
});
