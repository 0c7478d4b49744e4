import { InferenceSession, Tensor } from "onnxruntime-node";
import { compile } from "../engine/program.ts";
import { createRandom } from "./random.ts";
import { exportOnnx, type LanguageModel, ModelError } from "./stored-model.ts";
import { transformer } from "./transformer/transformer.ts";

export interface ExportShape {
  readonly batch: number;
  readonly length: number;
}

/** A model as ONNX bytes, and how far its logits were from the model's own. */
export interface CheckedExport {
  readonly onnx: Uint8Array;
  /** Largest difference of a logit, over random tokens in every place. */
  readonly difference: number;
}

/** Largest difference that reordered float32 sums explain, as a share of the largest logit. */
const tolerance = 1e-4;

/**
 * Exports a model and holds the file to the model: both get the same random tokens, and must answer the same
 * logits. Throws a ModelError when they do not.
 */
export async function checkedExport(
  model: Pick<LanguageModel, "config" | "weights">,
  shape: ExportShape,
  threads: number,
): Promise<CheckedExport> {
  const onnx = exportOnnx(model, shape);
  const random = createRandom(0, "export");
  const { vocabularySize } = model.config;
  const tokens = BigInt64Array.from({ length: shape.batch * shape.length }, () =>
    BigInt(Math.floor(random.uniform() * vocabularySize)),
  );
  const own = await logitsOfModel(model, shape, tokens, threads);
  const exported = await logitsOfFile(onnx, shape, tokens, threads);
  const difference = largestDifference(own, exported);
  const largest = own.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  if (!(difference <= tolerance * Math.max(1, largest))) {
    throw new ModelError(`the exported graph's logits differ from the model's by up to ${difference}`);
  }
  return { onnx, difference };
}

async function logitsOfModel(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  shape: ExportShape,
  tokens: BigInt64Array,
  threads: number,
): Promise<Float32Array> {
  const { graph, logits } = transformer(config, shape);
  const program = await compile(graph, { logits }, { threads });
  const outputs = await program.run({ ...Object.fromEntries(weights), tokens });
  const copy = Float32Array.from(outputs.logits, Number);
  await program.release();
  return copy;
}

async function logitsOfFile(
  onnx: Uint8Array,
  { batch, length }: ExportShape,
  tokens: BigInt64Array,
  threads: number,
): Promise<Float32Array> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: threads });
  const { logits } = await session.run({ tokens: new Tensor("int64", tokens, [batch, length]) });
  await session.release();
  if (!(logits?.data instanceof Float32Array)) throw new ModelError("the exported graph has no logits");
  return logits.data;
}

/** NaN where one of them has a NaN, or they are not of one length. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? Number.NaN))), 0);
}
