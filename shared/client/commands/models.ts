import type { Model } from "../../resources/models/record.ts";
import { printBlocks } from "../draw.ts";
import { exitCodes } from "../failure.ts";
import { formatAgo, formatBytes, formatMoment } from "../figures.ts";
import { downloadModel } from "../files.ts";
import { inWords } from "../output.ts";
import { plain } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";

const sizeOf = ({ files }: Model) => formatBytes(files.reduce((total, { bytes }) => total + bytes, 0));
const parametersOf = ({ summary: { parameters } }: Model) => parameters?.toLocaleString("en-US") ?? "–";

/** `tenfold model list`. */
export function listModelsCommand(options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const models = await Array.fromAsync(client.models());
    if (options.json) printJson(out, models);
    else if (models.length === 0) err.line("No models: runs leave them.");
    else {
      const rows = models.map((model) => [
        plain(model.id),
        plain(model.name),
        plain(model.method),
        parametersOf(model),
        sizeOf(model),
        formatAgo(model.createdAt),
      ]);
      const head = ["model", "name", "method", "parameters", "size", "created"];
      printBlocks([{ kind: "table", head, rows, figures: [false, false, false, true, true, false] }], out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold model show MODEL`. */
export function showModelCommand(id: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const model = await client.model(id);
    if (options.json) {
      printJson(out, model);
      return exitCodes.succeeded;
    }
    const summary = Object.entries(model.summary).map(
      ([name, value]) =>
        [
          inWords(name),
          typeof value === "number" ? value.toLocaleString("en-US") : plain(value ?? "–"),
        ] as const,
    );
    const rows = model.files.map(({ name, bytes }) => [plain(name), formatBytes(bytes)]);
    printBlocks(
      [
        {
          kind: "facts",
          facts: [
            ["model", plain(model.id)],
            ["name", plain(model.name)],
            ["made by", `${plain(model.method)}, run ${plain(model.run)}`],
            ["created", formatMoment(model.createdAt)],
            ...summary,
          ],
        },
        { kind: "table", title: "Files", head: ["file", "size"], rows, figures: [false, true] },
      ],
      out,
    );
    return exitCodes.succeeded;
  });
}

/** `tenfold model download MODEL DIR`: the files in Hugging Face layout. */
export function downloadModelCommand(id: string, folder: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const paths = await downloadModel(client, id, folder, ({ bytes }, path) =>
      err.line(`${path}  ${err.paint("dim", formatBytes(bytes))}`),
    );
    if (options.json) printJson(out, paths);
    return exitCodes.succeeded;
  });
}

/** `tenfold model delete MODEL`. */
export function deleteModelCommand(id: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    await client.deleteModel(id);
    if (options.json) printJson(out, { deleted: id });
    else out.line(`Deleted ${plain(id)} with its files.`);
    return exitCodes.succeeded;
  });
}
