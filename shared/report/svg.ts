import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** What drawing needs of a DOM element; the project is type-checked without the DOM's own types. */
export interface SvgElement {
  readonly tagName: string;
  readonly children: Iterable<SvgElement>;
  readonly attributes: Iterable<{ readonly name: string; value: string }>;
  readonly outerHTML: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  appendChild(child: SvgElement): unknown;
  prepend(...children: SvgElement[]): void;
  querySelector(selector: string): SvgElement | null;
  remove(): void;
}

/** A plot with its scales, open for what the plotting library does not draw. */
export interface Drawing {
  readonly root: SvgElement;
  /** Pixel of a value on a scale that the plot has. */
  position(axis: "x" | "y", value: number): number;
  /** Pixels that one step of a band scale takes, without its padding; 0 for other scales. */
  bandwidth(axis: "x" | "y"): number;
  add(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SvgElement;
  /** Says what an element is when a pointer rests on it. */
  say(element: SvgElement, text: string): void;
}

const namespace = "http://www.w3.org/2000/svg";
const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Draws with Observable Plot on a document of our own: no browser and no canvas. */
export function drawPlot(options: Plot.PlotOptions): Drawing {
  const plot = Plot.plot({ ...options, document });
  const root: SvgElement = plot;
  return {
    root,
    position: (axis, value) => Number(plot.scale(axis)?.apply(value)),
    bandwidth: (axis) => Number(plot.scale(axis)?.bandwidth ?? 0),
    add: (name, attributes, text) => {
      const element = createElement(name, attributes, text);
      root.appendChild(element);
      return element;
    },
    say: (element, text) => {
      element.appendChild(createElement("title", {}, text));
    },
  };
}

/**
 * The drawing as text: a labelled image for a screen reader, no style element (a page may forbid them), ids
 * that follow from `id` alone.
 */
export function finish(
  { root }: Drawing,
  { id, title, description }: { readonly id: string; readonly title: string; readonly description: string },
): string {
  root.querySelector("style")?.remove();
  root.removeAttribute("class");
  round(root);
  const attributes = {
    xmlns: namespace,
    id,
    role: "img",
    "aria-labelledby": `${id}-title ${id}-desc`,
    "font-size": "12",
  };
  for (const [name, value] of Object.entries(attributes)) root.setAttribute(name, value);
  root.prepend(
    createElement("title", { id: `${id}-title` }, title),
    createElement("desc", { id: `${id}-desc` }, description),
  );
  return printable(root.outerHTML);
}

const margin = 16;

/** The same plot as a file of its own: dark on white with a margin, in colours that need no style sheet. */
export function standaloneSvg(svg: string): string {
  const plain = svg.replaceAll(/var\(--[a-z0-9-]+, ?([^()]+)\)/g, "$1");
  const size = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(plain);
  const [width, height] = [Number(size?.[1]) + 2 * margin, Number(size?.[2]) + 2 * margin];
  const end = plain.indexOf(">") + 1;
  const opening = plain
    .slice(0, end)
    .replace(/viewBox="[^"]*"/, `viewBox="${-margin} ${-margin} ${width} ${height}"`)
    .replace(/ width="[^"]*"/, ` width="${width}"`)
    .replace(/ height="[^"]*"/, ` height="${height}"`)
    .replace("<svg", '<svg color="#1b1e23"');
  const paper = `<rect x="${-margin}" y="${-margin}" width="${width}" height="${height}" fill="#ffffff" />`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${opening}${paper}${plain.slice(end)}\n`;
}

function createElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SvgElement {
  const element: SvgElement = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = printable(text);
  return element;
}

/** Without the characters that XML cannot hold, escaped or not. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

const geometry = new Set([
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "width",
  "height",
  "r",
  "cx",
  "cy",
  "d",
  "transform",
]);

/** Hundredths of a pixel are enough: a third of the bytes, and no digits that depend on the processor. */
function round(element: SvgElement): void {
  for (const attribute of element.attributes)
    if (geometry.has(attribute.name))
      attribute.value = attribute.value.replaceAll(/-?\d+\.\d{3,}(?!\d*e)/g, (n) =>
        String(Number(Number(n).toFixed(2))),
      );
  for (const child of element.children) round(child);
}
