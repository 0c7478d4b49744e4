import * as z from "zod";
import type { ModelConfig } from "../config.ts";

/** GELU by the names that transformers has for it: exact, and three for the approximation by tanh. */
export const geluName = z.enum(["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast"]);

/** A feed-forward of two matrices with that activation. */
export function geluFeedForward(name: z.infer<typeof geluName>, size: number): ModelConfig["feedForward"] {
  return { type: "gelu", size, ...(name !== "gelu" && { approximation: "tanh" }) };
}

/** Its name; undefined where the feed-forward is another one. */
export function geluNameOf({ feedForward: kind }: ModelConfig): z.infer<typeof geluName> | undefined {
  if (kind.type !== "gelu" || kind.lowRank !== undefined) return undefined;
  return kind.approximation === "tanh" ? "gelu_new" : "gelu";
}
