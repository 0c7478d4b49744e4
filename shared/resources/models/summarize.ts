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
});

const headerSchema = z.record(z.string(), z.looseObject({ shape: z.array(z.int()).optional() }));

/** What a model's files tell of it; what cannot be read is left out. */
export function summarize(files: ModelFiles): ModelSummary {
  const config = configSchema.safeParse(parseJson(files.get("config.json"))).data ?? {};
  const summary = {
    architecture: config.architectures?.[0] ?? config.model_type,
    parameters: countParameters(files),
    contextLength: config.max_position_embeddings ?? config.n_positions,
    vocabulary: config.vocab_size,
    width: config.hidden_size ?? config.n_embd,
    layers: config.num_hidden_layers ?? config.n_layer,
  };
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
}

/** Numbers in all tensors of the safetensors files: 8 bytes of header length, then a JSON header with shapes. */
function countParameters(files: ModelFiles): number | undefined {
  let sum: number | undefined;
  for (const [name, bytes] of files) {
    if (!name.endsWith(".safetensors") || bytes.length < 8) continue;
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
    const header = headerSchema.safeParse(parseJson(bytes.subarray(8, 8 + length)));
    for (const { shape } of Object.values(header.data ?? {})) {
      if (shape !== undefined) sum = (sum ?? 0) + shape.reduce((product, size) => product * size, 1);
    }
  }
  return sum;
}

function parseJson(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
