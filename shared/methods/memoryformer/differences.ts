import { formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import { loss } from "../loss-words.ts";
import { difference, exceeds } from "../measured.ts";
import { edgeSentence } from "../tuned-rates.ts";
import { lossWith, tuned } from "./findings.ts";
import type { Input } from "./input.ts";
import { labelOf } from "./labels.ts";
import type { VariantResult } from "./output.ts";
import { paperPerplexities } from "./paper.ts";

type Trained = Pick<Input, "trainingLength"> & {
  readonly training: Pick<Input["training"], "steps" | "batch">;
};

/**
 * Where a run's order of models is not the one that their sizes and the papers suggest, and what the run's own
 * figures say of the reason. A paragraph each; none for what went the expected way or lies within the spread.
 */
export function differences(variants: readonly VariantResult[], trained: Trained): string[] {
  const byKind = (kind: VariantResult["kind"]) =>
    variants.filter((variant) => variant.kind === kind).toSorted((a, b) => (a.bits ?? 0) - (b.bits ?? 0));
  const [paper, released] = [byKind("memory-paper"), byKind("memory-released")];
  const [dense] = byKind("dense");
  return [
    moreBits([paper, released], trained),
    weightings(paper, released),
    ...[...byKind("dense-parameters"), ...byKind("product-key")].map((larger) => largerYet(larger, dense)),
  ].filter((paragraph) => paragraph !== undefined);
}

const isHigher = (one: VariantResult, other: VariantResult) =>
  exceeds(difference(lossWith(one), lossWith(other)));

/** The weightings with which the most bits are worse than the fewest, and how many tokens a row of their tables sees. */
function moreBits(weightings: readonly (readonly VariantResult[])[], trained: Trained): string | undefined {
  const pairs = weightings.flatMap((own) => {
    const [fewest, most] = [own[0], own.at(-1)];
    return fewest !== undefined && most !== undefined && isHigher(most, fewest) ? [{ fewest, most }] : [];
  });
  const [first] = pairs;
  if (first === undefined) return undefined;
  const tokens = trained.training.steps * trained.training.batch * trained.trainingLength;
  const each = ({ bits }: VariantResult) => formatCount(tokens / 2 ** (bits ?? 0));
  return [
    `More bits lower the paper's perplexity: ${paperPerplexities()}. Here they raise the loss.`,
    `A training's ${formatCount(tokens)} tokens come to ${each(first.fewest)} for each row of a chunk's table at τ ${first.fewest.bits}, and to ${each(first.most)} at τ ${first.most.bits}.`,
    ...pairs.map(
      ({ fewest, most }) => `${twoLosses(most, fewest)}${firstUse(most, fewest)}. ${whyHigher(most, fewest)}`,
    ),
  ].join(" ");
}

const twoLosses = (mine: VariantResult, theirs: VariantResult) =>
  `${labelOf(mine)} is at ${loss(mine.loss.mean)}, ${labelOf(theirs)} at ${loss(theirs.loss.mean)}`;

function firstUse(most: VariantResult, fewest: VariantResult): string {
  const [a, b] = [most.buckets[0]?.used, fewest.buckets[0]?.used];
  if (a === undefined || b === undefined) return "";
  return `, and the validation text uses ${formatPercent(a)} and ${formatPercent(b)} of the first layer's rows`;
}

/** Whether a higher loss is there on the training text already, or arises on text that is new to the model. */
function whyHigher(higher: VariantResult, lower: VariantResult): string {
  const [mine, theirs] = [higher.trainingLoss.mean, lower.trainingLoss.mean];
  const figures = `On the training text they end at ${loss(mine)} and ${loss(theirs)}`;
  return mine - theirs >= (higher.loss.mean - lower.loss.mean) / 2
    ? `${figures}: the difference is there already, the first has learnt less by then and does not overfit.`
    : `${figures}: most of the difference arises on text that is new to them, the first overfits.`;
}

/** The released code's weight where it is worse than the paper's, rate by rate in the short trainings. */
function weightings(paper: readonly VariantResult[], released: readonly VariantResult[]): string | undefined {
  const pairs = released.flatMap((mine) => {
    const theirs = paper.find(({ bits }) => bits === mine.bits);
    return theirs !== undefined && isHigher(mine, theirs) ? [{ mine, theirs }] : [];
  });
  if (pairs.length === 0) return undefined;
  const losses = pairs.map(({ mine, theirs }) => twoLosses(mine, theirs));
  const rates = pairs.flatMap(({ mine, theirs }) => rateByRate(mine, theirs));
  const best = tuned(pairs.flatMap(({ mine, theirs }) => [mine, theirs]))
    ? ", each at the best of its rates"
    : "";
  return [
    `The released code's weight ends above the paper's${best}: ${losses.join("; ")}.`,
    ...(rates.length > 0 ? [`In the short trainings, rate by rate: ${rates.join("; ")}.`] : []),
    ...[
      edgeSentence(
        pairs.flatMap(({ mine, theirs }) => [mine, theirs]),
        labelOf,
      ),
    ].filter((one) => one !== undefined),
  ].join(" ");
}

/** At which shared rates a model leads in the short trainings and at which it trails; nothing without shared rates. */
function rateByRate(mine: VariantResult, theirs: VariantResult): string[] {
  const shared = mine.tuning.flatMap(({ learningRate, loss: own }) => {
    const other = theirs.tuning.find((one) => one.learningRate === learningRate);
    return other === undefined ? [] : [{ learningRate, own: own ?? Infinity, other: other.loss ?? Infinity }];
  });
  const told = (which: typeof shared) =>
    which
      .map(
        ({ learningRate, own, other }) =>
          `${formatNumber(learningRate)} (${shown(own)} against ${shown(other)})`,
      )
      .join(", ");
  const leads = shared.filter(({ own, other }) => own < other);
  const trails = shared.filter(({ own, other }) => own >= other);
  const parts = [
    ...(leads.length > 0 ? [`below the paper's at ${told(leads)}`] : []),
    ...(trails.length > 0 ? [`above it at ${told(trails)}`] : []),
  ];
  return parts.length === 0 ? [] : [`${labelOf(mine)} is ${parts.join(", ")}`];
}

const shown = (value: number) => (value === Infinity ? "diverged" : loss(value));

/** A model of more parameters than the dense one of the common width, where its loss is higher all the same. */
function largerYet(larger: VariantResult, dense: VariantResult | undefined): string | undefined {
  if (dense === undefined || !isHigher(larger, dense)) return undefined;
  const times = formatNumber(larger.parameters / dense.parameters, 2);
  return `With ${times} times the dense model's parameters, ${twoLosses(larger, dense)}. ${whyHigher(larger, dense)}`;
}
