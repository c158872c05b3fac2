import { isArray, isObject, JsonNumber, text, type Json, type JsonObject } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import { MINUTE, type Time } from "../foundation/time.js";
import type { Disclosed, SdJwt } from "./sdJwt.js";

const CLOCK_SKEW = 5 * MINUTE;

// Year 9999.
const SECONDS_MAX = 253402300799;

// draft-ietf-oauth-sd-jwt-vc section 2.2.2.2: neither these nor anything inside them may be selectively disclosable.
const NEVER_DISCLOSABLE = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/** An SD-JWT VC whose rules hold. */
export interface SdJwtVc {
  readonly type: string;
  readonly issuer: string | null;
  readonly id: string | null;
}

/** Applies the rules of SD-JWT VC to an SD-JWT whose disclosures are processed; the signature is the caller's affair. */
export function checkSdJwtVc(sdJwt: SdJwt, disclosed: Disclosed, now: Time): Outcome<SdJwtVc> {
  if (sdJwt.jws.type !== "dc+sd-jwt") return new Problem("sdjwt/type");
  const hidden = disclosed.claims.find((claim) => claim.isOutermost && NEVER_DISCLOSABLE.includes(claim.name ?? ""));
  if (hidden !== undefined) return new Problem("sdjwt/never-disclosable", { claim: hidden.name! });
  const { payload } = sdJwt;
  for (const claim of NEVER_DISCLOSABLE) {
    if (payload.has(claim) && hidesSomething(payload.get(claim)!)) return new Problem("sdjwt/never-disclosable", { claim });
  }
  const type = text(payload, "vct");
  if (type === null || type === "") return new Problem("sdjwt/vct-missing");
  const refused = untimely(payload, now) ?? unknownStatus(payload);
  if (isProblem(refused)) return refused;
  const shownId = disclosed.claims.some((claim) => claim.name === "jti") ? text(disclosed.payload, "jti") : null;
  return { type, issuer: text(payload, "iss"), id: text(payload, "jti") ?? shownId };
}

function hidesSomething(value: Json): boolean {
  if (isObject(value)) return [...value].some(([name, member]) => name === "_sd" || name === "..." || hidesSomething(member));
  return isArray(value) && value.some(hidesSomething);
}

function seconds(payload: JsonObject, name: string): Time | null {
  const value = payload.get(name);
  const number = value instanceof JsonNumber ? value.value : -1;
  return number >= 0 && number <= SECONDS_MAX ? number * 1000 : null;
}

// A claim that is there but unreadable refuses, since it says something that was not understood.
function untimely(payload: JsonObject, now: Time): Problem | null {
  const unread = ["exp", "nbf", "iat"].find((claim) => payload.has(claim) && seconds(payload, claim) === null);
  if (unread !== undefined) return new Problem("sdjwt/malformed-time", { claim: unread });
  const expires = seconds(payload, "exp");
  if (expires !== null && now >= expires + CLOCK_SKEW) return new Problem("sdjwt/expired");
  const notBefore = seconds(payload, "nbf");
  return notBefore !== null && now < notBefore - CLOCK_SKEW ? new Problem("sdjwt/not-yet-valid") : null;
}

// A status claim that cannot be read must not pass for "no status". Offline the list itself is not asked.
function unknownStatus(payload: JsonObject): Problem | null {
  const status = payload.get("status");
  if (status === undefined) return null;
  const list = isObject(status) && status.size === 1 ? status.get("status_list") : undefined;
  const index = isObject(list) ? list.get("idx") : undefined;
  const isKnown = (text(list, "uri") ?? "") !== "" && index instanceof JsonNumber && (index.whole ?? -1) >= 0;
  return isKnown ? null : new Problem("sdjwt/unknown-status");
}
