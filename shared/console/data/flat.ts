import { isList, isObject, type JsonObject } from "../../client/json.ts";

/** A profile ready to be drawn: empty lists left out, and in lists of records the fields of inner objects beside the others. */
export function flattened(profile: JsonObject): JsonObject {
  const flat: JsonObject = {};
  for (const [name, value] of Object.entries(profile)) {
    if (!isList(value)) flat[name] = value;
    else if (value.length > 0) flat[name] = value.map((one) => (isObject(one) ? spread(one) : one));
  }
  return flat;
}

function spread(record: JsonObject): JsonObject {
  const flat: JsonObject = {};
  for (const [name, value] of Object.entries(record)) {
    if (isObject(value)) Object.assign(flat, value);
    else flat[name] = value;
  }
  return flat;
}
