import * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { layHeader } from "./header.ts";
import { colourAt, colours } from "./palette.ts";
import { drawPlot, finish } from "./svg.ts";

/** A bar from `from` to `to` on the horizontal axis, `value` high. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

export interface HistogramOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly x: { readonly label: string; readonly format?: (value: number) => string };
  readonly y: { readonly label: string; readonly format?: (value: number) => string };
  /** A dashed line across at a value, with a word on it. */
  readonly rule?: { readonly at: number; readonly label: string };
  readonly bins: readonly Bin[];
}

const margins = { left: 52, right: 16, bottom: 50 };

/** Bars over neighbouring intervals, as SVG text. */
export function histogram(options: HistogramOptions): string {
  const { width = 720, bins, x, y, rule } = options;
  const [showX, showY] = [x, y].map(({ format }) => format ?? ((value: number) => formatNumber(value)));
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const top = header.height + 34;
  const height = Math.round(top + margins.bottom + Math.min(260, width * 0.5));
  const most = Math.max(0, rule?.at ?? 0, ...bins.map(({ value }) => value)) || 1;
  const drawing = drawPlot({
    width,
    height,
    marginLeft: margins.left,
    marginTop: top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    x: { type: "linear", domain: [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1] },
    y: { type: "linear", domain: [0, most * 1.05], grid: true, nice: true },
    marks: [
      Plot.axisX({
        ticks: [...bins.map(({ from }) => from), bins.at(-1)?.to ?? 1].filter(
          (_, at) => width > 500 || at % 2 === 0,
        ),
        ...(showX && { tickFormat: showX }),
        label: null,
        tickSize: 0,
      }),
      Plot.axisY({ ticks: 5, ...(showY && { tickFormat: showY }), label: null, tickSize: 0 }),
      Plot.rect(bins, {
        x1: "from",
        x2: "to",
        y1: () => 0,
        y2: "value",
        inset: 1,
        fill: colourAt(0),
        title: ({ from, to, value }: Bin) => `${showX?.(from)} to ${showX?.(to)}: ${showY?.(value)}`,
      }),
      ...(rule === undefined
        ? []
        : [Plot.ruleY([rule.at], { stroke: colours.muted, strokeDasharray: "3 3" })]),
    ],
  });
  header.draw(drawing);
  drawing.add("text", { x: 0, y: top - 14, "text-anchor": "start" }, `↑ ${y.label}`);
  drawing.add("text", { x: width - margins.right, y: height - 8, "text-anchor": "end" }, `${x.label} →`);
  if (rule !== undefined) {
    const place = { x: width - margins.right, y: drawing.position("y", rule.at) - 6, "text-anchor": "end" };
    drawing.add("text", { ...place, fill: colours.muted }, rule.label);
  }
  const each = bins.map(({ from, to, value }) => `${showX?.(from)} to ${showX?.(to)}: ${showY?.(value)}.`);
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: [`${y.label} by ${x.label}.`, ...each].join(" "),
  });
}
