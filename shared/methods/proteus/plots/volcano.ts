import { formatNumber, formatPercent } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { placeLabels } from "../../../report/label-places.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import {
  blankDrawing,
  drawAxisLabels,
  drawDots,
  drawPanel,
  halo,
  isDrawable,
  type Panel,
  roundTicks,
} from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";

export interface VolcanoPoint {
  readonly name: string;
  readonly logFC: number;
  readonly p: number;
  readonly adjusted: number;
}

export interface VolcanoOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly contrasts: readonly { readonly name: string; readonly points: readonly VolcanoPoint[] }[];
  /** A protein is a hit up to this false discovery rate and from this |log2 fold change| on. */
  readonly fdr?: number;
  readonly fold?: number;
  /** Hits that are named, a contrast. */
  readonly labels?: number;
}

const margins = { left: 40, bottom: 48, gapX: 22, gapY: 64 };
const size = 11;
/** More than this a double's p values seldom reach; what is beyond stands at the top. */
const mostLogP = 320;
/** Hits with a title of their own; of more, those that are most significant. */
const mostTitled = 400;

/** Volcano plots, a panel a contrast, all on the same axes, their most significant hits named, as SVG text. */
export function volcano(options: VolcanoOptions): string {
  const { width = 720, fdr = 0.05, fold = 0, labels = 10, contrasts } = options;
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const columns = Math.max(1, Math.min(contrasts.length, width >= 700 ? 3 : width >= 480 ? 2 : 1));
  const rows = Math.max(1, Math.ceil(contrasts.length / columns));
  const panelWidth = (width - margins.left - (columns - 1) * margins.gapX) / columns;
  const panelHeight = columns === 1 ? Math.min(360, panelWidth * 0.8) : 230;
  const top = header.height + 58;
  const height = Math.round(top + rows * panelHeight + (rows - 1) * margins.gapY + margins.bottom);
  const shown = contrasts.map(({ name, points }) => ({ name, points: points.filter(isShown) }));
  const all = shown.flatMap(({ points }) => points);
  const reach = all.reduce((most, { logFC }) => Math.max(most, Math.abs(logFC)), 0.5);
  const domain = [-1.08 * reach, 1.08 * reach] as const;
  const x = { domain, ticks: roundTicks(domain, Math.max(3, Math.floor(panelWidth / 60))) };
  // Room above the highest point for the counts.
  const highest = [0, 1.15 * all.reduce((most, point) => Math.max(most, logP(point)), 1)] as const;
  const y = { domain: highest, ticks: roundTicks(highest, 5) };
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  for (const [at, contrast] of shown.entries()) {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const hits = contrast.points.filter((point) => isHit(point, fdr, fold));
    const panel = drawPanel(drawing, {
      left: margins.left + column * (panelWidth + margins.gapX),
      top: top + row * (panelHeight + margins.gapY),
      width: panelWidth,
      height: panelHeight,
      x,
      y,
      name: contrast.name,
      numbers: { y: column === 0 },
    });
    drawContrast(drawing, panel, { ...contrast, hits, fdr, fold, labels });
  }
  if (all.length === 0) drawing.add("text", { x: width / 2, y: height / 2, fill: colours.muted }, "No data");
  drawAxisLabels(
    drawing,
    { x: "log₂ fold change", y: "−log₁₀ p" },
    { right: width, bottom: height - 8, top: header.height + 20 },
  );
  return finish(drawing, { id: options.id, title: options.title, description: describe(shown, fdr, fold) });
}

const isShown = ({ logFC, p }: VolcanoPoint): boolean => isDrawable(logFC) && p >= 0;
const logP = ({ p }: VolcanoPoint): number => Math.min(mostLogP, -Math.log10(p));
const isHit = ({ adjusted, logFC }: VolcanoPoint, fdr: number, fold: number): boolean =>
  adjusted <= fdr && Math.abs(logFC) >= fold;

interface Drawn {
  readonly points: readonly VolcanoPoint[];
  readonly hits: readonly VolcanoPoint[];
  readonly fdr: number;
  readonly fold: number;
  readonly labels: number;
}

