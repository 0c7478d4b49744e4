/** A figure at an axis: short, and no two neighbours alike. */
export function axisFigure(value: number | null): string {
  if (value === null) return "";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(0).replace("e+", "e");
  return Number(value.toPrecision(6)).toLocaleString("en-US", {
    useGrouping: "min2",
    maximumFractionDigits: 6,
  });
}

/** A figure to be read off: four significant digits. */
export function readFigure(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e9)
    return value.toLocaleString("en-US", { useGrouping: "min2" });
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(3) : Number(value.toPrecision(4)).toString();
}
