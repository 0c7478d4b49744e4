import * as Plot from "@observablehq/plot";
import { flow, textWidth, wrapText } from "./layout.ts";
import { colourAt, colours, styleAt } from "./palette.ts";
import type { Drawing } from "./svg.ts";

export interface LegendEntry {
  readonly name: string;
  readonly style: number;
}

export interface Header {
  /** Pixels that the header takes above the plot. */
  readonly height: number;
  /** The legend's markers, as marks for the plot itself; `margins` are the plot's. */
  marks(margins: { readonly left: number; readonly top: number }): Plot.Markish[];
  draw(drawing: Drawing): void;
}

const titleSize = 15;
const subtitleSize = 12;
const legendSize = 12;
const swatchWidths = { line: 30, field: 14, none: 12 } as const;

/** Lays out a plot's title, subtitle and legend above it, wrapped to its width. */
export function layHeader(options: {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly width: number;
  readonly legend?: readonly LegendEntry[];
  /** Whether the legend's swatches carry the series' markers. */
  readonly markers?: boolean;
  /** What the swatches show besides: the series' line, a field of its colour, or nothing. */
  readonly swatch?: "line" | "field" | "none";
}): Header {
  const { width, legend = [], markers = true, swatch = "line" } = options;
  const swatchWidth = swatchWidths[swatch];
  const titles = wrapText(options.title, width, titleSize * 1.06);
  const subtitles = wrapText(options.subtitle ?? "", width, subtitleSize);
  const textHeight = titles.length * 20 + subtitles.length * 17;
  const boxes = legend.map((entry) => swatchWidth + 6 + textWidth(entry.name, legendSize));
  const { places, rows } = flow(boxes, width, 24);
  const legendTop = textHeight + 8;
  const entries = legend.map((entry, index) => {
    const place = places[index] ?? { x: 0, row: 0 };
    return { ...entry, x: place.x, y: legendTop + 9 + place.row * 20 };
  });
  return {
    height: textHeight + (rows === 0 ? 0 : 8 + rows * 20),
    marks: (margins) =>
      !markers
        ? []
        : entries.map((entry) =>
            Plot.dot([entry.name], {
              frameAnchor: "top-left",
              dx: entry.x + swatchWidth / 2 - margins.left,
              dy: entry.y - margins.top,
              symbol: styleAt(entry.style).symbol,
              r: 4,
              fill: colourAt(entry.style),
            }),
          ),
    draw: (drawing) => {
      for (const [index, line] of titles.entries())
        drawing.add(
          "text",
          { ...left, y: 14 + index * 20, "font-size": titleSize, "font-weight": 650 },
          line,
        );
      for (const [index, line] of subtitles.entries())
        drawing.add("text", { ...left, y: titles.length * 20 + 11 + index * 17, fill: colours.muted }, line);
      for (const entry of entries) drawEntry(drawing, entry, swatch);
    },
  };
}

const left = { x: 0, "text-anchor": "start" };

function drawEntry(
  drawing: Drawing,
  entry: LegendEntry & { readonly x: number; readonly y: number },
  swatch: keyof typeof swatchWidths,
): void {
  const width = swatchWidths[swatch];
  const { dash } = styleAt(entry.style);
  if (swatch === "field")
    drawing.add("rect", {
      x: entry.x,
      y: entry.y - 5,
      width,
      height: 10,
      rx: 2,
      fill: colourAt(entry.style),
    });
  if (swatch === "line")
    drawing.add("line", {
      x1: entry.x,
      x2: entry.x + width,
      y1: entry.y,
      y2: entry.y,
      stroke: colourAt(entry.style),
      "stroke-width": 2,
      ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
    });
  drawing.add("text", { x: entry.x + width + 6, y: entry.y + 4, "text-anchor": "start" }, entry.name);
}
