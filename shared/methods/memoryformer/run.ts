import { createDecoder } from "../../lm/decoding/create.ts";
import { generate } from "../../lm/decoding/generate.ts";
import { isMemoryModel } from "../../lm/decoding/token-decoder.ts";
import { createRandom } from "../../lm/random.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { WeightValues } from "../../lm/training.ts";
import type { Paused, RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText } from "../text.ts";
import { type Comparing, compareTuned, splitForTuning, type TunedText } from "../tuned-comparison.ts";
import { bucketUse } from "./bucket-use.ts";
import { findingsOf } from "./findings.ts";
import type { Input } from "./input.ts";
import { layerLatency } from "./latency.ts";
import type { LatencyResult, Output } from "./output.ts";
import { reportFiles } from "./report.ts";
import { type Examined, summarise } from "./summarise.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** Bytes of a sample: what a model continues, and what it writes. */
const sampleBytes = { prompt: 24, written: 120 };

/** Trains every variant at the best of its rates, and times a Memory Layer beside a dense one. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  const { name, text } = await readText(ctx, input);
  const { trainingLength: length, seeds, evaluationTokens, training: plan } = input;
  const parts = splitForTuning(byteTokenizer.encode(text), evaluationTokens, length);
  const variants = variantsOf(input);
  const state = await compareTuned<Variant>({
    ctx,
    variants,
    seeds,
    length,
    plan,
    text: parts,
    examine: (variant, weights) => examine(input, ctx, parts, variant, weights),
  });
  if (state === "out of time") return ctx.pause();
  const latency = await measureLatency(input, ctx);
  return conclude({ input, ctx, text: name, variants, state, latency });
}

/** Stores the first seed's model with its ONNX graph, and looks into its tables. */
async function examine(
  input: Input,
  ctx: RunContext,
  { validation }: TunedText,
  { key, config }: Variant,
  weights: WeightValues,
): Promise<Examined> {
  const { trainingLength: length } = input;
  await storeTrained(ctx, `memoryformer-${key}`, config, weights, length);
  const buckets = await bucketUse(config, weights, validation, { length, threads: ctx.threads });
  if (!isMemoryModel(config)) return { buckets: [...buckets], sample: null };
  const decoder = await createDecoder({ config, weights }, { window: length, threads: ctx.threads });
  const prompt = validation.slice(0, Math.min(sampleBytes.prompt, length - 1));
  const maxTokens = Math.min(sampleBytes.written, length - prompt.length);
  const seed = createRandom(ctx.seed, "sample").next();
  const options = { maxTokens, temperature: 0.7, seed };
  const written = await Array.fromAsync(generate(decoder, prompt, options), ({ token }) => token);
  await decoder.release();
  return { buckets: [...buckets], sample: byteTokenizer.decode([...prompt, ...written]) };
}

async function measureLatency({ latency }: Input, ctx: RunContext): Promise<LatencyResult[]> {
  const results: LatencyResult[] = [];
  for (const d of latency.widths.toSorted((a, b) => a - b)) {
    ctx.signal.throwIfAborted();
    ctx.progress(1, `timing one layer of width ${d}`);
    results.push(await layerLatency(d, ctx.threads));
  }
  return results;
}

interface Conclusion {
  readonly input: Input;
  readonly ctx: RunContext;
  readonly text: string;
  readonly variants: readonly Variant[];
  readonly state: Comparing;
  readonly latency: LatencyResult[];
}

async function conclude({ input, ctx, text, variants, state, latency }: Conclusion): Promise<Output> {
  const results = variants.map((variant) => summarise(variant, input, state));
  const output: Output = { variants: results, latency, findings: findingsOf(results, latency) };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = reportFiles({ run, input, output, curves: state.curves, text });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
