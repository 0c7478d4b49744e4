import { isObject, type Json, type JsonObject } from "../../client/json.ts";
import { quoted } from "../form/code.ts";
import type { Operation } from "./document.ts";

/** The call of an operation by curl, its path's parts as shell variables. */
export function curlOf(operation: Operation, origin: string, keyed: boolean): string {
  const { method, path, body, open } = operation;
  const address = `${origin}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}`;
  const follows = operation.answers.some(({ status }) => status === "302");
  return [
    `curl ${follows ? "-L " : ""}${method === "GET" ? "" : `-X ${method} `}"${address}"`,
    ...(keyed && !open ? ['-H "Authorization: Bearer $TENFOLD_KEY"'] : []),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'", `-d ${quoted(bodyOf(operation))}`]),
  ].join(" \\\n  ");
}

/** A body with the fields that are required, and nothing else. */
function bodyOf({ body }: Operation): string {
  const { properties, required } = body?.schema ?? {};
  if (!isObject(properties) || !Array.isArray(required)) return "{}";
  const fields = required.flatMap((name) => {
    const schema = typeof name === "string" ? properties[name] : undefined;
    return typeof name === "string" && isObject(schema) ? [[name, exampleOf(schema)] as const] : [];
  });
  return JSON.stringify(Object.fromEntries(fields));
}

function exampleOf(schema: JsonObject): Json {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (schema.type === "integer" || schema.type === "number") return 1;
  return schema.type === "boolean" ? true : "…";
}
