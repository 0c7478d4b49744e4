import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";
import { layHeader } from "../../../report/header.ts";
import { placeLabels } from "../../../report/label-places.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import { blankDrawing, halo } from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";

export interface PlottedNode {
  readonly name: string;
  /** Index of the style, of its community or of how it changes. */
  readonly style: number;
  /** Said when a pointer rests on it. */
  readonly said?: string;
}

export interface NetworkPlotOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly legend?: readonly { readonly name: string; readonly style: number }[];
  readonly nodes: readonly PlottedNode[];
  readonly edges: readonly { readonly a: number; readonly b: number; readonly weight: number }[];
  /** Nodes that are named, those with most edges first. */
  readonly labels?: number;
}

/** Rounds of the forces; positions hardly move any more. */
const rounds = 300;
const size = 10;

/**
 * A network whose nodes push each other away and whose edges pull, as SVG text. The forces begin on a spiral and draw
 * on no chance, so that the same network is drawn the same.
 */
export function networkPlot(options: NetworkPlotOptions): string {
  const { width = 720, nodes, edges, labels = 40 } = options;
  const header = layHeader({
    title: options.title,
    subtitle: options.subtitle,
    width,
    legend: options.legend ?? [],
    markers: false,
    swatch: "field",
  });
  const top = header.height + 14;
  const side = Math.round(Math.min(520, width * 0.8));
  const height = top + side + 8;
  const degrees = degreesOf(options);
  const box = { left: 12, right: width - 12, top: top + 12, bottom: top + side - 12 };
  const places = layOut(options, degrees, box);
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  drawEdges(drawing, edges, places);
  for (const [node, { name, style, said }] of nodes.entries()) {
    const { x, y } = places[node] ?? { x: 0, y: 0 };
    const dot = drawing.add("circle", {
      cx: x,
      cy: y,
      r: radiusOf(degrees[node] ?? 0),
      fill: colourAt(style),
      stroke: colours.paper,
      "stroke-width": 1,
    });
    drawing.say(dot, said ?? `${name}, ${degrees[node]} edges`);
  }
  const first = [...nodes.keys()].sort((a, b) => (degrees[b] ?? 0) - (degrees[a] ?? 0) || a - b);
  const wishes = first
    .slice(0, labels)
    .map((node) => ({ ...(places[node] ?? { x: 0, y: 0 }), text: nodes[node]?.name ?? "" }));
  const frame = { left: 0, right: width, top, bottom: height };
  for (const [at, label] of placeLabels(wishes, { frame, points: places, fontSize: size }).entries()) {
    if (label === undefined) continue;
    drawing.add(
      "text",
      { x: label.x, y: label.y, "text-anchor": "start", "font-size": size, ...halo },
      wishes[at]?.text,
    );
  }
  if (nodes.length === 0) drawing.add("text", { x: width / 2, y: top + 20, fill: colours.muted }, "No edges");
  const told = first.slice(0, 5).map((node) => `${nodes[node]?.name} ${degrees[node]}`);
  const description = `${nodes.length} proteins with ${edges.length} edges. Most edges: ${told.join(", ")}.`;
  return finish(drawing, { id: options.id, title: options.title, description });
}

function degreesOf({ nodes, edges }: NetworkPlotOptions): number[] {
  const degrees = nodes.map(() => 0);
  for (const { a, b } of edges) for (const node of [a, b]) degrees[node] = (degrees[node] ?? 0) + 1;
  return degrees;
}

const radiusOf = (degree: number): number => 3 + Math.min(6, Math.sqrt(degree));

interface Place {
  readonly x: number;
  readonly y: number;
}

function layOut(
  { nodes, edges }: NetworkPlotOptions,
  degrees: readonly number[],
  box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): Place[] {
  const bodies: SimulationNodeDatum[] = nodes.map(() => ({}));
  const links: SimulationLinkDatum<SimulationNodeDatum>[] = edges.map(({ a, b }) => ({
    source: a,
    target: b,
  }));
  forceSimulation(bodies)
    .force("link", forceLink(links).distance(26))
    .force("charge", forceManyBody().strength(-45).distanceMax(260))
    .force("centre", forceCenter(0, 0))
    .force("x", forceX(0).strength(0.05))
    .force("y", forceY(0).strength(0.07))
    .force(
      "collide",
      forceCollide<SimulationNodeDatum>((_, node) => radiusOf(degrees[node] ?? 0) + 2),
    )
    .stop()
    .tick(rounds);
  return fitted(
    bodies.map(({ x = 0, y = 0 }) => ({ x, y })),
    box,
  );
}

/** Places scaled into a box, the same along both axes. */
function fitted(
  places: readonly Place[],
  box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): Place[] {
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = ends(places.map(({ x }) => x));
  const [top, bottom] = ends(places.map(({ y }) => y));
  const scale = Math.min(
    (box.right - box.left) / (right - left || 1),
    (box.bottom - box.top) / (bottom - top || 1),
    2,
  );
  const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  return places.map(({ x, y }) => ({
    x: middle.x + (x - (left + right) / 2) * scale,
    y: middle.y + (y - (top + bottom) / 2) * scale,
  }));
}

function drawEdges(drawing: Drawing, edges: NetworkPlotOptions["edges"], places: readonly Place[]): void {
  const most = edges.reduce((largest, { weight }) => Math.max(largest, weight), 0) || 1;
  const classes = Map.groupBy(edges, ({ weight }) => Math.ceil((3 * weight) / most));
  for (const [strength, some] of [...classes].sort(([a], [b]) => a - b)) {
    const d = some.map(({ a, b }) => `M${places[a]?.x},${places[a]?.y}L${places[b]?.x},${places[b]?.y}`);
    drawing.add("path", {
      d: d.join(""),
      fill: "none",
      stroke: colours.muted,
      "stroke-width": 0.5 + 0.3 * strength,
      "stroke-opacity": 0.35,
    });
  }
}
