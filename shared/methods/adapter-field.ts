import * as z from "zod";
import type { ProjectionName } from "../lm/adapter.ts";
import { distinct } from "./transformer-fields.ts";

/** Those of the language models' code, which an API handler does not carry: the type has both be the same. */
const projectionNames = {
  q_proj: "q_proj",
  k_proj: "k_proj",
  v_proj: "v_proj",
  o_proj: "o_proj",
  gate_proj: "gate_proj",
  up_proj: "up_proj",
  down_proj: "down_proj",
  query_proj: "query_proj",
} as const satisfies { readonly [Name in ProjectionName]: Name };

/** How a fine-tuning trains low-rank adapters alone. */
export const adapterField = z
  .strictObject({
    rank: z.int().min(1).max(512).default(8),
    alpha: z
      .number()
      .positive()
      .max(10_000)
      .default(16)
      .describe("alpha / rank multiplies what adapters add"),
    projections: z
      .array(z.enum(projectionNames))
      .min(1)
      .max(Object.keys(projectionNames).length)
      .refine(distinct, "must not repeat a projection")
      .optional()
      .describe("Projections that have an adapter; all that the model has when absent"),
    files: z.boolean().default(false).describe("Also leave the adapters by themselves, as PEFT's two files"),
  })
  .optional()
  .describe(
    "Low-rank adapters (LoRA) beside frozen weights, merged at the end; all weights are trained when absent",
  );
export type AdapterField = z.infer<typeof adapterField>;
