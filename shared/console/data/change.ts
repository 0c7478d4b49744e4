import type { Json } from "../../client/json.ts";

/** How far a figure is from the first one, as a share of it: `+3.2 %`; undefined where that says nothing. */
export function changeFrom(first: Json | undefined, value: Json | undefined): string | undefined {
  if (typeof first !== "number" || typeof value !== "number" || first === 0 || first === value)
    return undefined;
  const share = (value - first) / Math.abs(first);
  const percent = Math.abs(share) * 100;
  const digits = percent < 9.95 ? 1 : 0;
  const sign = share > 0 ? "+" : "−";
  return percent >= 1000 ? `${sign}${(percent / 100).toFixed(0)}×` : `${sign}${percent.toFixed(digits)} %`;
}
