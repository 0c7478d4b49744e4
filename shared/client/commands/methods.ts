import { printBlocks } from "../draw.ts";
import { exitCodes } from "../failure.ts";
import { plain } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";

/** `tenfold methods [METHOD]`: what there is to run; of one method its presets too. */
export function methodsCommand(id: string | undefined, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    if (id === undefined) {
      const methods = await client.methods();
      if (options.json) printJson(out, methods);
      else {
        const rows = methods.map(({ id, summary }) => [plain(id), plain(summary)]);
        printBlocks(
          [{ kind: "table", head: ["method", "what it does"], rows, figures: [false, false] }],
          out,
        );
        err.line(`\nMore on one: ${err.paint("bold", "tenfold methods METHOD")}`);
      }
      return exitCodes.succeeded;
    }
    const method = await client.method(id);
    if (options.json) {
      printJson(out, method);
      return exitCodes.succeeded;
    }
    const { title, summary, paper, presets } = method;
    const rows = Object.entries(presets).map(([name, preset]) =>
      [name, preset.summary, preset.cost].map(plain),
    );
    printBlocks(
      [
        {
          kind: "facts",
          facts: [
            ["method", plain(id)],
            ["title", plain(title)],
            ["summary", plain(summary)],
            ["paper", `${plain(paper.title)}\n${plain(paper.url)}`],
          ],
        },
        {
          kind: "table",
          title: "Presets",
          head: ["preset", "what it runs", "cost"],
          rows,
          figures: [false, false, false],
        },
      ],
      out,
    );
    return exitCodes.succeeded;
  });
}
