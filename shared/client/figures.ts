/** A number of a result; null where the method has none. */
export type Figure = number | null | undefined;

const grouped = (decimals: number) =>
  new Intl.NumberFormat("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: "min2",
  });

/**
 * Decimals that figures of one kind share, so that they line up: none for integers, four significant digits
 * of the largest from one upwards, three below.
 */
export function decimalsOf(figures: readonly Figure[]): number {
  const numbers = figures.filter((figure): figure is number => Number.isFinite(figure));
  if (numbers.every((number) => Number.isInteger(number))) return 0;
  const magnitude = Math.floor(Math.log10(Math.max(...numbers.map((number) => Math.abs(number)))));
  return magnitude >= 0 ? Math.max(0, 3 - magnitude) : Math.min(2 - magnitude, 8);
}

/** One figure with so many decimals; in scientific notation where that would show nothing of it. */
export function formatFigure(figure: Figure, decimals: number): string {
  if (figure === null || figure === undefined) return "–";
  if (!Number.isFinite(figure)) return String(figure);
  const vanishes = figure !== 0 && Math.abs(figure) < 0.5 * 10 ** -decimals;
  if (vanishes || Math.abs(figure) >= 1e15) return figure.toExponential(1);
  return grouped(decimals).format(figure);
}

/** A share as whole percent, rounded down so that `100 %` is the end: `42 %`. */
export const formatPercent = (share: number): string => `${Math.floor(share * 100)} %`;

/** Seconds in words: `0.8 s`, `51 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds as on a clock: `0:07`, `12:03`, `1:02:09`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number: number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** Bytes in decimal units: `512 B`, `1.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  const rounded = power === 0 || scaled >= 99.5 ? scaled.toFixed(0) : scaled.toFixed(1);
  return `${rounded} ${units[power]}`;
}

/** A moment in local time, and how long ago it was. */
export function formatMoment(time: string, now: number = Date.now()): string {
  const moment = new Date(time).toLocaleString("sv-SE");
  const ago = formatAgo(time, now);
  return ago === time.slice(0, 10) ? moment : `${moment}, ${ago}`;
}

/** How long ago: `just now`, `3 min ago`, `5 h ago`, `2 d ago`; the date beyond a month. */
export function formatAgo(time: string, now: number = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return seconds < 30 * 86_400 ? `${Math.round(seconds / 86_400)} d ago` : time.slice(0, 10);
}
