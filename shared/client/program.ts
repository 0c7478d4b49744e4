import { Argument, Command, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { datasetKind } from "../resources/datasets/record.ts";
import { runStatuses } from "../resources/runs/record.ts";
import { choiceOption, integerFrom, oneOf } from "./argument.ts";
import { type AddModelOptions, addModelCommand } from "./commands/add-model.ts";
import { compareCommand } from "./commands/compare.ts";
import { completeCommand, completionCommand } from "./commands/completion.ts";
import {
  addDatasetCommand,
  deleteDatasetCommand,
  listDatasetsCommand,
  showDatasetCommand,
} from "./commands/datasets.ts";
import { exportModelCommand } from "./commands/export-model.ts";
import { methodsCommand } from "./commands/methods.ts";
import {
  deleteModelCommand,
  downloadModelCommand,
  listModelsCommand,
  showModelCommand,
} from "./commands/models.ts";
import { runCommand } from "./commands/run.ts";
import {
  artifactsCommand,
  cancelCommand,
  deleteCommand,
  eventsCommand,
  runsCommand,
  showCommand,
} from "./commands/runs.ts";
import { loading, type Shell, shells } from "./completion/shells.ts";
import { screenOn } from "./screen.ts";
import type { CommonOptions } from "./session.ts";
import { parseSetting, type Setting } from "./setting.ts";

const collectSetting = (text: string, before: readonly Setting[]) => [...before, parseSetting(text)];

function termOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const environmentHelp = `
Environment:
  TENFOLD_URL        address of the API (default: http://127.0.0.1:8787, where npm start serves it)
  TENFOLD_KEY        API key, tf_...
  TENFOLD_STATE_DIR  where --local keeps everything (default: .tenfold in the project)
  NO_COLOR           no colours

Exit codes: 0 succeeded, 1 failed, 2 bad usage or refused input, 130 interrupted.`;

const idHelp = `
A run or model may be named by its id, by the beginning or the end of its id where no other has it, or as
"latest"; a model by its name too.`;

const runExamples = `
Examples:
  tenfold run fope --preset quick --local
  tenfold run fope --preset standard --set seeds=1 --set training.steps=300 --wait --out results
  tenfold run fope --input my-input.json --set variants.0=nope --json`;

const modelExamples = `
Of a folder in Hugging Face layout the files of the model are sent: config.json, safetensors in one file or
several, the tokenizer's. A llama2.c checkpoint goes with its tokenizer.

Examples:
  tenfold model add SmolLM-135M
  tenfold model add stories260K.bin tok512.bin --name stories`;

/** The command line; `finish` gets the exit code of the command that was given. */
export function createProgram(finish: (exitCode: number) => void): Command {
  const screen = screenOn(process.stdout);
  const errors = screenOn(process.stderr);
  const program = new Command("tenfold")
    .description("Runs published methods as jobs, on a Tenfold API or on this machine.")
    .addHelpText("after", idHelp)
    .addHelpText("after", environmentHelp)
    .version(packageJson.version)
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(" "),
      styleTitle: (title) => screen.paint("bold", title),
    })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, errors.paint("red", "✘"))),
    })
    .exitOverride();

  const command = (parent: Command, usage: string, description: string) =>
    parent
      .command(usage)
      .description(description)
      .option("--json", "print one JSON document on standard output, all else on standard error")
      .option("--local", "use the stack of this machine, started for this call if it is not running");
  const action =
    <Arguments extends unknown[]>(run: (...given: Arguments) => Promise<number>) =>
    async (...given: Arguments) =>
      finish(await run(...given));

  command(program, "methods [method]", "list the methods, or show one with its presets").action(
    action(methodsCommand),
  );
  command(program, "run <method>", "start a run of a method")
    .option("-p, --preset <name>", "begin with a ready-made input: quick, standard or paper")
    .option("-i, --input <file>", "the input as JSON, merged over the preset's; - reads standard input")
    .addOption(
      new Option(
        "-s, --set <field=value>",
        "set one field of the input, such as training.steps=100; repeatable",
      )
        .argParser(collectSetting)
        .default([], "none"),
    )
    .option("--seed <number>", "the same input and seed give the same result (default: 0)", integerFrom(0))
    .option("-w, --wait", "show the progress, then the result; implied by --local and --out")
    .option("-o, --out <folder>", "put the files of the finished run there")
    .addHelpText("after", runExamples)
    .action(action(runCommand));
  command(program, "runs", "list the runs, newest first")
    .option("--method <method>", "only runs of this method")
    .addOption(choiceOption("--status <status>", "only runs of this status", runStatuses))
    .option("-n, --limit <number>", "at most so many", integerFrom(1), 20)
    .action(action(runsCommand));
  command(program, "show <run>", "show a run: its input, state and result")
    .option("-w, --wait", "watch it to its end first")
    .action(action(showCommand));
  command(
    program,
    "compare <runs...>",
    "compare runs: inputs that differ, figures side by side, what they took",
  ).action(action((runs: string[], options: CommonOptions) => compareCommand(runs, options)));
  command(program, "cancel <run>", "ask a run to stop").action(action(cancelCommand));
  command(program, "delete <run>", "delete a finished run with its logs and files").action(
    action(deleteCommand),
  );
  command(program, "artifacts <run>", "list the files of a run, or download them")
    .option("-o, --out <folder>", "download them into this folder")
    .action(action(artifactsCommand));
  command(program, "events <run>", "what happened in a run")
    .option("-f, --follow", "go on until the run has ended")
    .action(action(eventsCommand));

  const dataset = program.command("dataset").description("your data: add, list, show, delete");
  command(dataset, "add <file>", "upload a file and have it checked")
    .option("--name <name>", "its name (default: the file's)")
    .addOption(
      new Option("-k, --kind <kind>", "what it holds (default: told by its name or first row)").choices(
        datasetKind.options,
      ),
    )
    .option("--samples <file>", "the sample sheet of a matrix: a table with a label and a group a line")
    .option("-w, --wait", "wait until it was checked, and show what it holds (the default)", true)
    .option("--no-wait", "leave as soon as it is uploaded")
    .action(action(addDatasetCommand));
  command(dataset, "list", "list the data sets, newest first").action(action(listDatasetsCommand));
  command(dataset, "show <dataset>", "show a data set, and what is wrong with it").action(
    action(showDatasetCommand),
  );
  command(dataset, "delete <dataset>", "delete a data set with its content").action(
    action(deleteDatasetCommand),
  );

  const model = program
    .command("model")
    .description("models that runs left, and yours: add, list, show, download, export, delete");
  command(model, "add <files...>", "upload a model, a folder or its files, and have it checked")
    .option("--name <name>", "its name (default: the folder's, or the first file's)")
    .option("-w, --wait", "wait until it was checked, and show what it is (the default)", true)
    .option("--no-wait", "leave as soon as it is uploaded")
    .addHelpText("after", modelExamples)
    .action(action((files: string[], options: AddModelOptions) => addModelCommand(files, options)));
  command(model, "list", "list the models, newest first")
    .option("--run <run>", "only those that this run left")
    .option("--method <method>", "only those that runs of this method left")
    .action(action(listModelsCommand));
  command(model, "show <model>", "show a model: what it is, where it is from, its files")
    .option("--card", "print its model card, in Markdown")
    .action(action(showModelCommand));
  command(model, "download <model> <folder>", "download a model in Hugging Face layout").action(
    action(downloadModelCommand),
  );
  command(
    model,
    "export <model>",
    "write a model, or a local folder in Hugging Face layout, as an ONNX graph",
  )
    .requiredOption("-o, --out <file>", "the file to write")
    .option("--length <tokens>", "tokens of a sequence (default: the model's context length)", integerFrom(1))
    .option("--batch <sequences>", "sequences at a time", integerFrom(1), 1)
    .action(action(exportModelCommand));
  command(model, "delete <model>", "delete a model with its files").action(action(deleteModelCommand));

  const shell = () => new Argument("<shell>", "your shell").choices(shells).argParser(oneOf(shells));
  program
    .command("completion")
    .description("print a script that completes commands, options and ids: bash, zsh or fish")
    .addArgument(shell())
    .addHelpText("after", `\nTo load it:\n${shells.map((name) => `  ${loading[name]}`).join("\n")}`)
    .action(action(completionCommand));
  program
    .command("complete", { hidden: true })
    .addArgument(shell())
    .argument("[words...]")
    .action(action((name: Shell, words: string[]) => completeCommand(program, name, words)));
  return program;
}
