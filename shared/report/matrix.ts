import * as Plot from "@observablehq/plot";
import { formatPercent } from "./format.ts";
import { layHeader } from "./header.ts";
import { drawRamp, inkOf } from "./heatmap.ts";
import { textWidth } from "./layout.ts";
import { colours } from "./palette.ts";
import { drawPlot, finish } from "./svg.ts";

export interface MatrixOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row and column; a cell that is not finite stays empty. */
  readonly values: readonly (readonly number[])[];
  /** Values at no colour and at full colour; [0, 1] when absent. */
  readonly domain?: readonly [number, number];
  /** A percentage when absent. */
  readonly format?: (value: number) => string;
  /** Columns have the numbers of the rows, for a matrix of the same things both ways. */
  readonly numbered?: boolean;
}

const labelSize = 11;
/** Narrowest cell that carries its value. */
const widthOfValue = 30;

/** A heat map whose rows and columns have names, with values in its cells where there is room, as SVG text. */
export function matrixPlot(options: MatrixOptions): string {
  const { width = 720, domain = [0, 1], numbered = false } = options;
  const format = options.format ?? ((value: number) => formatPercent(value));
  const rows = numbered ? options.rows.map((name, at) => `${name}  ${at + 1}`) : options.rows;
  const columns = numbered ? options.rows.map((_, at) => String(at + 1)) : options.columns;
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const widest = (names: readonly string[]) =>
    Math.max(0, ...names.map((name) => textWidth(name, labelSize)));
  const left = Math.min(width * 0.42, widest(rows) + 10);
  const cell = { width: Math.min(64, (width - left - 4) / Math.max(1, columns.length)), height: 22 };
  const slanted = widest(columns) > cell.width - 4;
  const withValues = cell.width >= widthOfValue;
  const top =
    header.height + (withValues ? 8 : 30) + (slanted ? Math.round(widest(columns) * Math.SQRT1_2) + 14 : 20);
  // The last heading may lean beyond its column.
  const height = top + rows.length * cell.height + 8;
  const share = (value: number) => Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0])));
  const cells = options.values.flatMap((line, row) =>
    line.flatMap((value, column) =>
      Number.isFinite(value)
        ? [{ value, row, column, left: left + column * cell.width, top: top + row * cell.height }]
        : [],
    ),
  );
  type HeatCell = (typeof cells)[number];
  const drawing = drawPlot({
    width,
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    opacity: { type: "identity" },
    marks: [
      Plot.rect(cells, {
        x1: "left",
        x2: (one: HeatCell) => one.left + cell.width,
        y1: "top",
        y2: (one: HeatCell) => one.top + cell.height,
        inset: 0.75,
        rx: 2,
        fill: colours.heat,
        fillOpacity: (one: HeatCell) => inkOf(share(one.value)),
        title: (one: HeatCell) =>
          `${options.rows[one.row]}, ${numbered ? options.rows[one.column] : columns[one.column]}: ${format(one.value)}`,
      }),
      withValues
        ? Plot.text(cells, {
            x: (one: HeatCell) => one.left + cell.width / 2,
            y: (one: HeatCell) => one.top + cell.height / 2,
            text: (one: HeatCell) => format(one.value),
            fill: (one: HeatCell) => (share(one.value) > 0.68 ? colours.heatInk : "currentColor"),
            fontSize: labelSize,
            pointerEvents: "none",
          })
        : null,
    ],
  });
  header.draw(drawing);
  if (!withValues) drawRamp(drawing, { right: width, y: header.height + 4 }, domain.map(format));
  for (const [row, name] of rows.entries()) {
    const place = { x: left - 6, y: top + (row + 0.5) * cell.height + 4 };
    drawing.add("text", { ...place, "text-anchor": "end", "font-size": labelSize }, name);
  }
  for (const [column, name] of columns.entries()) {
    const [x, y] = [left + (column + 0.5) * cell.width, top - 7];
    const turned = slanted
      ? { transform: `rotate(-45 ${x} ${y})`, "text-anchor": "start" }
      : { "text-anchor": "middle" };
    drawing.add("text", { x, y, ...turned, "font-size": labelSize }, name);
  }
  const values = cells.map(({ value }) => value);
  const range =
    values.length === 0 ? "" : ` From ${format(Math.min(...values))} to ${format(Math.max(...values))}.`;
  return finish(drawing, { id: options.id, title: options.title, description: `${options.title}.${range}` });
}
