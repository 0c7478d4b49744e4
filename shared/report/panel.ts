import type * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { textWidth } from "./layout.ts";
import { colours } from "./palette.ts";
import { type Drawing, drawPlot } from "./svg.ts";

/** A linear axis of a panel. */
export interface PanelAxis {
  readonly domain: readonly [number, number];
  readonly ticks?: readonly number[];
  readonly format?: (value: number) => string;
}

export interface PanelOptions {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  /** Printed above its top left corner. */
  readonly name?: string;
  /** Printed after the name, in the muted colour. */
  readonly remark?: string;
  /** Whether numbers stand at its axes; both where absent. */
  readonly numbers?: { readonly x?: boolean; readonly y?: boolean };
}

/** A drawn panel: where a value of its axes stands. */
export interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(value: number): number;
  y(value: number): number;
}

const size = 11;

/** A drawing in pixels, without scales; its marks are in pixels, too. */
export const blankDrawing = (width: number, height: number, marks: readonly Plot.Markish[] = []): Drawing =>
  drawPlot({
    width,
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks: [...marks],
  });

/** Draws a panel's grid, base line and numbers; one plot may have many, for small multiples. */
export function drawPanel(drawing: Drawing, options: PanelOptions): Panel {
  const { left, top, width, height, numbers = {} } = options;
  const panel = panelOf(options);
  const xTicks = options.x.ticks ?? roundTicks(options.x.domain, Math.max(2, Math.floor(width / 70)));
  const yTicks = options.y.ticks ?? roundTicks(options.y.domain, Math.max(2, Math.floor(height / 45)));
  for (const tick of yTicks) {
    line(drawing, [left, panel.y(tick), left + width, panel.y(tick)], 0.1);
    if (numbers.y === false) continue;
    const text = (options.y.format ?? formatNumber)(tick);
    drawing.add("text", { x: left - 6, y: panel.y(tick) + 4, "text-anchor": "end", "font-size": size }, text);
  }
  line(drawing, [left, top + height, left + width, top + height], 0.6);
  for (const tick of xTicks) {
    line(drawing, [panel.x(tick), top + height, panel.x(tick), top + height + 4], 0.6);
    if (numbers.x === false) continue;
    const text = (options.x.format ?? formatNumber)(tick);
    const place = { x: panel.x(tick), y: top + height + 16, "text-anchor": "middle", "font-size": size };
    drawing.add("text", place, text);
  }
  if (options.name !== undefined) {
    drawing.add("text", { x: left, y: top - 8, "text-anchor": "start", "font-weight": 600 }, options.name);
  }
  if (options.remark !== undefined) {
    const x = left + (options.name === undefined ? 0 : textWidth(options.name, 12) * 1.08 + 8);
    drawing.add("text", { x, y: top - 8, "text-anchor": "start", fill: colours.muted }, options.remark);
  }
  return panel;
}

/** Where a panel's values stand, without drawing it. */
export function panelOf({ left, top, width, height, x, y }: PanelOptions): Panel {
  const share = ([low, high]: readonly [number, number], value: number) =>
    Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  return {
    left,
    right: left + width,
    top,
    bottom: top + height,
    x: (value) => left + share(x.domain, value) * width,
    y: (value) => top + (1 - share(y.domain, value)) * height,
  };
}

/** About so many round numbers in a domain: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks([low, high]: readonly [number, number], count: number): number[] {
  const step = roundStep((high - low) / Math.max(1, count));
  if (!(step > 0) || !Number.isFinite(step)) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => tidy((first + at) * step));
}

/** Whether a number can be drawn: differences of greater ones are none any more. */
export const isDrawable = (value: number): boolean => Math.abs(value) <= 1e200;

/** The domain of the values that can be drawn, rounded outwards to steps of its ticks; [0, 1] without any. */
export function roundDomain(values: Iterable<number>, count = 5): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!isDrawable(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-200) return [-1, 1];
  if (high - low <= 1e-9 * size) return [low - 0.1 * size, high + 0.1 * size];
  const step = roundStep((high - low) / count);
  return [tidy(Math.floor(low / step + 1e-9) * step), tidy(Math.ceil(high / step - 1e-9) * step)];
}

/** Many dots of one colour as one path: a tenth of the bytes of circles. */
export function drawDots(
  drawing: Drawing,
  places: Iterable<readonly [x: number, y: number]>,
  look: { readonly colour: string; readonly radius: number; readonly opacity?: number },
): void {
  const moves = new Set<string>();
  for (const [x, y] of places) moves.add(`M${Math.round(2 * x) / 2},${Math.round(2 * y) / 2}h0`);
  if (moves.size === 0) return;
  drawing.add("path", {
    d: [...moves].join(""),
    fill: "none",
    stroke: look.colour,
    "stroke-width": 2 * look.radius,
    "stroke-linecap": "round",
    "stroke-opacity": look.opacity ?? 1,
  });
}

/** The label of the horizontal axis, under its right end, and of the vertical one, above its top. */
export function drawAxisLabels(
  drawing: Drawing,
  labels: { readonly x?: string; readonly y?: string },
  place: { readonly right: number; readonly bottom: number; readonly top: number },
): void {
  if (labels.y !== undefined) {
    drawing.add("text", { x: 0, y: place.top, "text-anchor": "start" }, `↑ ${labels.y}`);
  }
  if (labels.x !== undefined) {
    drawing.add("text", { x: place.right, y: place.bottom, "text-anchor": "end" }, `${labels.x} →`);
  }
}

/** A text that stays readable on whatever lies beneath it. */
export const halo = {
  stroke: colours.paper,
  "stroke-width": 3,
  "stroke-linejoin": "round",
  "paint-order": "stroke",
} as const;

function line(
  drawing: Drawing,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  opacity: number,
): void {
  drawing.add("line", { x1, y1, x2, y2, stroke: "currentColor", "stroke-opacity": opacity });
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  // 0.2 / 0.1 is a little more than 2.
  const times = (rough / power) * (1 - 1e-9);
  return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

/** Without what rounding left: 0.30000000000000004 is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(12));
