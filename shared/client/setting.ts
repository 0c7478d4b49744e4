import { isObject, type Json, type JsonObject } from "./json.ts";

/** One `--set`: where it goes, and what it puts there. */
export interface Setting {
  readonly path: readonly [string, ...string[]];
  readonly value: Json;
}

/** A `--set` that cannot be read, or does not fit the input that it is put into. */
export class SettingError extends Error {
  override name = "SettingError";
}

/** JSON where it is JSON, else the text itself: `3`, `true`, `[1,2]`, `"3"` (a text), `rope` (a text). */
function readValue(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/**
 * Reads `training.steps=100`, `variants.0=rope` or `variants[0]=rope`.
 * @throws SettingError when there is no `=`, or a part of the path is empty.
 */
export function parseSetting(text: string): Setting {
  const equals = text.indexOf("=");
  if (equals < 0) throw new SettingError(`${text}: write it as field=value, for instance training.steps=100`);
  const field = text.slice(0, equals);
  const [first, ...rest] = field.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  if (!first || rest.includes("")) throw new SettingError(`${text}: the field's name has an empty part`);
  if (first === "__proto__" || rest.includes("__proto__")) {
    throw new SettingError(`${text}: __proto__ is no field`);
  }
  return { path: [first, ...rest], value: readValue(text.slice(equals + 1)) };
}

const isIndex = (part: string) => /^(0|[1-9]\d*)$/.test(part);

function ownField(value: Json | undefined, field: string): Json | undefined {
  if (Array.isArray(value)) return isIndex(field) ? value[Number(field)] : undefined;
  return isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
}

/** What a path without a value there begins with: the preset's list, an empty list, or an empty object. */
function beginning(next: string, preset: Json | undefined): Json {
  if (!isIndex(next)) return {};
  return Array.isArray(preset) ? structuredClone(preset) : [];
}

function put(
  target: Json | undefined,
  path: readonly string[],
  value: Json,
  preset: Json | undefined,
  at: string,
): Json {
  const [field, ...rest] = path;
  if (field === undefined) return value;
  const here = target ?? beginning(field, preset);
  const inside = put(ownField(here, field), rest, value, ownField(preset, field), `${at}.${field}`);
  if (Array.isArray(here)) {
    if (!isIndex(field)) throw new SettingError(`${at}: is a list, so "${field}" must be a number`);
    if (Number(field) > here.length) {
      throw new SettingError(
        `${at}: has ${here.length} elements, so the next one is ${here.length}, not ${field}`,
      );
    }
    return here.toSpliced(Number(field), 1, inside);
  }
  if (!isObject(here)) throw new SettingError(`${at}: is ${JSON.stringify(here)}, which has no fields`);
  return { ...here, [field]: inside };
}

/**
 * The input with the settings put into it, in order; the input itself stays as it is. A list that the input
 * lacks but the preset has is begun from the preset's, since a list in the body replaces the preset's whole.
 * @throws SettingError when a path leads through something without fields, or past the end of a list.
 */
export function applySettings(
  input: JsonObject,
  settings: readonly Setting[],
  preset: JsonObject = {},
): JsonObject {
  const result = { ...input };
  for (const { path, value } of settings) {
    const [field, ...rest] = path;
    result[field] = put(ownField(result, field), rest, value, ownField(preset, field), field);
  }
  return result;
}
