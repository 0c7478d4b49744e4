/** How one series looks everywhere: colour by day and night, dash and marker, so that no reader needs the colour. */
export interface SeriesStyle {
  readonly light: string;
  readonly dark: string;
  /** SVG dash array; undefined for a solid line. */
  readonly dash?: string;
  readonly symbol:
    | "circle"
    | "square"
    | "triangle"
    | "diamond"
    | "star"
    | "wye"
    | "cross"
    | "hexagon"
    | "triangle2";
}

/**
 * Nine styles. Hues follow Okabe and Ito's palette for colour-blind readers, darkened where the original
 * has less than 3:1 against white; no two share a dash and a marker.
 */
export const seriesStyles: readonly SeriesStyle[] = [
  { light: "#0072b2", dark: "#5ab0e8", symbol: "circle" },
  { light: "#d55e00", dark: "#f58b4c", symbol: "square", dash: "8 3" },
  { light: "#00876c", dark: "#3fc9a0", symbol: "triangle", dash: "3 2" },
  { light: "#b5478f", dark: "#e592c4", symbol: "diamond", dash: "8 3 2 3" },
  { light: "#9a7200", dark: "#e3b341", symbol: "star", dash: "12 4" },
  { light: "#4b3fa0", dark: "#a79bf0", symbol: "wye", dash: "4 2" },
  { light: "#5f6b76", dark: "#a9b4bf", symbol: "cross", dash: "1.5 3" },
  { light: "#2f86bb", dark: "#8ccbf2", symbol: "hexagon", dash: "6 3 1.5 3" },
  { light: "#7a3b2e", dark: "#d09a8a", symbol: "triangle2", dash: "10 2 2 2 2 2" },
];

/** The style of a number; past the last it begins again. */
export function styleAt(index: number): SeriesStyle {
  const style = seriesStyles[wrapped(index)];
  if (style === undefined) throw new RangeError(`No series style ${index}`);
  return style;
}

/** A style's colour as a CSS variable that the page sets by colour scheme, with the light colour for a file alone. */
export function colourAt(index: number): string {
  return `var(--series-${wrapped(index)}, ${styleAt(index).light})`;
}

/** Colours of plots that are no series. */
export const colours = {
  muted: "var(--muted, #5c6570)",
  paper: "var(--paper, #ffffff)",
  heat: "var(--heat, #0b4f8a)",
  heatInk: "var(--heat-ink, #ffffff)",
} as const;

/** What a page is painted with besides the series: reports and the console share it. */
const paint = {
  light:
    "--paper:#ffffff;--ink:#1b1e23;--muted:#5c6570;--line:#dfe3e8;--wash:#f5f6f8;--link:#0b5cad;--good:#00715a;--bad:#8a4b00;--heat:#0b4f8a;--heat-ink:#ffffff;",
  dark: "--paper:#14171b;--ink:#e8eaed;--muted:#a3acb6;--line:#333941;--wash:#1d2127;--link:#7cb8f5;--good:#5fd0a8;--bad:#f0b166;--heat:#7cc0f5;--heat-ink:#0e1114;",
} as const;

/** Declarations of a page's colours and the series', for its style sheet. */
export function schemeVariables(scheme: "light" | "dark"): string {
  return paint[scheme] + seriesStyles.map((style, index) => `--series-${index}:${style[scheme]};`).join("");
}

function wrapped(index: number): number {
  const count = seriesStyles.length;
  return ((Math.trunc(index) % count) + count) % count;
}
