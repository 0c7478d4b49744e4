import { rename, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { buffer } from "node:stream/consumers";
import type { ModelSource } from "../../lm/model-source.ts";
import { isModelFile } from "../../resources/models/file-names.ts";
import type { Client } from "../client.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { formatBytes } from "../figures.ts";
import { resolveModel } from "../resolve.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";

export interface ExportOptions extends CommonOptions {
  readonly out: string;
  /** Tokens of a sequence; the model's context length when absent. */
  readonly length?: number;
  readonly batch: number;
}

/** The files of a model, whole or as they are asked for. */
type Files = ReadonlyMap<string, Uint8Array> | ModelSource;

/** The files of a folder; the engine's side is loaded by this one command, when it is needed. */
const filesOfFolder = async (folder: string): Promise<Files> =>
  (await import("../../lm/folder-source.ts")).folderSource(folder);

async function filesOfModel(client: Client, id: string): Promise<Files> {
  const { files } = await client.model(id);
  // Not, say, an earlier export.
  const wanted = files.filter(({ name }) => isModelFile(name));
  return new Map(
    await Promise.all(
      wanted.map(async ({ name }) => [name, await buffer(await client.downloadModelFile(id, name))] as const),
    ),
  );
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Appears whole, or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.part`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function exportFiles(files: Files, { out, length, batch }: ExportOptions) {
  const { loadModel } = await import("../../lm/stored-model.ts");
  const { checkedExport } = await import("../../lm/checked-export.ts");
  const model = await loadModel(files);
  const shape = { batch, length: length ?? model.config.contextLength };
  const { onnx, difference } = await checkedExport(model, shape, availableParallelism());
  await writeWhole(out, onnx);
  return { file: out, bytes: onnx.length, ...shape, vocabulary: model.config.vocabularySize, difference };
}

/**
 * `tenfold model export MODEL -o FILE`: a model of the API, or of a local folder in Hugging Face layout, as
 * one ONNX graph whose logits were held to the model's own.
 */
export async function exportModelCommand(given: string, options: ExportOptions): Promise<number> {
  const local = await isFolder(given);
  if (!local && /[\\/]/.test(given)) throw new UsageError(`${given}: there is no such folder`);
  const work: Parameters<typeof withSession>[1] = async ({ client, out, err }) => {
    const files = local
      ? await filesOfFolder(given)
      : await filesOfModel(client, await resolveModel(client, given));
    const exported = await exportFiles(files, options);
    if (options.json) printJson(out, exported);
    else {
      const { file, bytes, batch, length, vocabulary, difference } = exported;
      out.line(`${file}  ${out.paint("dim", formatBytes(bytes))}`);
      err.line(`tokens int64 [${batch}, ${length}] -> logits float32 [${batch}, ${length}, ${vocabulary}]`);
      err.line(`checked: its logits differ from the model's by at most ${difference.toExponential(1)}`);
    }
    return exitCodes.succeeded;
  };
  // A folder needs no API, and so no stack.
  return withSession(local ? {} : options, work);
}
