import type { CertificateKind } from "../verification/certificates.js";
import { certificateIn, type Report } from "../verification/report.js";
import type { LocalizedText } from "../verification/trust.js";
import { ageOf, dateIfIso, detail, evidence, has, onDate, onIsoDate, say, timeOf, type Args, type Language } from "../words/words.js";
import { h, type Part } from "./dom.js";
import { icon, mark, seal, STATE_CLASS, VERDICT_CLASS } from "./drawings.js";

/** The answer as the server shows it (Web/Pages/ResultPage.razor, Web/Parts/CheckTable.razor). */

const READING_ORDER = [
  "name", "family_name", "given_name", "birthdate", "competence", "framework", "blocks", "lessons", "hours",
  "decision", "purpose", "scope", "foreign_qualification", "original_title", "original_language", "foreign_institution", "awarding_country", "qualification_level",
  "certificate_number", "case_number", "decision_date", "recognition_body", "decided_by", "appeal_until", "condition_until", "valid_until", "validity", "cited_diploma",
  "cited_receipt", "replaced_certificate",
  "qualification", "programme_code", "programme", "institution", "city", "diploma_number",
  "award_date", "minutes_number", "minutes_date", "honours", "gpa", "kind", "field", "isced_field", "nqf_level", "credits", "study_form",
  "instruction_language", "study_from", "study_until", "licence", "accreditor", "student_number", "personal_administrative_number",
];

const OTHERS: Readonly<Record<Language, readonly Language[]>> = { kk: ["ru", "en"], ru: ["kk", "en"], en: ["kk", "ru"] };

export function answer(report: Report, language: Language, askedWith: string, actions: Part): HTMLElement {
  const t = (key: string, args: Args = {}): string => say(language, key, args);
  const { verdict } = report;
  const isCompared = report.form === "paper";
  return h("div", { class: "wrap" }, h("div", { class: "stack l mt" },
    h("section", { class: `verdict ${VERDICT_CLASS[verdict]}`, "aria-labelledby": "v" },
      mark(verdict), verdict === "in-force" && seal("imprint"),
      h("div", {}, h("h1", { id: "v", tabindex: "-1" }, t(verdictKey(report))), h("p", {}, sentence(report, language)),
        h("div", { class: "asof" }, h("span", {}, t("web/result.as-of", { time: timeOf(language, report.asOf) })),
          h("span", {}, t("web/result.offline"))))),
    h("div", { class: "cols main-side" },
      h("div", { class: "stack l" }, advice(report, language), facts(report, language, isCompared), checks(report, language),
        h("section", { "aria-labelledby": "np" }, h("h2", { id: "np" }, t("web/result.not-proved")),
          h("ul", { class: "bullets mt-s" }, report.notProved.map((code) => h("li", {}, t(code)))))),
      h("aside", { class: "stack stick", "aria-label": t("web/next") },
        h("div", { class: "stack s no-print" }, actions), responsible(report, language),
        h("section", { class: "panel", "aria-labelledby": "ta" }, h("h3", { id: "ta" }, t("web/this-answer")),
          h("dl", { class: "facts tight small" },
            pair(t("web/asked-with"), askedWith), pair(t("web/form"), t(`web/form.${report.form}`))))))));
}

const isGenuine = ({ verdict }: Report): boolean => verdict === "in-force" || verdict === "not-in-force";

/** The kind of certificate that a plain answer is about; null for a diploma. */
const answered = (report: Report): CertificateKind | null => (isGenuine(report) ? certificateIn(report) : null);

const verdictKey = (report: Report): string => `web/${answered(report)?.path ?? "verdict"}.${report.verdict}`;

// As Web/Pages/ResultPage.razor says it.
function certificateSentence({ path }: CertificateKind, { verdict, state, content, asOf }: Report, issuer: string, language: Language): string {
  const fact = (name: string): string => content?.facts.get(name)?.[language] ?? "–";
  if (verdict === "in-force") {
    const day = content?.facts.get("decision_date") ?? content?.facts.get("award_date");
    return say(language, `web/${path}.sentence-then`, {
      body: issuer, decision: fact("decision"), purpose: fact("purpose"), name: fact("name"), competence: fact("competence"),
      time: timeOf(language, asOf), date: onIsoDate(language, day?.en ?? "") ?? "–",
    });
  }
  return state === null ? say(language, "web/sentence.not-in-force")
    : say(language, `web/${path}.${state.kind}`, { since: onDate(language, state.since) });
}

