import { isArray, isObject, JsonNumber, text, type Json, type JsonObject } from "../foundation/json.js";
import { isProblem } from "../foundation/problem.js";
import type { PaperCore } from "../credentials/paper.js";
import { certificateOf } from "./certificates.js";
import { kindOf, type Presented } from "./presented.js";
import type { DisclosedContent, DisclosedCourse } from "./report.js";
import type { LocalizedText } from "./trust.js";

/** Reads out what the presented thing discloses, so that a person can compare it with the paper. Personal data. */

// Names of the protocol, not of the diploma.
const TECHNICAL = ["iss", "vct", "jti", "iat", "nbf", "exp", "cnf", "status", "sub", "courses", "vct#integrity", "aka_vcts"];

export const same = (value: string): LocalizedText => ({ kk: value, ru: value, en: value });

export function readContent(presented: Presented): DisclosedContent | null {
  const { disclosed, vc, core } = parts(presented);
  if (disclosed !== undefined) return fromSdJwt(disclosed);
  if (vc !== undefined) return certificateOf(kindOf(presented)) === null ? fromVc(vc) : fromCertificate(vc);
  return core === undefined ? null : fromPaper(core);
}

/** The institution's name as the form gives it; null when it does not. */
export function institutionName(presented: Presented): LocalizedText | null {
  const { disclosed, vc, core } = parts(presented);
  const named = disclosed?.get("institution") ?? disclosed?.get("recognition_body");
  if (named !== undefined) return localized(named);
  if (core !== undefined) return same(core.initiatorName);
  return words(vc?.get("issuer"), "name");
}

function parts({ forms }: Presented): { disclosed?: JsonObject; vc?: JsonObject; core?: PaperCore } {
  const sdJwt = forms.find((form) => form.disclosed !== undefined)?.disclosed;
  const vc = forms.find((form) => form.vc !== undefined)?.vc;
  const core = forms.find((form) => form.core !== undefined)?.core;
  return {
    ...(sdJwt === undefined || isProblem(sdJwt) ? {} : { disclosed: sdJwt.payload }),
    ...(vc === undefined ? {} : { vc }),
    ...(core === undefined ? {} : { core }),
  };
}

function fromSdJwt(payload: JsonObject): DisclosedContent {
  const facts = new Map<string, LocalizedText>();
  for (const [name, value] of payload) {
    const text = TECHNICAL.includes(name) ? null : localized(value);
    if (text !== null) facts.set(name, text);
  }
  const list = payload.get("courses");
  return { facts, courses: (isArray(list) ? list : []).map(course).filter((one) => one !== null) };
}

function course(item: Json): DisclosedCourse | null {
  const name = isObject(item) ? threeLanguages(item) : null;
  if (!isObject(item) || name === null) return null;
  const number = (member: string): number => {
    const value = item.get(member);
    const whole = value instanceof JsonNumber ? value.whole : null;
    return whole !== null && Math.abs(whole) <= 0x7fffffff ? whole : 0;
  };
  const [code, letter] = [text(item, "code") ?? "", text(item, "letter") ?? ""];
  return { code, name, credits: number("credits"), percent: number("percent"), letter };
}

// The badge names fewer things apart; what it has, it has under these claim names of the SD-JWT.
function fromVc(vc: JsonObject): DisclosedContent {
  const facts = new Map<string, LocalizedText>();
  const add = (name: string, text: LocalizedText | null): void => {
    if (text !== null) facts.set(name, text);
  };
  const subject = vc.get("credentialSubject");
  if (subject !== undefined) {
    add("name", nameOf(subject));
    add("diploma_number", words(subject, "licenseNumber"));
    const achievement = isObject(subject) ? subject.get("achievement") : undefined;
    add("qualification", words(achievement, "name"));
    add("programme", words(achievement, "description"));
    add("programme_code", words(achievement, "humanCode"));
  }
  add("institution", words(vc.get("issuer"), "name"));
  const date = text(vc, "awardedDate");
  add("award_date", date !== null && date.length >= 10 ? same(date.slice(0, 10)) : null);
  return { facts, courses: [] };
}

// The members are those of the SD-JWT but for the holder's name, whose word means something else in VC 2.0.
function fromCertificate(vc: JsonObject): DisclosedContent {
  const facts = new Map<string, LocalizedText>();
  const subject = vc.get("credentialSubject");
  for (const [name, value] of isObject(subject) ? subject : []) {
    const text = localized(value);
    if (text !== null) facts.set(name === "holder_name" ? "name" : name, text);
  }
  return { facts, courses: [] };
}

// identifier: three names in the order kk, ru, en, as the issuer writes them.
function nameOf(subject: Json): LocalizedText | null {
  const list = isObject(subject) ? subject.get("identifier") : undefined;
  const names = (isArray(list) ? list : []).filter((one) => text(one, "identityType") === "name");
  const [kk, ru, en] = names.map((one) => text(one, "identityHash") ?? "");
  return names.length === 3 ? { kk: kk!, ru: ru!, en: en! } : null;
}

const fromPaper = (core: PaperCore): DisclosedContent => ({
  facts: new Map([
    ["name", { kk: core.nameKk, ru: core.nameKk, en: core.nameLatin }],
    ["diploma_number", same(core.number)],
    ["qualification", { kk: core.qualificationKk, ru: core.qualificationKk, en: core.qualificationEn }],
    ["institution", same(core.initiatorName)],
    ["award_date", same(core.awardDate)],
  ]),
  courses: [],
});

function words(item: Json | undefined, name: string): LocalizedText | null {
  const value = isObject(item) ? item.get(name) : undefined;
  return value === undefined ? null : localized(value);
}

function localized(value: Json): LocalizedText | null {
  if (typeof value === "string") return same(value);
  if (value instanceof JsonNumber) return same(value.raw);
  if (typeof value === "boolean") return same(String(value));
  return isObject(value) ? threeLanguages(value) : null;
}

// Null when one of the three languages is missing.
function threeLanguages(value: JsonObject): LocalizedText | null {
  const [kk, ru, en] = [text(value, "kk"), text(value, "ru"), text(value, "en")];
  return kk === null || ru === null || en === null ? null : { kk, ru, en };
}
