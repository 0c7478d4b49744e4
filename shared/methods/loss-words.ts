import { formatChange, formatFixed, formatMeanSd, formatSpread } from "../report/format.ts";
import { bySeeds, difference, type Measured } from "./measured.ts";

/** A loss for a reader: three places, as texts and tables give it. */
export function loss(value: number): string {
  return formatFixed(value, 3);
}

/** A mean loss with its spread, where there is one. */
export function lossOf({ mean, sd, seeds }: Measured): string {
  return formatMeanSd(mean, seeds > 1 ? sd : undefined, 3);
}

export function spreadOfLoss(value: number): string {
  return formatSpread(value);
}

/** How the first loss stands to the second: `0.023 lower (−1.5%)`. */
export function changeOf(mine: Measured, theirs: Measured): string {
  const by = mine.mean - theirs.mean;
  if (by === 0) return "no difference";
  return `${loss(Math.abs(by))} ${by < 0 ? "lower" : "higher"} (${formatChange(by / theirs.mean)})`;
}

/** A loss and whose it is; `beside` is what the reader should know with it: `with 302,000 parameters`. */
export interface NamedLoss {
  readonly label: string;
  readonly loss: Measured;
  readonly beside?: string;
}

/** Two losses beside each other by name, how the first stands to the second, and what the seeds say of it. */
export function lossesOf(mine: NamedLoss, theirs: NamedLoss): string {
  const ending = ({ beside }: NamedLoss) => (beside === undefined ? "" : ` ${beside}`);
  const first = `${mine.label}: ${lossOf(mine.loss)} nats per token${ending(mine)}`;
  const second = `${theirs.label}: ${lossOf(theirs.loss)}${ending(theirs)}`;
  const by = bySeeds(difference(mine.loss, theirs.loss), spreadOfLoss);
  return `${first}; ${second}. ${changeOf(mine.loss, theirs.loss)}${by}.`;
}
