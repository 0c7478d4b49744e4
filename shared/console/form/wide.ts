import type { Field } from "./field.ts";

/** Whether a field takes a whole line of the form. */
export const isWide = ({ kind }: Field): boolean =>
  ["object", "union", "list", "choices", "json", "texts", "dataset", "model"].includes(kind);
