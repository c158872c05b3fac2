import { inflateSync } from "fflate";
import { fromBase64, fromUtf8 } from "../foundation/bytes.js";

/** What the build packed (generate.mjs): raw DEFLATE in base64. For its own texts only, never for what was presented. */
export const unpack = (packed: string): string => fromUtf8(inflateSync(fromBase64(packed)!))!;
