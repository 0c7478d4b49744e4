import * as z from "zod";
import { flopsOf } from "../../engine/flops.ts";
import { parametersOf } from "../../lm/stored-model.ts";
import { transformer } from "../../lm/transformer/transformer.ts";
import { lossAtEnd } from "../loss-curve.ts";
import { meanSd } from "../measured.ts";
import type { Comparing } from "../tuned-comparison.ts";
import { gflopsOf, multiplyAdds } from "./flops.ts";
import type { Input } from "./input.ts";
import { bucketUses, type VariantResult } from "./output.ts";
import { tableBytesOf, type Variant } from "./variants.ts";

/** What is found in a variant's first model, beside its loss. */
const examined = z.object({ buckets: bucketUses, sample: z.string().nullable() });
export type Examined = z.infer<typeof examined>;

/** One variant's figures over its seeds. */
export function summarise(
  { key, kind, bits, config }: Variant,
  { trainingLength: length }: Pick<Input, "trainingLength">,
  { trials, tuned, curves, examined: found }: Pick<Comparing, "trials" | "tuned" | "curves" | "examined">,
): VariantResult {
  const own = trials.filter((trial) => trial.variant === key);
  const [first] = own;
  if (first === undefined) throw new Error(`${key} was not trained`);
  const { attention, rest } = multiplyAdds(config, length);
  const { graph, logits } = transformer(config, { batch: 1, length });
  return {
    name: key,
    kind,
    bits,
    dModel: config.dModel,
    seeds: own.length,
    parameters: parametersOf(config),
    tableBytes: tableBytesOf(config),
    gflops: gflopsOf(attention + rest),
    gflopsWithoutAttention: gflopsOf(rest),
    gflopsCounted: gflopsOf(flopsOf(graph, [logits]).products / 2),
    tokensPerSecond: Math.round(meanSd(own.map((trial) => trial.tokensPerSecond)).mean),
    learningRate: first.learningRate,
    loss: meanSd(own.map((trial) => trial.loss)),
    trainingLoss: meanSd(
      curves.filter(({ variant }) => variant === key).map(({ points }) => lossAtEnd(points)),
    ),
    tuning: tuned
      .filter((one) => one.variant === key)
      .map(({ learningRate, loss }) => ({ learningRate, loss })),
    ...examined.parse(found[key]),
  };
}
