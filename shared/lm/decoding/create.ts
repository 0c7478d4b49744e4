import { type LanguageModel, parametersOf } from "../stored-model.ts";
import { cachedDecoder, isCacheable } from "./cached-decoder.ts";
import type { Decoder } from "./decoder.ts";
import type { DecoderOptions } from "./options.ts";
import { isMemoryModel, isTokenwise, tokenDecoder } from "./token-decoder.ts";
import { windowDecoder } from "./window-decoder.ts";

/** Parameters up to which one thread without onnxruntime writes faster, measured by `npm run bench -- decoding`. */
const smallModel = 1_000_000;

/** The fastest decoder that knows a model's layers. */
export async function createDecoder(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  options: DecoderOptions,
): Promise<Decoder> {
  const small = options.precision !== "int8" && parametersOf(config) <= smallModel;
  if (isMemoryModel(config) || (small && isTokenwise(config))) return tokenDecoder(config, weights, options);
  return isCacheable(config)
    ? cachedDecoder(config, weights, options)
    : windowDecoder(config, weights, options);
}
