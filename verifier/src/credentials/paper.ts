import { inflateRaw } from "../foundation/inflate.js";
import { fromBase64Url } from "../foundation/bytes.js";
import { isAssetId, isBin } from "../foundation/ids.js";
import { isObject, JsonNumber, parseJson, text, type Json } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { readDay } from "../foundation/time.js";

const CORE_SIZE_MAX_BYTES = 4096;
export const PAPER_SIZE_MAX = 2048;

/** The few facts that the paper QR proves without a network (docs/formats/paper-core.md). */
export interface PaperCore {
  readonly asset: string;
  readonly number: string;
  readonly nameKk: string;
  readonly nameLatin: string;
  readonly qualificationKk: string;
  readonly qualificationEn: string;
  readonly awardDate: string;
  readonly initiator: string;
  readonly initiatorName: string;
}

const MALFORMED = new Problem("credentials/paper-malformed");

/** Reads the signed core; refuses any other header, so also `alg: none`. The signature is the caller's affair. */
export function readPaper(compact: string): Outcome<{ keyId: string; core: PaperCore }> {
  const parts = compact.length <= PAPER_SIZE_MAX ? compact.split(".").map(fromBase64Url) : [];
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || signature?.length !== 64) return MALFORMED;
  const keyId = keyIdOf(parseJson(header, PAPER_SIZE_MAX));
  const json = inflateRaw(payload, CORE_SIZE_MAX_BYTES);
  const root = json === null ? MALFORMED : parseJson(json, CORE_SIZE_MAX_BYTES);
  const core = isProblem(root) ? null : readCore(root);
  return keyId === null || core === null ? MALFORMED : { keyId, core };
}

function keyIdOf(header: Outcome<Json>): string | null {
  if (isProblem(header) || !isObject(header) || header.size !== 4) return null;
  const isOurs = text(header, "alg") === "ES256" && text(header, "typ") === "mortanba-paper+jwt" && text(header, "zip") === "DEF";
  return isOurs ? text(header, "kid") : null;
}

function readCore(root: Json): PaperCore | null {
  const [q, s] = isObject(root) ? [root.get("q"), root.get("s")] : [];
  if (!isObject(root) || root.size !== 9 || !isObject(q) || q.size !== 2 || !isObject(s) || s.size !== 2) return null;
  const index = s.get("x");
  const whole = index instanceof JsonNumber ? (index.whole ?? -1) : -1;
  const [asset, initiator, awardDate] = [text(root, "id"), text(root, "b"), text(root, "d")];
  if (whole < 0 || whole > 0x7fffffff || !isAssetId(asset) || !isBin(initiator) || awardDate === null || readDay(awardDate) === null) {
    return null;
  }
  const [number, nameKk, nameLatin, initiatorName] = ["n", "k", "l", "i"].map((name) => text(root, name));
  const [qualificationKk, qualificationEn] = [text(q, "kk"), text(q, "en")];
  if (number == null || nameKk == null || nameLatin == null || initiatorName == null
    || qualificationKk === null || qualificationEn === null || text(s, "u") === null) {
    return null;
  }
  return { asset, number, nameKk, nameLatin, qualificationKk, qualificationEn, awardDate, initiator, initiatorName };
}

/** What a scanned or pasted QR text holds: the JWS behind `#`, null when only the link is there; undefined when it is no such text. */
export function readQr(qr: string): string | null | undefined {
  const match = qr.length > PAPER_SIZE_MAX + 512 ? null
    : /^https?:\/\/[^/?#\s]{1,255}(?:\/(?:kk|ru|en))?\/q\/[A-Za-z0-9_-]{22}(?:#([A-Za-z0-9_.-]+))?$/.exec(qr.trim());
  return match === null ? undefined : (match[1] ?? null);
}
