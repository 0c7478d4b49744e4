/** Linear layers of a transformer that adapters can stand beside, by the word of their names. */
export const projectionNames = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
  "query_proj",
] as const;
export type ProjectionName = (typeof projectionNames)[number];

/**
 * Low-rank adapters, LoRA (arXiv 2106.09685): beside each of the projections W, which stays as it is, alpha / rank
 * B A with A [rank, inputs] and B [outputs, rank]. Where a layer is of two maps, each of them has one.
 */
export interface Adapter {
  readonly rank: number;
  readonly alpha: number;
  /** All that the model has when absent. */
  readonly projections?: readonly ProjectionName[] | undefined;
}

/** The projection that a layer or a weight of this name belongs to. */
export function projectionOf(name: string): ProjectionName | undefined {
  const words = name.split(".");
  return projectionNames.find((projection) => words.includes(projection));
}

/** Whether a layer of this name has an adapter. */
export function hasAdapter({ projections = projectionNames }: Adapter, layer: string): boolean {
  const projection = projectionOf(layer);
  return projection !== undefined && projections.includes(projection);
}

/** Names of the two weights of a layer's adapter, as PEFT has them. */
export function adapterNames(layer: string): { readonly down: string; readonly up: string } {
  return { down: `${layer}.lora_A.weight`, up: `${layer}.lora_B.weight` };
}
