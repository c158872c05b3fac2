// Builds the tests and runs them with node's own runner; the last line is of the form that ../test reads.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "build/test");
rmSync(out, { recursive: true, force: true });
const wanted = process.argv.slice(2);
const entryPoints = readdirSync(join(here, "test"))
  .filter((name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((one) => name.startsWith(one))))
  .map((name) => join(here, "test", name));
await build({ entryPoints, outdir: out, bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: "inline",
  outExtension: { ".js": ".mjs" }, logLevel: "warning" });
const files = readdirSync(out).map((name) => join(out, name));
const run = spawnSync(process.execPath, ["--test", "--test-reporter=tap", "--test-timeout=150000", "--enable-source-maps", ...files],
  { cwd: here, timeout: 240_000, encoding: "utf8", maxBuffer: 1 << 26 });
const tap = run.stdout;
const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(tap)?.[1] ?? 0);
const failed = count("fail") + count("cancelled");
console.log(tap.split("\n").filter((line) => failed > 0 || /^(not )?ok /.test(line)).join("\n"));
for (const [, name] of tap.matchAll(/^not ok \d+ - (.*)$/gm)) console.log(`    ${name} [FAIL]`);
if (run.stderr) console.error(run.stderr);
const errors = run.status !== 0 && failed === 0 ? 1 : 0;
console.log(`Total: ${count("tests") + errors}, Failed: ${failed}, Errors: ${errors}, Skipped: ${count("skipped")}`);
process.exit(run.status === 0 ? 0 : 1);
