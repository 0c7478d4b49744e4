import * as Plot from "@observablehq/plot";
import { type Axis, axisOptions, clamp, labelWidth, twoLines, xTicks, yTicks } from "./axes.ts";
import { formatMeanSd, formatNumber } from "./format.ts";
import { layHeader } from "./header.ts";
import { spread, textWidth } from "./layout.ts";
import { colourAt, colours, styleAt } from "./palette.ts";
import { halo } from "./panel.ts";
import { type Drawing, drawPlot, finish } from "./svg.ts";

/** A mean at `x` with its standard deviation, where one is known. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly sd?: number;
}

/** One curve. Curves of the same name (the seeds of a variant) share their style and one label. */
export interface Series {
  readonly name: string;
  /** Index of the style; give each name its own, and it looks the same in every plot. */
  readonly style: number;
  /** A line without markers, or markers without a line, where the plot's other series are otherwise. */
  readonly drawn?: "line" | "dots";
  readonly points: readonly CurvePoint[];
  /** Pixels that its marks stand to the side, where series of the same x would hide each other. */
  readonly shift?: number;
}

/** A dashed line across the plot at a value, with a word on it: the training length, a threshold. */
export interface Rule {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label?: string;
  /** Which end of a vertical rule carries the label. */
  readonly end?: "top" | "bottom";
}

export interface CurvesOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  /** What a reader who cannot see the plot is told; the curves' ends when absent. */
  readonly description?: string;
  readonly width?: number;
  readonly height?: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly rules?: readonly Rule[];
  /** At the curves' ends, or above the plot; by the plot's width when absent. */
  readonly labels?: "direct" | "legend";
  readonly markers?: boolean;
  readonly lines?: boolean;
  /** Spreads as a bar at each point in place of a band: for series of few points. */
  readonly bars?: boolean;
  readonly series: readonly Series[];
}

const labelSize = 12;

/**
 * Curves of means with bands of one standard deviation, as SVG text; the first series lies on top. Points that
 * an axis cannot show are left out.
 */
export function curves(options: CurvesOptions): string {
  const { width = 720, markers = true } = options;
  const series = options.series
    .map((one) => ({ ...one, points: one.points.map(roundedPoint).filter((point) => shows(options, point)) }))
    .filter((one) => one.points.length > 0);
  const stacked = series.toReversed();
  const names = [...new Map(series.map((one) => [one.name, { name: one.name, style: one.style }])).values()];
  const direct = (options.labels ?? (width >= 560 ? "direct" : "legend")) === "direct";
  const legend = direct || names.length < 2 ? [] : names;
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width, legend, markers });
  const y = axisOptions(options.y, series.flatMap(reach));
  const margins = {
    left: Math.max(46, labelWidth(options.y, y) + 16),
    top: header.height + 34,
    right: direct ? 26 + Math.max(0, ...names.map((one) => textWidth(one.name, labelSize))) : 16,
    bottom: twoLines(options.x) ? 62 : 50,
  };
  const height =
    options.height ?? Math.round(header.height + 34 + margins.bottom + Math.min(320, width * 0.62));
  const x = axisOptions(
    options.x,
    series.flatMap((one) => one.points.map((point) => point.x)),
  );
  const inner = width - margins.left - margins.right;
  const drawing = drawPlot({
    width,
    height,
    marginLeft: margins.left,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    x: { ...x, inset: 10 },
    y: { ...y, grid: true, ...yTicks(options.y, y) },
    marks: [
      Plot.axisX({ ...xTicks(options.x, x, inner), label: null, tickSize: 0 }),
      Plot.axisY({ ...yTicks(options.y, y), label: null, tickSize: 0 }),
      Plot.ruleX(xRules(options), { stroke: colours.muted, strokeDasharray: "3 3" }),
      Plot.ruleY(yRules(options), { stroke: colours.muted, strokeDasharray: "3 3" }),
      ...stacked.map((one) => (options.bars === true ? bars(one, options.y) : band(one, options.y))),
      ...(options.lines === false ? [] : stacked.filter(hasLine).map((one) => line(one, markers))),
      ...(markers ? stacked.filter(hasDots).map((one) => dots(one, options)) : []),
      ...header.marks(margins),
    ],
  });
  header.draw(drawing);
  drawing.add("text", { x: 0, y: margins.top - 14, "text-anchor": "start" }, `↑ ${options.y.label}`);
  drawing.add(
    "text",
    { x: width - margins.right, y: height - 8, "text-anchor": "end" },
    `${options.x.label} →`,
  );
  for (const rule of options.rules ?? []) labelRule(drawing, rule, margins, { width, height });
  if (direct)
    labelEnds(drawing, series, {
      right: width - margins.right,
      top: margins.top,
      bottom: height - margins.bottom,
    });
  if (series.length === 0)
    drawing.add("text", { x: width / 2, y: height / 2, fill: colours.muted }, "No data");
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: options.description ?? describe(options, series),
  });
}

const hasLine = ({ drawn }: Series) => drawn !== "dots";
const hasDots = ({ drawn }: Series) => drawn !== "line";

/** Axes cannot be divided between numbers that near to 0, or that large: quotients and differences overflow. */
const [smallest, largest] = [1e-200, 1e200];

function rounded(value: number): number {
  if (Math.abs(value) > largest) return Math.sign(value) * Infinity;
  return Math.abs(value) < smallest ? 0 : value;
}

function roundedPoint<P extends CurvePoint>({ x, y, sd }: P): CurvePoint {
  return { x: rounded(x), y: rounded(y), ...(sd !== undefined && { sd: rounded(sd) }) };
}

