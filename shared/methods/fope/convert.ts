import { fourierCoefficients } from "../../lm/position/fope.ts";
import { fourierTensors } from "../../lm/position/fope-tensors.ts";
import { encodeSafetensors } from "../../lm/safetensors.ts";
import type { RunContext } from "../contract.ts";
import { convertReport } from "./convert-report.ts";
import type { ConvertInput } from "./input.ts";
import type { ConvertOutput } from "./output.ts";
import { fopePosition } from "./variants.ts";

const file = "fope-tables.safetensors";

/** Writes FoPE's frozen tables, frequencies [D] and coefficients [heads, D, d], by the names that vLLM reads. */
export async function convert(input: ConvertInput, ctx: RunContext): Promise<ConvertOutput> {
  const { headDim, heads, trainingLength, fourier } = input;
  const position = fopePosition(fourier, trainingLength, ctx.seed);
  const coefficients = fourierCoefficients(position, { headDim, heads });
  const { frequencies, clipped } = coefficients;
  const metadata = {
    theta: String(fourier.theta),
    sigma: String(fourier.sigma),
    pad: fourier.pad,
    seed: String(ctx.seed),
  };
  await ctx.artifact(
    file,
    encodeSafetensors(fourierTensors(coefficients, heads), metadata),
    "application/octet-stream",
  );
  const output: ConvertOutput = {
    task: "convert",
    liveFrequencies: frequencies.length,
    clippedFrequencies: clipped,
    frequencies: [...frequencies],
    file,
  };
  for (const { name, body, type } of convertReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    input,
    output,
  })) {
    await ctx.artifact(name, body, type);
  }
  return output;
}
