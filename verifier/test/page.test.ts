import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import encodeQR from "qr";
import { CHROMIUM, Tab } from "./chromium.js";
import { caseInputs, file, HERE } from "./support.js";

// The built page, opened as a file in a real browser.

const PAGE = pathToFileURL(join(HERE, "dist/verifier.html")).href;

const words = (language: string, area: string): Record<string, string> =>
  JSON.parse(file("../src/Hosts/Mortanba/Locales", area, `${language}.json`).toString()) as Record<string, string>;

const inputs = caseInputs();

/** What a case of the shared table presents. */
const input = (name: string): { name: string; bytes: Uint8Array } => ({ name: name.replaceAll("/", "-"), bytes: inputs.get(name)! });

const trust = { name: "trust.json", bytes: Buffer.from(JSON.stringify(
  (JSON.parse(file("cases/trust.json").toString()) as Record<string, unknown>)["given"])) };

const ROOT = 'document.querySelector("mortanba-verify").shadowRoot';

// Drops files as a hand would: one event with all of them.
const drop = (...files: { name: string; type?: string; bytes: Uint8Array }[]): string => `(async () => {
  const data = new DataTransfer();
  for (const one of ${JSON.stringify(files.map((one) => ({ ...one, bytes: Buffer.from(one.bytes).toString("base64") })))}) {
    data.items.add(new File([Uint8Array.from(atob(one.bytes), (c) => c.charCodeAt(0))], one.name, { type: one.type ?? "" }));
  }
  const root = ${ROOT};
  const heard = new Promise((done) => root.host.addEventListener("mortanba-report", (event) => done(event.detail), { once: true }));
  root.querySelector(".drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  // A report, or the refusal that stands in its place; a slow machine has half a minute.
  const refused = (async () => {
    for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) {
      const alert = root.querySelector("[role=alert]");
      if (alert !== null) return alert.innerText;
    }
    return "nothing";
  })();
  return Promise.race([heard, refused]).then((it) => it.verdict ?? it);
})()`;