const pair = (term: string, value: Part): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", { class: "small" }, value));

function sentence(report: Report, language: Language): string {
  const { verdict, state, checks, content } = report;
  const issuer = report.issuer?.initiatorName[language] ?? say(language, "web/the-institution");
  const time = timeOf(language, report.asOf);
  const checkWords = (wanted: string): string => say(language, `web/check.${checks.find((check) => check.state === wanted)?.name ?? "form"}`);
  const certificate = answered(report);
  if (certificate !== null) return certificateSentence(certificate, report, issuer, language);
  switch (verdict) {
    case "in-force": {
      const name = content?.facts.get("name")?.[language];
      const date = onIsoDate(language, content?.facts.get("award_date")?.en ?? "");
      return name !== undefined && date !== null
        ? say(language, "web/sentence.in-force-then", { issuer, name, date, time })
        : say(language, "web/sentence.in-force-some-then", { issuer, time });
    }
    case "not-in-force": {
      if (state === null) return say(language, "web/sentence.not-in-force");
      const key = `web/reason.${state.reasonCode}`;
      const reason = has(key) ? say(language, key) : state.reasonCode;
      return say(language, `web/sentence.${state.kind}`, { since: onDate(language, state.since), reason });
    }
    case "not-genuine":
      return say(language, "web/sentence.not-genuine", { check: checkWords("failed") });
    case "could-not-check":
      return report.form === "unknown" ? say(language, "web/sentence.unknown-form")
        : say(language, "web/sentence.could-not-check", { check: checkWords("not-checked") });
  }
}

// What to do with an answer that is not a plain yes.
function advice(report: Report, language: Language): Part {
  const { verdict, state } = report;
  const certificate = certificateIn(report);
  const t = (key: string): string => say(language, key);
  const title = (id: string): string =>
    t(id === "replaced" && certificate !== null ? `web/${certificate.path}.replaced-title` : `web/${id}.title`);
  const note = (kind: string, id: string, ...parts: readonly Part[]): HTMLElement =>
    h("section", { class: `${kind} stack s`, "aria-labelledby": id }, h("h2", { id }, title(id)), ...parts);
  if (verdict === "not-genuine") {
    return note("panel", "todo", h("ol", { class: "bullets stack s" }, h("li", {}, t("web/todo.keep")), h("li", {}, t("web/todo.ask"))),
      h("p", { class: "muted" }, t("web/todo.unknown")));
  }
  if (verdict === "could-not-check") return note("note unk", "calm", h("p", {}, t("web/calm.text")));
  if (state?.kind === "superseded") {
    return note("note", "replaced", h("p", {}, t(certificate === null ? "web/replaced.text" : `web/${certificate.path}.replaced`)), state.replacedBy !== null
      && h("p", { class: "small" }, h("span", { class: "muted" }, t("web/replaced.asset")), " ", h("code", {}, state.replacedBy)));
  }
  return state?.kind === "suspended" && note("note", "suspended", h("p", {}, t("web/suspended.text")));
}

function facts({ content }: Report, language: Language, isCompared: boolean): Part {
  if (content === null) return null;
  const t = (key: string, args: Args = {}): string => say(language, key, args);
  const rank = (name: string): number => (READING_ORDER.includes(name) ? READING_ORDER.indexOf(name) : READING_ORDER.length);
  const inOrder = [...content.facts].sort(([a], [b]) => rank(a) - rank(b));
  const claim = (name: string): string => (has(`web/claim.${name}`) ? t(`web/claim.${name}`) : name);
  return h("section", { class: isCompared ? "panel compare" : "panel", "aria-labelledby": "what" },
    h("h2", { id: "what" }, t(isCompared ? "web/result.compare" : "web/result.says")),
    isCompared && h("p", { class: "mt-s" }, t("web/result.compare-how")),
    h("dl", { class: "facts" }, inOrder.map(([name, value]) => h("div", {}, h("dt", {}, claim(name)),
      h("dd", {}, shown(language, name, value), isCompared && others(language, name, value))))),
    content.courses.length > 0 && h("details", { class: "mt" },
      h("summary", {}, t("web/result.courses", { n: content.courses.length })), courses(content.courses, language)));
}

