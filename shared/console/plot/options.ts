import type uPlot from "uplot";
import { lineStyle, pageColour } from "./colours.ts";
import { axisFigure } from "./figure.ts";
import type { Line } from "./line.ts";

export interface PlotLook {
  readonly width: number;
  readonly height: number;
  readonly log: boolean;
  /** Whether a fainter line of the figures as they are lies below each smoothed one. */
  readonly raw: boolean;
  readonly shown: (line: Line) => boolean;
  readonly onCursor: (index: number | undefined) => void;
}

/** uPlot's options for lines over steps. */
export function plotOptions(lines: readonly Line[], look: PlotLook): uPlot.Options {
  const axis = { stroke: pageColour("--muted"), font: "12px system-ui, sans-serif" };
  const grid = { stroke: pageColour("--line"), width: 1 };
  const ticks = { stroke: pageColour("--line"), width: 1, size: 4 };
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { distr: look.log ? 3 : 1 } },
    axes: [
      { ...axis, grid: { show: false }, ticks, values: (_, values) => values.map(axisFigure) },
      { ...axis, grid, ticks: { show: false }, size: 56, values: (_, values) => values.map(axisFigure) },
    ],
    hooks: { setCursor: [({ cursor }) => look.onCursor(cursor.idx ?? undefined)] },
    series: [
      {},
      ...lines.map((line) => series(line, look.shown(line), 1)),
      ...(look.raw ? lines.map((line) => series(line, look.shown(line), 0.25)) : []),
    ],
  };
}

function series(line: Line, show: boolean, alpha: number): uPlot.Series {
  const { colour, dash } = lineStyle(line);
  const whole = alpha === 1;
  return {
    label: line.label,
    show,
    stroke: colour,
    alpha,
    width: whole ? 1.75 : 1,
    ...(whole && dash.length > 0 && { dash }),
    points: {
      show: (_, index, first, last) => whole && index > 0 && last - first < 3,
      size: 6,
      fill: colour,
    },
  };
}
