import { isObject, type Json } from "../../client/json.ts";
import type { FieldKind, Variant } from "./field.ts";

type Union = Extract<FieldKind, { kind: "union" }>;

/** The shape that a value has: by its own tag, by what lies below it (a preset), or the usual one. */
export function variantOf(
  union: Union,
  value: Json | undefined,
  below: Json | undefined,
): Variant | undefined {
  const named = tagOf(union, value) ?? tagOf(union, below);
  const found = union.variants.find((variant) => variant.value === named);
  return found ?? union.variants.find(({ usual }) => usual) ?? union.variants[0];
}

/** The tag in a value, if there is one. */
export function tagOf({ tag }: Union, value: Json | undefined): string | undefined {
  const named = isObject(value) ? value[tag] : undefined;
  return typeof named === "string" ? named : undefined;
}
