// Writes src/generated: the words of the server's locale files, the terms of the contexts that ship with the server, and the
// server's stylesheet. Nothing of these is written twice: whoever changes a word there changes it here with the next build.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const locales = join(root, "src/Hosts/Mortanba/Locales");
const structure = join(root, "src/Formats/Credentials/Structure");
const assets = join(root, "src/Hosts/Mortanba/Web/assets");
const generated = join(here, "src/generated");
export const LANGUAGES = ["kk", "ru", "en"];

// The words of a report, whole families of which the code builds the last part of the key.
const FAMILIES = [
  "verification/", "web/claim.", "web/form.", "web/check.", "web/verdict.", "web/answer.", "web/age.", "web/sentence.",
  "web/evidence-value.", "web/evidence.", "web/state.", "web/value.", "web/reason.", "web/recognition.", "web/competence.",
  "verifier/",
];

/** Every problem code and text key that the sources name. */
export function namedKeys() {
  const keys = new Set();
  const walk = (folder) => {
    for (const item of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, item.name);
      if (item.isDirectory() && item.name !== "generated") walk(path);
      if (!item.name.endsWith(".ts")) continue;
      for (const [, key] of readFileSync(path, "utf8").matchAll(/["`]([a-z]+\/[a-z0-9][a-z0-9.-]*)["`]/g)) keys.add(key);
    }
  };
  walk(join(here, "src"));
  return keys;
}

export function texts(language) {
  const all = reasons(language);
  for (const area of readdirSync(locales).sort()) {
    Object.assign(all, JSON.parse(readFileSync(join(locales, area, `${language}.json`), "utf8")));
  }
  const named = namedKeys();
  return Object.fromEntries(Object.entries(all).filter(([key]) => named.has(key) || FAMILIES.some((family) => key.startsWith(family))));
}

// The titles of reasons stand in the rule pack, as law does; one line a title.
function reasons(language) {
  const pack = readFileSync(join(root, "rules/kz.diplomas.yaml"), "utf8");
  const titles = {};
  for (const [, code, kk, ru, en] of pack.matchAll(/code: (\S+)\n\s+title: \{kk: (.*?), ru: (.*?), en: (.*?)\}/g)) {
    titles[`web/reason.${code}`] ??= { kk, ru, en }[language];
  }
  return titles;
}

function contexts() {
  const known = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.jsonld",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-context-3.0.3.jsonld",
  };
  return Object.fromEntries(Object.entries(known).map(([url, file]) => {
    const bytes = readFileSync(join(structure, file));
    const digest = (name) => createHash(name).update(bytes).digest("hex");
    const terms = Object.keys(JSON.parse(bytes)["@context"]).filter((term) => !term.startsWith("@"));
    return [url, { digests: { sha256: digest("sha256"), sha384: digest("sha384"), sha512: digest("sha512") }, terms }];
  }));
}

/** Raw DEFLATE and base64, as src/words/packed.ts reads it. */
export const pack = (text) => deflateRawSync(Buffer.from(text), { level: 9 }).toString("base64");

export function generate() {
  mkdirSync(generated, { recursive: true });
  const write = (name, source) => writeFileSync(join(generated, `${name}.ts`), `// Written by generate.mjs.\n${source}\n`);
  const json = (value) => JSON.stringify(value, null, 1);
  // A third of the page would be words: packed they are a tenth.
  const words = JSON.stringify(Object.fromEntries(LANGUAGES.map((language) => [language, texts(language)])));
  write("texts", `/** Texts by language and key: JSON, raw DEFLATE, base64. */\nexport const packedTexts = "${pack(words)}";`);
  write("contexts", `export interface KnownContext {
  readonly digests: Readonly<Record<"sha256" | "sha384" | "sha512", string>>;
  readonly terms: readonly string[];
}

export const contexts: Readonly<Record<string, KnownContext>> = ${json(contexts())};`);
  return { css: readFileSync(join(assets, "site.css"), "utf8") };
}
