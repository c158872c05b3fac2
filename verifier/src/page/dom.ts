/** Makes elements from parts; text is always text, so nothing that was presented can become markup. */

export type Part = Node | string | null | false | readonly Part[];

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

function fill<T extends Element>(element: T, attributes: Attributes, parts: readonly Part[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  const append = (part: Part): void => {
    if (Array.isArray(part)) part.forEach(append);
    else if (part !== null && part !== false) element.append(part as Node | string);
  };
  parts.forEach(append);
  return element;
}

export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...parts: readonly Part[]
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, parts);

/** A drawing of the design kit: each path by its attributes. */
export function drawing(kind: string, viewBox: string, shapes: readonly (readonly [tag: string, attributes: Attributes])[]): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const make = (tag: string, attributes: Attributes): SVGElement => fill(document.createElementNS(space, tag) as SVGElement, attributes, []);
  const svg = make("svg", { class: kind, viewBox, "aria-hidden": "true" });
  svg.append(...shapes.map(([tag, attributes]) => make(tag, attributes)));
  return svg;
}
