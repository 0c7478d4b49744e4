import { expect, test } from "vitest";
import * as z from "zod";
import type { Adapter } from "../../../shared/lm/adapter.ts";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import { mergeAdapters } from "../../../shared/lm/fine-tuning/adapter-tuning.ts";
import { peftFiles } from "../../../shared/lm/fine-tuning/peft.ts";
import { asFloat32, decodeSafetensors } from "../../../shared/lm/safetensors.ts";
import { modelFiles } from "../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import type { WeightValues } from "../../../shared/lm/training.ts";
import { weightsFor } from "../decoding/models.ts";
import { models, trainedAdapters } from "./models.ts";

const number = z.record(z.string(), z.number());
const adapterConfig = z.object({
  peft_type: z.literal("LORA"),
  task_type: z.literal("CAUSAL_LM"),
  base_model_name_or_path: z.string().nullable(),
  r: z.int(),
  lora_alpha: z.number(),
  target_modules: z.array(z.string()),
  rank_pattern: number,
  alpha_pattern: number,
  fan_in_fan_out: z.boolean(),
});

const tensorsOf = (file: Uint8Array = new Uint8Array()) => decodeSafetensors(file).tensors;
const stored = (config: ModelConfig, weights: WeightValues) =>
  tensorsOf(modelFiles({ config, weights, tokenizer: byteTokenizer }).get("model.safetensors"));

/** As PEFT finds them: a module is meant by a name that is its own, or the end of its own after a dot. */
const meant = (module: string, names: readonly string[]) =>
  names.find((name) => module === name || module.endsWith(`.${name}`));

/** What PEFT adds to each stored matrix, by the matrix's name. */
function deltas(files: ReadonlyMap<string, Uint8Array>): Map<string, Float64Array> {
  const settings = adapterConfig.parse(
    JSON.parse(new TextDecoder().decode(files.get("adapter_config.json"))),
  );
  const tensors = tensorsOf(files.get("adapter_model.safetensors"));
  const modules = [...tensors.keys()].filter((name) => name.endsWith(".lora_A.weight"));
  expect(tensors.size).toBe(2 * modules.length);
  return new Map(
    modules.map((name) => {
      const module = name.replace(/^base_model\.model\./, "").replace(/\.lora_A\.weight$/, "");
      const target = meant(module, settings.target_modules);
      expect(target).toBeDefined();
      const [down, up] = [tensors.get(name), tensors.get(name.replace("lora_A", "lora_B"))];
      if (down === undefined || up === undefined) throw new Error(`${name} has no second half`);
      const [a, b] = [asFloat32(down), asFloat32(up)];
      const [rank = 0, inputs = 0] = down.shape;
      expect(rank).toBe(settings.rank_pattern[target ?? ""] ?? settings.r);
      const scale = (settings.alpha_pattern[target ?? ""] ?? settings.lora_alpha) / rank;
      const outputs = up.shape[0] ?? 0;
      const delta = new Float64Array(outputs * inputs);
      for (let row = 0; row < outputs; row++)
        for (let column = 0; column < inputs; column++) {
          let total = 0;
          for (let k = 0; k < rank; k++) total += (b[row * rank + k] ?? 0) * (a[k * inputs + column] ?? 0);
          const to = settings.fan_in_fan_out ? column * outputs + row : row * inputs + column;
          delta[to] = scale * total;
        }
      return [`${module}.weight`, delta];
    }),
  );
}

const adapters: Record<string, Adapter> = {
  "all projections": { rank: 3, alpha: 5 },
  "queries, values and the attention's output": {
    ...{ rank: 2, alpha: 6 },
    projections: ["q_proj", "v_proj", "o_proj"],
  },
};
const cases = Object.keys(models)
  .filter((name) => /rope, heads of 16|GPT-2|GPT-NeoX|Mistral|low-rank/.test(name))
  .flatMap((name) => Object.keys(adapters).map((which) => [name, which] as const));

test.each(cases)("%s: %s add to the stored matrices what merging adds", (name, which) => {
  const config = { ...models[name], vocabularySize: 256 } as ModelConfig; // the bytes' vocabulary
  const adapter = adapters[which] ?? { rank: 1, alpha: 1 };
  const base = weightsFor(config);
  const trained = trainedAdapters(config, adapter);
  const added = deltas(peftFiles(config, adapter, trained));
  const [before, after] = [stored(config, base), stored(config, mergeAdapters(base, adapter, trained))];
  const changed: string[] = [];
  for (const [tensor, { data }] of before) {
    const merged = after.get(tensor);
    if (merged === undefined) throw new Error(`${tensor} is missing`);
    if (Buffer.compare(data, merged.data) === 0) continue;
    changed.push(tensor);
    const [from, to] = [asFloat32({ ...merged, data }), asFloat32(merged)];
    for (const [i, value] of to.entries())
      expect(value - (from[i] ?? 0)).toBeCloseTo(added.get(tensor)?.[i] ?? Number.NaN, 5);
  }
  expect(changed.toSorted()).toEqual([...added.keys()].toSorted());
});

test("names mean the adapted modules alone, and the base is named where it is known", () => {
  const config = models["LayerNorm, biases, learned positions, tanh GELU: GPT-2"];
  if (config === undefined) throw new Error("a GPT-2 expected");
  const some = { rank: 2, alpha: 4, projections: ["q_proj", "v_proj", "o_proj"] } as const;
  const read = (adapter: Adapter, base?: string) => {
    const files = peftFiles(config, adapter, trainedAdapters(config, adapter), base);
    return adapterConfig.parse(JSON.parse(new TextDecoder().decode(files.get("adapter_config.json"))));
  };
  expect(read(some, "gpt2")).toMatchObject({
    ...{ base_model_name_or_path: "gpt2", r: 2, lora_alpha: 4, fan_in_fan_out: true },
    target_modules: ["c_attn", "attn.c_proj"],
    ...{ rank_pattern: { c_attn: 4 }, alpha_pattern: { c_attn: 8 } },
  });
  expect(read({ rank: 2, alpha: 4 })).toMatchObject({
    base_model_name_or_path: null,
    target_modules: ["c_attn", "c_proj", "c_fc"],
    rank_pattern: { c_attn: 6 },
  });
});
