import { expect, test } from "vitest";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import type { ModelFiles } from "../../../shared/methods/contract.ts";
import { modelCard } from "../../../shared/resources/models/card.ts";
import { summarize as summarizeModel } from "../../../shared/resources/models/summarize.ts";
import { modelInMemory } from "../../fixtures/memory-context.ts";
import { smallModel } from "../../fixtures/small-model.ts";

const summarize = (files: ModelFiles) => summarizeModel(modelInMemory("m", files));

const text = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));

/** A safetensors file of tensors without content: its header is all that is read. */
function safetensors(tensors: Record<string, { dtype: string; shape: number[] }>): Uint8Array {
  const header = text(tensors);
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

const ownModel = (position: ModelConfig["position"]) => smallModel({ position });

test("the files of one of our models tell what it is", async () => {
  const summary = await summarize(
    ownModel({ type: "rope", theta: 10_000, scaling: { type: "ntk", factor: 2 } }),
  );
  expect(summary).toEqual({
    architecture: "LlamaForCausalLM",
    family: "llama",
    // Embeddings; per layer four square projections, SwiGLU of three times 16 x 48, two norms; the last norm.
    parameters: 256 * 16 + 2 * (4 * 256 + 3 * 16 * 48 + 2 * 16) + 16,
    contextLength: 12,
    vocabulary: 256,
    width: 16,
    layers: 2,
    heads: 2,
    position: "rope, ntk",
    tokenizer: "bytes",
    dtype: "float32",
  });
});

test("the files of models from elsewhere tell it too, as far as they can", async () => {
  const gpt2 = {
    ...{ model_type: "gpt2", n_positions: 1024, n_embd: 768, n_layer: 12, n_head: 12, vocab_size: 50_257 },
  };
  const tokenizer = { model: { type: "BPE", merges: ["a b"] }, pre_tokenizer: { type: "ByteLevel" } };
  const weights = { a: { dtype: "F16", shape: [3, 4] }, b: { dtype: "F32", shape: [5] } };
  const files = new Map([
    ["config.json", text(gpt2)],
    ["tokenizer.json", text(tokenizer)],
    ["model.safetensors", safetensors(weights)],
  ]);
  expect(await summarize(files)).toMatchObject({
    architecture: "gpt2",
    family: "gpt2",
    parameters: 17,
    heads: 12,
    position: "learned",
    tokenizer: "byte-level BPE",
    dtype: "float16, float32",
  });
  const llama = new Map([["config.json", text({ rope_theta: 10_000 })]]);
  expect(await summarize(llama)).toEqual({ position: "rope" });
  expect(await summarize(new Map([["config.json", new Uint8Array([1])]]))).toEqual({});
});

const facts = { name: "fope-rope", source: "run" as const, method: "fope", run: "r-1", seed: 7 };

test("a card says where a model is from, what it is, and how it is loaded", async () => {
  const card = modelCard({
    ...facts,
    summary: await summarize(ownModel({ type: "rope", theta: 10_000 })),
  });
  expect(card).toMatch(
    /^---\nlibrary_name: transformers\npipeline_tag: text-generation\ntags:\n- tenfold\n- "fope"\n---\n/,
  );
  expect(card).toContain("run `r-1`, seed 7");
  expect(card).toContain("| Position embedding | rope |");
  expect(card).toContain("| Parameters | 10,832 |");
  expect(card).toContain("AutoModelForCausalLM.from_pretrained");
  expect(card).toContain("tenfold model export . --length 12 -o model.onnx");
});

test("a card promises of an architecture of our own no more than is so", async () => {
  const card = modelCard({ ...facts, summary: await summarize(ownModel({ type: "alibi" })) });
  expect(card).not.toContain("library_name");
  expect(card).not.toContain("from_pretrained");
  expect(card).toContain("Transformers has no such architecture");
});

test("a card stays well formed whatever a model is called, and says when nothing is known", () => {
  const card = modelCard({ ...facts, name: "a\n# b | <c>", method: "m", summary: {} });
  expect(card).toContain("\n# a \\# b \\| \\<c\\>\n");
  expect(card).toContain("Its files tell nothing of its shape.");
  expect(card).not.toContain("## Use");
});

test("a card says of a model that was brought no more than that, and how it is loaded", () => {
  const summary = { architecture: "GPT2LMHeadModel", family: "gpt2", contextLength: 1024 };
  const card = modelCard({ name: "gpt2", source: "upload", summary });
  expect(card).toMatch(
    /^---\nlibrary_name: transformers\npipeline_tag: text-generation\ntags:\n- tenfold\n---\n/,
  );
  expect(card).toContain("Brought to Tenfold from elsewhere");
  expect(card).toContain("| Family | gpt2 |");
  expect(card).toContain("AutoModelForCausalLM.from_pretrained");
  expect(card).not.toContain("run `");
});

test.each([
  [["tokenizer.model"], "SentencePiece"],
  [["vocab.json", "merges.txt"], "byte-level BPE"],
  [["stories.bin", "tok512.bin"], "llama2.c"],
  [["vocab.json"], undefined],
])("a tokenizer of the files %j is told of", async (names, tokenizer) => {
  const files = new Map(names.map((name) => [name, new Uint8Array([1])]));
  expect((await summarize(files)).tokenizer).toBe(tokenizer);
});
