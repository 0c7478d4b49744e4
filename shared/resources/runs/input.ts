import type { Method } from "../../methods/contract.ts";
import { didYouMean } from "../nearest.ts";
import { isObject, parseInput } from "../parse-input.ts";
import { Problem } from "../problem.ts";

/** `over` laid over `base`: objects field by field, anything else as a whole. */
export function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    // Own fields only: a field called __proto__ must stay a field, to be refused.
    const below = Object.hasOwn(base, name) ? merge(base[name], value) : value;
    Object.defineProperty(merged, name, {
      value: below,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return merged;
}

/**
 * The input of a run: the preset's, if one is named, with `given` laid over it, and the defaults filled in.
 * Throws a 422 with the path of each field at fault.
 */
export function resolveInput(method: Method, preset: string | undefined, given: unknown): unknown {
  return parseInput(
    method.id,
    method.input,
    isObject(given) ? merge(presetInput(method, preset), given) : given,
  );
}

function presetInput(method: Method, name: string | undefined): unknown {
  if (name === undefined) return {};
  const presets: Readonly<Record<string, { readonly input: unknown }>> = method.presets;
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset !== undefined) return preset.input;
  const names = Object.keys(presets);
  const message = `is not a preset of ${method.id}, which has ${names.join(", ")}${didYouMean(name, names)}`;
  throw new Problem("invalid-input", `preset ${name} ${message}`, [{ path: "/preset", message }]);
}
