import { formatNumber, formatPercent } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { textWidth } from "../../../report/layout.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import { blankDrawing, drawAxisLabels, drawPanel, isDrawable, roundDomain } from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";

export interface EnrichmentDot {
  readonly name: string;
  /** A normalised enrichment score, or a ratio of shares. */
  readonly score: number;
  /** Members that were measured, or that are hits. */
  readonly size: number;
  readonly adjusted: number;
}

export interface EnrichmentDotsOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly score: string;
  /** What a dot's area shows. */
  readonly size: string;
  readonly fdr?: number;
  /** In the order that they are drawn in, from top to bottom. */
  readonly sets: readonly EnrichmentDot[];
}

const rowHeight = 22;
const radius = { least: 2.5, most: 9 };
const textSize = 11;

/** Sets of proteins by their scores, dots as large as their sizes, full where significant, as SVG text. */
export function enrichmentDots(options: EnrichmentDotsOptions): string {
  const { width = 720, fdr = 0.05 } = options;
  const sets = options.sets.filter(({ score }) => isDrawable(score));
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const names = sets.map(({ name }) => cut(readable(name), width < 500 ? 22 : 44));
  const left = 12 + Math.max(60, ...names.map((name) => textWidth(name, textSize)));
  const top = header.height + 40;
  const height = top + Math.max(1, sets.length) * rowHeight + 48;
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  const scores = sets.map(({ score }) => score);
  const domain = roundDomain([0, ...scores]);
  const panel = drawPanel(drawing, {
    left,
    top,
    width: width - left - 14,
    height: Math.max(1, sets.length) * rowHeight,
    x: { domain },
    y: { domain: [0, 1], ticks: [] },
  });
  const most = Math.max(1, ...sets.map(({ size }) => size));
  const zero = panel.x(0);
  drawing.add("line", {
    x1: zero,
    x2: zero,
    y1: panel.top,
    y2: panel.bottom,
    stroke: "currentColor",
    "stroke-opacity": 0.35,
  });
  for (const [at, set] of sets.entries()) {
    const y = top + (at + 0.5) * rowHeight;
    drawing.add("text", { x: left - 10, y: y + 4, "text-anchor": "end", "font-size": textSize }, names[at]);
    const [x, colour] = [panel.x(set.score), colourAt(set.score >= 0 ? 1 : 0)];
    drawing.add("line", { x1: zero, x2: x, y1: y, y2: y, stroke: colour, "stroke-opacity": 0.5 });
    const full = set.adjusted <= fdr;
    const dot = drawing.add("circle", {
      cx: x,
      cy: y,
      r: radiusOf(set.size, most),
      fill: full ? colour : colours.paper,
      stroke: colour,
      "stroke-width": 1.5,
    });
    drawing.say(
      dot,
      `${set.name}: ${options.score} ${formatNumber(set.score)}, ${options.size} ${set.size}, adjusted p ${formatNumber(set.adjusted)}`,
    );
  }
  if (sets.length === 0) drawing.add("text", { x: width / 2, y: top + 12, fill: colours.muted }, "No sets");
  drawSizes(drawing, { right: width, y: header.height + 16, label: options.size, most });
  drawAxisLabels(drawing, { x: options.score }, { right: width, bottom: height - 8, top: 0 });
  drawing.add(
    "text",
    { x: 0, y: height - 8, "text-anchor": "start", fill: colours.muted },
    `filled: adjusted p ≤ ${formatNumber(fdr)}`,
  );
  return finish(drawing, { id: options.id, title: options.title, description: describe(sets, options, fdr) });
}

const radiusOf = (size: number, most: number): number =>
  radius.least + (radius.most - radius.least) * Math.sqrt(Math.max(0, size) / most);

/** The key to the areas: a small, a middle and the largest one. */
function drawSizes(
  drawing: Drawing,
  {
    right,
    y,
    label,
    most,
  }: { readonly right: number; readonly y: number; readonly label: string; readonly most: number },
): void {
  const sizes = [...new Set([1, Math.max(1, Math.round(most / 3)), most])].reverse();
  let x = right;
  for (const size of sizes) {
    const text = String(size);
    drawing.add("text", { x, y: y + 4, "text-anchor": "end", "font-size": textSize }, text);
    x -= textWidth(text, textSize) + 6 + radiusOf(size, most);
    drawing.add("circle", { cx: x, cy: y, r: radiusOf(size, most), fill: "none", stroke: "currentColor" });
    x -= radiusOf(size, most) + 10;
  }
  drawing.add("text", { x, y: y + 4, "text-anchor": "end", "font-size": textSize }, label);
}

/** Names of sets as they are published are in capitals with underlines. */
const readable = (name: string): string => name.replaceAll("_", " ");

const cut = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;

function describe(sets: readonly EnrichmentDot[], { score }: EnrichmentDotsOptions, fdr: number): string {
  const significant = sets.filter(({ adjusted }) => adjusted <= fdr);
  const named = significant.slice(0, 5).map(({ name, score: value }) => `${name} ${formatNumber(value)}`);
  const some = named.length === 0 ? "" : ` ${score}: ${named.join("; ")}.`;
  return `${sets.length} sets, ${significant.length} at a false discovery rate of ${formatPercent(fdr)}.${some}`;
}
