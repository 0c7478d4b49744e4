const missing: ReadonlySet<string> = new Set([
  "",
  "na",
  "n/a",
  "#n/a",
  "nan",
  "null",
  "none",
  "-",
  "filtered",
  "missing",
]);

/** A cell as a number; NaN where it says that there is none, undefined where it is something else. */
export function readCell(cell: string): number | undefined {
  const value = Number(cell);
  // Number("") and Number(" ") are 0.
  if (Number.isFinite(value) && cell.trim() !== "") return value;
  return missing.has(cell.trim().toLowerCase()) ? Number.NaN : undefined;
}

/** Why a cell is no number. */
export function explainCell(cell: string): string {
  const text = JSON.stringify(cell.length > 40 ? `${cell.slice(0, 39)}…` : cell);
  if (/^-?\d+,\d+$/.test(cell.trim())) return `${text} has a decimal comma; numbers have a decimal point`;
  if (/^-?\d{1,3}([,' ]\d{3})+(\.\d+)?$/.test(cell.trim())) return `${text} has separators of thousands`;
  if (/^[-+]?inf(inity)?$/i.test(cell.trim())) return `${text} is not finite`;
  return `${text} is not a number`;
}
