import { fromUtf8, utf8, type Bytes } from "../foundation/bytes.js";
import { isObject, parseJson } from "../foundation/json.js";
import { isProblem, Problem, type Outcome } from "../foundation/problem.js";
import type { Time } from "../foundation/time.js";
import { PAPER_SIZE_MAX, readQr } from "../credentials/paper.js";
import { readDiplomaFile, type CarriedAnchor, type DiplomaFile, type ProvenEntry } from "../documents/diplomaFile.js";
import { findDiploma, looksLikePdf } from "../documents/pdf.js";
import { paperForm, sdJwtForm, vcForm, type CredentialKind, type SignedForm } from "./forms.js";

export type FormName = "diploma-file" | "pdf" | "sd-jwt" | "vc" | "paper" | "unknown";

/** What was presented, recognised and taken apart. */
export interface Presented {
  readonly form: FormName;
  /** Why nothing further can be read; null when something can. */
  readonly refused: Problem | null;
  readonly forms: readonly SignedForm[];
  readonly entries: readonly ProvenEntry[];
  /** Null when none came along. */
  readonly checkpoint: string | null;
  /** An anchor of an earlier tree; null when none came along. */
  readonly anchor: CarriedAnchor | null;
}

/** What the forms are credentials of; `other` when they differ, null when all are too broken to tell. */
export const kindOf = ({ forms }: Presented): CredentialKind | null => forms.reduce<CredentialKind | null>(
  (kind, one) => (kind === null || one.kind === null || one.kind === kind ? kind ?? one.kind : "other"), null);

const unreadable = (form: FormName, refused: Problem): Presented => ({ form, refused, forms: [], entries: [], checkpoint: null, anchor: null });

const alone = (form: FormName, signed: SignedForm): Presented =>
  ({ form, refused: null, forms: [signed], entries: [], checkpoint: null, anchor: null });

/** PDF, diploma file, SD-JWT, VC, paper QR text or its core: told apart by their first bytes, never by a name. */
export function recognise(bytes: Bytes, now: Time): Presented {
  if (looksLikePdf(bytes)) {
    const embedded = findDiploma(bytes);
    return isProblem(embedded) ? unreadable("pdf", embedded) : open("pdf", readDiplomaFile(embedded), now);
  }
  const trimmed = trim(bytes);
  if (trimmed.length === 0) return unreadable("unknown", new Problem("verification/empty"));
  if (trimmed[0] === 0x7b) return json(trimmed, now);
  return trimmed.includes(0x7e) ? alone("sd-jwt", sdJwtForm(trimmed, now)) : qrText(trimmed);
}

// Editors put a byte order mark in front of what they save.
function trim(bytes: Bytes): Bytes {
  let [start, end] = [bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0, bytes.length];
  const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
  while (start < end && isSpace(bytes[start]!)) start++;
  while (end > start && isSpace(bytes[end - 1]!)) end--;
  return bytes.subarray(start, end);
}

function json(bytes: Bytes, now: Time): Presented {
  const file = readDiplomaFile(bytes);
  // Only "this is another kind of JSON" sends us on; a broken diploma file stays one.
  if (!isProblem(file) || file.code !== "documents/file-wrong-type") return open("diploma-file", file, now);
  const root = parseJson(bytes);
  const form = !isProblem(root) && isObject(root) ? vcForm(root, true) : null;
  return form === null || form.malformed?.code === "verification/vc-malformed"
    ? unreadable("unknown", new Problem("verification/form-unknown"))
    : alone("vc", form);
}

function open(form: FormName, file: Outcome<DiplomaFile>, now: Time): Presented {
  if (isProblem(file)) return unreadable(form, file);
  const { sdJwt, vc, paper, entries, checkpoint, anchor } = file;
  const forms = [
    ...(sdJwt === null ? [] : [sdJwtForm(utf8(sdJwt), now)]),
    ...(vc === null ? [] : [vcForm(vc, false)]),
    ...(paper === null ? [] : [paperForm(paper)]),
  ];
  return { form, refused: null, forms, entries, checkpoint, anchor };
}

// A scanned QR text, or the compact JWS alone.
function qrText(bytes: Bytes): Presented {
  const text = bytes.length > PAPER_SIZE_MAX + 512 ? null : fromUtf8(bytes);
  const jws = text === null ? undefined : readQr(text);
  if (jws === null) return unreadable("paper", new Problem("verification/link-without-core"));
  if (jws !== undefined) return alone("paper", paperForm(jws));
  return text?.split(".").length === 3
    ? alone("paper", paperForm(text))
    : unreadable("unknown", new Problem("verification/form-unknown"));
}
