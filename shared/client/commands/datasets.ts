import { access, constants, stat } from "node:fs/promises";
import type { Dataset } from "../../resources/datasets/record.ts";
import { printBlocks } from "../draw.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { formatAgo, formatBytes, formatMoment } from "../figures.ts";
import { addDatasetFile } from "../files.ts";
import type { FactsBlock } from "../output.ts";
import { plain, type Screen } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";

const marks = { pending: "○", ready: "✔", invalid: "✘" } as const;
const styles = { pending: "dim", ready: "green", invalid: "red" } as const;
const statusOf = ({ status }: Dataset, screen: Screen) =>
  screen.paint(styles[status], `${marks[status]} ${status}`);
const sizeOf = ({ bytes }: Dataset) => (bytes === undefined ? "–" : formatBytes(bytes));

function datasetFacts(dataset: Dataset, screen: Screen): FactsBlock {
  const { kind, ...counts } = dataset.summary ?? { kind: dataset.kind };
  const counted = Object.entries(counts).map(([name, count]) => `${count.toLocaleString("en-US")} ${name}`);
  return {
    kind: "facts",
    facts: [
      ["dataset", plain(dataset.id)],
      ["name", plain(dataset.name)],
      ["kind", [kind, ...counted].join(", ")],
      ["status", statusOf(dataset, screen)],
      ["size", sizeOf(dataset)],
      ["created", formatMoment(dataset.createdAt)],
    ],
  };
}

/** The errors in the content, one a line, by line or by place in bytes. */
function printErrors({ errors = [] }: Dataset, screen: Screen): void {
  for (const { message, line, offset } of errors) {
    const place = line !== undefined ? `line ${line}: ` : offset !== undefined ? `byte ${offset}: ` : "";
    screen.line(`  ${place}${plain(message)}`);
  }
}

async function checkReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  throw new UsageError(`${file} is not a file`);
}

/** `tenfold dataset add FILE`: uploads a file and waits until it was checked. */
export async function addDatasetCommand(
  file: string,
  options: CommonOptions & { readonly name?: string },
): Promise<number> {
  await checkReadable(file);
  return withSession(options, async ({ client, out, err }) => {
    const dataset = await addDatasetFile(client, file, options.name);
    if (options.json) printJson(out, dataset);
    else printBlocks([datasetFacts(dataset, out)], out);
    printErrors(dataset, err);
    return dataset.status === "ready" ? exitCodes.succeeded : exitCodes.badUsage;
  });
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
        statusOf(dataset, out),
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
      printBlocks([datasetFacts(dataset, out)], out);
      printErrors(dataset, out);
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
