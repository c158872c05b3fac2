import { LANGUAGES, say, type Language } from "../words/words.js";
import "./component.js";

/** The page of its own: takes the trust bundle that the build put in, the language of the browser, and keeps the title right. */

const verifier = document.querySelector("mortanba-verify")!;
const embedded = document.getElementById("trust")?.textContent;
if (embedded) verifier.loadTrust(new TextEncoder().encode(embedded));

function speak(language: Language): void {
  document.documentElement.lang = language;
  document.title = `${say(language, "verifier/title")} – ${say(language, "web/brand")}`;
}

const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
const asked = location.hash.slice(1);
const language = LANGUAGES.find((one) => one === asked)
  ?? wanted.map((tag) => LANGUAGES.find((one) => one === tag)).find((one) => one !== undefined) ?? "kk";
verifier.lang = language;
speak(language);
verifier.addEventListener("mortanba-language", (event) => speak((event as CustomEvent<Language>).detail));
// A file dropped beside the panel must not take the page away.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
