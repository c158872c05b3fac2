import { isProblem, type Outcome } from "../foundation/problem.js";
import type { Bytes } from "../foundation/bytes.js";
import { looksLikePdf } from "../documents/pdf.js";
import type { Report, Verdict } from "../verification/report.js";
import { parseTrustBundle, whyNotAfter, type TrustBundle } from "../verification/trust.js";
import { verify } from "../verification/verify.js";
import { NoteKey } from "../log/note.js";
import { DAY } from "../foundation/time.js";
import { dateOf, LANGUAGES, say, type Args, type Language } from "../words/words.js";
import { unpack } from "../words/packed.js";
import { answer } from "./answer.js";
import { h, type Part } from "./dom.js";
import { icon, mark, seal, VERDICT_CLASS } from "./drawings.js";
import { readCamera, readPicture } from "./picture.js";

/** The server's stylesheet and this page's own, packed and put in by the build. */
declare const STYLE: string;

const FILE_SIZE_MAX_BYTES = 32 * 1024 * 1024;
const VERDICTS: readonly Verdict[] = ["in-force", "not-in-force", "not-genuine", "could-not-check"];
const NAMES: Readonly<Record<Language, readonly [shown: string, full: string]>> =
  { kk: ["Қаз", "қазақша"], ru: ["Рус", "русский"], en: ["Eng", "English"] };

/** What has been asked last, so that the answer can be shown in another language. */
interface Asked {
  readonly with: string;
  readonly report: Report;
}

/**
 * `<mortanba-verify lang="kk" chrome>`: verifies what is dropped on it and shows the answer, without a connection.
 *
 * `lang` is one of kk, ru, en; `chrome` adds masthead and language switch, for a page of its own. `trust` takes a trust
 * bundle; each answer is told to the page around it by the event `mortanba-report` (its `detail` is the {@link Report}).
 */
export class MortanbaVerify extends HTMLElement {
  static readonly observedAttributes = ["lang"];

