import type { ModelConfig } from "../lm/config.ts";
import { exportOnnx, modelFiles } from "../lm/stored-model.ts";
import { byteTokenizer } from "../lm/tokenizers/byte.ts";
import type { Tokenizer } from "../lm/tokenizers/tokenizer.ts";
import type { WeightValues } from "../lm/training.ts";
import type { RunContext } from "./contract.ts";

/** Registers a model, one of bytes when no tokenizer is given, with its ONNX graph for one sequence of `length` tokens; answers its id. */
export function storeTrained(
  ctx: RunContext,
  name: string,
  config: ModelConfig,
  weights: WeightValues,
  length: number,
  tokenizer: Tokenizer = byteTokenizer,
): Promise<string> {
  const files = modelFiles({ config, weights, tokenizer });
  const onnx = exportOnnx({ config, weights }, { batch: 1, length });
  return ctx.saveModel(name, new Map([...files, ["model.onnx", onnx]]));
}
