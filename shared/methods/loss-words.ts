import { formatChange, formatFixed, formatMeanSd, formatNumber } from "../report/format.ts";
import type { Measured } from "./measured.ts";

/** A loss for a reader: three places, as texts and tables give it. */
export function loss(value: number): string {
  return formatFixed(value, 3);
}

/** A mean loss with its spread, where there is one. */
export function lossOf({ mean, sd, seeds }: Measured): string {
  return formatMeanSd(mean, seeds > 1 ? sd : undefined, 3);
}

export function spreadOfLoss(value: number): string {
  return formatNumber(value, 2);
}

/** How the first loss stands to the second: `0.023 lower (−1.5%)`. */
export function changeOf(mine: Measured, theirs: Measured): string {
  const by = mine.mean - theirs.mean;
  if (by === 0) return "no difference";
  return `${loss(Math.abs(by))} ${by < 0 ? "lower" : "higher"} (${formatChange(by / theirs.mean)})`;
}
