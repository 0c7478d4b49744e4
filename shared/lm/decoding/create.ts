import type { LanguageModel } from "../stored-model.ts";
import type { Decoder } from "./decoder.ts";
import { isMemoryModel, memoryDecoder } from "./memory-decoder.ts";
import type { DecoderOptions } from "./options.ts";
import { windowDecoder } from "./window-decoder.ts";

/** The fastest decoder there is for a model: Memory Layers run on the fused lookup kernel, with a cache. */
export async function createDecoder(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  options: DecoderOptions,
): Promise<Decoder> {
  return isMemoryModel(config)
    ? memoryDecoder(config, weights, options)
    : windowDecoder(config, weights, options);
}
