import { formatChange, formatCount, formatFixed, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { changeOf, loss, lossOf, spreadOfLoss } from "../loss-words.ts";
import { bySeeds, difference, exceeds, type Measured } from "../measured.ts";
import { labelOf } from "./labels.ts";
import type { ContinueOutput, VariantResult } from "./output.ts";

/**
 * What a comparison shows, computed from its figures: loss and passkey beyond the training length against
 * RoPE, the cost within it, the share of clipping, and who is best at the longest length. A finding whose
 * variants or lengths were not run is left out.
 */
export function compareFindings(variants: readonly VariantResult[], trainingLength: number): Finding[] {
  const table = new Map(variants.map((variant) => [variant.name, variant]));
  const rope = table.get("rope");
  const fope = table.get("fope");
  const clip = table.get("fope-clip");
  const ours = [fope, clip].filter((variant) => variant !== undefined);
  return [
    ...ours.flatMap((variant) => [4, 8].map((k) => lossBelow(variant, rope, k, trainingLength))),
    ...ours.map((variant) => windowCost(variant, rope, trainingLength)),
    whatDoesTheWork(fope, clip, rope, trainingLength),
    ...ours.flatMap((variant) => [4, 8].map((k) => passkeyAbove(variant, rope, k, trainingLength))),
    bestAtTheEnd(variants, trainingLength),
  ].filter((finding) => finding !== undefined);
}

/**
 * What continuing a RoPE model as FoPE did, at the new context length and at the longest length scored. One
 * model and one training: no spread is known.
 */
export function continueFindings(
  { before, converted, after }: Pick<ContinueOutput, "before" | "converted" | "after">,
  trainingLength: number,
): Finding[] {
  const longest = Math.max(...after.map((point) => point.length));
  const lengths = [...new Set([trainingLength, longest])].filter(Number.isFinite);
  const at = (points: ContinueOutput["after"], length: number) =>
    points.find((point) => point.length === length)?.loss;
  return lengths.flatMap((length) => {
    const [old, swapped, trained] = [at(before, length), at(converted, length), at(after, length)];
    if (old === undefined || trained === undefined) return [];
    const changes = [`RoPE before: ${loss(old)}`];
    if (swapped !== undefined) changes.push(`FoPE's tables put in, untrained: ${loss(swapped)}`);
    changes.push(`after training: ${loss(trained)} nats per token (${formatChange(trained / old - 1)})`);
    return [
      {
        claim: `Going on as FoPE lowers the loss at ${formatCount(length)} tokens`,
        holds: trained < old,
        text: `${changes.join("; ")}. One training: its spread is unknown.`,
      },
    ];
  });
}

/** The loss of a variant at a length, or undefined where it was not scored. */
export function lossAt(variant: VariantResult | undefined, length: number): Measured | undefined {
  const point = variant?.loss.find((one) => one.length === length);
  return variant === undefined || point === undefined || !Number.isFinite(point.mean)
    ? undefined
    : { mean: point.mean, sd: point.sd, seeds: variant.seeds };
}

/** The passkey accuracy of a variant at a length, or undefined where it was not tried. */
export function passkeyAt(variant: VariantResult | undefined, length: number): Measured | undefined {
  const point = variant?.passkey.find((one) => one.length === length);
  return variant === undefined || point === undefined || !Number.isFinite(point.accuracy)
    ? undefined
    : { mean: point.accuracy, sd: point.sd, seeds: variant.seeds };
}

function lossBelow(
  variant: VariantResult,
  rope: VariantResult | undefined,
  multiple: number,
  trainingLength: number,
): Finding | undefined {
  const length = multiple * trainingLength;
  const [mine, theirs] = [lossAt(variant, length), lossAt(rope, length)];
  if (mine === undefined || theirs === undefined) return undefined;
  const gain = difference(theirs, mine);
  return {
    claim: `${labelOf(variant.name)}'s loss at ${multiple}× the training length is below RoPE's`,
    holds: exceeds(gain),
    text: `${lossOf(mine)} against ${lossOf(theirs)} nats per token at ${formatCount(length)} tokens: ${changeOf(mine, theirs)}${bySeeds(gain, spreadOfLoss)}.`,
  };
}

function windowCost(
  variant: VariantResult,
  rope: VariantResult | undefined,
  trainingLength: number,
): Finding | undefined {
  const [mine, theirs] = [lossAt(variant, trainingLength), lossAt(rope, trainingLength)];
  if (mine === undefined || theirs === undefined) return undefined;
  const cost = difference(mine, theirs);
  return {
    claim: `${labelOf(variant.name)} costs loss within the training length`,
    holds: exceeds(cost),
    text: `${lossOf(mine)} against RoPE's ${lossOf(theirs)} nats per token at ${formatCount(trainingLength)} tokens: ${changeOf(mine, theirs)}${bySeeds(cost, spreadOfLoss)}.`,
  };
}

function whatDoesTheWork(
  fope: VariantResult | undefined,
  clip: VariantResult | undefined,
  rope: VariantResult | undefined,
  trainingLength: number,
): Finding | undefined {
  for (const multiple of [8, 4, 2]) {
    const length = multiple * trainingLength;
    const [full, clipped] = [lossAt(fope, length), lossAt(clip, length)];
    if (full === undefined || clipped === undefined) continue;
    const gain = difference(clipped, full);
    const share = shareOfClipping(full, clipped, lossAt(rope, length));
    const part = share === undefined ? "" : ` ${share}`;
    return {
      claim: `The Fourier series lowers the loss at ${multiple}× beyond what clipping does`,
      holds: exceeds(gain),
      text: `FoPE ${lossOf(full)}, clip-only ${lossOf(clipped)} nats per token at ${formatCount(length)} tokens: ${changeOf(full, clipped)} with the series${bySeeds(gain, spreadOfLoss)}.${part}`,
    };
  }
  return undefined;
}

/** How much of FoPE's gain over RoPE clipping gives alone, as a sentence; undefined when there is no gain to share. */
export function shareOfClipping(
  full: Measured,
  clipped: Measured,
  rope: Measured | undefined,
): string | undefined {
  if (rope === undefined) return undefined;
  const gain = difference(rope, full);
  if (!exceeds(gain)) return undefined;
  const share = (rope.mean - clipped.mean) / gain.by;
  if (share >= 1) return "Clipping alone gives all of FoPE's gain over RoPE.";
  if (share <= 0) return "Clipping alone gives none of FoPE's gain over RoPE.";
  return `Clipping alone gives ${formatPercent(share)} of FoPE's gain over RoPE.`;
}

function passkeyAbove(
  variant: VariantResult,
  rope: VariantResult | undefined,
  multiple: number,
  trainingLength: number,
): Finding | undefined {
  const length = multiple * trainingLength;
  const [mine, theirs] = [passkeyAt(variant, length), passkeyAt(rope, length)];
  if (mine === undefined || theirs === undefined) return undefined;
  const gain = difference(mine, theirs);
  return {
    claim: `${labelOf(variant.name)} finds the passkey at ${multiple}× the training length more often than RoPE`,
    holds: exceeds(gain),
    text: `${accuracyOf(mine)} of the keys against ${accuracyOf(theirs)} at ${formatCount(length)} tokens: ${pointsOf(gain.by)}${bySeeds(gain, points)}.${unlearnt([variant, rope], trainingLength)}`,
  };
}

/** A caution where a model does not find most of the keys even at the length that it was trained at. */
function unlearnt(variants: readonly (VariantResult | undefined)[], trainingLength: number): string {
  const short = variants.flatMap((variant) => {
    const within = passkeyAt(variant, trainingLength);
    return variant === undefined || within === undefined || within.mean >= 0.5
      ? []
      : [`${labelOf(variant.name)} (${accuracyOf(within)})`];
  });
  if (short.length === 0) return "";
  return ` Not learnt within the training length by ${short.join(" and ")}: this says little of the length.`;
}

function bestAtTheEnd(variants: readonly VariantResult[], trainingLength: number): Finding | undefined {
  const fope = variants.find((variant) => variant.name === "fope");
  const length = fope?.loss.reduce((longest, point) => Math.max(longest, point.length), 0) ?? 0;
  const mine = lossAt(fope, length);
  const others = variants.flatMap((variant) => {
    const measured = variant.name === "fope" ? undefined : lossAt(variant, length);
    return measured === undefined ? [] : [{ name: labelOf(variant.name), ...measured }];
  });
  const next = others.reduce<(typeof others)[number] | undefined>(
    (best, one) => (best === undefined || one.mean < best.mean ? one : best),
    undefined,
  );
  if (mine === undefined || next === undefined || length <= trainingLength || others.length < 2)
    return undefined;
  const lead = difference(next, mine);
  return {
    claim: `FoPE has the lowest loss of all variants at ${multipleOf(length, trainingLength)} the training length`,
    holds: exceeds(lead),
    text: `FoPE ${lossOf(mine)} against ${lossOf(next)} nats per token of ${next.name}, ${lead.by >= 0 ? "the next best" : "the lowest"}, at ${formatCount(length)} tokens: ${changeOf(mine, next)}${bySeeds(lead, spreadOfLoss)}.`,
  };
}

/** A length in multiples of the training length: `8×`, or `2.5×` for one in between. */
export function multipleOf(length: number, trainingLength: number): string {
  return `${Number((length / trainingLength).toFixed(2))}×`;
}

function accuracyOf({ mean, sd, seeds }: Measured): string {
  return seeds > 1 && sd > 0 ? `${formatFixed(mean * 100, 0)} ± ${formatPercent(sd)}` : formatPercent(mean);
}

function points(share: number): string {
  return `${formatFixed(share * 100, 0)} points`;
}

function pointsOf(by: number): string {
  if (by === 0) return "no difference";
  return `${points(Math.abs(by))} ${by > 0 ? "more" : "fewer"}`;
}
