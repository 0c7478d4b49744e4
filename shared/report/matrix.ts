import * as Plot from "@observablehq/plot";
import { formatPercent } from "./format.ts";
import { layHeader } from "./header.ts";
import { drawRamp, inkOf } from "./heatmap.ts";
import { textWidth } from "./layout.ts";
import { colours } from "./palette.ts";
import { type Drawing, drawPlot, finish } from "./svg.ts";

export interface MatrixOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly rows: readonly string[];
  /** Names of the columns; absent for a matrix of the same things both ways, whose columns have the rows' numbers. */
  readonly columns?: readonly string[];
  /** By row and column; a cell that is not finite stays empty. */
  readonly values: readonly (readonly number[])[];
  /** Values at no colour and at full colour; [0, 1] when absent. */
  readonly domain?: readonly [number, number];
  /** A percentage when absent. */
  readonly format?: (value: number) => string;
}

const labelSize = 11;
const rowHeight = 22;
/** Narrowest cell that carries its value, and the widest cell. */
const [widthOfValue, mostWidth] = [30, 64];

interface Cell {
  readonly value: number;
  readonly row: number;
  readonly column: number;
}

interface Layout {
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Column names lean where they are wider than their column. */
  readonly slanted: boolean;
}

/** A heat map whose rows and columns have names, with values in its cells where there is room, as SVG text. */
export function matrixPlot(options: MatrixOptions): string {
  const { width = 720, domain = [0, 1] } = options;
  const format = options.format ?? ((value: number) => formatPercent(value));
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const layout = layOut(options, width, header.height);
  const cells = options.values.flatMap((line, row) =>
    line.flatMap((value, column) => (Number.isFinite(value) ? [{ value, row, column }] : [])),
  );
  const drawing = drawCells(cells, options, layout, format);
  header.draw(drawing);
  if (layout.cellWidth < widthOfValue) {
    drawRamp(drawing, { right: width, y: header.height + 4 }, domain.map(format));
  }
  labelCells(drawing, layout);
  const values = cells.map(({ value }) => value);
  const range =
    values.length === 0 ? "" : ` From ${format(Math.min(...values))} to ${format(Math.max(...values))}.`;
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: `${options.title}.${range}`,
  });
}

function layOut({ rows: names, columns: given }: MatrixOptions, width: number, headerHeight: number): Layout {
  const rows = given === undefined ? names.map((name, at) => `${name}  ${at + 1}`) : names;
  const columns = given ?? names.map((_, at) => String(at + 1));
  const widest = (texts: readonly string[]) =>
    Math.max(0, ...texts.map((text) => textWidth(text, labelSize)));
  const left = Math.min(width * 0.42, widest(rows) + 15);
  const slanted = widest(columns) > Math.min(mostWidth, (width - left) / Math.max(1, columns.length)) - 4;
  // The last leaning name reaches beyond its column.
  const lean = slanted ? Math.max(0, textWidth(columns.at(-1) ?? "", labelSize) * Math.SQRT1_2 - 12) : 4;
  const cellWidth = Math.min(mostWidth, (width - left - lean) / Math.max(1, columns.length));
  const key = cellWidth < widthOfValue ? 22 : 8;
  const headings = slanted ? Math.round(widest(columns) * Math.SQRT1_2) + 14 : 20;
  const top = headerHeight + key + headings;
  return { width, left, top, height: top + rows.length * rowHeight + 8, cellWidth, rows, columns, slanted };
}

function drawCells(
  cells: readonly Cell[],
  { rows, columns = rows, domain = [0, 1] }: MatrixOptions,
  { width, height, left, top, cellWidth }: Layout,
  format: (value: number) => string,
): Drawing {
  const share = ({ value }: Cell) =>
    Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0] || 1)));
  const x =
    (part: number) =>
    ({ column }: Cell) =>
      left + (column + part) * cellWidth;
  const y =
    (part: number) =>
    ({ row }: Cell) =>
      top + (row + part) * rowHeight;
  return drawPlot({
    width,
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    opacity: { type: "identity" },
    marks: [
      Plot.rect(cells, {
        ...{ x1: x(0), x2: x(1), y1: y(0), y2: y(1), inset: 0.75, rx: 2 },
        fill: colours.heat,
        fillOpacity: (cell: Cell) => inkOf(share(cell)),
        title: (cell: Cell) => `${rows[cell.row]}, ${columns[cell.column]}: ${format(cell.value)}`,
      }),
      cellWidth < widthOfValue
        ? null
        : Plot.text(cells, {
            ...{ x: x(0.5), y: y(0.5), fontSize: labelSize, pointerEvents: "none" },
            text: ({ value }: Cell) => format(value),
            fill: (cell: Cell) => (share(cell) > 0.68 ? colours.heatInk : "currentColor"),
          }),
    ],
  });
}

function labelCells(drawing: Drawing, { rows, columns, left, top, cellWidth, slanted }: Layout): void {
  for (const [row, name] of rows.entries()) {
    const place = { x: left - 6, y: top + (row + 0.5) * rowHeight + 4 };
    drawing.add("text", { ...place, "text-anchor": "end", "font-size": labelSize }, name);
  }
  for (const [column, name] of columns.entries()) {
    const [x, y] = [left + (column + 0.5) * cellWidth, top - 7];
    const turned = slanted
      ? { transform: `rotate(-45 ${x} ${y})`, "text-anchor": "start" }
      : { "text-anchor": "middle" };
    drawing.add("text", { x, y, ...turned, "font-size": labelSize }, name);
  }
}
