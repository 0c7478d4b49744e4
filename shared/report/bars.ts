import * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { layHeader } from "./header.ts";
import { textWidth, wrapText } from "./layout.ts";
import { colourAt, colours } from "./palette.ts";
import { drawPlot, finish } from "./svg.ts";

/** A value with the interval around it, where one is known. */
export interface Bar {
  readonly name: string;
  readonly style: number;
  readonly value: number;
  readonly interval?: readonly [low: number, high: number];
}

export interface BarsOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly description?: string;
  readonly width?: number;
  /** Of the values, with their unit. */
  readonly label: string;
  readonly format?: (value: number) => string;
  readonly bars: readonly Bar[];
}

const rowHeight = 30;

/** Horizontal bars from zero, each with its value and interval, in the order given, as SVG text. */
export function barsWithIntervals(options: BarsOptions): string {
  const { width = 720, format = (value: number) => formatNumber(value) } = options;
  const bars = options.bars.filter((bar) => Number.isFinite(bar.value));
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const marginLeft = Math.min(width * 0.36, Math.max(0, ...bars.map((bar) => textWidth(bar.name, 12)))) + 12;
  const marginRight = Math.max(24, ...bars.map((bar) => textWidth(format(bar.value), 12))) + 10;
  const marginTop = header.height + 8;
  const height = marginTop + Math.max(1, bars.length) * rowHeight + 44;
  const drawing = drawPlot({
    width,
    height,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom: 44,
    x: {
      domain: reach(bars),
      nice: true,
      grid: true,
      ticks: Math.max(2, Math.floor(width / 110)),
      label: null,
    },
    y: { domain: bars.map((_, index) => index), axis: null, padding: 0.3, round: false, align: 0.5 },
    marks: [
      Plot.axisX({ tickSize: 0, label: null, ticks: Math.max(2, Math.floor(width / 110)) }),
      Plot.barX(bars, {
        y: (_: Bar, index: number) => index,
        x: "value",
        fill: (bar: Bar) => colourAt(bar.style),
        fillOpacity: 0.85,
        title: (bar: Bar) => `${bar.name}: ${format(bar.value)}${intervalText(bar, format)}`,
      }),
      Plot.ruleY(bars, {
        filter: (bar: Bar) => bar.interval !== undefined,
        y: (_: Bar, index: number) => index,
        x1: (bar: Bar) => bar.interval?.[0],
        x2: (bar: Bar) => bar.interval?.[1],
        stroke: "currentColor",
        strokeWidth: 1.5,
      }),
      Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.5 }),
    ],
  });
  header.draw(drawing);
  const barHeight = drawing.bandwidth("y");
  for (const [index, bar] of bars.entries()) {
    const middle = drawing.position("y", index) + barHeight / 2;
    const names = wrapText(bar.name, marginLeft - 12, 12);
    const end = Math.max(bar.value, bar.interval?.[1] ?? bar.value, 0);
    for (const [line, name] of names.slice(0, 2).entries())
      drawing.add(
        "text",
        {
          x: marginLeft - 8,
          y: middle + 4 + (line - (Math.min(2, names.length) - 1) / 2) * 13,
          "text-anchor": "end",
        },
        name,
      );
    drawing.add(
      "text",
      { x: drawing.position("x", end) + 6, y: middle + 4, "text-anchor": "start", "font-weight": 600 },
      format(bar.value),
    );
  }
  drawing.add("text", { x: width - marginRight, y: height - 8, "text-anchor": "end" }, `${options.label} →`);
  if (bars.length === 0)
    drawing.add("text", { x: width / 2, y: marginTop + 18, fill: colours.muted }, "No data");
  const said = bars.map((bar) => `${bar.name}: ${format(bar.value)}${intervalText(bar, format)}.`).join(" ");
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: options.description ?? `${options.label}. ${said}`,
  });
}

function intervalText({ interval }: Bar, format: (value: number) => string): string {
  return interval === undefined ? "" : ` (${format(interval[0])} to ${format(interval[1])})`;
}

function reach(bars: readonly Bar[]): [number, number] {
  const ends = bars.flatMap((bar) => [bar.value, ...(bar.interval ?? [])]).filter(Number.isFinite);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  return low === high ? [0, 1] : [low, high];
}
