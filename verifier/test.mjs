// Builds the tests and runs them with node's own runner; the last line is "N passed, N failed".
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
const run = spawnSync(process.execPath, ["--test", "--test-reporter=tap", "--enable-source-maps", ...files],
  { cwd: here, encoding: "utf8", maxBuffer: 1 << 26 });
const tap = run.stdout;
const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(tap)?.[1] ?? 0);
const failed = count("fail") + count("cancelled");
for (const line of tap.split("\n")) {
  if (failed > 0 ? !line.startsWith("# Subtest") : /^\s*(not )?ok .*(# SKIP.*)?$/.test(line) && !/^ok \d+ - \//.test(line)) console.log(line);
}
if (run.stderr) console.error(run.stderr);
const isDead = run.status !== 0 && failed === 0;
console.log(`${count("pass")} passed, ${failed + (isDead ? 1 : 0)} failed`);
process.exit(run.status === 0 ? 0 : 1);
