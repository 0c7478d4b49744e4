import { access, constants, readFile, stat } from "node:fs/promises";
import { type DatasetKind, maxSheetCharacters } from "../../resources/datasets/record.ts";
import { printBlocks } from "../draw.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { formatAgo } from "../figures.ts";
import { uploadDatasetFile } from "../files.ts";
import { guessKind } from "../guess-kind.ts";
import { plain } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";
import { type UploadProgress, uploadProgress } from "../upload-progress.ts";
import { waitForDataset } from "../wait.ts";
import { printErrors, statusOf } from "./content.ts";
import { datasetBlocks, sizeOf } from "./dataset-blocks.ts";

async function checkReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  throw new UsageError(`${file} is not a file`);
}

export interface AddDatasetOptions extends CommonOptions {
  readonly name?: string;
  readonly kind?: DatasetKind;
  /** Path of a matrix' sample sheet. */
  readonly samples?: string;
  readonly wait: boolean;
}

/** `tenfold dataset add FILE`: uploads a file and, unless told otherwise, waits until it was checked. */
export async function addDatasetCommand(file: string, options: AddDatasetOptions): Promise<number> {
  await checkReadable(file);
  const samples = options.samples === undefined ? undefined : await readSheet(options.samples);
  const kind = options.kind ?? (samples === undefined ? await guessKind(file) : "matrix");
  if (kind === undefined) {
    throw new UsageError(`What ${file} holds is not plain from its name: add --kind`);
  }
  return withSession(options, async ({ client, out, err }) => {
    let progress: UploadProgress | undefined;
    const onBytes = (arrived: number, total: number) => {
      progress ??= uploadProgress(err, total);
      progress.show(arrived);
    };
    const add = { kind, samples, name: options.name, onBytes };
    const sent = await uploadDatasetFile(client, file, add).finally(() => progress?.stop());
    const dataset = options.wait ? await waitForDataset(client, sent.id) : await client.dataset(sent.id);
    if (options.json) printJson(out, dataset);
    else printBlocks(datasetBlocks(dataset, out), out);
    printErrors(dataset.errors, err);
    return dataset.status === "invalid" ? exitCodes.badUsage : exitCodes.succeeded;
  });
}

/** A sample sheet is small: it goes along with the call that creates the data set. */
async function readSheet(path: string): Promise<string> {
  await checkReadable(path);
  const { size } = await stat(path);
  if (size > 4 * maxSheetCharacters) throw new UsageError(`${path} is too large for a sample sheet`);
  return readFile(path, "utf8");
}

/** `tenfold dataset list`. */
export function listDatasetsCommand(options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const datasets = await Array.fromAsync(client.datasets());
    if (options.json) printJson(out, datasets);
    else if (datasets.length === 0) err.line("No data sets. Add one with `tenfold dataset add FILE`.");
    else {
      const rows = datasets.map((dataset) => [
        plain(dataset.id),
        plain(dataset.name),
        dataset.kind,
        statusOf(dataset.status, out),
        sizeOf(dataset),
        formatAgo(dataset.createdAt),
      ]);
      const head = ["dataset", "name", "kind", "status", "size", "created"];
      printBlocks([{ kind: "table", head, rows, figures: [false, false, false, false, true, false] }], out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold dataset show DATASET`. */
export function showDatasetCommand(id: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const dataset = await client.dataset(id);
    if (options.json) printJson(out, dataset);
    else {
      printBlocks(datasetBlocks(dataset, out), out);
      printErrors(dataset.errors, out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold dataset delete DATASET`. */
export function deleteDatasetCommand(id: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    await client.deleteDataset(id);
    if (options.json) printJson(out, { deleted: id });
    else out.line(`Deleted ${plain(id)} with its content.`);
    return exitCodes.succeeded;
  });
}
