import { createHash } from "node:crypto";
import type { ModelFiles } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { cardFile, modelCard } from "./card.ts";
import { mediaType } from "./media-type.ts";
import { modelFileName } from "./record.ts";
import { modelFileKey, type StoredModel, toItem } from "./stored.ts";
import { summarize } from "./summarize.ts";

/** The id of what a run saves under a name: always the same. Ids sort by their run's, and so by time. */
export const modelId = (run: string, name: string): string =>
  `${run}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;

const maxNameLength = 200;

/** Stores the files of a run's model with its card, and answers the record that is still to be registered. */
export async function storeModelFiles(
  { bucket, now }: Backend,
  run: { readonly tenant: string; readonly id: string; readonly method: string; readonly seed: number },
  name: string,
  given: ModelFiles,
  revision: number,
): Promise<StoredModel> {
  if (name === "" || name.length > maxNameLength) {
    throw new RangeError(`a model's name has 1 to ${maxNameLength} characters`);
  }
  if (given.size === 0) throw new RangeError(`model ${name} has no files`);
  for (const file of given.keys()) modelFileName.parse(file);
  const summary = await summarize(inMemory(given));
  const facts = { name, source: "run", method: run.method, run: run.id, seed: run.seed, summary } as const;
  const files = new Map([...given, [cardFile, new TextEncoder().encode(modelCard(facts))]]);
  const model: StoredModel = {
    tenant: run.tenant,
    id: modelId(run.id, name),
    status: "ready",
    createdAt: new Date(now()).toISOString(),
    ...facts,
    files: [...files].map(([file, bytes]) => ({ name: file, bytes: bytes.length })),
    revision,
    attempts: 0,
    version: 1,
  };
  for (const file of model.files) {
    await bucket.put(modelFileKey(model, file), files.get(file.name) ?? "", mediaType(file.name));
  }
  return model;
}

const inMemory = (files: ModelFiles) => ({
  files: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length })),
  read: async (name: string, from: number, to: number) =>
    files.get(name)?.subarray(from, to) ?? new Uint8Array(),
});

/** Makes a stored model visible, unless a later write of it already is. */
export const registerModel = ({ table }: Backend, model: StoredModel): Promise<boolean> =>
  table.put(toItem(model), { attribute: "revision", below: model.revision });

/** Removes the files of one write of a model. */
export const dropModelFiles = ({ bucket }: Backend, model: StoredModel): Promise<void> =>
  bucket.delete(model.files.map((file) => modelFileKey(model, file)));