function drawContrast(drawing: Drawing, panel: Panel, { points, hits, fdr, fold, labels }: Drawn): void {
  const place = (point: VolcanoPoint) => [panel.x(point.logFC), panel.y(logP(point))] as const;
  const others = new Set(hits);
  drawDots(drawing, points.filter((point) => !others.has(point)).map(place), {
    colour: colours.muted,
    radius: 1.5,
    opacity: 0.35,
  });
  drawThresholds(drawing, panel, { points, fdr, fold });
  const first = hits.toSorted((a, b) => a.p - b.p || Math.abs(b.logFC) - Math.abs(a.logFC));
  for (const up of [true, false]) {
    const side = first.filter(({ logFC }) => logFC > 0 === up);
    const colour = colourAt(up ? 1 : 0);
    const rest = side.filter((point) => first.indexOf(point) >= mostTitled);
    drawDots(drawing, rest.map(place), { colour, radius: 2.25 });
    for (const point of side.filter((one) => !rest.includes(one))) {
      const [cx, cy] = place(point);
      const dot = drawing.add("circle", { cx, cy, r: 2.5, fill: colour });
      const said = `${point.name}: log₂ fold change ${formatNumber(point.logFC)}, p ${formatNumber(point.p)}, adjusted ${formatNumber(point.adjusted)}`;
      drawing.say(dot, said);
    }
  }
  drawCounts(drawing, panel, hits);
  drawLabels(drawing, panel, first, labels);
}

/** A line above which adjusted values are below the rate, and one at each side where a fold change is asked for. */
function drawThresholds(
  drawing: Drawing,
  panel: Panel,
  {
    points,
    fdr,
    fold,
  }: { readonly points: readonly VolcanoPoint[]; readonly fdr: number; readonly fold: number },
): void {
  const dashed = { stroke: colours.muted, "stroke-dasharray": "3 3" };
  const least = Math.min(...points.filter(({ adjusted }) => adjusted <= fdr).map(logP));
  if (Number.isFinite(least)) {
    drawing.add("line", {
      x1: panel.left,
      x2: panel.right,
      y1: panel.y(least),
      y2: panel.y(least),
      ...dashed,
    });
  }
  for (const at of fold > 0 ? [-fold, fold] : [])
    drawing.add("line", { x1: panel.x(at), x2: panel.x(at), y1: panel.top, y2: panel.bottom, ...dashed });
}

function drawCounts(drawing: Drawing, panel: Panel, hits: readonly VolcanoPoint[]): void {
  const up = hits.filter(({ logFC }) => logFC > 0).length;
  const look = { y: panel.top + 10, "font-size": size, ...halo };
  drawing.add("text", { x: panel.right, "text-anchor": "end", fill: colourAt(1), ...look }, `${up} up`);
  drawing.add(
    "text",
    { x: panel.left + 2, "text-anchor": "start", fill: colourAt(0), ...look },
    `${hits.length - up} down`,
  );
}

function drawLabels(drawing: Drawing, panel: Panel, hits: readonly VolcanoPoint[], most: number): void {
  const places = hits.map((point) => ({
    x: panel.x(point.logFC),
    y: panel.y(logP(point)),
    text: cut(point.name),
  }));
  const frame = { left: panel.left, right: panel.right, top: panel.top + 14, bottom: panel.bottom };
  const wishes = places.slice(0, most);
  for (const [at, label] of placeLabels(wishes, { frame, points: places, fontSize: size }).entries()) {
    if (label === undefined) continue;
    if (label.leader !== undefined) {
      const [x1, y1, x2, y2] = label.leader;
      drawing.add("line", { x1, y1, x2, y2, stroke: colours.muted, "stroke-width": 0.75 });
    }
    drawing.add(
      "text",
      { x: label.x, y: label.y, "text-anchor": "start", "font-size": size, ...halo },
      wishes[at]?.text,
    );
  }
}

const cut = (name: string): string => (name.length > 16 ? `${name.slice(0, 15)}…` : name);

function describe(contrasts: VolcanoOptions["contrasts"], fdr: number, fold: number): string {
  const rule = `${formatPercent(fdr)} false discovery rate${fold > 0 ? ` and |log₂ fold change| ≥ ${formatNumber(fold)}` : ""}`;
  const each = contrasts.map(({ name, points }) => {
    const hits = points.filter((point) => isHit(point, fdr, fold));
    const up = hits.filter(({ logFC }) => logFC > 0).length;
    return `${name}: ${up} up and ${hits.length - up} down of ${points.length}.`;
  });
  return [`Significance against log₂ fold change; hits at ${rule}.`, ...each].join(" ");
}
