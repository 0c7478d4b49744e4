import * as z from "zod";
import type { ModelContent } from "../../methods/contract.ts";
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

type Files = Pick<ModelContent, "files" | "read">;

/** What a model's files tell of it, whose weights are not read; what cannot be understood is left out. */
export async function summarize(model: Files): Promise<ModelSummary> {
  const config = configSchema.safeParse(await readJson(model, "config.json")).data ?? {};
  const tensors = await tensorsOf(model);
  const summary = {
    architecture: config.architectures?.[0] ?? config.model_type,
    family: config.model_type,
    parameters: countParameters(tensors),
    contextLength: config.max_position_embeddings ?? config.n_positions,
    vocabulary: config.vocab_size,
    width: config.hidden_size ?? config.n_embd,
    layers: config.num_hidden_layers ?? config.n_layer,
    heads: config.num_attention_heads ?? config.n_head,
    position: positionOf(config),
    tokenizer: tokenizerOf(await readJson(model, "tokenizer.json")) ?? tokenizerByName(model),
    dtype: [...new Set(tensors.flatMap(({ dtype }) => (dtype === undefined ? [] : [dtypes[dtype] ?? dtype])))]
      .sort()
      .join(", "),
  };
  return Object.fromEntries(
    Object.entries(summary).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** A header that is longer is not looked at. */
const longestHeader = 100_000_000;

/** The tensors of the safetensors files by their headers: 8 bytes of header length, then a JSON object. */
async function tensorsOf({ files, read }: Files): Promise<Tensors> {
  const all: Tensors[number][] = [];
  for (const { name, bytes } of files) {
    if (!name.endsWith(".safetensors") || bytes < 8) continue;
    const start = await read(name, 0, 8);
    const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
    if (length > Math.min(longestHeader, bytes - 8)) continue;
    const header = headerSchema.safeParse(parseJson(await read(name, 8, 8 + length))).data ?? {};
    for (const [tensor, about] of Object.entries(header)) if (tensor !== "__metadata__") all.push(about);
  }
  return all;
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

/** Kind of a tokenizer that is not `tokenizer.json`, by the files that such a one has. */
function tokenizerByName({ files }: Files): string | undefined {
  const has = (name: RegExp) => files.some((file) => name.test(file.name));
  if (has(/\.model$/)) return "SentencePiece";
  if (has(/^vocab\.json$/) && has(/^merges\.txt$/)) return "byte-level BPE";
  return has(/^tok.*\.bin$/) ? "llama2.c" : undefined;
}

async function readJson({ files, read }: Files, name: string): Promise<unknown> {
  const file = files.find((one) => one.name === name);
  return file && parseJson(await read(name, 0, file.bytes));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
