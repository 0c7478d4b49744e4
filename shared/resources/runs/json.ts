import type { Backend } from "../backend.ts";
import { artifactKey, runPrefix, type StoredJson, type StoredRun } from "./stored.ts";

/** JSON above this many bytes goes to the bucket. */
export const maxInlineBytes = 32 * 1024;

/** Stores the input of a run that is to be created. */
export async function storeInput(
  { bucket }: Backend,
  run: Pick<StoredRun, "tenant" | "id">,
  input: unknown,
): Promise<StoredJson> {
  const json = JSON.stringify(input);
  if (Buffer.byteLength(json) <= maxInlineBytes) return { json };
  const key = `${runPrefix(run.tenant, run.id)}input.json`;
  await bucket.put(key, json, "application/json");
  return { key };
}

export async function readInput({ bucket }: Backend, { input }: StoredRun): Promise<unknown> {
  return JSON.parse("json" in input ? input.json : decode(await bucket.bytes(input.key)));
}

/** The output of a run that succeeded; undefined for any other, or when it is larger than `maxBytes`. */
export async function readOutput({ bucket }: Backend, run: StoredRun, maxBytes: number): Promise<unknown> {
  if (run.outputJson !== undefined) return JSON.parse(run.outputJson);
  const result = run.artifacts["result.json"];
  if (run.status !== "succeeded" || result === undefined || result.bytes > maxBytes) return undefined;
  return JSON.parse(decode(await bucket.bytes(artifactKey(run, "result.json", result.revision))));
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
