import { isObject, type Json, type JsonObject } from "../../client/json.ts";

export { isObject, type Json, type JsonObject };

export const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);

/** Whether two values are the same JSON; the order of fields does not count. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}
