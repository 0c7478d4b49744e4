import type { Model } from "../../resources/models/record.ts";
import { printBlocks } from "../draw.ts";
import { exitCodes } from "../failure.ts";
import { formatAgo, formatBytes } from "../figures.ts";
import { downloadModel } from "../files.ts";
import { resolveModel, resolveRun } from "../resolve.ts";
import { plain } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";
import { printErrors, statusOf } from "./content.ts";
import { modelBlocks } from "./model-blocks.ts";

const sizeOf = ({ files }: Model) => formatBytes(files.reduce((total, { bytes }) => total + bytes, 0));
const parametersOf = ({ summary: { parameters } }: Model) => parameters?.toLocaleString("en-US") ?? "–";

/** `tenfold model list`. */
export function listModelsCommand({
  run,
  method,
  ...options
}: CommonOptions & { readonly run?: string; readonly method?: string }): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const of = run === undefined ? undefined : await resolveRun(client, run);
    const models = await Array.fromAsync(client.models({ run: of, method, pageSize: 100 }));
    if (options.json) printJson(out, models);
    else if (models.length === 0)
      err.line("No models. Runs leave them; bring one with `tenfold model add PATH`.");
    else {
      const rows = models.map((model) => [
        plain(model.id),
        plain(model.name),
        plain(model.method ?? "uploaded"),
        statusOf(model.status, out),
        parametersOf(model),
        sizeOf(model),
        formatAgo(model.createdAt),
      ]);
      const head = ["model", "name", "from", "status", "parameters", "size", "created"];
      const figures = [false, false, false, false, true, true, false];
      printBlocks([{ kind: "table", head, rows, figures }], out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold model show MODEL`: its card, as facts or, with `--card`, as the Markdown that it is. */
export function showModelCommand(
  given: string,
  options: CommonOptions & { readonly card?: true },
): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const model = await client.model(await resolveModel(client, given));
    if (options.json) {
      printJson(out, model);
      return exitCodes.succeeded;
    }
    if (options.card) {
      out.line(plain(model.card).trimEnd());
      return exitCodes.succeeded;
    }
    printBlocks(modelBlocks(model, out), out);
    printErrors(model.errors, out);
    return exitCodes.succeeded;
  });
}

/** `tenfold model download MODEL DIR`: the files in Hugging Face layout. */
export function downloadModelCommand(given: string, folder: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const id = await resolveModel(client, given);
    const paths = await downloadModel(client, id, folder, ({ bytes }, path) =>
      err.line(`${path}  ${err.paint("dim", formatBytes(bytes))}`),
    );
    if (options.json) printJson(out, paths);
    return exitCodes.succeeded;
  });
}

/** `tenfold model delete MODEL`. */
export function deleteModelCommand(given: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const id = await resolveModel(client, given);
    await client.deleteModel(id);
    if (options.json) printJson(out, { deleted: id });
    else out.line(`Deleted ${plain(id)} with its files.`);
    return exitCodes.succeeded;
  });
}
