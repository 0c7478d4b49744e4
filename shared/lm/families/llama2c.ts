import { sizeOf } from "../../engine/graph.ts";
import { configure, type ModelConfig } from "../config.ts";
import { ModelError } from "../model-error.ts";
import type { ModelSource } from "../model-source.ts";
import type { TensorPlace } from "../tensor-directory.ts";
import { weightsOf } from "../transformer/transformer.ts";
import { same, type TensorLayout } from "./layout.ts";

/**
 * A checkpoint of Karpathy's llama2.c: a header of integers, then float32 values, each kind of weight for all
 * layers at once. Version 0 has no magic number; version 1 has one, a header of 256 bytes, and its norms first.
 */
export interface Checkpoint {
  readonly file: string;
  readonly config: ModelConfig;
  readonly version: 0 | 1;
  /** Where the values begin. */
  readonly bodyAt: number;
}

const magic = 0x616b3432; // "ak42"
const headerBytes = 256;

interface Header {
  readonly version: 0 | 1;
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocabulary: number;
  readonly length: number;
  readonly tied: boolean;
}

/** The one `.bin` file of a source that is a llama2.c checkpoint. Throws ModelError where there are several. */
export async function findCheckpoint(source: ModelSource): Promise<Checkpoint | undefined> {
  const found: Checkpoint[] = [];
  for (const { name, bytes } of source.files) {
    if (!name.endsWith(".bin") || bytes < 7 * 4) continue;
    const header = readHeader(name, await source.read(name, 0, Math.min(headerBytes, bytes)));
    if (header === undefined) continue;
    const checkpoint = checkpointOf(name, header);
    const expected = checkpoint && bodyBytes(checkpoint) + checkpoint.bodyAt;
    if (expected === bytes && checkpoint !== undefined) found.push(checkpoint);
    else if (header.version === 1) {
      throw new ModelError(`${name}: its header asks for ${expected ?? "no"} bytes, and it has ${bytes}`);
    }
  }
  const [only, other] = found;
  if (other !== undefined)
    throw new ModelError(`${only?.file} and ${other.file} are both llama2.c checkpoints`);
  return only;
}

function readHeader(file: string, bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = (at: number) => {
    const at4 = (place: number) => view.getInt32(at + 4 * place, true);
    const [dim, hidden, layers, heads, kvHeads] = [at4(0), at4(1), at4(2), at4(3), at4(4)];
    return { dim, hidden, layers, heads, kvHeads, vocabulary: Math.abs(at4(5)), length: at4(6) };
  };
  // A negative vocabulary says that the head is a matrix of its own.
  if (view.getUint32(0, true) !== magic) {
    return { version: 0, ...numbers(0), tied: view.getInt32(20, true) > 0 };
  }
  const version = view.getInt32(4, true);
  if (version !== 1 || bytes.length < headerBytes) {
    throw new ModelError(
      `${file}: llama2.c checkpoints of version ${version} are not supported, only 0 and 1`,
    );
  }
  return { version: 1, ...numbers(8), tied: view.getUint8(36) === 1 };
}

/** The configuration of a header; undefined where its numbers are those of no model, as in a file of another kind. */
function checkpointOf(file: string, header: Header): Checkpoint | undefined {
  const { version, dim, hidden, layers, heads, kvHeads, vocabulary, length, tied } = header;
  const sizes = [dim, hidden, layers, heads, kvHeads, vocabulary, length];
  if (sizes.some((size) => size < 1 || size > 2 ** 24)) return undefined;
  if (dim % (2 * heads) !== 0 || heads % kvHeads !== 0 || layers > 2 ** 12) return undefined;
  const config = configure({
    vocabularySize: vocabulary,
    contextLength: length,
    dModel: dim,
    layers,
    heads,
    kvHeads,
    position: { type: "rope", theta: 10_000 },
    feedForward: { type: "swiglu", size: hidden },
    normEpsilon: 1e-5,
    tiedHead: tied,
  });
  return { file, config, version, bodyAt: version === 0 ? 7 * 4 : headerBytes };
}

/** Kinds of weights in the order of the file: those with a star once a layer, the others once. */
const orders = {
  0: [
    ...[
      "model.embed_tokens",
      "*input_layernorm",
      "*self_attn.q_proj",
      "*self_attn.k_proj",
      "*self_attn.v_proj",
    ],
    ...["*self_attn.o_proj", "*post_attention_layernorm", "*mlp.gate_proj", "*mlp.down_proj", "*mlp.up_proj"],
    ...["model.norm", "rotation", "lm_head"],
  ],
  1: [
    ...["*input_layernorm", "*post_attention_layernorm", "model.norm", "model.embed_tokens"],
    ...["*self_attn.q_proj", "*self_attn.k_proj", "*self_attn.v_proj", "*self_attn.o_proj"],
    ...["*mlp.gate_proj", "*mlp.down_proj", "*mlp.up_proj", "lm_head"],
  ],
} as const;

const namesOf = (kind: string, layers: number): readonly string[] =>
  kind.startsWith("*")
    ? Array.from({ length: layers }, (_, layer) => `model.layers.${layer}.${kind.slice(1)}.weight`)
    : [`${kind}.weight`];

/** Version 0 holds tables of cosines and sines of every position, which the configuration gives. */
const rotationFloats = ({ contextLength, headDim }: ModelConfig) => contextLength * headDim;

/** The weights of the file with the byte at which each begins, and where the last one ends. */
function places({ file, config, version, bodyAt }: Checkpoint) {
  const weights = new Map(weightsOf(config).map((weight) => [weight.name, weight]));
  const directory = new Map<string, TensorPlace>();
  let at = bodyAt;
  for (const kind of orders[version]) {
    if (kind === "rotation") at += 4 * rotationFloats(config);
    for (const name of namesOf(kind, config.layers)) {
      const shape = weights.get(name)?.shape;
      if (shape === undefined) continue; // rotation, and the head where it is the table
      const to = at + 4 * sizeOf(shape);
      directory.set(name, { file, dtype: "F32", shape, from: at, to });
      at = to;
    }
  }
  return { weights: [...weights.values()], directory, end: at };
}

const bodyBytes = (checkpoint: Checkpoint): number => places(checkpoint).end - checkpoint.bodyAt;

/** Where a checkpoint's weights lie. Its heads rotate neighbours together, ours the halves: rows are reordered. */
export function readCheckpoint(checkpoint: Checkpoint) {
  const { config } = checkpoint;
  const { weights, directory } = places(checkpoint);
  const layout = weights.map((weight): TensorLayout => {
    const turned = /self_attn\.[qk]_proj\.weight$/.test(weight.name);
    return { ...same(weight.name, weight), ...(turned && { rowOf: halves(config.headDim) }) };
  });
  return { config, directory, layout };
}

/** Where the elements (2j, 2j + 1) of a head go: to (j, j + headDim / 2). */
function halves(headDim: number): (row: number) => number {
  return (row) => {
    const element = row % headDim;
    return row - element + Math.floor(element / 2) + (element % 2) * (headDim / 2);
  };
}