// Dates become words; codes that have words become those; a decimal comma in Kazakh and Russian, as the paper prints it.
function shown(language: Language, name: string, value: LocalizedText): string {
  const text = value[language];
  if (name === "gpa" && language !== "en") return text.replace(".", ",");
  const key = `web/value.${name}.${text}`;
  return has(key) ? say(language, key) : dateIfIso(language, text);
}

const others = (language: Language, name: string, value: LocalizedText): Part => OTHERS[language]
  .filter((other, i, list) => value[other] !== value[language] && list.findIndex((one) => value[one] === value[other]) === i)
  .map((other) => h("span", { class: "alt", lang: other }, shown(other, name, value)));

function courses(list: NonNullable<Report["content"]>["courses"], language: Language): HTMLElement {
  const t = (key: string): string => say(language, key);
  const cell = (label: string, value: string, kind = ""): HTMLElement => h("td", { role: "cell", class: kind, "data-label": label }, value);
  return table("table fold", t("web/courses"), [t("web/course"), t("web/credits"), t("web/percent"), t("web/letter")],
    list.map((one) => h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, one.name[language]),
      cell(t("web/credits"), String(one.credits), "num"), cell(t("web/percent"), String(one.percent), "num"), cell(t("web/letter"), one.letter))));
}

function checks({ checks: list }: Report, language: Language): HTMLElement {
  const t = (key: string): string => say(language, key);
  const row = (kind: string): string => (kind === "failed" ? "is-bad" : kind === "not-checked" ? "is-unk" : "");
  return h("section", { class: "panel flush", "aria-labelledby": "chk" },
    h("div", { class: "panel-head" }, h("h2", { id: "chk" }, t("web/checked"))),
    table("table checks fold", t("web/checked"),
      [t("web/checked.check"), t("web/checked.result"), t("web/checked.evidence"), t("web/checked.age")],
      list.map((check) => {
        const said = detail(language, check);
        // What the sentence already says is not said again.
        const unsaid = Object.entries(evidence(language, check)).filter(([name, value]) =>
          !said.toLowerCase().includes(value.toLowerCase()) && !(name === "silent" && value === "0"));
        const term = (name: string): string => (has(`web/evidence.${name}`) ? t(`web/evidence.${name}`) : name);
        return h("tr", { role: "row", class: row(check.state) },
          h("th", { scope: "row", role: "rowheader" }, t(`web/check.${check.name}`)),
          h("td", { role: "cell" }, h("span", { class: `state ${STATE_CLASS[check.state]}` }, icon(STATE_CLASS[check.state] as "ok"),
            t(`web/state.${check.state}`))),
          h("td", { role: "cell" }, said, unsaid.map(([name, value]) => h("span", { class: "evid" }, `${term(name)}: ${value}`))),
          h("td", { role: "cell", "data-label": t("web/checked.age") }, check.age === null ? "" : ageOf(language, check.age)));
      })));
}

const table = (kind: string, caption: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement =>
  h("table", { class: kind, role: "table" }, h("caption", { class: "vh" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((head) => h("th", { scope: "col", role: "columnheader" }, head)))),
    h("tbody", { role: "rowgroup" }, rows));

function responsible({ issuer }: Report, language: Language): Part {
  if (issuer === null) return null;
  const t = (key: string, args: Args = {}): string => say(language, key, args);
  const who = (label: string, name: string): HTMLElement =>
    h("p", { class: "small mt-s" }, h("span", { class: "muted" }, label), h("br"), h("strong", {}, name));
  const operator = issuer.operatorName?.[language] ?? (issuer.operatorBin === "" ? "" : t("web/bin", { bin: issuer.operatorBin }));
  const permit = issuer.permit === "" ? "" : t("web/responsible.permit", { permit: issuer.permit });
  return h("section", { class: "panel", "aria-labelledby": "wh" }, h("h3", { id: "wh" }, t("web/responsible")),
    who(t("web/responsible.content"), issuer.initiatorName[language]),
    operator !== "" && who(t("web/responsible.record"), operator + permit));
}