function shows({ x, y }: CurvesOptions, point: CurvePoint): boolean {
  const on = (axis: Axis, value: number) =>
    Number.isFinite(value) && ((axis.scale ?? "linear") === "linear" || value > 0);
  return on(x, point.x) && on(y, point.y);
}

function reach(series: Series): number[] {
  return series.points.flatMap(({ y, sd = 0 }) => (Number.isFinite(sd) ? [y - sd, y + sd] : [y]));
}

const xRules = (options: CurvesOptions) =>
  (options.rules ?? []).filter((r) => r.axis === "x").map((r) => r.at);
const yRules = (options: CurvesOptions) =>
  (options.rules ?? []).filter((r) => r.axis === "y").map((r) => r.at);

const hasSpread = ({ sd = 0 }: CurvePoint) => sd > 0;

const edge = (axis: Axis, sign: number) => (point: CurvePoint) =>
  clamp(point.y + sign * (point.sd ?? 0), axis);

function bars(series: Series, axis: Axis): Plot.Markish {
  return Plot.ruleX(series.points.filter(hasSpread), {
    x: "x",
    y1: edge(axis, -1),
    y2: edge(axis, 1),
    dx: series.shift ?? 0,
    stroke: colourAt(series.style),
    strokeWidth: 1.5,
  });
}

function band(series: Series, axis: Axis): Plot.Markish {
  if (!series.points.some(hasSpread)) return null;
  return Plot.areaY(series.points, {
    x: "x",
    y1: edge(axis, -1),
    y2: edge(axis, 1),
    fill: colourAt(series.style),
    fillOpacity: 0.16,
  });
}

function line(series: Series, markers: boolean): Plot.Markish {
  const { dash } = styleAt(series.style);
  return Plot.line(series.points, {
    x: "x",
    y: "y",
    dx: series.shift ?? 0,
    stroke: colourAt(series.style),
    strokeLinecap: "butt",
    strokeWidth: markers ? 2 : 1.5,
    ...(dash === undefined ? {} : { strokeDasharray: dash }),
  });
}

function dots(series: Series, { x, y }: CurvesOptions): Plot.Markish {
  const showX = x.format ?? ((value: number) => formatNumber(value, 6));
  const showY = (point: CurvePoint) =>
    y.format === undefined ? formatMeanSd(point.y, point.sd) : y.format(point.y);
  return Plot.dot(series.points, {
    x: "x",
    y: "y",
    dx: series.shift ?? 0,
    r: 4,
    symbol: styleAt(series.style).symbol,
    fill: colourAt(series.style),
    stroke: colours.paper,
    strokeWidth: 0.75,
    title: (point: CurvePoint) => `${series.name}, ${showX(point.x).replace("\n", ", ")}: ${showY(point)}`,
  });
}

function labelRule(
  drawing: Drawing,
  rule: Rule,
  margins: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  size: { readonly width: number; readonly height: number },
): void {
  if (rule.label === undefined) return;
  const place = drawing.position(rule.axis, rule.at);
  if (!Number.isFinite(place)) return;
  const y = rule.end === "bottom" ? size.height - margins.bottom - 8 : margins.top + 12;
  const where =
    rule.axis === "x"
      ? { x: place + 6, y, "text-anchor": "start" }
      : { x: size.width - margins.right, y: place - 6, "text-anchor": "end" };
  drawing.add("text", { ...where, ...halo, fill: colours.muted }, rule.label);
}

function labelEnds(
  drawing: Drawing,
  series: readonly Series[],
  frame: { readonly right: number; readonly top: number; readonly bottom: number },
): void {
  const ends = [...Map.groupBy(series, (one) => one.name)].flatMap(([name, runs]) => {
    const last = runs.flatMap((run) => run.points.slice(-1));
    const first = runs[0];
    if (first === undefined || last.length === 0) return [];
    const x = Math.max(...last.map((point) => drawing.position("x", point.x)));
    const y = last.reduce((sum, point) => sum + drawing.position("y", point.y), 0) / last.length;
    return [{ name, style: first.style, x, y }];
  });
  const heights = spread(
    ends.map((end) => end.y),
    16,
    frame.top,
    frame.bottom,
  );
  for (const [index, end] of ends.entries()) {
    const y = heights[index] ?? end.y;
    const colour = colourAt(end.style);
    if (Math.abs(y - end.y) > 3)
      drawing.add("path", {
        d: `M${end.x + 6},${end.y}L${frame.right + 8},${y}`,
        stroke: colour,
        fill: "none",
      });
    drawing.add(
      "text",
      {
        x: frame.right + 11,
        y: y + 4,
        "text-anchor": "start",
        "font-size": labelSize,
        "font-weight": 600,
        fill: colour,
      },
      end.name,
    );
  }
}

function describe({ x, y }: CurvesOptions, series: readonly Series[]): string {
  const showX = (value: number) => (x.format?.(value) ?? formatNumber(value, 6)).split("\n")[0];
  const showY = y.format ?? ((value: number) => formatNumber(value, 4));
  const parts = series.flatMap(({ name, points }) => {
    const ends = points.length > 1 ? [points[0], points.at(-1)] : points;
    const told = ends.flatMap((point) =>
      point === undefined ? [] : [`${showY(point.y)} at ${showX(point.x)}`],
    );
    return told.length === 0 ? [] : [`${name}: ${told.join(", ")}.`];
  });
  return [`${y.label} against ${x.label}.`, ...parts].join(" ");
}
