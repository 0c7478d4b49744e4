import type * as Plot from "@observablehq/plot";
import { formatNumber } from "./format.ts";
import { spacedTicks, textWidth } from "./layout.ts";

export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly scale?: "linear" | "log2" | "log10";
  readonly domain?: readonly [number, number];
  readonly ticks?: readonly number[];
  readonly format?: (value: number) => string;
}

/** A value drawn no further than the axis reaches. */
export function clamp(value: number, axis: Axis): number {
  const [low, high] = axis.domain ?? [-Infinity, Infinity];
  return Math.min(high, Math.max(low, value));
}

/** Whether the axis's ticks take a second line. */
export function twoLines({ ticks = [], format }: Axis): boolean {
  return ticks.some((tick) => format?.(tick).includes("\n"));
}

/** The scale that shows these values: to the ends of its domain, or rounded outwards to even steps. */
export function axisOptions(axis: Axis, values: readonly number[]): Plot.ScaleOptions {
  const scale = axis.scale ?? "linear";
  const positive = scale === "linear" ? values : values.filter((value) => value > 0);
  const low = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const high = positive.reduce((a, b) => Math.max(a, b), -Infinity);
  const pad = low === high ? Math.abs(low) * 0.1 || 1 : 0;
  const domain = axis.domain ?? (positive.length === 0 ? [1, 2] : [low - pad, high + pad]);
  const type =
    scale === "linear"
      ? { type: "linear" as const }
      : { type: "log" as const, base: scale === "log2" ? 2 : 10 };
  return {
    ...type,
    domain: [...domain],
    nice: axis.domain === undefined && scale === "linear",
  };
}

/** Ticks of a horizontal axis `inner` pixels wide, as many as have room. */
export function xTicks(axis: Axis, scale: Plot.ScaleOptions, inner: number): Plot.AxisXOptions {
  const format = axis.format ?? ((value: number) => formatNumber(value, 6));
  const log = scale.type === "log";
  const ticks = axis.ticks ?? (log && scale.base === 10 ? decades(scale) : []);
  if (ticks.length < 2) return { tickFormat: format, ticks: Math.max(2, Math.floor(inner / 90)) };
  const place = (value: number) => (log ? Math.log(value) : value);
  const [low = 0, high = 1] = [...(scale.domain ?? [])].map(Number);
  const pixels = (inner - 20) / (place(high) - place(low) || 1);
  const widest = Math.max(
    ...ticks.flatMap((tick) =>
      format(tick)
        .split("\n")
        .map((part) => textWidth(part, 12)),
    ),
  );
  return {
    ticks: spacedTicks(ticks, (tick) => place(tick) * pixels, widest + 10),
    tickFormat: format,
  };
}

/**
 * Ticks of a scale in powers of ten: 1, 2 and 5 of each decade where it has two at most, 1 and 3 up to three and a
 * half, and the powers beyond. The scale leaves out the labels of more than these.
 */
function decades({ domain = [] }: Plot.ScaleOptions): number[] {
  const [low = 1, high = 1] = [...domain].map(Number);
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const span = last - first;
  const within = span <= 2 ? [1, 2, 5] : span <= 3.5 ? [1, 3] : [1];
  const powers = Array.from(
    { length: Math.floor(last) - Math.floor(first) + 1 },
    (_, at) => Math.floor(first) + at,
  );
  return powers
    .flatMap((power) => within.map((one) => Number(`${one}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
}

/** Ticks and grid lines of a vertical axis. */
export function yTicks(
  axis: Axis,
  scale: Plot.ScaleOptions,
): { ticks: number | number[]; tickFormat?: (value: number) => string } {
  const format =
    axis.format ?? (scale.type === "log" ? (value: number) => formatNumber(value, 6) : undefined);
  const ticks = axis.ticks ?? (scale.type === "log" && powers(scale).length > 1 ? powers(scale) : 6);
  return { ticks: typeof ticks === "number" ? ticks : [...ticks], ...(format && { tickFormat: format }) };
}

/** The powers of the base within a logarithmic scale: lines for all that lies between them would be a thicket. */
function powers({ domain = [], base = 10 }: Plot.ScaleOptions): number[] {
  const [low = 1, high = 1] = [...domain].map((end) => Math.log(Number(end)) / Math.log(base));
  const first = Math.ceil(low - 1e-9);
  return Array.from(
    { length: Math.max(0, Math.floor(high + 1e-9) - first + 1) },
    (_, index) => base ** (first + index),
  );
}

/** Pixels that the labels of a vertical axis take. */
export function labelWidth(axis: Axis, scale: Plot.ScaleOptions): number {
  const format = axis.format ?? ((value: number) => formatNumber(value, scale.type === "log" ? 6 : 3));
  const shown = scale.type === "log" ? powers(scale) : [...(scale.domain ?? [])].map(Number);
  return Math.max(0, ...shown.map((value) => textWidth(format(value), 12)));
}
