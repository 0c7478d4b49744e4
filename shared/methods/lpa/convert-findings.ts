import { formatChange, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { loss } from "../loss-words.ts";
import type { ConvertOutput, FactoredResult } from "./output.ts";

type Figures = Pick<ConvertOutput, "original" | "models">;

/**
 * What a conversion shows, computed from its figures: whether the inputs' second moments help, and what a
 * fine-tuning brings back, with the dense model after the same fine-tuning beside it. One model: no spread.
 */
export function convertFindings({ original, models }: Figures): Finding[] {
  const ranks = [...new Set(models.map(({ rank }) => rank))];
  return ranks.flatMap((rank) => {
    const own = models.filter((model) => model.rank === rank);
    return [awareness(own), recovery(own, original)].filter((finding) => finding !== undefined);
  });
}

/** The factored model with the lowest loss in the end. */
export function bestOf(models: readonly FactoredResult[]): FactoredResult | undefined {
  return models.toSorted((a, b) => finalLoss(a) - finalLoss(b))[0];
}

export function finalLoss({ before, after }: Pick<FactoredResult, "before" | "after">): number {
  return (after ?? before).loss;
}

function awareness(models: readonly FactoredResult[]): Finding | undefined {
  const plain = models.find(({ factorisation }) => factorisation === "plain");
  const aware = models.find(({ factorisation }) => factorisation === "activation-aware");
  if (plain === undefined || aware === undefined) return undefined;
  const errors = `Error of the outputs: ${formatPercent(aware.outputError, 1)} and ${formatPercent(plain.outputError, 1)}`;
  const tuned =
    aware.after === null || plain.after === null
      ? ""
      : ` After fine-tuning: ${loss(aware.after.loss)} and ${loss(plain.after.loss)} nats per token.`;
  return {
    claim: `At rank ${aware.rank} the activation-aware factors lose less than the plain ones`,
    holds: aware.before.loss < plain.before.loss,
    text: `Activation-aware, r ${aware.rank}: ${loss(aware.before.loss)} nats per token before any training, ${formatChange(aware.before.loss / plain.before.loss - 1)} beside the plain factors' ${loss(plain.before.loss)}. ${errors}.${tuned}`,
  };
}

function recovery(
  models: readonly FactoredResult[],
  original: ConvertOutput["original"],
): Finding | undefined {
  const best = bestOf(models);
  if (best === undefined || best.after === null) return undefined;
  const dense = original.after === null ? "" : `, ${loss(original.after.loss)} after the same fine-tuning`;
  const factors = best.factorisation === "plain" ? "Plain factors" : "Activation-aware factors";
  return {
    claim: `Fine-tuned, rank ${best.rank} is no worse than the dense model as it came`,
    holds: best.after.loss <= original.before.loss,
    text: `${factors}, r ${best.rank}: ${loss(best.before.loss)} nats per token as they are, ${loss(best.after.loss)} fine-tuned; the dense model: ${loss(original.before.loss)} as it came${dense}. ${formatPercent(1 - best.parameters / original.parameters, 1)} of the parameters saved.`,
  };
}
