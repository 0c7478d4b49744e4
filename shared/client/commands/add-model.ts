import { printBlocks } from "../draw.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { findModel, type LocalModel, uploadModel } from "../model-files.ts";
import { plain, type Screen } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";
import { type UploadProgress, uploadProgress } from "../upload-progress.ts";
import { waitForModel } from "../wait.ts";
import { printErrors } from "./content.ts";
import { modelBlocks } from "./model-blocks.ts";

export interface AddModelOptions extends CommonOptions {
  readonly name?: string;
  readonly wait: boolean;
}

/** `tenfold model add PATH`: uploads a folder or files as a model and, unless told otherwise, waits until it was checked. */
export async function addModelCommand(paths: readonly string[], options: AddModelOptions): Promise<number> {
  const found = await findModel(paths).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  return withSession(options, async ({ client, out, err }) => {
    sayLeftOut(found, err);
    if (found.files.length === 0) throw new UsageError(`${paths.join(", ")}: there is no file of a model`);
    let progress: UploadProgress | undefined;
    const onBytes = (arrived: number, total: number) => {
      progress ??= uploadProgress(err, total);
      progress.show(arrived);
    };
    const given = { name: options.name ?? found.name, files: found.files };
    const sent = await uploadModel(client, given, onBytes).finally(() => progress?.stop());
    const model = options.wait ? await waitForModel(client, sent.id) : await client.model(sent.id);
    if (options.json) printJson(out, model);
    else printBlocks(modelBlocks(model, out), out);
    printErrors(model.errors, err);
    return model.status === "failed" ? exitCodes.badUsage : exitCodes.succeeded;
  });
}

function sayLeftOut({ leftOut }: LocalModel, err: Screen): void {
  for (const { name, why } of leftOut) err.line(err.paint("dim", `left out: ${plain(name)} ${why}`));
}
