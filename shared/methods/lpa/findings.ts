import { formatChange, formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { changeOf, lossOf, spreadOfLoss } from "../loss-words.ts";
import { bySeeds, type Difference, difference, exceeds, type Measured } from "../measured.ts";
import { labelOf } from "./labels.ts";
import type { VariantResult } from "./output.ts";

/** A variant's loss over its seeds. */
export const lossMeasured = ({ loss, seeds }: VariantResult): Measured => ({ ...loss, seeds });

/** A variant's training speed over its seeds. */
export const speedMeasured = (variant: VariantResult): Measured => ({
  mean: variant.tokensPerSecond,
  sd: variant.tokensPerSecondSd,
  seeds: variant.seeds,
});

/**
 * What a comparison shows, computed from its figures: the price of low rank at equal width, what the surplus
 * buys in the feed-forward, where low rank costs least, the two ablations, and the time. A finding whose
 * variants were not run is left out.
 */
export function compareFindings(variants: readonly VariantResult[]): Finding[] {
  const named = (name: VariantResult["name"]) => variants.find((variant) => variant.name === name);
  const dense = named("dense");
  const low = variants.filter(({ name }) => name === "low-attention");
  const [first] = low;
  const matched = named("matched");
  const other = named("other-initialisation");
  const [byDefault, byVariance] = other?.initialisation === "default" ? [other, first] : [first, other];
  return [
    ...low.map((variant) =>
      lossAbove(variant, dense, `${labelOf(variant)} costs loss at the dense model's width`),
    ),
    lossBelow(
      matched,
      dense,
      "With the surplus in the feed-forward, low-rank attention beats the dense model",
    ),
    lossBelow(
      first,
      named("low-feed-forward"),
      "Low rank in attention alone beats low rank in the feed-forward alone",
    ),
    lossBelow(first, named("low-all"), "Low rank in attention alone beats low rank everywhere"),
    lossBelow(named("silu"), first, "A SiLU between the two maps lowers the loss"),
    lossBelow(byVariance, byDefault, "The variance-matched initialisation lowers the loss"),
    ...[first, matched].map((variant) => faster(variant, dense)),
  ].filter((finding) => finding !== undefined);
}

type Maybe = VariantResult | undefined;

function lossBelow(mine: Maybe, theirs: Maybe, claim: string): Finding | undefined {
  if (mine === undefined || theirs === undefined) return undefined;
  const gain = difference(lossMeasured(theirs), lossMeasured(mine));
  return { claim, holds: exceeds(gain), text: lossesOf(mine, theirs, gain) };
}

function lossAbove(mine: Maybe, theirs: Maybe, claim: string): Finding | undefined {
  if (mine === undefined || theirs === undefined) return undefined;
  const cost = difference(lossMeasured(mine), lossMeasured(theirs));
  return { claim, holds: exceeds(cost), text: lossesOf(mine, theirs, cost) };
}

function lossesOf(mine: VariantResult, theirs: VariantResult, by: Difference): string {
  const [a, b] = [lossMeasured(mine), lossMeasured(theirs)];
  return `${labelOf(mine)}: ${lossOf(a)} nats per token with ${sizeOf(mine)}; ${labelOf(theirs)}: ${lossOf(b)} with ${sizeOf(theirs)}. ${changeOf(a, b)}${bySeeds(by, spreadOfLoss)}.`;
}

function sizeOf({ parameters }: VariantResult): string {
  return `${formatCount(parameters)} parameters`;
}

/** Speed beside operations: at a small width the second falls and the first need not rise. */
function faster(mine: Maybe, dense: Maybe): Finding | undefined {
  if (mine === undefined || dense === undefined) return undefined;
  const gain = difference(speedMeasured(mine), speedMeasured(dense));
  const operations = mine.trainingFlopsPerToken / dense.trainingFlopsPerToken - 1;
  const speed = mine.tokensPerSecond / dense.tokensPerSecond - 1;
  return {
    claim: `${labelOf(mine)} trains faster than the dense model`,
    holds: exceeds(gain),
    text: `${tokensOf(mine)} against ${tokensOf(dense)} tokens a second (${formatChange(speed)}), with ${formatChange(operations)} operations a token${bySeeds(gain, (value) => formatNumber(value, 2))}.`,
  };
}

function tokensOf({ tokensPerSecond }: VariantResult): string {
  return formatNumber(tokensPerSecond, 3);
}

/** What a report says first: the result in a sentence, and what must be known beside it. */
export function headline(variants: readonly VariantResult[]): { summary: string; detail: string } {
  const dense = variants.find(({ name }) => name === "dense");
  const focus =
    variants.find(({ name }) => name === "matched") ?? variants.find(({ name }) => name === "low-attention");
  const low = variants.find(({ name }) => name === "low-attention");
  const details = [
    low !== undefined && dense !== undefined && low !== focus ? atEqualWidth(low, dense) : undefined,
    edge(variants),
    variants.some(({ seeds }) => seeds < 2)
      ? "One seed: how far another would fall from these figures is not known."
      : undefined,
  ];
  return {
    summary: focus !== undefined && dense !== undefined ? facing(focus, dense) : lowest(variants),
    detail: details.filter((sentence) => sentence !== undefined).join(" "),
  };
}

function facing(mine: VariantResult, dense: VariantResult): string {
  const [a, b] = [lossMeasured(mine), lossMeasured(dense)];
  const what = `${labelOf(mine)} (${sizeOf(mine)}) has a loss of ${lossOf(a)} nats per token against the dense model's ${lossOf(b)} (${sizeOf(dense)})`;
  const change = formatPercent(Math.abs(a.mean / b.mean - 1), 1);
  if (exceeds(difference(b, a))) return `${what}, ${change} lower.`;
  if (exceeds(difference(a, b))) return `${what}, ${change} higher.`;
  return `${what}: no difference that the seeds bear out.`;
}

function atEqualWidth(low: VariantResult, dense: VariantResult): string {
  const [a, b] = [lossMeasured(low), lossMeasured(dense)];
  const saved = formatPercent(1 - low.parameters / dense.parameters);
  return `At equal width, with ${saved} fewer parameters, ${labelOf(low)} is at ${lossOf(a)}: ${changeOf(a, b)}.`;
}

/** Variants whose best rate is the last of the grid on either side: a wider grid could serve them better. */
function edge(variants: readonly VariantResult[]): string | undefined {
  const names = variants.flatMap((variant) => {
    const rates = variant.tuning.map(({ learningRate }) => learningRate);
    const atEdge = [Math.min(...rates), Math.max(...rates)].includes(variant.learningRate);
    return rates.length > 2 && atEdge ? [labelOf(variant)] : [];
  });
  if (names.length === 0) return undefined;
  return `The best rate lies at the grid's edge for ${names.join("; ")}.`;
}

function lowest(variants: readonly VariantResult[]): string {
  const [best] = variants.toSorted((a, b) => a.loss.mean - b.loss.mean);
  if (best === undefined) return "Nothing was trained.";
  return `${labelOf(best)} has the lowest loss of ${variants.length}: ${lossOf(lossMeasured(best))} nats per token.`;
}
