import { formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { changeOf, lossesOf, lossOf, type NamedLoss } from "../loss-words.ts";
import { bySeeds, difference, exceeds, type Measured } from "../measured.ts";
import { edgeSentence } from "../tuned-rates.ts";
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
  return { claim, holds: exceeds(gain), text: lossesOf(withSize(mine), withSize(theirs)) };
}

function lossAbove(mine: Maybe, theirs: Maybe, claim: string): Finding | undefined {
  if (mine === undefined || theirs === undefined) return undefined;
  const cost = difference(lossMeasured(mine), lossMeasured(theirs));
  return { claim, holds: exceeds(cost), text: lossesOf(withSize(mine), withSize(theirs)) };
}

function withSize(variant: VariantResult): NamedLoss {
  return { label: labelOf(variant), loss: lossMeasured(variant), beside: `with ${sizeOf(variant)}` };
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
    text: `${labelOf(mine)}: ${speedOf(mine)} tokens a second in training; ${labelOf(dense)}: ${speedOf(dense)}. ${inWords(speed, ["slower", "as fast", "faster"])}${bySeeds(gain, (value) => rounded(value, 2))}, with ${inWords(operations, ["fewer", "as many", "more"])} operations a token, at ${formatNumber(gflopsPerSecond(mine))} GFLOP/s beside ${formatNumber(gflopsPerSecond(dense))}.`,
  };
}

/** 10^9 operations a second of a training: thin products keep a processor less busy than large ones. */
export function gflopsPerSecond({ tokensPerSecond, trainingFlopsPerToken }: VariantResult): number {
  return (tokensPerSecond * trainingFlopsPerToken) / 1e9;
}

const rounded = (value: number, digits: number) => formatCount(Number(value.toPrecision(digits)));

/** A speed with its spread: `50,100 ± 1,000`. */
export function speedOf({ tokensPerSecond, tokensPerSecondSd, seeds }: VariantResult): string {
  const mean = rounded(tokensPerSecond, 3);
  return seeds > 1 ? `${mean} ± ${rounded(tokensPerSecondSd, 2)}` : mean;
}

/** A relative change in words: `13.8% fewer`. */
export function inWords(change: number, [down, level, up]: readonly [string, string, string]): string {
  const size = formatPercent(Math.abs(change), 1);
  return size === "0.0%" ? level : `${size} ${change > 0 ? up : down}`;
}

/** What a report says first: the result in a sentence, and what must be known beside it. */
export function headline(variants: readonly VariantResult[]): { summary: string; detail: string } {
  const dense = variants.find(({ name }) => name === "dense");
  const focus =
    variants.find(({ name }) => name === "matched") ?? variants.find(({ name }) => name === "low-attention");
  const low = variants.find(({ name }) => name === "low-attention");
  const details = [
    low !== undefined && dense !== undefined && low !== focus ? atEqualWidth(low, dense) : undefined,
    edgeSentence(variants, labelOf),
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

function lowest(variants: readonly VariantResult[]): string {
  const [best] = variants.toSorted((a, b) => a.loss.mean - b.loss.mean);
  if (best === undefined) return "Nothing was trained.";
  return `${labelOf(best)} has the lowest loss of ${variants.length}: ${lossOf(lossMeasured(best))} nats per token.`;
}
