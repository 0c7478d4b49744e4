import { formatNumber } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { textWidth } from "../../../report/layout.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import { blankDrawing } from "../../../report/panel.ts";
import { type Drawing, finish } from "../../../report/svg.ts";
import type { Tree } from "../tools/hclust.ts";

export interface HeatMapColumn {
  readonly name: string;
  /** Which of the groups it is of. */
  readonly group?: number;
}

export interface ClusteredHeatMapOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly rows: readonly string[];
  readonly columns: readonly HeatMapColumn[];
  /** Of the columns, each with the index of its style. */
  readonly groups?: readonly { readonly name: string; readonly style: number }[];
  /** [rows, columns], row after row: what is 0 is without colour; NaN is missing. */
  readonly values: Float64Array;
  /** What the colours say, with its unit. */
  readonly label: string;
  readonly rowTree?: Tree;
  readonly columnTree?: Tree;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const treeSide = { rows: 56, columns: 44 };
const strip = 8;
/** Shades of each colour; a path a shade keeps the drawing small. */
const shades = 9;

/** A heat map with the trees of its rows and columns, a strip of the columns' groups and a key, as SVG text. */
export function clusteredHeatMap(options: ClusteredHeatMapOptions): string {
  const { width = 720, rows, columns, groups = [], rowTree, columnTree } = options;
  const header = layHeader({
    title: options.title,
    subtitle: options.subtitle,
    width,
    legend: groups.map(({ name, style }) => ({ name, style })),
    markers: false,
    swatch: "field",
  });
  const layout = layOut(options, width, header.height);
  const { cells, cellHeight, cellWidth } = layout;
  const drawing = blankDrawing(width, layout.height);
  header.draw(drawing);
  const rowOrder = rowTree?.order ?? [...rows.keys()];
  const columnOrder = columnTree?.order ?? [...columns.keys()];
  if (columnTree !== undefined) {
    drawTree(drawing, columnTree, { ...cells, top: layout.treeTop, height: treeSide.columns - 6 }, "columns");
  }
  if (rowTree !== undefined)
    drawTree(drawing, rowTree, { ...cells, left: 0, width: treeSide.rows - 6 }, "rows");
  for (const [group, { style }] of groups.entries()) {
    const mine = columnOrder.flatMap((column, place) => (columns[column]?.group === group ? [place] : []));
    const d = mine.map(
      (place) =>
        `M${cells.left + place * cellWidth},${cells.top - strip - 3}h${cellWidth}v${strip}h${-cellWidth}z`,
    );
    if (d.length > 0) drawing.add("path", { d: d.join(""), fill: colourAt(style) });
  }
  const most = largest(options.values);
  drawCells(drawing, options, { ...layout, rowOrder, columnOrder, most });
  if (cellHeight >= 9) {
    for (const [place, row] of rowOrder.entries())
      drawing.add(
        "text",
        {
          x: cells.left + cells.width + 6,
          y: cells.top + (place + 0.5) * cellHeight + 3.5,
          "text-anchor": "start",
          "font-size": Math.min(11, cellHeight),
        },
        cut(rows[row] ?? ""),
      );
  }
  if (cellWidth >= 9) {
    for (const [place, column] of columnOrder.entries()) {
      const x = cells.left + (place + 0.5) * cellWidth + 3.5;
      const y = cells.top + cells.height + 6;
      drawing.add(
        "text",
        {
          "text-anchor": "end",
          "font-size": Math.min(11, cellWidth),
          transform: `translate(${x},${y}) rotate(-90)`,
        },
        cut(columns[column]?.name ?? ""),
      );
    }
  }
  drawKey(drawing, {
    right: width,
    y: layout.height - 16,
    label: options.label,
    most,
    missing: options.values.some(Number.isNaN),
  });
  return finish(drawing, { id: options.id, title: options.title, description: describe(options) });
}

function layOut(
  { rows, columns, rowTree, columnTree, groups = [] }: ClusteredHeatMapOptions,
  width: number,
  headerHeight: number,
) {
  const named = rows.length <= 70;
  const right = named
    ? Math.min(width * 0.25, 10 + Math.max(...rows.map((row) => textWidth(cut(row), 11)), 0))
    : 4;
  const treeTop = headerHeight + 14;
  const left = rowTree === undefined ? 0 : treeSide.rows;
  const top =
    treeTop + (columnTree === undefined ? 0 : treeSide.columns) + (groups.length > 0 ? strip + 3 : 0);
  const cellWidth = (width - left - right) / Math.max(1, columns.length);
  const cellHeight = named ? (rows.length <= 40 ? 13 : 10) : Math.max(0.5, 640 / rows.length);
  const cells: Box = { left, top, width: cellWidth * columns.length, height: cellHeight * rows.length };
  const below =
    cellWidth >= 9
      ? 10 + Math.max(...columns.map(({ name }) => textWidth(cut(name), Math.min(11, cellWidth))), 0)
      : 8;
  return { cells, cellWidth, cellHeight, treeTop, height: Math.round(top + cells.height + below + 34) };
}

