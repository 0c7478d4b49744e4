import { isList, isObject, type Json } from "../../client/json.ts";

/** Where a value is inside of another: names of fields and places in lists. */
export type Path = readonly (string | number)[];

/** The path as a JSON pointer (RFC 6901): `/training/steps`. */
export const toPointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The value at a path; undefined where there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((inside, part) => {
    if (isList(inside)) return inside[Number(part)];
    return isObject(inside) && Object.hasOwn(inside, part) ? inside[part] : undefined;
  }, value);
}

/**
 * The value with another one at `path`, or without it when that is undefined. Objects on the way are made
 * where they are missing, and go when nothing is left in them.
 */
export function withValue(whole: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (isList(whole)) {
    const inside = withValue(whole[Number(part)], rest, value);
    return inside === undefined ? whole.toSpliced(Number(part), 1) : whole.with(Number(part), inside);
  }
  const fields = isObject(whole) ? whole : {};
  const inside = withValue(Object.hasOwn(fields, part) ? fields[part] : undefined, rest, value);
  const { [String(part)]: _, ...others } = fields;
  if (inside !== undefined)
    return Object.hasOwn(fields, part) ? { ...fields, [part]: inside } : { ...others, [part]: inside };
  return Object.keys(others).length === 0 ? undefined : others;
}
