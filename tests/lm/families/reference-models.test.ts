import { describe, expect, test } from "vitest";
import { loadModel, modelFiles } from "../../../shared/lm/stored-model.ts";
import { largestDifference, logitsOf } from "../logits.ts";
import { expectSame, type Files, referenceModel, referenceModels, withConfig } from "./reference-models.ts";

async function answer(files: Files, tokens: readonly number[]): Promise<Float32Array> {
  const { config, weights } = await loadModel(files);
  return logitsOf(config, weights, tokens);
}

describe("a model written apart from this code", () => {
  test.each(referenceModels)("gives the logits that NumPy computed for it: %s", async (name) => {
    const { files, tokens, logits } = referenceModel(name);
    expect(largestDifference(await answer(files, tokens), logits)).toBeLessThan(1e-4);
  });

  test.each(referenceModels)(
    "is saved under the names that it came with, and loads again: %s",
    async (name) => {
      const { files, tokens } = referenceModel(name);
      const model = await loadModel(files);
      const saved = modelFiles(model);
      const named = (of: Files) => {
        const { architectures, model_type } = JSON.parse(new TextDecoder().decode(of.get("config.json")));
        return { architectures, model_type };
      };
      expect(named(saved)).toEqual(named(files));
      const again = await loadModel(saved);
      expect(again.config).toEqual(model.config);
      expectSame(again.weights, model.weights);
      // Without our own settings, as another program would read it.
      const foreign = await loadModel(withConfig(saved, { tenfold: undefined }));
      expectSame(foreign.weights, model.weights);
      expect(await logitsOf(foreign.config, foreign.weights, tokens)).toEqual(
        await logitsOf(model.config, model.weights, tokens),
      );
    },
  );
});

describe("every setting counts: without it the logits are others", () => {
  test.each([
    ["llama-llama3", { rope_scaling: null }],
    ["llama-biases-linear", { rope_scaling: null }],
    ["llama-dynamic", { rope_scaling: null }],
    ["llama-dynamic", { max_position_embeddings: 24 }],
    ["mistral", { sliding_window: 6 }],
    ["mistral", { sliding_window: null }],
    ["qwen2", { rope_scaling: null }],
    ["qwen2", { rope_theta: 20_000 }],
    ["qwen2", { use_sliding_window: true, max_window_layers: 0 }],
    ["qwen3", { rms_norm_eps: 0.1 }],
    ["gpt2", { activation_function: "gelu" }],
    ["gpt2", { layer_norm_epsilon: 0.1 }],
    ["gpt-neox", { rotary_pct: 0.5 }],
    ["gpt-neox", { rotary_emb_base: 100 }],
    ["gpt-neox", { use_parallel_residual: false }],
    ["gpt-neox", { hidden_act: "gelu_new" }],
    ["gpt-neox-sequential", { use_parallel_residual: true }],
  ])("%s with %o", async (name, changes) => {
    const { files, tokens, logits } = referenceModel(name);
    expect(largestDifference(await answer(withConfig(files, changes), tokens), logits)).toBeGreaterThan(2e-4);
  });

  test.each([
    ["llama-llama3", { rope_parameters: "moved" }],
    ["llama-biases-linear", { rope_parameters: "moved" }],
  ])("RoPE's settings under their newer name are the same: %s", async (name) => {
    const { files, tokens, logits } = referenceModel(name);
    const { rope_theta, rope_scaling } = JSON.parse(new TextDecoder().decode(files.get("config.json")));
    const moved = withConfig(files, {
      rope_theta: undefined,
      rope_scaling: undefined,
      rope_parameters: { rope_theta, ...rope_scaling },
    });
    expect(largestDifference(await answer(moved, tokens), logits)).toBeLessThan(1e-4);
  });
});
