// How long a file takes in Chromium: opens the built page and verifies samples again and again. No part of the tests: it measures.
//   node bench.mjs [--count N] [--samples DIR]
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf("--count");
const count = at < 0 ? 20 : Number(process.argv[at + 1]);
const out = join(here, "build/chromium.mjs");
await build({ entryPoints: [join(here, "test/chromium.ts")], outfile: out, bundle: true, platform: "node", format: "esm", logLevel: "warning" });
const { Tab } = await import(pathToFileURL(out).href);
const from = process.argv.indexOf("--samples");
const samples = from < 0 ? join(here, "../samples/diplomas") : process.argv[from + 1];
const base64 = (name) => readFileSync(join(samples, name)).toString("base64");
const bytes = (text) => `Uint8Array.from(atob("${text}"), (c) => c.charCodeAt(0))`;

const tab = await Tab.open();
try {
  for (const name of readdirSync(samples).filter((one) => one.startsWith("genuine"))) {
    // A page of its own for each file: the first time is that of somebody who opens the page and drops one file.
    await tab.go(pathToFileURL(join(here, "dist/verifier.html")).href);
    const times = await tab.evaluate(`(() => {
      const verifier = document.querySelector("mortanba-verify");
      if ("code" in verifier.loadTrust(${bytes(base64("trust.json"))})) throw new Error("the trust file is none");
      const file = ${bytes(base64(name))};
      return Array.from({ length: ${count} }, () => {
        const start = performance.now();
        verifier.check(file, "bench");
        return performance.now() - start;
      });
    })()`);
    const sorted = [...times].sort((a, b) => a - b);
    const ms = (value) => Math.round(value * 10) / 10;
    console.log(JSON.stringify({ name, count, firstMs: ms(times[0]), bestMs: ms(sorted[0]), medianMs: ms(sorted[sorted.length >> 1]) }));
  }
} finally {
  await tab.close();
}
