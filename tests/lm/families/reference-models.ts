import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import {
  asFloat32,
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
} from "../../../shared/lm/safetensors.ts";
import type { WeightValues } from "../../../shared/lm/training.ts";

/** Expects the same weights, bit by bit and in any order. */
export function expectSame(actual: WeightValues, expected: WeightValues): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, values] of expected) {
    const other = actual.get(name) ?? new Float32Array();
    expect(other.length, name).toBe(values.length);
    expect(
      values.every((value, i) => Object.is(value, other[i])),
      name,
    ).toBe(true);
  }
}

export type Files = ReadonlyMap<string, Uint8Array>;

const folder = import.meta.dirname;

/** Random small models, written with what they must answer by reference.py. */
export const referenceModels = readdirSync(join(folder, "models")).sort();
/** The same in llama2.c's formats. */
export const referenceCheckpoints = readdirSync(join(folder, "checkpoints")).sort();

/** A tokenizer of 64 characters, since the models have none. */
const tokenizer = {
  version: "1.0",
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: { type: "Fuse" },
  model: {
    type: "BPE",
    unk_token: "?",
    vocab: Object.fromEntries(Array.from({ length: 64 }, (_, id) => [String.fromCharCode(63 + id), id])),
    merges: [],
  },
};

export interface ReferenceModel {
  readonly files: Files;
  readonly tokens: readonly number[];
  /** [length, vocabulary]. */
  readonly logits: Float32Array;
}

export function referenceModel(name: string): ReferenceModel {
  const { files, ...expected } = filesOf(join(folder, "models", name));
  return { files: new Map([...files, ["tokenizer.json", encodeJson(tokenizer)]]), ...expected };
}

export const referenceCheckpoint = (name: string) => filesOf(join(folder, "checkpoints", name));

const answers = "expected.safetensors";

function filesOf(from: string): ReferenceModel {
  const files = new Map(
    readdirSync(from).map((file) => [file, new Uint8Array(readFileSync(join(from, file)))] as const),
  );
  const { tensors } = decodeSafetensors(files.get(answers) ?? new Uint8Array());
  files.delete(answers);
  const [tokens, logits] = [tensors.get("tokens"), tensors.get("logits")];
  if (tokens === undefined || logits === undefined)
    throw new Error(`${from} says nothing of what it answers`);
  return { files, tokens: integersOf(tokens), logits: asFloat32(logits) };
}

const integersOf = ({ data }: StoredTensor) =>
  [...new BigInt64Array(new Uint8Array(data).buffer)].map(Number);

export const encodeJson = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));

/** The model with fields of its config.json replaced; undefined takes one away. */
export function withConfig(files: Files, changes: Readonly<Record<string, unknown>>): Files {
  const config = JSON.parse(new TextDecoder().decode(files.get("config.json")));
  return new Map([...files, ["config.json", encodeJson({ ...config, ...changes })]]);
}

/** The model with its tensors as `change` leaves them. */
export function withTensors(files: Files, change: (tensors: Map<string, StoredTensor>) => void): Files {
  const tensors = new Map(tensorsOf(files));
  change(tensors);
  return new Map([...files, ["model.safetensors", encodeSafetensors(tensors)]]);
}

export function tensorsOf(files: Files): ReadonlyMap<string, StoredTensor> {
  return decodeSafetensors(files.get("model.safetensors") ?? new Uint8Array()).tensors;
}