describe("the page", { skip: CHROMIUM === null ? "there is no Chromium here" : false }, () => {
  let tab: Tab;

  before(async () => {
    tab = await Tab.open();
  });

  after(() => tab.close());

  const heading = (): Promise<string> => tab.evaluate(`${ROOT}.querySelector("h1").textContent`);
  const again = (): Promise<unknown> => tab.evaluate(`${ROOT}.getElementById("again")?.click()`);

  test("opened from a file, it answers in three languages with the server's words, and asks nobody", async () => {
    await tab.go(`${PAGE}#en`);
    assert.equal(await heading(), words("en", "verifier")["verifier/title"]);
    assert.equal(await tab.evaluate(drop(trust, input("pdf/good"))), "in-force");
    for (const language of ["kk", "ru", "en"]) {
      await tab.evaluate(`${ROOT}.querySelector(".langs [lang=${language}]").click()`);
      assert.equal(await heading(), words(language, "web")["web/verdict.in-force"]);
      assert.equal(await tab.evaluate("document.documentElement.lang"), language);
      const table = await tab.evaluate<string>(`${ROOT}.querySelector(".checks").textContent`);
      for (const check of ["form", "checkpoint", "freshness"]) assert.ok(table.includes(words(language, "web")[`web/check.${check}`]!));
      assert.ok(table.includes(words(language, "verification")["verification/form-recognised"]!));
    }
    for (const [name, verdict] of [["event/suspended", "not-in-force"], ["pdf/objects-in-a-stream", "in-force"],
      ["forms/added-disclosure", "not-genuine"], ["sd-jwt/good", "could-not-check"], ["vc/good", "could-not-check"],
      ["paper/core", "could-not-check"]] as const) {
      await again();
      assert.equal(await tab.evaluate(drop(input(name))), verdict, name);
    }
    await assert.rejects(tab.evaluate('fetch("https://mortanba.example/")'));
    assert.deepEqual(tab.requests.filter((url) => url !== "https://mortanba.example/"), []);
  });

  test("it says that nothing can be confirmed without a trust file, and which file is none", async () => {
    await tab.go(`${PAGE}#en`);
    assert.equal(await tab.evaluate(drop(input("file/good"))), "could-not-check");
    await again();
    const said = await tab.evaluate<string>(drop({ name: "trust.json", bytes: Buffer.from('{"type":"MortanbaTrust"}') }));
    assert.ok(said.startsWith(words("en", "verifier")["verifier/trust.refused"]!), said);
  });

  test("as a component in another page it takes its trust and tells its report", async () => {
    await tab.go("about:blank");
    await tab.evaluate(`document.body.append(document.createElement("mortanba-verify"));
      const script = document.createElement("script");
      script.type = "module";
      script.textContent = ${JSON.stringify(file("dist/component.js").toString())};
      document.body.append(script);
      customElements.whenDefined("mortanba-verify").then(() => 0)`);
    const bytes = (of: Uint8Array): string => `Uint8Array.from(atob("${Buffer.from(of).toString("base64")}"), (c) => c.charCodeAt(0))`;
    const told = await tab.evaluate<[string, number, string]>(`(() => {
      const verifier = document.querySelector("mortanba-verify");
      let told = null;
      verifier.addEventListener("mortanba-report", (event) => { told = event.detail.verdict; });
      verifier.loadTrust(${bytes(trust.bytes)});
      verifier.check(${bytes(input("file/good").bytes)}, "a file");
      return [told, verifier.trust.institutions.length, verifier.shadowRoot.querySelector("header") === null ? "bare" : "chrome"];
    })()`);
    assert.deepEqual(told, ["in-force", 2, "bare"]);
  });

  test("it reads the code on paper from a picture", async () => {
    await tab.go(`${PAGE}#en`);
    const picture = encodeQR(Buffer.from(inputs.get("paper/code")!).toString(), "gif", { scale: 4 });
    assert.equal(await tab.evaluate(drop({ name: "code.gif", type: "image/gif", bytes: picture })), "could-not-check");
    assert.equal(await tab.evaluate(`${ROOT}.querySelector(".compare") !== null || ${ROOT}.textContent.includes(${
      JSON.stringify(words("en", "web")["web/form.paper"])})`), true);
    await tab.go(`${PAGE}#en`);
    const nothing = await tab.evaluate<string>(drop({ name: "none.gif", type: "image/gif",
      bytes: Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64") }));
    assert.ok(nothing.includes(words("en", "web")["web/scan.none"]!), nothing);
  });

  test("axe finds nothing, and nothing is wider than the screen: light and dark, large and 320 px", async () => {
    const axe = file("node_modules/axe-core/axe.min.js").toString();
    await tab.go(`${PAGE}#kk`);
    await tab.evaluate(`${axe}; 0`);
    const look = async (what: string): Promise<void> => {
      for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 320], ["dark", 320]] as const) {
        await tab.send("Emulation.setEmulatedMedia", { features: [
          // Without motion: a colour on its way from light to dark has no contrast to speak of.
          { name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" },
        ] });
        await tab.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
        const found = await tab.evaluate<string[]>(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
          .then((it) => it.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" | ")))`);
        assert.deepEqual(found, [], `${what}, ${scheme}, ${width}`);
      }
      for (const width of [320, 768, 1000, 1280]) {
        await tab.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
        const wide = await tab.evaluate<string[]>(`[document.documentElement, ...${ROOT}.querySelectorAll("section, table")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && !one.matches(".verdict")).map((one) => one.className)`);
        assert.deepEqual(wide, [], `${what} at ${width}`);
      }
    };
    await look("the question");
    await tab.evaluate(drop(trust, input("forms/added-disclosure")));
    await look("not genuine");
    await again();
    await tab.evaluate(drop(input("file/good")));
    await look("in force");
  });
});
