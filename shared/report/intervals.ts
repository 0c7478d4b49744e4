import * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { layHeader } from "./header.ts";
import { textWidth } from "./layout.ts";
import { colourAt, colours, styleAt } from "./palette.ts";
import { drawPlot, finish } from "./svg.ts";

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

/** Values with their intervals, one row each, as SVG text. */
export function intervals(options: IntervalsOptions): string {
  const { width = 720, rows, rule, x } = options;
  const format = x.format ?? ((value: number) => formatNumber(value, 3));
  const groups = new Map(rows.map(({ group, style }) => [group, { name: group, style }]));
  const legend = groups.size > 1 ? [...groups.values()] : [];
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width, legend });
  const margins = {
    left: Math.min(width * 0.45, 12 + Math.max(0, ...rows.map(({ name }) => textWidth(name, labelSize)))),
    top: header.height + (rule === undefined ? 14 : 32),
    right: 22,
    bottom: 50,
  };
  const height = Math.round(margins.top + rows.length * rowHeight + margins.bottom);
  const values = rows.flatMap(({ value, low = value, high = value }) => [value, low, high]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const pad = (most - least) * 0.04 || Math.abs(most) * 0.1 || 1;
  const ruled = rule === undefined ? [] : [rule.at];
  const placed = rows.map((row, place) => ({ ...row, place }));
  const drawing = drawPlot({
    width,
    height,
    marginLeft: margins.left,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    x: {
      type: "linear",
      domain: rows.length === 0 ? [0, 1] : [Math.min(least, ...ruled) - pad, Math.max(most, ...ruled) + pad],
    },
    y: { type: "linear", domain: [-0.5, Math.max(0, rows.length - 0.5)] },
    marks: [
      Plot.gridX({ ticks: Math.max(2, Math.floor((width - margins.left) / 80)) }),
      Plot.axisX({
        ticks: Math.max(2, Math.floor((width - margins.left) / 80)),
        tickFormat: format,
        label: null,
        tickSize: 0,
      }),
      Plot.ruleX(ruled, { stroke: colours.muted, strokeDasharray: "3 3" }),
      Plot.ruleY(
        placed.filter(({ low, high }) => low !== undefined && high !== undefined),
        {
          y: "place",
          x1: "low",
          x2: "high",
          stroke: ({ style }: IntervalRow) => colourAt(style),
          strokeWidth: 1.75,
        },
      ),
      ...placed.map((row) =>
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
  header.draw(drawing);
  for (const { name, place } of placed) {
    drawing.add(
      "text",
      {
        x: margins.left - 8,
        y: margins.top + (place + 0.5) * rowHeight + 4,
        "text-anchor": "end",
        "font-size": labelSize,
      },
      name,
    );
  }
  if (rule !== undefined) {
    const at = drawing.position("x", rule.at);
    const room = width - margins.right - at;
    const side =
      room < textWidth(rule.label, 12) + 8
        ? { x: at - 6, "text-anchor": "end" }
        : { x: at + 6, "text-anchor": "start" };
    drawing.add("text", { ...side, y: margins.top - 8, fill: colours.muted }, rule.label);
  }
  drawing.add("text", { x: width - margins.right, y: height - 8, "text-anchor": "end" }, `${x.label} →`);
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: [`${x.label} by row.`, ...rows.map((row) => `${said(row, format)}.`)].join(" "),
  });
}

function said({ name, value, low, high }: IntervalRow, format: (value: number) => string): string {
  const bounds = low === undefined || high === undefined ? "" : ` (${format(low)} to ${format(high)})`;
  return `${name}: ${format(value)}${bounds}`;
}
