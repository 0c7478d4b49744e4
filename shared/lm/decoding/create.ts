import type { LanguageModel } from "../stored-model.ts";
import { cachedDecoder, isCacheable } from "./cached-decoder.ts";
import type { Decoder } from "./decoder.ts";
import { isMemoryModel, memoryDecoder } from "./memory-decoder.ts";
import type { DecoderOptions } from "./options.ts";
import { windowDecoder } from "./window-decoder.ts";

/** The fastest decoder that knows a model's layers. */
export async function createDecoder(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  options: DecoderOptions,
): Promise<Decoder> {
  if (isMemoryModel(config)) return memoryDecoder(config, weights, options);
  return isCacheable(config)
    ? cachedDecoder(config, weights, options)
    : windowDecoder(config, weights, options);
}
