import { type LanguageModel, parametersOf } from "../stored-model.ts";
import { cachedDecoder, isCacheable } from "./cached-decoder.ts";
import type { Decoder } from "./decoder.ts";
import type { DecoderOptions } from "./options.ts";
import { isMemoryModel, isTokenwise, tokenDecoder } from "./token-decoder.ts";
import { windowDecoder } from "./window-decoder.ts";

/**
 * Parameters and rows up to which one thread without onnxruntime writes faster: a run there costs some .25 ms beside
 * its products, which more rows share.
 */
const small = { parameters: 1_000_000, rows: 4 };

/** The fastest decoder that knows a model's layers. Throws RangeError where 8 bits are asked for layers that are no matrices. */
export async function createDecoder(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  options: DecoderOptions,
): Promise<Decoder> {
  const { rows = 1, precision = "float32" } = options;
  if (precision === "int8" && !isCacheable(config)) {
    throw new RangeError("precision: int8 is for layers of matrices, and this model has memories");
  }
  const tokenwise =
    precision === "float32" &&
    rows <= small.rows &&
    parametersOf(config) <= small.parameters &&
    isTokenwise(config);
  if (tokenwise || isMemoryModel(config)) return tokenDecoder(config, weights, options);
  return isCacheable(config)
    ? cachedDecoder(config, weights, options)
    : windowDecoder(config, weights, options);
}
