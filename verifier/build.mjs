// Makes dist/: the page (verifier.html), the web component, the library and its types.
//   node build.mjs [--trust FILE] [--out FILE] [--quiet]
// --trust puts a trust bundle into the page, for an installation that hands out its own; --out names the page.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { generate, pack } from "./generate.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : process.argv[at + 1];
};

/** Above this the page is too large to be sent by mail without a thought (the number). */
const PAGE_SIZE_MAX_BYTES = 300_000;

const { css } = generate();
const style = (await transform(css + readFileSync(join(here, "src/page/page.css"), "utf8"), { loader: "css", minify: true, charset: "utf8" })).code;
// In a component the tree begins at its own root, and the theme stands on the element itself.
const shadow = style.replace(/:root:not\((\[data-theme\])\)/g, ":host(:not($1))").replaceAll(":root", ":host")
  .replace(/(?<![\w(])\[data-theme(=["']?\w+["']?)?\]/g, ":host([data-theme$1])");
const common = {
  bundle: true, minify: true, charset: "utf8", target: "es2022", legalComments: "none", logLevel: "warning",
  define: { STYLE: JSON.stringify(pack(shadow)) }, write: false,
};
const bundle = async (entry, format) =>
  (await build({ ...common, entryPoints: [join(here, "src", entry)], format })).outputFiles[0].text;

mkdirSync(dist, { recursive: true });
// Beside the code goes what its licences ask for.
const notice = "/*! Mortanba offline verifier, Apache-2.0. Contains @noble/curves, @noble/hashes, fflate and qr: MIT, see README. */\n";
for (const [file, entry] of [["index.js", "index.ts"], ["component.js", "page/component.ts"]]) {
  writeFileSync(join(dist, file), notice + await bundle(entry, "esm"));
}

const trustFile = option("--trust");
const trust = trustFile === null ? "" : readFileSync(trustFile, "utf8");
const script = notice + (await bundle("page/page.ts", "iife")).replaceAll("</script", "<\\/script");
// The document around the component has nothing to show but itself.
const pageStyle = "body{margin:0}";
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
// No origin at all: the page cannot ask anybody anything.
const policy = [
  "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(pageStyle)}`, "img-src blob: data:", "media-src blob:",
  "connect-src 'none'", "form-action 'none'", "base-uri 'none'",
].join("; ");
const escaped = trust.trim().replaceAll("<", "\\u003c");
const page = readFileSync(join(here, "src/page/page.html"), "utf8")
  .replace("{{policy}}", () => policy)
  .replace("{{style}}", () => pageStyle)
  .replace("{{trust}}", () => (escaped === "" ? "" : `<script type="application/json" id="trust">${escaped}</script>`))
  .replace("{{script}}", () => script);
const size = Buffer.byteLength(page);
if (size > PAGE_SIZE_MAX_BYTES + Buffer.byteLength(escaped)) throw new Error(`The page has ${size} bytes; at most ${PAGE_SIZE_MAX_BYTES}.`);
writeFileSync(option("--out") ?? join(dist, "verifier.html"), page);

// Types only where a package is made of it: they take longer than all the rest.
if (process.argv.includes("--types")) {
  const { status } = spawnSync(join(here, "node_modules/.bin/tsc"), ["-p", join(here, "tsconfig.types.json")], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
if (!process.argv.includes("--quiet")) console.log(`dist/verifier.html: ${size} bytes`);
