import * as Plot from "@observablehq/plot";
import { layHeader } from "./header.ts";
import { placeLabels } from "./label-places.ts";
import { colourAt, colours, styleAt } from "./palette.ts";
import {
  blankDrawing,
  drawAxisLabels,
  drawDots,
  drawPanel,
  halo,
  isDrawable,
  type Panel,
  panelOf,
  roundDomain,
} from "./panel.ts";
import { type Drawing, finish } from "./svg.ts";

export interface ScatterPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface ScatterGroup {
  readonly name: string;
  /** Index of the style: colour and marker. */
  readonly style: number;
  readonly points: readonly ScatterPoint[];
}

export interface ScatterOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly description?: string;
  readonly width?: number;
  /** With their units. */
  readonly x: string;
  readonly y: string;
  /** Whether the axes carry numbers; a map's have no meaning. */
  readonly numbers?: boolean;
  /** Whether points are named, where there is room. */
  readonly labels?: boolean;
  readonly groups: readonly ScatterGroup[];
}

/** Up to so many points are markers with a title each; more are dots without. */
const mostMarkers = 1500;

/** Points in groups, each with its colour and marker, as SVG text. */
export function scatter(options: ScatterOptions): string {
  const { width = 720, numbers = true, labels = false } = options;
  const groups = options.groups.map((group) => ({
    ...group,
    points: group.points.filter(({ x, y }) => isDrawable(x) && isDrawable(y)),
  }));
  const points = groups.flatMap((group) => group.points);
  const legend = groups.length > 1 ? groups : [];
  const few = points.length <= mostMarkers;
  const header = layHeader({
    title: options.title,
    subtitle: options.subtitle,
    width,
    legend,
    markers: few,
    swatch: few ? "none" : "field",
  });
  const [left, top] = [numbers ? 44 : 8, header.height + 34];
  const side = Math.round(Math.min(420, width * 0.7));
  const height = top + side + 50;
  const frame = {
    left,
    top,
    width: width - left - 4,
    height: side,
    x: { domain: padded(points.map(({ x }) => x)), ...(!numbers && { ticks: [] }) },
    y: { domain: padded(points.map(({ y }) => y)), ...(!numbers && { ticks: [] }) },
  };
  const panel = panelOf(frame);
  const drawing = blankDrawing(width, height, [
    ...(few ? groups.map((group) => markers(group, panel)) : []),
    ...header.marks({ left: 0, top: 0 }),
  ]);
  const marks = [...drawing.root.children];
  header.draw(drawing);
  drawPanel(drawing, frame);
  // What was drawn with the plot lies beneath the grid.
  for (const mark of marks) drawing.root.appendChild(mark);
  for (const group of few ? [] : groups) {
    const places = group.points.map(({ x, y }) => [panel.x(x), panel.y(y)] as const);
    drawDots(drawing, places, { colour: colourAt(group.style), radius: 1.25, opacity: 0.7 });
  }
  if (labels)
    drawNames(
      drawing,
      points.map((point) => ({ x: panel.x(point.x), y: panel.y(point.y), text: point.name })),
      panel,
    );
  if (points.length === 0)
    drawing.add("text", { x: width / 2, y: top + side / 2, fill: colours.muted }, "No data");
  drawAxisLabels(drawing, options, { right: width - 4, bottom: height - 8, top: top - 14 });
  const told = groups.map(({ name, points: own }) => `${name}: ${own.length} points.`).join(" ");
  const description = options.description ?? `${options.y} against ${options.x}. ${told}`;
  return finish(drawing, { id: options.id, title: options.title, description });
}

function markers({ name, style, points }: ScatterGroup, panel: Panel): Plot.Markish {
  return Plot.dot(points, {
    x: ({ x }: ScatterPoint) => panel.x(x),
    y: ({ y }: ScatterPoint) => panel.y(y),
    r: 4.5,
    symbol: styleAt(style).symbol,
    fill: colourAt(style),
    stroke: colours.paper,
    strokeWidth: 0.75,
    title: (point: ScatterPoint) => `${point.name}, ${name}`,
  });
}

function drawNames(
  drawing: Drawing,
  wishes: readonly { readonly x: number; readonly y: number; readonly text: string }[],
  frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): void {
  for (const [at, label] of placeLabels(wishes, { frame, points: wishes, fontSize: 10 }).entries()) {
    if (label === undefined || label.leader !== undefined) continue;
    drawing.add(
      "text",
      { x: label.x, y: label.y, "text-anchor": "start", "font-size": 10, fill: colours.muted, ...halo },
      wishes[at]?.text,
    );
  }
}

/** A domain with room around its outermost points. */
function padded(values: readonly number[]): readonly [number, number] {
  const [low, high] = roundDomain(values, 6);
  const room = (high - low) * 0.03;
  return [low - room, high + room];
}
