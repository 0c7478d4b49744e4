import { formatNumber, formatPercent } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { textWidth } from "../../../report/layout.ts";
import { colourAt, colours, styleAt } from "../../../report/palette.ts";
import {
  blankDrawing,
  drawAxisLabels,
  drawPanel,
  halo,
  type Panel,
  roundTicks,
} from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";

/** The estimate of a group at each time at which somebody left it, the earliest first. */
export interface PlottedCurve {
  readonly name: string;
  /** Index of the style. */
  readonly style: number;
  readonly times: ArrayLike<number>;
  readonly survival: ArrayLike<number>;
  /** The ends of its interval; NaN where there is none. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** Those not yet gone at each time, and those censored then. */
  readonly atRisk: ArrayLike<number>;
  readonly censored: ArrayLike<number>;
}

export interface KaplanMeierOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  /** Of the time, such as days. */
  readonly unit?: string;
  /** In the plot's corner, such as the log-rank test's p. */
  readonly remark?: string;
  readonly curves: readonly PlottedCurve[];
}

const rowHeight = 17;
const size = 11;

/** Survival curves with bands of their intervals, marks of what is censored, and the numbers at risk, as SVG text. */
export function kaplanMeierPlot(options: KaplanMeierOptions): string {
  const { width = 720, curves } = options;
  const header = layHeader({
    title: options.title,
    subtitle: options.subtitle,
    width,
    legend: curves.length > 1 ? curves : [],
    markers: false,
  });
  const names = curves.map(({ name }) => cut(name, width < 500 ? 12 : 22));
  const left = Math.max(52, 12 + Math.max(0, ...names.map((name) => textWidth(name, size))));
  const top = header.height + 34;
  const plotHeight = Math.round(Math.min(300, width * 0.55));
  const tableTop = top + plotHeight + 62;
  const height = Math.round(tableTop + curves.length * rowHeight + 8);
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  const last = Math.max(1e-9, ...curves.map(({ times }) => times[times.length - 1] ?? 0));
  const ticks = roundTicks([0, last], Math.max(2, Math.floor((width - left) / 90)));
  const panel = drawPanel(drawing, {
    left,
    top,
    width: width - left - 16,
    height: plotHeight,
    x: { domain: [0, last], ticks },
    y: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], format: (share) => formatPercent(share) },
  });
  for (const curve of curves) drawBand(drawing, panel, curve);
  for (const curve of curves) drawCurve(drawing, panel, curve);
  if (options.remark !== undefined) {
    drawing.add(
      "text",
      { x: panel.left + 8, y: panel.bottom - 10, "text-anchor": "start", ...halo },
      options.remark,
    );
  }
  drawRiskTable(drawing, panel, { curves, names, ticks, top: tableTop });
  const unit = options.unit === undefined ? "" : ` (${options.unit})`;
  drawAxisLabels(
    drawing,
    { x: `time${unit}`, y: "survival" },
    { right: width - 16, bottom: top + plotHeight + 34, top: top - 14 },
  );
  return finish(drawing, { id: options.id, title: options.title, description: describe(curves, options) });
}

/** The corners of a step curve that begins at 1 and time 0. */
function stepsOf(
  { times }: PlottedCurve,
  values: ArrayLike<number>,
): (readonly [time: number, before: number, after: number])[] {
  let before = 1;
  return Array.from(times, (time, at) => {
    const after = values[at] ?? Number.NaN;
    const step = [time, before, Number.isNaN(after) ? before : after] as const;
    before = step[2];
    return step;
  });
}

function drawBand(drawing: Drawing, panel: Panel, curve: PlottedCurve): void {
  const forth = stepsOf(curve, curve.high).map(([time, , after]) => `H${panel.x(time)}V${panel.y(after)}`);
  const back = stepsOf(curve, curve.low)
    .toReversed()
    .map(([time, before, after]) => `L${panel.x(time)},${panel.y(after)}V${panel.y(before)}`);
  if (forth.length === 0) return;
  const d = `M${panel.x(0)},${panel.y(1)}${forth.join("")}${back.join("")}H${panel.x(0)}Z`;
  drawing.add("path", { d, fill: colourAt(curve.style), "fill-opacity": 0.13 });
}

function drawCurve(drawing: Drawing, panel: Panel, curve: PlottedCurve): void {
  const steps = stepsOf(curve, curve.survival);
  const { dash } = styleAt(curve.style);
  const look = { fill: "none", stroke: colourAt(curve.style) };
  const d = steps.map(([time, , after]) => `H${panel.x(time)}V${panel.y(after)}`);
  drawing.add("path", {
    d: `M${panel.x(0)},${panel.y(1)}${d.join("")}`,
    ...look,
    "stroke-width": 2,
    ...(dash !== undefined && { "stroke-dasharray": dash }),
  });
  const marks = steps.flatMap(([time, , after], at) =>
    (curve.censored[at] ?? 0) > 0 ? [`M${panel.x(time)},${panel.y(after) - 4}v8`] : [],
  );
  if (marks.length > 0) drawing.add("path", { d: marks.join(""), ...look, "stroke-width": 1.25 });
}

function drawRiskTable(
  drawing: Drawing,
  panel: Panel,
  {
    curves,
    names,
    ticks,
    top,
  }: {
    readonly curves: readonly PlottedCurve[];
    readonly names: readonly string[];
    readonly ticks: readonly number[];
    readonly top: number;
  },
): void {
  drawing.add(
    "text",
    { x: 0, y: top - 6, "text-anchor": "start", "font-size": size, fill: colours.muted },
    "at risk",
  );
  for (const [row, curve] of curves.entries()) {
    const y = top + (row + 0.7) * rowHeight;
    drawing.add(
      "text",
      { x: 0, y, "text-anchor": "start", "font-size": size, fill: colourAt(curve.style) },
      names[row],
    );
    for (const tick of ticks)
      drawing.add(
        "text",
        { x: panel.x(tick), y, "text-anchor": "middle", "font-size": size },
        String(atRisk(curve, tick)),
      );
  }
}

/** How many are not yet gone at a time: those of the first step from then on. */
function atRisk({ times, atRisk: risks }: PlottedCurve, time: number): number {
  const at = Array.from(times).findIndex((one) => one >= time);
  return at === -1 ? 0 : (risks[at] ?? 0);
}

const cut = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;

function describe(curves: readonly PlottedCurve[], { unit = "units of time" }: KaplanMeierOptions): string {
  const each = curves.map((curve) => {
    const at = Array.from(curve.survival).findIndex((share) => share <= 0.5);
    const half =
      at === -1
        ? "does not fall to a half"
        : `falls to a half at ${formatNumber(curve.times[at] ?? 0)} ${unit}`;
    return `${curve.name}: ${curve.atRisk[0] ?? 0} subjects, survival ${half}.`;
  });
  return ["Kaplan-Meier estimates with the numbers at risk.", ...each].join(" ");
}
