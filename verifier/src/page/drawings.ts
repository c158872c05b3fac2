import type { CheckState, Verdict } from "../verification/report.js";
import { drawing } from "./dom.js";

/** The marks and icons of the server's pages (Web/Parts/Mark.razor, Icon.razor, Seal.razor). */

export const VERDICT_CLASS: Readonly<Record<Verdict, string>> =
  { "in-force": "ok", "not-in-force": "hold", "not-genuine": "bad", "could-not-check": "unk" };

export const STATE_CLASS: Readonly<Record<CheckState, string>> =
  { passed: "ok", failed: "bad", "not-checked": "unk", "not-applicable": "na" };

const path = (d: string, more: Record<string, string> = {}): readonly [string, Record<string, string>] => ["path", { d, ...more }];
const circle = (r: string, more: Record<string, string> = {}): readonly [string, Record<string, string>] =>
  ["circle", { cx: "32", cy: "32", r, ...more }];

/** The four silhouettes of a verdict: disc, diamond, octagon, broken ring. They differ in black and white. */
const MARKS: Readonly<Record<Verdict, readonly (readonly [string, Record<string, string>])[]>> = {
  "in-force": [circle("29"), circle("23", { "stroke-width": "1.5" }), path("M21 33l8 8 15-17", { "stroke-width": "5" })],
  "not-in-force": [path("M32 3L61 32 32 61 3 32z"), path("M19 32h26", { "stroke-width": "6" })],
  "not-genuine": [path("M20.5 4h23L60 20.5v23L43.5 60h-23L4 43.5v-23z"), path("M22 22l20 20M42 22L22 42", { "stroke-width": "5.5" })],
  "could-not-check": [circle("28.5", { "stroke-dasharray": "9 6.92" }),
    path("M24 25.5c.6-5.3 4-7.7 8.2-7.7 4.8 0 8.2 2.9 8.2 7.2 0 6-8.2 6.3-8.2 12.4M32.2 46v.2", { "stroke-width": "5" })],
};

export const mark = (verdict: Verdict): SVGElement => drawing("mark", "0 0 64 64", MARKS[verdict]);

const ICONS = {
  upload: [path("M12 15.5V4.5M7.5 9L12 4.5 16.5 9"), path("M4.5 15v4.5h15V15")],
  search: [["circle", { cx: "10.5", cy: "10.5", r: "6" }], path("M15 15l5.5 5.5")],
  qr: [path("M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4z"), path("M14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5zM20 14v1M14 20v-.5")],
  print: [path("M7 8.5v-5h10v5M7 17H4v-8.5h16V17h-3"), path("M7 14h10v6.5H7z")],
  lock: [path("M5.5 10.5h13v10h-13z"), path("M8 10.5V8a4 4 0 0 1 8 0v2.5")],
  ok: [["circle", { class: "solid", cx: "12", cy: "12", r: "9.5" }], path("M7.5 12.3l3 3 6-6.3", { class: "cut" })],
  bad: [path("M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z", { class: "solid" }), path("M8.5 8.5l7 7M15.5 8.5l-7 7", { class: "cut" })],
  unk: [["circle", { cx: "12", cy: "12", r: "9", "stroke-dasharray": "3.2 2.45", "stroke-width": "1.8" }],
    path("M9.3 9.6c.3-1.7 1.4-2.4 2.7-2.4 1.6 0 2.7 1 2.7 2.4 0 1.9-2.7 2-2.7 3.9M12 16.6v.1", { "stroke-width": "1.9" })],
  na: [path("M6.5 12h11", { "stroke-width": "2" })],
} as const satisfies Record<string, readonly (readonly [string, Record<string, string>])[]>;

export const icon = (name: keyof typeof ICONS): SVGElement => drawing("icon", "0 0 24 24", ICONS[name]);

const LINE = { fill: "none", stroke: "currentColor", "stroke-linecap": "round", "stroke-linejoin": "round" };

/** The seal, in the colour of the text around it. */
export const seal = (kind = ""): SVGElement => drawing(`seal ${kind}`, "0 0 64 64", [
  circle("29.5", { ...LINE, "stroke-width": "3" }),
  path("M32 40V27.5C32 18.5 26.8 15 21.6 15 15.4 15 11.6 19.6 11.6 25.4c0 5.4 3.5 9 7.7 9 3.5 0 6-2.5 6-5.7 0-2.5-1.7-4.2-3.8-4.2",
    { ...LINE, "stroke-width": "4.6" }),
  path("M32 27.5C32 18.5 37.2 15 42.4 15c6.2 0 10 4.6 10 10.4 0 5.4-3.5 9-7.7 9-3.5 0-6-2.5-6-5.7 0-2.5 1.7-4.2 3.8-4.2",
    { ...LINE, "stroke-width": "4.6" }),
  path("M32 43.5l5.2 5.2-5.2 5.2-5.2-5.2z", { fill: "currentColor" }),
]);
