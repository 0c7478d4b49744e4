import * as z from "zod";
import type { ModelFiles } from "../../methods/contract.ts";
import type { ModelSummary } from "./record.ts";

/** Of `config.json` in Hugging Face layout: Llama- and GPT-2-shaped names. Every field may be missing. */
const configSchema = z.object({
  architectures: z.array(z.string()).optional(),
  model_type: z.string().optional(),
  vocab_size: z.int().optional(),
  max_position_embeddings: z.int().optional(),
  n_positions: z.int().optional(),
  hidden_size: z.int().optional(),
  n_embd: z.int().optional(),
  num_hidden_layers: z.int().optional(),
  n_layer: z.int().optional(),
  num_attention_heads: z.int().optional(),
  n_head: z.int().optional(),
  rope_theta: z.number().optional(),
  /** Our own models' whole configuration (shared/lm). */
  tenfold: z
    .object({ position: z.object({ type: z.string(), scaling: z.object({ type: z.string() }).optional() }) })
    .optional()
    .catch(undefined),
});
type Config = z.infer<typeof configSchema>;

const tokenizerSchema = z.object({
  model: z.object({ type: z.string(), merges: z.array(z.unknown()).optional() }),
  pre_tokenizer: z.looseObject({ type: z.string() }).nullish(),
});

const headerSchema = z.record(
  z.string(),
  z.looseObject({ dtype: z.string().optional(), shape: z.array(z.int()).optional() }),
);
type Tensors = readonly { readonly dtype?: string | undefined; readonly shape?: number[] | undefined }[];

/** The types of safetensors by the names that numerical libraries give them. */
const dtypes: Readonly<Record<string, string>> = {
  ...{ F64: "float64", F32: "float32", F16: "float16", BF16: "bfloat16" },
  ...{ I64: "int64", I32: "int32", I8: "int8", U8: "uint8", BOOL: "bool" },
};

/** What a model's files tell of it; what cannot be read is left out. */
export function summarize(files: ModelFiles): ModelSummary {
  const config = configSchema.safeParse(parseJson(files.get("config.json"))).data ?? {};
  const tensors = tensorsOf(files);
  const summary = {
    architecture: config.architectures?.[0] ?? config.model_type,
    parameters: countParameters(tensors),
    contextLength: config.max_position_embeddings ?? config.n_positions,
    vocabulary: config.vocab_size,
    width: config.hidden_size ?? config.n_embd,
    layers: config.num_hidden_layers ?? config.n_layer,
    heads: config.num_attention_heads ?? config.n_head,
    position: positionOf(config),
    tokenizer: tokenizerOf(parseJson(files.get("tokenizer.json"))),
    dtype: [...new Set(tensors.flatMap(({ dtype }) => (dtype === undefined ? [] : [dtypes[dtype] ?? dtype])))]
      .sort()
      .join(", "),
  };
  return Object.fromEntries(
    Object.entries(summary).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** The tensors of the safetensors files by their headers: 8 bytes of header length, then a JSON object. */
function tensorsOf(files: ModelFiles): Tensors {
  return [...files].flatMap(([name, bytes]) => {
    if (!name.endsWith(".safetensors") || bytes.length < 8) return [];
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
    const header = headerSchema.safeParse(parseJson(bytes.subarray(8, 8 + length))).data ?? {};
    return Object.entries(header).flatMap(([tensor, about]) => (tensor === "__metadata__" ? [] : [about]));
  });
}

const countParameters = (tensors: Tensors): number | undefined =>
  tensors.length === 0
    ? undefined
    : tensors.reduce((sum, { shape = [] }) => sum + shape.reduce((product, size) => product * size, 1), 0);

function positionOf({ tenfold, rope_theta, n_positions }: Config): string | undefined {
  if (tenfold !== undefined) {
    const { type, scaling } = tenfold.position;
    return scaling === undefined ? type : `${type}, ${scaling.type}`;
  }
  if (rope_theta !== undefined) return "rope";
  return n_positions === undefined ? undefined : "learned";
}

function tokenizerOf(json: unknown): string | undefined {
  const { success, data } = tokenizerSchema.safeParse(json);
  if (!success) return undefined;
  const { model, pre_tokenizer } = data;
  if (pre_tokenizer?.type !== "ByteLevel" || model.type !== "BPE") return model.type;
  return model.merges?.length === 0 ? "bytes" : "byte-level BPE";
}

function parseJson(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
