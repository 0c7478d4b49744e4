import * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { type Header, layHeader } from "./header.ts";
import { textWidth } from "./layout.ts";
import { colourAt, colours, styleAt } from "./palette.ts";
import { type Drawing, drawPlot, finish } from "./svg.ts";

/** A named value with the bounds of its interval, where they are known. */
export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Rows of a group share their colour and marker, and its name stands in the legend. */
  readonly group: string;
  readonly style: number;
}

export interface IntervalsOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly x: { readonly label: string; readonly format?: (value: number) => string };
  /** A dashed line at a value, with a word on it. */
  readonly rule?: { readonly at: number; readonly label: string };
  /** From the top down. */
  readonly rows: readonly IntervalRow[];
}

const rowHeight = 22;
const labelSize = 12;

interface Placed extends IntervalRow {
  readonly place: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly margins: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** Values with their intervals, one row each, as SVG text. */
export function intervals(options: IntervalsOptions): string {
  const { width = 720, rows } = options;
  const format = options.x.format ?? ((value: number) => formatNumber(value, 3));
  const groups = new Map(rows.map(({ group, style }) => [group, { name: group, style }]));
  const legend = groups.size > 1 ? [...groups.values()] : [];
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width, legend });
  const frame = layFrame(options, width, header.height);
  const placed = rows.map((row, place) => ({ ...row, place }));
  const drawing = drawRows(options, placed, frame, format, header);
  header.draw(drawing);
  labelRows(drawing, options, placed, frame);
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: [`${options.x.label} by row.`, ...rows.map((row) => `${said(row, format)}.`)].join(" "),
  });
}

function layFrame({ rows, rule }: IntervalsOptions, width: number, headerHeight: number): Frame {
  const names = rows.map(({ name }) => textWidth(name, labelSize));
  const margins = {
    left: Math.min(width * 0.45, 22 + Math.max(0, ...names)),
    top: headerHeight + (rule === undefined ? 14 : 32),
    right: 22,
    bottom: 50,
  };
  return { width, height: Math.round(margins.top + rows.length * rowHeight + margins.bottom), margins };
}

/** The horizontal scale: to the ends of the intervals and the rule, and a little beyond. */
function domainOf({ rows, rule }: IntervalsOptions): [number, number] {
  const values = rows.flatMap(({ value, low = value, high = value }) => [value, low, high]);
  if (values.length === 0) return [0, 1];
  const all = rule === undefined ? values : [...values, rule.at];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const pad = (most - least) * 0.04 || Math.abs(most) * 0.1 || 1;
  return [least - pad, most + pad];
}

function drawRows(
  options: IntervalsOptions,
  rows: readonly Placed[],
  { width, height, margins }: Frame,
  format: (value: number) => string,
  header: Header,
): Drawing {
  const ticks = Math.max(2, Math.floor((width - margins.left) / 80));
  const bounded = rows.filter(({ low, high }) => low !== undefined && high !== undefined);
  return drawPlot({
    width,
    height,
    marginLeft: margins.left,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    x: { type: "linear", domain: domainOf(options) },
    y: { type: "linear", domain: [Math.max(0.5, rows.length - 0.5), -0.5], axis: null },
    marks: [
      Plot.gridX({ ticks }),
      Plot.axisX({ ticks, tickFormat: format, label: null, tickSize: 0 }),
      Plot.ruleX(options.rule === undefined ? [] : [options.rule.at], {
        stroke: colours.muted,
        strokeDasharray: "3 3",
      }),
      Plot.ruleY(bounded, {
        y: "place",
        x1: "low",
        x2: "high",
        stroke: ({ style }: Placed) => colourAt(style),
        strokeWidth: 1.75,
      }),
      ...rows.map((row) =>
        Plot.dot([row], {
          x: "value",
          y: "place",
          r: 4,
          symbol: styleAt(row.style).symbol,
          fill: colourAt(row.style),
          stroke: colours.paper,
          strokeWidth: 0.75,
          title: () => said(row, format),
        }),
      ),
      ...header.marks(margins),
    ],
  });
}

function labelRows(
  drawing: Drawing,
  { rule, x }: IntervalsOptions,
  rows: readonly Placed[],
  { width, height, margins }: Frame,
): void {
  for (const { name, place } of rows) {
    const at = { x: margins.left - 10, y: drawing.position("y", place) + 4 };
    drawing.add("text", { ...at, "text-anchor": "end", "font-size": labelSize }, name);
  }
  if (rule !== undefined) {
    const at = drawing.position("x", rule.at);
    const fits = width - margins.right - at > textWidth(rule.label, 12) + 8;
    const side = fits ? { x: at + 6, "text-anchor": "start" } : { x: at - 6, "text-anchor": "end" };
    drawing.add("text", { ...side, y: margins.top - 8, fill: colours.muted }, rule.label);
  }
  drawing.add("text", { x: width - margins.right, y: height - 8, "text-anchor": "end" }, `${x.label} →`);
}

function said({ name, value, low, high }: IntervalRow, format: (value: number) => string): string {
  const bounds = low === undefined || high === undefined ? "" : ` (${format(low)} to ${format(high)})`;
  return `${name}: ${format(value)}${bounds}`;
}
