import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { Paused, RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText } from "../text.ts";
import { type Comparing, compareTuned, splitForTuning } from "../tuned-comparison.ts";
import { compareFindings } from "./findings.ts";
import type { CompareInput } from "./input.ts";
import type { CompareOutput } from "./output.ts";
import { compareReport } from "./report.ts";
import { summarise } from "./summarise.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** Tunes each variant's learning rate, trains it with every seed, and holds all against the dense model. */
export async function compare(input: CompareInput, ctx: RunContext): Promise<CompareOutput | Paused> {
  const { name, text } = await readText(ctx, input);
  const { trainingLength: length, seeds, evaluationTokens, training: plan } = input;
  const variants = variantsOf(input);
  const state = await compareTuned<Variant>({
    ctx,
    variants,
    seeds,
    length,
    plan,
    text: splitForTuning(byteTokenizer.encode(text), evaluationTokens, length),
    examine: ({ key, config }, weights) => storeTrained(ctx, `lpa-${key}`, config, weights, length),
  });
  return state === "out of time" ? ctx.pause() : conclude({ input, ctx, text: name, variants, state });
}

interface Conclusion {
  readonly input: CompareInput;
  readonly ctx: RunContext;
  readonly text: string;
  readonly variants: readonly Variant[];
  readonly state: Comparing;
}

async function conclude({ input, ctx, text, variants, state }: Conclusion): Promise<CompareOutput> {
  const results = variants.map((variant) => summarise(variant, input, state));
  const output: CompareOutput = { task: "compare", variants: results, findings: compareFindings(results) };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = compareReport({ run, input, output, curves: state.curves, text });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
