// What Lighthouse says of a running demonstration, in light. See docs/performance.md for the command.
//   node bench/lighthouse/run.mjs SITE DATA [PAGE]     SITE like http://localhost:5080, DATA the demonstration's folder, PAGE one name of the list
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

const [site, data, only] = process.argv.slice(2);
if (!site || !data) throw new Error("Usage: node run.mjs SITE DATA [PAGE]");
const goal = 95;
const accounts = readFileSync(join(data, "demo-accounts.txt"), "utf8").split("\n");
const registrar = accounts.find(line => line.startsWith("registrar@")).split("\t")[0];
const bin = registrar.slice("registrar@".length).slice(0, 12);
const sample = (await (await fetch(site + "/ru")).text()).match(/\/ru\/verify\?sample=[^"&]+/)[0];

// Cookies of a person who signed in, for the pages behind it.
async function signedIn(email) {
  const jar = new Map();
  const keep = answer => answer.headers.getSetCookie().forEach(c => {
    const [pair] = c.split(";");
    jar.set(pair.slice(0, pair.indexOf("=")), pair);
  });
  const cookies = () => [...jar.values()].join("; ");
  const page = await fetch(site + "/en/sign-in");
  keep(page);
  const token = (await page.text()).match(/name="form" value="([^"]+)/)[1];
  const answer = await fetch(site + "/en/sign-in", {
    method: "POST", redirect: "manual", headers: { cookie: cookies() },
    body: new URLSearchParams({ form: token, email, password: accounts[0], to: "" }),
  });
  keep(answer);
  if (answer.status !== 302) throw new Error(`${email} could not sign in: ${answer.status}`);
  return cookies();
}

const clerk = await signedIn(registrar), graduate = await signedIn("graduate@platform.example");
const pages = [
  ["home", "/ru", null],
  ["verify", "/kk/verify", null],
  ["result", sample, null],
  ["graduate", "/kk/me", graduate],
  ["console", `/ru/console/${bin}/lists`, clerk],
  ["deliveries", `/ru/console/${bin}/deliveries`, clerk],
];

let missed = 0;
for (const [name, path, cookie] of pages.filter(p => !only || p[0] === only)) {
  // A browser of its own for each: what one page left behind spoils the next one's figures.
  const folder = mkdtempSync(join(tmpdir(), "lighthouse-"));
  const chrome = await launch({
    chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", userDataDir: folder,
    chromeFlags: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  try {
    const { lhr } = await lighthouse(site + path, {
      port: chrome.port, output: "json", logLevel: "error", onlyCategories: ["performance", "accessibility", "best-practices"],
      extraHeaders: cookie ? { Cookie: cookie } : {},
    });
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
    const score = id => Math.round(lhr.categories[id].score * 100);
    const scores = [score("performance"), score("accessibility"), score("best-practices")];
    missed += scores.filter(s => s < goal).length;
    console.log(`${name.padEnd(11)} performance ${scores[0]}, accessibility ${scores[1]}, best practices ${scores[2]}   ${lhr.finalDisplayedUrl}`);
    for (const category of Object.values(lhr.categories)) {
      for (const { id, weight } of category.auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9) console.log(`    ${category.id}: ${audit.title} (${audit.displayValue ?? audit.score})`);
      }
    }
  } finally {
    await chrome.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = missed ? 1 : 0;
