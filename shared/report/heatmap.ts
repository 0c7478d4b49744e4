import * as Plot from "@observablehq/plot";
import { formatPercent } from "./format.ts";
import { layHeader } from "./header.ts";
import { textWidth } from "./layout.ts";
import { colours } from "./palette.ts";
import { type Drawing, drawPlot, finish } from "./svg.ts";

export interface HeatCell {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  /** Said when a pointer rests on the cell, beside its place and value. */
  readonly note?: string;
}

/** One of the small multiples. */
export interface HeatPanel {
  readonly name: string;
  readonly cells: readonly HeatCell[];
}

export interface HeatAxis {
  /** With its unit. */
  readonly label: string;
  readonly format?: (value: number) => string;
}

export interface HeatMapOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly description?: string;
  readonly width?: number;
  readonly x: HeatAxis;
  readonly y: HeatAxis;
  /** Values at no colour and at full colour; [0, 1] when absent. */
  readonly domain?: readonly [number, number];
  /** A percentage when absent. */
  readonly format?: (value: number) => string;
  readonly panels: readonly HeatPanel[];
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly cellWidth: number;
  readonly cellHeight: number;
}

const axisSpace = { left: 46, bottom: 46, panelTop: 26, gap: 14 };

/** Heat maps as small multiples on one scale, every cell with its value where there is room for it, as SVG text. */
export function heatMaps(options: HeatMapOptions): string {
  const { width = 720, domain = [0, 1], format = (value: number) => formatPercent(value) } = options;
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const grid = layGrid(options.panels, width);
  const top = header.height + 32;
  const panelHeight = axisSpace.panelTop + grid.ys.length * grid.cellHeight;
  const height = Math.round(
    top + grid.rows * panelHeight + (grid.rows - 1) * axisSpace.gap + axisSpace.bottom,
  );
  const cells = options.panels.flatMap((panel, index) =>
    panel.cells
      .filter((cell) => Number.isFinite(cell.value))
      .map((cell) => ({ ...cell, name: panel.name, ...corner(grid, index, cell, top, panelHeight) })),
  );
  const share = (value: number) =>
    Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0] || 1)));
  const said = (cell: (typeof cells)[number]) =>
    [`${cell.name}, ${show(options.x, cell.x)}, ${show(options.y, cell.y)}: ${format(cell.value)}`, cell.note]
      .filter((part) => part !== undefined)
      .join(", ");
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
        x2: "right",
        y1: "top",
        y2: "bottom",
        inset: 0.75,
        rx: 2,
        fill: colours.heat,
        fillOpacity: (cell: HeatCell) => inkOf(share(cell.value)),
        title: said,
      }),
      !labelled(grid)
        ? null
        : Plot.text(cells, {
            x: (cell: (typeof cells)[number]) => (cell.left + cell.right) / 2,
            y: (cell: (typeof cells)[number]) => (cell.top + cell.bottom) / 2,
            text: (cell: HeatCell) => format(cell.value),
            fill: (cell: HeatCell) => (share(cell.value) > 0.68 ? colours.heatInk : "currentColor"),
            fontSize: 11,
            pointerEvents: "none",
          }),
    ],
  });
  header.draw(drawing);
  if (!labelled(grid)) drawRamp(drawing, { right: width, y: top - 20 }, domain.map(format));
  drawAxes(drawing, options, grid, { top, panelHeight, width, height });
  return finish(drawing, {
    id: options.id,
    title: options.title,
    description: options.description ?? describe(options, format),
  });
}

function layGrid(panels: readonly HeatPanel[], width: number): Grid {
  const cells = panels.flatMap((panel) => panel.cells);
  const xs = distinct(cells.map((cell) => cell.x));
  const ys = distinct(cells.map((cell) => cell.y));
  const room = width - axisSpace.left;
  // With more columns than that, a page of small maps says more than the numbers in their cells.
  const narrowest = Math.max(120, xs.length * (xs.length > 7 ? 18 : 36));
  const columns = Math.max(
    1,
    Math.min(panels.length, 4, Math.floor((room + axisSpace.gap) / (narrowest + axisSpace.gap))),
  );
  const panelWidth = Math.min(320, (room - (columns - 1) * axisSpace.gap) / columns);
  return {
    columns,
    rows: Math.max(1, Math.ceil(panels.length / columns)),
    xs,
    ys,
    cellWidth: panelWidth / Math.max(1, xs.length),
    cellHeight: ys.length > 10 ? 16 : 24,
  };
}

