import { existsSync } from "node:fs";
import { join } from "node:path";
import { folderSource } from "../../shared/lm/folder-source.ts";
import { type LanguageModel, loadModel } from "../../shared/lm/stored-model.ts";

const folder = join(import.meta.dirname, "../../../shared/data/models");

export const storiesGguf = join(folder, "stories260K", "stories260K.gguf");
/** Why tests of these models are skipped; undefined where the models are. */
export const missingModels = existsSync(storiesGguf) ? undefined : `${folder} is not there`;

export const loadStories = async (): Promise<LanguageModel> =>
  loadModel(await folderSource(join(folder, "stories260K")));

export const loadBabyllama = async (): Promise<LanguageModel> =>
  loadModel(await folderSource(join(folder, "babyllama-tok105")));

/** The two trained models of the data, where they are. */
export async function dataModels(): Promise<readonly (LanguageModel & { readonly name: string })[]> {
  if (missingModels !== undefined) return [];
  return [
    { name: "stories260K", ...(await loadStories()) },
    { name: "babyllama 940K", ...(await loadBabyllama()) },
  ];
}
