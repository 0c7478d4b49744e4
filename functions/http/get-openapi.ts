import { existsSync, readFileSync } from "node:fs";
import { json, respond } from "./respond.ts";

/** The document lies beside the bundle; run from source, it is made here. Its address keeps it out of bundles. */
async function load(): Promise<unknown> {
  const built = new URL("./openapi.json", import.meta.url);
  if (existsSync(built)) return JSON.parse(readFileSync(built, "utf8"));
  const source = new URL("../openapi/generate.ts", import.meta.url).href;
  return (await import(source)).generateOpenApi();
}

let document: Promise<unknown> | undefined;

export const handler = respond(async () => {
  document ??= load();
  return json(200, await document, { "cache-control": "max-age=300" });
});