function labelled({ cellWidth, cellHeight }: Grid): boolean {
  return cellWidth >= 34 && cellHeight >= 16;
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function origin(grid: Grid, index: number, top: number, panelHeight: number): { x: number; y: number } {
  const column = index % grid.columns;
  const row = Math.floor(index / grid.columns);
  return {
    x: axisSpace.left + column * (grid.xs.length * grid.cellWidth + axisSpace.gap),
    y: top + axisSpace.panelTop + row * (panelHeight + axisSpace.gap),
  };
}

function corner(grid: Grid, index: number, cell: HeatCell, top: number, panelHeight: number) {
  const start = origin(grid, index, top, panelHeight);
  const left = start.x + grid.xs.indexOf(cell.x) * grid.cellWidth;
  const above = start.y + grid.ys.indexOf(cell.y) * grid.cellHeight;
  return { left, right: left + grid.cellWidth, top: above, bottom: above + grid.cellHeight };
}

function show(axis: HeatAxis, value: number): string {
  return axis.format?.(value) ?? String(value);
}

function drawAxes(
  drawing: Drawing,
  options: HeatMapOptions,
  grid: Grid,
  size: {
    readonly top: number;
    readonly panelHeight: number;
    readonly width: number;
    readonly height: number;
  },
): void {
  drawing.add("text", { x: 0, y: size.top - 10, "text-anchor": "start" }, `↓ ${options.y.label}`);
  const everyX = grid.cellWidth < 26 ? Math.ceil(26 / grid.cellWidth) : 1;
  for (const [index, panel] of options.panels.entries()) {
    const start = origin(grid, index, size.top, size.panelHeight);
    drawing.add(
      "text",
      { x: start.x, y: start.y - 8, "text-anchor": "start", "font-weight": 600 },
      panel.name,
    );
    if (index % grid.columns === 0)
      for (const [row, value] of grid.ys.entries())
        drawing.add(
          "text",
          {
            x: axisSpace.left - 6,
            y: start.y + (row + 0.5) * grid.cellHeight + 4,
            "text-anchor": "end",
            "font-size": 11,
          },
          show(options.y, value),
        );
    if (index + grid.columns < options.panels.length) continue;
    for (const [column, value] of grid.xs.entries())
      if (column % everyX === 0)
        drawing.add(
          "text",
          {
            x: start.x + (column + 0.5) * grid.cellWidth,
            y: start.y + grid.ys.length * grid.cellHeight + 16,
            "text-anchor": "middle",
            "font-size": 11,
          },
          show(options.x, value),
        );
  }
  const columns = Math.min(grid.columns, Math.max(1, options.panels.length));
  const right = origin(grid, columns - 1, 0, 0).x + grid.xs.length * grid.cellWidth;
  drawing.add("text", { x: right, y: size.height - 8, "text-anchor": "end" }, `${options.x.label} →`);
  if (grid.xs.length === 0)
    drawing.add("text", { x: size.width / 2, y: size.top, fill: colours.muted }, "No data");
}

/** The key to the colours, where the cells do not carry their values. */
export function drawRamp(
  drawing: Drawing,
  { right, y }: { readonly right: number; readonly y: number },
  [low = "", high = ""]: readonly string[],
): void {
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const start = right - steps.length * 16 - textWidth(high, 11) - 6;
  drawing.add("text", { x: start - 6, y: y + 10, "text-anchor": "end", "font-size": 11 }, low);
  for (const [index, share] of steps.entries())
    drawing.add("rect", {
      x: start + index * 16,
      y,
      width: 15,
      height: 12,
      fill: colours.heat,
      "fill-opacity": inkOf(share),
    });
  drawing.add("text", { x: right, y: y + 10, "text-anchor": "end", "font-size": 11 }, high);
}

/** Opacity of a share of the full colour. */
export function inkOf(share: number): number {
  return 0.05 + 0.95 * share;
}

function describe(options: HeatMapOptions, format: (value: number) => string): string {
  const parts = options.panels.flatMap((panel) => {
    const values = panel.cells.map((cell) => cell.value).filter(Number.isFinite);
    if (values.length === 0) return [];
    return [`${panel.name}: from ${format(Math.min(...values))} to ${format(Math.max(...values))}.`];
  });
  return [`${options.y.label} against ${options.x.label}, one map each.`, ...parts].join(" ");
}
