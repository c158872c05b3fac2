import { packedTexts } from "../generated/texts.js";
import { readDay, readTime, type Time } from "../foundation/time.js";
import type { Check } from "../verification/report.js";
import { unpack } from "./packed.js";

/** The words of the server's pages (src/Hosts/Mortanba/Locales), filled in as the server fills them in. */

export const LANGUAGES = ["kk", "ru", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const texts = JSON.parse(unpack(packedTexts)) as Readonly<Record<Language, Readonly<Record<string, string>>>>;

export type Args = Readonly<Record<string, string | number>>;

const NO_BREAK_SPACE = "\u00a0";

// Kazakhstan has one time zone since 1 March 2024.
const ASTANA = 5 * 60 * 60 * 1000;

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  kk: ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
  ru: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};
const KAZAKH_LOCATIVES = ["да", "да", "да", "де", "да", "да", "де", "да", "те", "да", "да", "да"];

export const has = (key: string): boolean => Object.hasOwn(texts.en, key);

/** The text of a key with its arguments; the key itself when there is none. `{n|entry|entries}` takes the form that fits n. */
export function say(language: Language, key: string, args: Args = {}): string {
  const text = has(key) ? texts[language][key]! : key;
  return text.replace(/\{([^}|]+)(?:\|([^}]*))?\}/g, (whole, name: string, forms: string | undefined) => {
    const value = Object.hasOwn(args, name) ? args[name]! : undefined;
    if (forms === undefined) return value === undefined ? whole : typeof value === "number" ? number(value) : value;
    const offered = forms.split("|");
    return offered[Math.min(pluralForm(language, /^[+-]?\d+$/.test(String(value)) ? Number(value) : 0), offered.length - 1)]!;
  });
}

const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);

// CLDR plural categories, cut to the forms a text offers.
function pluralForm(language: Language, n: number): number {
  if (language === "kk") return 0;
  if (language === "en") return n === 1 ? 0 : 1;
  if (n % 10 === 1 && n % 100 !== 11) return 0;
  return n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? 1 : 2;
}

const pad = (value: number): string => String(value).padStart(2, "0");

function date(language: Language, day: Date): string {
  const month = MONTHS[language][day.getUTCMonth()]!;
  const [year, date] = [day.getUTCFullYear(), day.getUTCDate()];
  return language === "kk" ? `${year} жылғы ${date} ${month}` : language === "ru" ? `${date} ${month} ${year} года` : `${date} ${month} ${year}`;
}

/** 26 June 2026, in Astana. */
export const dateOf = (language: Language, at: Time): string => date(language, new Date(at + ASTANA));

/** A date as it stands in a sentence, "on 26 June 2026": Kazakh takes its locative ending. */
export const onDate = (language: Language, at: Time): string => {
  const day = new Date(at + ASTANA);
  return date(language, day) + (language === "kk" ? KAZAKH_LOCATIVES[day.getUTCMonth()]! : "");
};

/** 26 June 2026, 18:02, in Astana. */
export function timeOf(language: Language, at: Time): string {
  const local = new Date(at + ASTANA);
  return `${date(language, local)}, ${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`;
}

/** A value that is an ISO date becomes words; anything else stays as it is. */
export function dateIfIso(language: Language, text: string): string {
  const day = readDay(text);
  return day === null ? text : date(language, new Date(day));
}

/** The day as it stands in a sentence, for a claim that is an ISO date; null when it is none. */
export function onIsoDate(language: Language, text: string): string | null {
  const day = readDay(text);
  return day === null ? null : onDate(language, day - ASTANA);
}

/** The words for an age: the largest whole unit. */
export function ageOf(language: Language, milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const [unit, size] = seconds < 1 ? ["now", 1] : seconds < 60 ? ["seconds", 1] : seconds < 3600 ? ["minutes", 60]
    : seconds < 48 * 3600 ? ["hours", 3600] : ["days", 86400];
  return say(language, `web/age.${unit}`, { n: Math.trunc(seconds / (size as number)) });
}

/** What a check found, in the reader's language. */
export const detail = (language: Language, check: Check): string => say(language, check.reason, evidence(language, check));

/** The evidence as a person reads it: days for times, words for codes that have words. */
export const evidence = (language: Language, check: Check): Record<string, string> =>
  Object.fromEntries(Object.entries(check.evidence).map(([name, value]) => [name, evidenceValue(language, value)]));

function evidenceValue(language: Language, value: string): string {
  const at = readTime(value);
  if (at !== null) return dateOf(language, at);
  const codes = [...new Set(dateIfIso(language, value).split(", "))];
  const shown = codes.length === 1 ? codes : codes.filter((code) => code !== "valid");
  return shown.map((code) => {
    const key = [`web/evidence-value.${code}`, `web/form.${code}`].find(has);
    return key === undefined ? code : say(language, key);
  }).join(", ");
}
