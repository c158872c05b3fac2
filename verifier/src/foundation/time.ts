/** Times are milliseconds since 1970, as everywhere in JavaScript. */
export type Time = number;

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

const WHOLE_SECONDS = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;

function instant(parts: readonly string[]): Time | null {
  const [year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second);
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() : null;
}

/** RFC 3339 with whole seconds and Z, as ledger entries and trust bundles carry it; null for anything else. */
export function readTime(text: string | null): Time | null {
  const match = WHOLE_SECONDS.exec(text ?? "");
  return match === null ? null : instant(match.slice(1));
}

export const writeTime = (at: Time): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

/** A calendar day `YYYY-MM-DD`, as a number that grows with the day; null for anything else. */
export const readDay = (text: string | null): number | null => readTime(`${text}T00:00:00Z`);

const STAMP =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|([+-])(\d{2}):(\d{2}))$/;

/** XML Schema `dateTimeStamp` (VC Data Model 2.0 section 4.9): the offset may not be left out. */
export function readStamp(text: string | null): Time | null {
  const match = STAMP.exec(text ?? "");
  if (match === null) return null;
  const fraction = match[7] ?? "";
  // XSD writes the end of a day as 24:00:00.
  const isEndOfDay = match[4] === "24" && match[5] === "00" && match[6] === "00";
  if (isEndOfDay && /[1-9]/.test(fraction)) return null;
  const parts = [...match.slice(1, 4), isEndOfDay ? "00" : match[4]!, match[5]!, match[6]!];
  const local = instant(parts);
  const [hours, minutes] = [Number(match[10] ?? 0), Number(match[11] ?? 0)];
  if (local === null || minutes > 59 || hours * 60 + minutes > 14 * 60) return null;
  const offset = (match[9] === "-" ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
  return local - offset + (isEndOfDay ? DAY : 0) + Math.floor(Number(`0.${fraction || 0}`) * 1000);
}
