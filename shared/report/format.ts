/** What stands where there is no number: not measured, or not finite. */
export const missing = "–";

/**
 * `value` to `digits` significant digits, thousands grouped, with a real minus sign; powers of ten outside
 * [1e-4, 1e7).
 */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return scientific(value, digits);
  return localised(value, { maximumSignificantDigits: digits });
}

/** `value` with exactly `decimals` places after the point. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return missing;
  return localised(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A whole number, thousands grouped. */
export function formatCount(value: number): string {
  return formatFixed(value, 0);
}

/**
 * A mean with its spread. The spread shows two significant digits and the mean as many places as the
 * spread, unless `decimals` fixes both. Without a spread (undefined, or 0 from a single measurement) the
 * mean stands alone.
 */
export function formatMeanSd(mean: number, sd?: number, decimals?: number): string {
  if (!Number.isFinite(mean)) return missing;
  if (sd === undefined || !Number.isFinite(sd) || sd === 0)
    return decimals === undefined ? formatNumber(mean, 4) : formatFixed(mean, decimals);
  const places = decimals ?? decimalsOf(sd);
  return `${formatFixed(mean, places)} ± ${formatFixed(sd, places)}`;
}

/** A spread by itself, with two significant digits as beside its mean: `0.020`. */
export function formatSpread(sd: number): string {
  if (!Number.isFinite(sd)) return missing;
  return sd === 0 ? "0" : formatFixed(sd, decimalsOf(sd));
}

/** A share in [0, 1] as a percentage. */
export function formatPercent(share: number, decimals = 0): string {
  return Number.isFinite(share) ? `${formatFixed(share * 100, decimals)}%` : missing;
}

/** A relative change, signed: .0098 is `+1.0%`. */
export function formatChange(change: number, decimals = 1): string {
  if (!Number.isFinite(change)) return missing;
  const text = formatPercent(change, decimals);
  return change > 0 ? `+${text}` : text;
}

/** Seconds in the two largest units that say something: `840 ms`, `12.3 s`, `2 min 5 s`, `3 h 4 min`, `2 d 1 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return missing;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${formatFixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return twoUnits(whole, 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", "min");
  return twoUnits(Math.round(seconds / 3600), 24, "d", "h");
}

/** Bytes in decimal units: `980 B`, `12.3 kB`, `4.5 MB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return missing;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  let value = bytes;
  while (Math.abs(value) >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  return `${formatNumber(value, 3)} ${units[power]}`;
}

function twoUnits(total: number, size: number, large: string, small: string): string {
  const rest = total % size;
  const head = `${Math.floor(total / size)} ${large}`;
  return rest === 0 ? head : `${head} ${rest} ${small}`;
}

function decimalsOf(sd: number): number {
  const leading = Math.floor(Math.log10(Math.abs(sd)));
  return Math.min(12, Math.max(0, 1 - leading));
}

function localised(value: number, options: Intl.NumberFormatOptions): string {
  return formatterOf(options).format(value).replace("-", "−");
}

const formatters = new Map<string, Intl.NumberFormat>();

/** A formatter takes far longer to make than to use. */
function formatterOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = Object.entries(options).join();
  const known =
    formatters.get(key) ?? new Intl.NumberFormat("en-GB", { ...options, signDisplay: "negative" });
  formatters.set(key, known);
  return known;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function scientific(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(Math.max(0, digits - 1)).split("e");
  const raised = [...String(Math.abs(Number(exponent)))].map((digit) => superscripts[Number(digit)]).join("");
  const power = `10${exponent.startsWith("-") ? "⁻" : ""}${raised}`;
  const factor = String(Number(mantissa)).replace("-", "−");
  return factor === "1" ? power : `${factor} × ${power}`;
}