function drawTree(
  drawing: Drawing,
  { leaves, merges, order }: Tree,
  box: Box,
  side: "rows" | "columns",
): void {
  const highest = merges.at(-1)?.height || 1;
  const places = new Float64Array(2 * leaves - 1);
  const heights = new Float64Array(2 * leaves - 1);
  for (const [place, leaf] of order.entries()) places[leaf] = (place + 0.5) / leaves;
  const d = merges.map(({ left, right, height }, at) => {
    const [a, b] = [places[left] ?? 0, places[right] ?? 0];
    const [from, to] = [heights[left] ?? 0, heights[right] ?? 0];
    const up = height / highest;
    places[leaves + at] = (a + b) / 2;
    heights[leaves + at] = up;
    if (side === "columns") {
      const [x1, x2] = [a, b].map((place) => box.left + place * box.width);
      const [y1, y, y2] = [from, up, to].map((one) => box.top + (1 - one) * box.height);
      return `M${x1},${y1}V${y}H${x2}V${y2}`;
    }
    const [y1, y2] = [a, b].map((place) => box.top + place * box.height);
    const [x1, x, x2] = [from, up, to].map((one) => box.left + (1 - one) * box.width);
    return `M${x1},${y1}H${x}V${y2}H${x2}`;
  });
  drawing.add("path", {
    d: d.join(""),
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 0.75,
    "stroke-opacity": 0.8,
  });
}

interface Placed {
  readonly cells: Box;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly rowOrder: readonly number[];
  readonly columnOrder: readonly number[];
  readonly most: number;
}

function drawCells(drawing: Drawing, { values, columns }: ClusteredHeatMapOptions, placed: Placed): void {
  const { cells, cellWidth, cellHeight, rowOrder, columnOrder, most } = placed;
  const paths = new Map<string, string[]>();
  for (const [y, row] of rowOrder.entries())
    for (const [x, column] of columnOrder.entries()) {
      const value = values[row * columns.length + column] ?? Number.NaN;
      const key = Number.isNaN(value) ? "missing" : String(Math.round((value / most) * shades));
      const cell = `M${(cells.left + x * cellWidth).toFixed(1)},${(cells.top + y * cellHeight).toFixed(1)}h${cellWidth.toFixed(2)}v${cellHeight.toFixed(2)}h${(-cellWidth).toFixed(2)}z`;
      const path = paths.get(key) ?? [];
      path.push(cell);
      paths.set(key, path);
    }
  for (const [key, path] of paths) {
    const shade = Number(key);
    if (shade === 0) continue;
    const look =
      key === "missing"
        ? { fill: colours.muted, "fill-opacity": 0.3 }
        : { fill: colourAt(shade > 0 ? 1 : 0), "fill-opacity": ink(shade / shades) };
    drawing.add("path", { d: path.join(""), ...look });
  }
  const { left, top, width, height } = cells;
  drawing.add("rect", {
    x: left,
    y: top,
    width,
    height,
    fill: "none",
    stroke: "currentColor",
    "stroke-opacity": 0.25,
  });
}

const ink = (share: number): number => Math.min(1, Math.abs(share));

function drawKey(
  drawing: Drawing,
  {
    right,
    y,
    label,
    most,
    missing,
  }: {
    readonly right: number;
    readonly y: number;
    readonly label: string;
    readonly most: number;
    readonly missing: boolean;
  },
): void {
  const box = 9;
  const [low, high] = [formatNumber(-most, 2), formatNumber(most, 2)];
  const start = right - (2 * shades + 1) * box - textWidth(high, 11) - 6;
  const text = { y: y + 9, "font-size": 11 };
  drawing.add("text", { x: start - 6, "text-anchor": "end", ...text }, `${label}: ${low}`);
  for (let shade = -shades; shade <= shades; shade++) {
    const x = start + (shade + shades) * box;
    drawing.add("rect", {
      x,
      y,
      width: box,
      height: 11,
      fill: colourAt(shade > 0 ? 1 : 0),
      "fill-opacity": ink(shade / shades),
    });
  }
  drawing.add("text", { x: right, "text-anchor": "end", ...text }, high);
  if (!missing) return;
  drawing.add("rect", { x: 0, y, width: box, height: 11, fill: colours.muted, "fill-opacity": 0.3 });
  drawing.add("text", { x: box + 6, "text-anchor": "start", ...text }, "missing");
}

/** The 98% quantile of the sizes, so that a few extremes leave the rest its colours. */
function largest(values: Float64Array): number {
  const sizes = values
    .map(Math.abs)
    .filter((value) => Number.isFinite(value))
    .sort();
  return sizes[Math.min(sizes.length - 1, Math.floor(0.98 * sizes.length))] || 1;
}

const cut = (name: string): string => (name.length > 22 ? `${name.slice(0, 21)}…` : name);

function describe({
  rows,
  columns,
  label,
  groups = [],
  rowTree,
  columnTree,
}: ClusteredHeatMapOptions): string {
  const trees = rowTree === undefined && columnTree === undefined ? "" : ", ordered by their trees";
  const of = groups.length === 0 ? "" : ` Groups: ${groups.map(({ name }) => name).join(", ")}.`;
  return `${label} of ${rows.length} rows in ${columns.length} columns${trees}.${of}`;
}
