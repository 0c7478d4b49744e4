import { type Adapter, adapterNames } from "../adapter.ts";
import type { ModelConfig } from "../config.ts";
import { familyOf } from "../families/families.ts";
import { pack, type TensorLayout } from "../families/layout.ts";
import { encodeSafetensors, float32Tensor } from "../safetensors.ts";
import type { WeightValues } from "../training.ts";

/**
 * Adapters as PEFT loads them onto the model that `modelFiles` writes: `adapter_model.safetensors` and
 * `adapter_config.json`. Where a checkpoint holds queries, keys and values as one matrix, so do the adapters: A one
 * above the other, B on a diagonal, of the ranks' sum. `base` names the model that they go with. They must not lie
 * in a model's own folder, whose weights transformers would then look for elsewhere.
 */
export function peftFiles(
  config: ModelConfig,
  adapter: Adapter,
  adapters: WeightValues,
  base: string | null = null,
): ReadonlyMap<string, Uint8Array> {
  const layouts = familyOf(config).family.layout(config);
  const modules = layouts.flatMap((layout) => moduleOf(layout, adapter, adapters) ?? []);
  const tensors = modules.flatMap(({ module, rank, a, b }) => [
    [`base_model.model.${module}.lora_A.weight`, float32Tensor(a, [rank, a.length / rank])] as const,
    [`base_model.model.${module}.lora_B.weight`, float32Tensor(b, [b.length / rank, rank])] as const,
  ]);
  const description = describe(layouts, modules, adapter, base);
  return new Map([
    ["adapter_config.json", new TextEncoder().encode(`${JSON.stringify(description, undefined, 2)}\n`)],
    ["adapter_model.safetensors", encodeSafetensors(new Map(tensors), { format: "pt" })],
  ]);
}

/** The adapter of a stored matrix. */
interface Module {
  readonly module: string;
  readonly rank: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

function moduleOf(layout: TensorLayout, { rank }: Adapter, adapters: WeightValues): Module | undefined {
  const parts = layout.parts.map(({ name, shape: [outputs = 0] }) => {
    const { down, up } = adapterNames(moduleName(name));
    return { outputs, a: adapters.get(down), b: adapters.get(up) };
  });
  const own = parts.filter(({ a, b }) => a !== undefined && b !== undefined);
  if (own.length === 0) return undefined;
  const joined = own.length * rank;
  const outputs = parts.reduce((sum, part) => sum + part.outputs, 0);
  const b = new Float32Array(outputs * joined);
  let [row, column] = [0, 0];
  for (const part of parts) {
    if (part.b !== undefined) {
      for (let i = 0; i < part.outputs; i++)
        b.set(part.b.subarray(i * rank, (i + 1) * rank), (row + i) * joined + column);
      column += rank;
    }
    row += part.outputs;
  }
  const whole = { name: layout.stored, shape: [outputs, joined] };
  const stored = { ...layout, shape: whole.shape, parts: [whole], transposed: false };
  return {
    module: moduleName(layout.stored),
    rank: joined,
    a: Float32Array.from(own.flatMap((part) => Array.from(part.a ?? []))),
    b: pack(stored, new Map([[whole.name, b]])),
  };
}

const moduleName = (weight: string) => weight.replace(/\.weight$/, "");

function describe(
  layouts: readonly TensorLayout[],
  modules: readonly Module[],
  { rank, alpha }: Adapter,
  base: string | null,
): object {
  const targetOf = targets(layouts, modules);
  const wider = modules.filter((one) => one.rank !== rank);
  const pattern = (value: (module: Module) => number) =>
    Object.fromEntries(wider.map((one) => [targetOf(one), value(one)]));
  const stored = new Set(modules.map(({ module }) => module));
  return {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: "none",
    target_modules: [...new Set(modules.map(targetOf))],
    rank_pattern: pattern((one) => one.rank),
    alpha_pattern: pattern((one) => (one.rank / rank) * alpha),
    fan_in_fan_out: layouts.some((layout) => layout.transposed && stored.has(moduleName(layout.stored))),
    inference_mode: true,
    init_lora_weights: true,
  };
}

/** Modules by the end of their names: the last word, unless another matrix of the model ends so and has no adapter. */
function targets(layouts: readonly TensorLayout[], modules: readonly Module[]) {
  const adapted = new Set(modules.map(({ module }) => module));
  const others = layouts.map(({ stored }) => moduleName(stored)).filter((name) => !adapted.has(name));
  const lastWord = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const taken = new Set(others.map(lastWord));
  return ({ module }: Module) =>
    taken.has(lastWord(module)) ? module.replace(/^.*?\.\d+\./, "") : lastWord(module);
}