  private readonly root = this.attachShadow({ mode: "open" });
  private bundle: TrustBundle | null = null;
  private asked: Asked | null = null;
  private refusal: Part = null;
  private camera: AbortController | null = null;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(unpack(STYLE));
    this.root.adoptedStyleSheets = [sheet];
  }

  get language(): Language {
    return LANGUAGES.find((language) => this.lang.startsWith(language)) ?? "kk";
  }

  /** The trust bundle answers rest on; null when there is none. */
  get trust(): TrustBundle | null {
    return this.bundle;
  }

  set trust(bundle: TrustBundle | null) {
    this.bundle = bundle;
    if (this.isConnected) this.render();
  }

  connectedCallback(): void {
    this.render();
  }

  disconnectedCallback(): void {
    this.camera?.abort();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.render();
  }

  /** Verifies bytes and shows the answer. @param askedWith what was presented, in the reader's words */
  check(bytes: Bytes, askedWith: string): Report {
    this.camera?.abort();
    const report = verify(bytes, this.bundle, Date.now());
    [this.asked, this.refusal] = [{ with: askedWith, report }, null];
    this.render();
    this.root.getElementById("v")?.focus();
    this.dispatchEvent(new CustomEvent("mortanba-report", { detail: report }));
    return report;
  }

  /**
   * Takes the bytes of a trust file; the problem when they are none, or none that follows the one that is there: an older one, or
   * one of another key. The first is taken as it is, and the page shows its key; to begin anew the page is opened anew.
   */
  loadTrust(bytes: Bytes): Outcome<TrustBundle> {
    const read = parseTrustBundle(bytes);
    const bundle = isProblem(read) || this.bundle === null ? read : (whyNotAfter(this.bundle, read) ?? read);
    if (isProblem(bundle)) {
      this.refuse(this.t("verifier/trust.refused"), this.t(bundle.code, bundle.args));
    } else {
      this.refusal = null;
      this.trust = bundle;
    }
    return bundle;
  }

  private t(key: string, args: Args = {}): string {
    return say(this.language, key, args);
  }

  private refuse(title: string, text: string): void {
    this.refusal = h("div", { class: "errors", role: "alert" }, h("h2", {}, title), h("p", {}, text));
    this.render();
  }

  private async take(files: Iterable<File>): Promise<void> {
    const read = await Promise.all([...files].map(async (file) => ({ file, bytes: new Uint8Array(await file.arrayBuffer()) })));
    const isTrust = (bytes: Bytes): boolean => bytes.length < 4_000_000 && /"type"\s*:\s*"MortanbaTrust"/.test(new TextDecoder().decode(bytes));
    for (const { bytes } of read.filter((one) => isTrust(one.bytes))) if (isProblem(this.loadTrust(bytes))) return;
    const presented = read.find((one) => !isTrust(one.bytes));
    if (presented === undefined) return;
    const { file, bytes } = presented;
    if (bytes.length > FILE_SIZE_MAX_BYTES) {
      this.refuse(this.t("web/verify.refused"), this.t("verifier/too-large", { mb: FILE_SIZE_MAX_BYTES / 1024 / 1024 }));
    } else if (file.type.startsWith("image/") && !looksLikePdf(bytes)) {
      const text = await readPicture(file);
      if (text === null) this.refuse(this.t("web/verify.refused"), this.t("web/scan.none"));
      else this.check(new TextEncoder().encode(text), this.t("web/asked.code"));
    } else {
      this.check(bytes, this.t("web/asked.file", { file: file.name }));
    }
  }

  private async scan(video: HTMLVideoElement, said: HTMLElement): Promise<void> {
    this.camera?.abort();
    this.camera = new AbortController();
    const { signal } = this.camera;
    video.hidden = false;
    said.textContent = this.t("web/scan.looking");
    const text = await readCamera(video, signal);
    if (signal.aborted) return;
    video.hidden = true;
    if (text === null) said.textContent = this.t("web/scan.refused");
    else this.check(new TextEncoder().encode(text), this.t("web/asked.code"));
  }

  private render(): void {
    const body = this.asked === null ? this.question()
      : answer(this.asked.report, this.language, this.asked.with, [
        h("button", { class: "btn wide", type: "button", click: () => window.print() }, icon("print"), this.t("web/print")),
        h("button", { class: "btn wide", type: "button", id: "again", click: () => this.again() }, icon("search"), this.t("web/check-another")),
      ]);
    const parts = this.hasAttribute("chrome")
      ? [this.masthead(), h("main", { id: "main" }, body), h("footer", { class: "foot" }, h("div", { class: "wrap foot-in" }, h("p", {}, this.t("verifier/alone"))))]
      : [h("div", { class: "embedded" }, body)];
    this.root.replaceChildren(h("div", { class: "sheet", lang: this.language }, ...parts));
  }

  private again(): void {
    this.asked = null;
    this.render();
    this.root.getElementById("f")?.focus();
  }

  private masthead(): HTMLElement {
    return h("header", { class: "mast" }, h("div", { class: "wrap mast-in" },
      h("span", { class: "brand" }, seal(), h("span", {}, this.t("web/brand"))),
      h("div", { class: "end" }, h("nav", { "aria-label": this.t("web/language") }, h("div", { class: "langs" },
        LANGUAGES.map((language) => h("button", {
          type: "button", lang: language, "aria-label": NAMES[language].join(", "),
          "aria-pressed": String(language === this.language), click: () => this.speak(language),
        }, NAMES[language][0])))))));
  }

  private speak(language: Language): void {
    this.lang = language;
    this.root.querySelector<HTMLElement>(`.langs [lang=${language}]`)?.focus();
    this.dispatchEvent(new CustomEvent("mortanba-language", { detail: language }));
  }

  private question(): Part {
    const input = h("input", { type: "file", id: "f", multiple: true, "aria-describedby": "fh",
      change: (event) => void this.take((event.target as HTMLInputElement).files ?? []) });
    const drop = h("div", { class: "drop" }, input, h("strong", { class: "legend" }, this.t("web/verify.drop")),
      h("label", { class: "btn primary big", for: "f" }, icon("upload"), this.t("web/verify.choose")),
      h("small", { id: "fh" }, this.t("verifier/forms")));
    const panel = h("div", { class: "panel stack", id: "bring" }, this.refusal, drop, this.paste(), this.scanner(), this.trustLine());
    this.receive(panel, drop);
    return [
      h("section", { class: "hero", "aria-labelledby": "h" }, h("div", { class: "art-box" }, seal("art")),
        h("div", { class: "wrap hero-in" },
          h("div", { class: "intro" }, h("h1", { id: "h" }, this.t("verifier/title")), h("p", { class: "lede" }, this.t("verifier/lede"))), panel)),
      h("div", { class: "wrap after-hero" }, h("section", { "aria-labelledby": "ans" }, h("h2", { id: "ans" }, this.t("web/answers.title")),
        h("ul", { class: "answers mt" }, VERDICTS.map((verdict) => h("li", {},
          h("span", { class: VERDICT_CLASS[verdict] }, mark(verdict)),
          h("div", {}, h("h3", { class: VERDICT_CLASS[verdict] }, this.t(`web/verdict.${verdict}`)), h("p", {}, this.t(`web/answer.${verdict}`)))))))),
    ];
  }

  // A file may be dropped anywhere on the panel.
  private receive(panel: HTMLElement, drop: HTMLElement): void {
    panel.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    panel.addEventListener("dragleave", () => drop.classList.remove("over"));
    panel.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      void this.take(event.dataTransfer?.files ?? []);
    });
  }

  private paste(): HTMLElement {
    const text = h("textarea", { class: "input code", id: "t", rows: "4", autocomplete: "off", spellcheck: "false" });
    return h("details", {}, h("summary", {}, this.t("web/verify.paste")),
      h("div", { class: "field mt-s" }, h("label", { for: "t" }, this.t("web/verify.paste-label")), text),
      h("p", { class: "mt-s" }, h("button", { class: "btn", type: "button",
        click: () => void this.check(new TextEncoder().encode(text.value), this.t("web/asked.text")) }, icon("search"), this.t("web/verify.check"))));
  }

  private scanner(): Part {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (mediaDevices === undefined) return null;
    const video = h("video", { hidden: true, muted: true, playsinline: true, "aria-label": this.t("web/scan.camera") });
    const said = h("p", { class: "small muted", role: "status" });
    return h("div", { class: "scan stack s" }, h("div", { class: "row" }, h("button", { class: "btn", type: "button", id: "scan",
      click: () => void this.scan(video, said) }, icon("qr"), this.t("web/scan"))), video, said);
  }

  private trustLine(): HTMLElement {
    const input = h("input", { type: "file", id: "trust-file", class: "vh", accept: ".json,application/json",
      change: (event) => void this.take((event.target as HTMLInputElement).files ?? []) });
    const choose = (key: string): Part => [input, h("label", { class: "btn", for: "trust-file" }, icon("lock"), this.t(key))];
    const { bundle } = this;
    if (bundle === null) {
      return h("section", { class: "note unk stack s trust", "aria-labelledby": "tr" }, h("h2", { id: "tr" }, this.t("verifier/trust")),
        h("p", {}, this.t("verifier/trust.none")), h("p", {}, choose("verifier/trust.choose")));
    }
    const key = NoteKey.parse(bundle.logKey);
    const loaded = this.t("verifier/trust.loaded", {
      log: isProblem(key) ? bundle.logKey : key.name, n: bundle.institutions.length, date: dateOf(this.language, bundle.madeAt),
      number: bundle.number,
    });
    const days = Math.max(0, Math.floor((Date.now() - bundle.madeAt) / DAY));
    return h("section", { class: "stack s trust", "aria-labelledby": "tr" }, h("h2", { id: "tr" }, this.t("verifier/trust")),
      h("p", { role: "status" }, loaded), days > bundle.goodForDays && h("p", { class: "note unk" }, this.t("verifier/trust.old", { n: days })),
      h("p", { class: "small" }, h("span", { class: "muted" }, this.t("verifier/trust.key")), " ", h("code", {}, bundle.trustKey)),
      h("p", {}, choose("verifier/trust.other")));
  }
}

if (!customElements.get("mortanba-verify")) customElements.define("mortanba-verify", MortanbaVerify);

declare global {
  interface HTMLElementTagNameMap {
    "mortanba-verify": MortanbaVerify;
  }
}
