import { formatBytes, formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { loss, lossesOf, lossOf } from "../loss-words.ts";
import { difference, exceeds, type Measured } from "../measured.ts";
import type { VariantName } from "./input.ts";
import { labelOf } from "./labels.ts";
import { crossover } from "./latency.ts";
import type { LatencyResult, VariantResult } from "./output.ts";

export const lossWith = ({ loss, seeds }: VariantResult): Measured => ({ ...loss, seeds });

export const isMemory = ({ kind }: VariantResult) => kind === "memory-paper" || kind === "memory-released";

/** The variant with the lowest loss of those given. */
export function best(variants: readonly VariantResult[]): VariantResult | undefined {
  return variants.toSorted((a, b) => a.loss.mean - b.loss.mean)[0];
}

const ofKind = (variants: readonly VariantResult[], kind: VariantName) =>
  variants.find((variant) => variant.kind === kind);

/**
 * What a comparison shows, computed from its figures: the best memory model beside each other model, the two
 * weightings, the numbers of bits, the rates, and the latency of a layer. What was not run is left out.
 */
export function findingsOf(variants: readonly VariantResult[], latency: readonly LatencyResult[]): Finding[] {
  const memory = best(variants.filter(isMemory));
  const against = (["dense", "dense-flops", "dense-parameters", "product-key"] as const).map((kind) =>
    below(memory, ofKind(variants, kind)),
  );
  return [
    ...against,
    ...weightings(variants),
    ...fewerBits(variants),
    higherRate(memory, ofKind(variants, "dense")),
    faster(latency),
  ].filter((finding) => finding !== undefined);
}

function below(mine: VariantResult | undefined, theirs: VariantResult | undefined): Finding | undefined {
  if (mine === undefined || theirs === undefined) return undefined;
  return {
    claim: `The best MemoryFormer's loss is below that of ${describe(theirs)}`,
    holds: exceeds(difference(lossWith(theirs), lossWith(mine))),
    text: `${sides(mine, theirs)} ${costs(mine, theirs)}`,
  };
}

function describe({ kind }: VariantResult): string {
  switch (kind) {
    case "dense-flops":
      return "a dense model of as many FLOPs";
    case "dense-parameters":
      return "a dense model of as many parameters";
    case "product-key":
      return "a dense model with a product-key memory of as many parameters";
    default:
      return "the dense model of its width";
  }
}

function sides(mine: VariantResult, theirs: VariantResult): string {
  const named = (variant: VariantResult) => ({ label: labelOf(variant), loss: lossWith(variant) });
  return lossesOf(named(mine), named(theirs));
}

function costs(mine: VariantResult, theirs: VariantResult): string {
  const share = mine.gflopsWithoutAttention / theirs.gflopsWithoutAttention;
  const others =
    theirs.tableBytes === 0 ? "the other has none" : `the other's ${formatBytes(theirs.tableBytes)}`;
  return `The first takes ${formatPercent(share)} of the other's multiply-adds without attention; its tables are ${formatBytes(mine.tableBytes)}, ${others}.`;
}

/** The two weightings, for each number of bits that both were trained with. */
function weightings(variants: readonly VariantResult[]): Finding[] {
  return variants.flatMap((released) => {
    const paper = variants.find(({ kind, bits }) => kind === "memory-paper" && bits === released.bits);
    if (released.kind !== "memory-released" || paper === undefined) return [];
    return [
      {
        claim: `The released code's weight gives a lower loss than the paper's at τ ${released.bits}`,
        holds: exceeds(difference(lossWith(paper), lossWith(released))),
        text: `${sides(released, paper)}${tuned([released, paper]) ? " Each at the best of its rates." : ""}`,
      },
    ];
  });
}

/** Whether each variant's rate is the best of several. */
export const tuned = (variants: readonly VariantResult[]) =>
  variants.every(({ tuning }) => tuning.length > 1);

/** The fewest bits beside the most, for each weighting. */
function fewerBits(variants: readonly VariantResult[]): Finding[] {
  return (["memory-paper", "memory-released"] as const).flatMap((kind) => {
    const own = variants
      .filter((variant) => variant.kind === kind)
      .toSorted((a, b) => (a.bits ?? 0) - (b.bits ?? 0));
    const [fewest, most] = [own[0], own.at(-1)];
    if (fewest === undefined || most === undefined || fewest === most) return [];
    return [
      {
        claim: `More bits give a lower loss: τ ${most.bits} beside τ ${fewest.bits}, ${kind === "memory-paper" ? "the paper's" : "the released"} weight`,
        holds: exceeds(difference(lossWith(fewest), lossWith(most))),
        text: `${sides(most, fewest)} The tables are ${formatBytes(most.tableBytes)} and ${formatBytes(fewest.tableBytes)}.`,
      },
    ];
  });
}

function higherRate(
  memory: VariantResult | undefined,
  dense: VariantResult | undefined,
): Finding | undefined {
  if (memory === undefined || dense === undefined) return undefined;
  if (memory.tuning.length < 2 || dense.tuning.length < 2) return undefined;
  const ratio = memory.learningRate / dense.learningRate;
  return {
    claim: "Memory Layers want a higher learning rate than dense ones",
    holds: ratio > 1,
    text: `${labelOf(memory)} was best at ${formatNumber(memory.learningRate)} of ${ratesOf(memory)}, the dense model at ${formatNumber(dense.learningRate)} of ${ratesOf(dense)}: ${formatNumber(ratio)} times as high. The paper takes three times the dense model's.`,
  };
}

const ratesOf = ({ tuning }: VariantResult) =>
  tuning.map(({ learningRate }) => formatNumber(learningRate)).join(", ");

function faster(latency: readonly LatencyResult[]): Finding | undefined {
  const largest = latency.toSorted((a, b) => b.d - a.d)[0];
  if (largest === undefined) return undefined;
  const from = crossover(latency);
  const each = latency.map(
    ({ d, memory, dense }) =>
      `${formatNumber(memory.microseconds)} and ${formatNumber(dense.microseconds)} µs at d ${formatCount(d)}`,
  );
  return {
    claim: `One Memory Layer is faster than a dense layer at batch 1${from === undefined ? "" : ` from d ${formatCount(from)} on`}`,
    holds: from !== undefined,
    text: `A Memory Layer and a dense layer on this machine: ${each.join("; ")}. At d ${formatCount(largest.d)} the Memory Layer reads ${formatBytes(largest.memory.bytes)} of tables of ${formatBytes(largest.memory.tableBytes)}, the dense layer ${formatBytes(largest.dense.bytes)}.`,
  };
}

/** What a report says first. */
export function headline(variants: readonly VariantResult[]): { summary: string; detail: string } {
  const [memory, dense] = [best(variants.filter(isMemory)), ofKind(variants, "dense")];
  const lowest = best(variants);
  if (lowest === undefined) return { summary: "Nothing was trained.", detail: "" };
  const seeds = Math.min(...variants.map((variant) => variant.seeds));
  const one = seeds > 1 ? "" : " One seed: how far another would fall from these figures is not known.";
  if (memory === undefined || dense === undefined) {
    const summary = `${labelOf(lowest)} has the lowest loss: ${loss(lowest.loss.mean)} nats per token.`;
    return { summary, detail: one.trim() };
  }
  const share = formatPercent(memory.gflopsWithoutAttention / dense.gflopsWithoutAttention);
  const further =
    lowest === memory
      ? "No model here has a lower loss."
      : `The lowest loss of all is ${labelOf(lowest)}'s, ${loss(lowest.loss.mean)}.`;
  return {
    summary: `${labelOf(memory)} ends at ${lossOf(lossWith(memory))} nats per token, the dense model of its width at ${lossOf(lossWith(dense))}.`,
    detail: `It takes ${share} of the dense model's multiply-adds without attention, with tables of ${formatBytes(memory.tableBytes)}. ${further}${one}`,
  };
}
