import { formatNumber, formatPercent } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { textWidth } from "../../../report/layout.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import { blankDrawing, drawAxisLabels, drawPanel, type Panel, roundDomain } from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";

export interface PlottedSample {
  readonly name: string;
  /** Index of its group's style. */
  readonly style: number;
  /** Share of the proteins that it misses. */
  readonly missingShare: number;
  readonly outlying?: boolean;
}

export interface Common {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly groups: readonly { readonly name: string; readonly style: number }[];
}

/** The share of missing values of each sample, those that stand out marked with a star, as SVG text. */
export function missingnessPlot(options: Common & { readonly samples: readonly PlottedSample[] }): string {
  const { width = 720, samples } = options;
  const header = headerOf(options, width);
  const [top, plotHeight, below] = [header.height + 34, 180, nameRoom(samples, width)];
  const height = Math.round(top + plotHeight + below + 12);
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  const most = roundDomain([0, ...samples.map(({ missingShare }) => missingShare)])[1];
  const panel = drawPanel(drawing, {
    left: 46,
    top,
    width: width - 50,
    height: plotHeight,
    x: { domain: [0, Math.max(1, samples.length)], ticks: [] },
    y: { domain: [0, most], format: (share) => formatPercent(share, most < 0.05 ? 1 : 0) },
  });
  for (const [at, { name, style, missingShare, outlying }] of samples.entries()) {
    const [from, to] = [panel.x(at + 0.12), panel.x(at + 0.88)];
    const y = panel.y(missingShare);
    const bar = drawing.add("rect", {
      x: from,
      y,
      width: to - from,
      height: panel.bottom - y,
      fill: colourAt(style),
    });
    drawing.say(bar, `${name}: ${formatPercent(missingShare, 1)} missing`);
    if (outlying === true)
      drawing.add("text", { x: (from + to) / 2, y: y - 3, "text-anchor": "middle" }, "★");
  }
  drawNames(drawing, panel, samples);
  drawAxisLabels(drawing, { y: "missing values" }, { right: width, bottom: height, top: top - 14 });
  const shares = samples.map(({ missingShare }) => missingShare);
  const out = samples.filter(({ outlying }) => outlying === true).map(({ name }) => name);
  const description = `Missing values of ${samples.length} samples, from ${formatPercent(Math.min(...shares), 1)} to ${formatPercent(Math.max(...shares), 1)}.${out.length > 0 ? ` Standing out: ${out.join(", ")}.` : ""}`;
  return finish(drawing, { id: options.id, title: options.title, description });
}

/** Smallest value, quartiles and greatest value of a sample. */
export interface PlottedBox {
  readonly name: string;
  readonly style: number;
  readonly five: readonly number[];
}

/** What the samples' values look like in several states, such as before and after normalisation, as SVG text. */
export function intensityBoxes(
  options: Common & {
    readonly label: string;
    readonly states: readonly { readonly name: string; readonly boxes: readonly PlottedBox[] }[];
  },
): string {
  const { width = 720, states } = options;
  const header = headerOf(options, width);
  const boxes = states[0]?.boxes ?? [];
  const [plotHeight, gap, below] = [150, 40, nameRoom(boxes, width)];
  const top = header.height + 54;
  const height = Math.round(top + states.length * plotHeight + (states.length - 1) * gap + below + 12);
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  const y = {
    domain: roundDomain(states.flatMap((state) => state.boxes.flatMap(({ five }) => whiskers(five)))),
  };
  for (const [at, state] of states.entries()) {
    const panel = drawPanel(drawing, {
      left: 46,
      top: top + at * (plotHeight + gap),
      width: width - 50,
      height: plotHeight,
      x: { domain: [0, Math.max(1, boxes.length)], ticks: [] },
      y,
      name: state.name,
    });
    drawBoxes(drawing, panel, state.boxes);
    if (at === states.length - 1) drawNames(drawing, panel, boxes);
  }
  drawAxisLabels(drawing, { y: options.label }, { right: width, bottom: height, top: header.height + 20 });
  const told = states.map(({ name, boxes: own }) => {
    const medians = own.map(({ five }) => five[2] ?? Number.NaN);
    return `${name}: medians from ${formatNumber(Math.min(...medians))} to ${formatNumber(Math.max(...medians))}.`;
  });
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: [`${options.label} of ${boxes.length} samples.`, ...told].join(" "),
  });
}

const headerOf = (options: Common, width: number) =>
  layHeader({
    title: options.title,
    subtitle: options.subtitle,
    width,
    legend: options.groups.length > 1 ? options.groups : [],
    markers: false,
    swatch: "field",
  });

/** The quartiles, and the ends no further than one and a half times their distance from them. */
function whiskers(five: readonly number[]): readonly number[] {
  const [low = 0, q1 = 0, middle = 0, q3 = 0, high = 0] = five;
  const reach = 1.5 * (q3 - q1);
  return [Math.max(low, q1 - reach), q1, middle, q3, Math.min(high, q3 + reach)];
}

function drawBoxes(drawing: Drawing, panel: Panel, boxes: readonly PlottedBox[]): void {
  for (const [at, { name, style, five }] of boxes.entries()) {
    const [low = 0, q1 = 0, middle = 0, q3 = 0, high = 0] = whiskers(five).map(panel.y);
    const [from, x, to] = [panel.x(at + 0.14), panel.x(at + 0.5), panel.x(at + 0.86)];
    const stroke = { fill: "none", stroke: colourAt(style) };
    drawing.add("path", { d: `M${x},${low}V${q1}M${x},${q3}V${high}`, ...stroke });
    const box = drawing.add("rect", {
      x: from,
      y: q3,
      width: to - from,
      height: q1 - q3,
      ...stroke,
      fill: colourAt(style),
      "fill-opacity": 0.25,
    });
    drawing.say(
      box,
      `${name}: median ${formatNumber(five[2] ?? Number.NaN, 4)}, quartiles ${formatNumber(five[1] ?? Number.NaN, 4)} and ${formatNumber(five[3] ?? Number.NaN, 4)}`,
    );
    drawing.add("path", { d: `M${from},${middle}H${to}`, ...stroke, "stroke-width": 2 });
  }
}

/** Room for the samples' names below, upright where they are narrow enough to be read. */
function nameRoom(samples: readonly { readonly name: string }[], width: number): number {
  const each = (width - 50) / Math.max(1, samples.length);
  return each < 9
    ? 8
    : 10 + Math.max(0, ...samples.map(({ name }) => textWidth(cut(name), Math.min(11, each))));
}

function drawNames(drawing: Drawing, panel: Panel, samples: readonly { readonly name: string }[]): void {
  const each = (panel.right - panel.left) / Math.max(1, samples.length);
  if (each < 9) return;
  for (const [at, { name }] of samples.entries()) {
    const place = `translate(${panel.x(at + 0.5) + 3.5},${panel.bottom + 6}) rotate(-90)`;
    drawing.add(
      "text",
      { "text-anchor": "end", "font-size": Math.min(11, each), fill: colours.muted, transform: place },
      cut(name),
    );
  }
}

const cut = (name: string): string => (name.length > 22 ? `${name.slice(0, 21)}…` : name);
