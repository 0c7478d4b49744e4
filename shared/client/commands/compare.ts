import { isTerminal, type Run } from "../../resources/runs/record.ts";
import type { Client } from "../client.ts";
import { type Beside, figuresOf, sideBySide } from "../compare.ts";
import { printBlocks } from "../draw.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { decimalsOf, formatBytes, formatDuration, formatFigure } from "../figures.ts";
import type { Json } from "../json.ts";
import type { Block } from "../output.ts";
import { resolveRun } from "../resolve.ts";
import { runTitle, secondsOf, statusText } from "../run-view.ts";
import { plain, type Screen } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";
import { withOutput } from "../watch.ts";

type TableBlock = Extract<Block, { readonly kind: "table" }>;

/** A run with what it took. */
interface Side {
  readonly run: Run;
  /** Seconds from its creation to its start, and of its computing; of a run that goes on, until now. */
  readonly cost: {
    readonly waitingSeconds?: number;
    readonly seconds?: number;
    readonly slices: number;
    readonly files: number;
    readonly bytes: number;
  };
}

async function sideOf(client: Client, given: string): Promise<Side> {
  const run = await withOutput(client, await client.getRun(await resolveRun(client, given)));
  const files = await client.artifacts(run.id);
  const seconds = secondsOf(run);
  const { createdAt, startedAt, slices } = run;
  return {
    run,
    cost: {
      ...(startedAt !== undefined && {
        waitingSeconds: (Date.parse(startedAt) - Date.parse(createdAt)) / 1000,
      }),
      ...(seconds !== undefined && { seconds }),
      slices,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  };
}

/** Names of the runs in tables: A, B, ..., Z, 27, 28, ... */
const letterOf = (index: number) => (index < 26 ? String.fromCharCode(65 + index) : String(index + 1));

const left = (columns: number) => Array.from({ length: columns }, () => false);

function runsTable(sides: readonly Side[], screen: Screen): TableBlock {
  const rows = sides.map(({ run, cost }, index) => [
    letterOf(index),
    plain(run.id),
    runTitle(run),
    statusText(run.status, screen),
    cost.seconds === undefined ? "–" : formatDuration(cost.seconds),
    cost.waitingSeconds === undefined ? "–" : formatDuration(cost.waitingSeconds),
    String(cost.slices),
    `${cost.files}, ${formatBytes(cost.bytes)}`,
  ]);
  const head = ["", "run", "method", "status", "time", "waited", "slices", "files"];
  return { kind: "table", head, rows, figures: [...left(4), true, true, true, true] };
}

const valueText = (value: Json | undefined) =>
  value === undefined ? "–" : plain(typeof value === "string" ? value : JSON.stringify(value));

const inputTable = (differences: readonly Beside[], runs: number): TableBlock => ({
  kind: "table",
  title: "Input, where it differs",
  head: ["field", ...Array.from({ length: runs }, (_, index) => letterOf(index))],
  rows: differences.map(({ path, values }) => [plain(path), ...values.map(valueText)]),
  figures: left(runs + 1),
});

/** What a run has beyond the first one. */
const difference = (value: Json | undefined, first: Json | undefined) =>
  typeof value === "number" && typeof first === "number" ? value - first : undefined;

const figureOf = (value: Json | undefined) => (typeof value === "number" ? value : undefined);

function figuresTable(rows: readonly Beside[], runs: number): TableBlock {
  const others = Array.from({ length: runs - 1 }, (_, index) => letterOf(index + 1));
  return {
    kind: "table",
    title: "Output, where its figures differ",
    head: ["figure", letterOf(0), ...others.flatMap((letter) => [letter, `${letter} − A`])],
    rows: rows.map(({ path, values: [first, ...rest] }) => {
      const decimals = decimalsOf([first, ...rest].map(figureOf));
      const cells = rest.flatMap((value) => [
        formatFigure(figureOf(value), decimals),
        signed(difference(value, first), decimals),
      ]);
      return [plain(path), formatFigure(figureOf(first), decimals), ...cells];
    }),
    figures: [false, ...Array.from({ length: 2 * runs - 1 }, () => true)],
  };
}

const signed = (value: number | undefined, decimals: number) =>
  value !== undefined && value > 0 ? `+${formatFigure(value, decimals)}` : formatFigure(value, decimals);

const mostRows = 60;

function sentences(inputs: readonly Beside[], equal: number, different: number): string[] {
  const same =
    different === 0
      ? `Their ${equal.toLocaleString("en-US")} figures are equal.`
      : `${equal.toLocaleString("en-US")} more figures are equal.`;
  return [
    ...(inputs.length === 0 ? ["Their inputs are equal."] : []),
    ...(equal > 0 ? [same] : different === 0 ? ["They have no figures to compare."] : []),
    ...(different > mostRows ? [`${different - mostRows} more figures differ; --json has all.`] : []),
  ];
}

/** `tenfold compare RUN RUN ...`: what their inputs and figures differ in, and what they took. */
export function compareCommand(given: readonly string[], options: CommonOptions): Promise<number> {
  if (given.length < 2) throw new UsageError("compare takes two runs or more");
  return withSession(options, async ({ client, out, err }) => {
    const sides = await Promise.all(given.map((run) => sideOf(client, run)));
    // The schemas of input and output are open here; both were read from JSON.
    const input = sideBySide(sides.map(({ run }) => run.input as Json)).filter(({ differs }) => differs);
    const output = figuresOf(sideBySide(sides.map(({ run }) => run.output as Json | undefined)));
    if (options.json) {
      printJson(out, comparison(sides, input, output));
      return exitCodes.succeeded;
    }
    const differing = output.filter(({ differs }) => differs);
    const blocks: Block[] = [
      runsTable(sides, out),
      ...(input.length > 0 ? [inputTable(input, sides.length)] : []),
      ...(differing.length > 0 ? [figuresTable(differing.slice(0, mostRows), sides.length)] : []),
    ];
    printBlocks(blocks, out);
    const told = sentences(input, output.length - differing.length, differing.length);
    if (told.length > 0) out.line(`\n${told.join(" ")}`);
    if (sides.some(({ run }) => !isTerminal(run.status))) err.line("Not all of them have ended.");
    return exitCodes.succeeded;
  });
}

/** The document of `--json`; differences are those to the first run. */
const comparison = (sides: readonly Side[], input: readonly Beside[], output: readonly Beside[]) => ({
  runs: sides.map(({ run: { id, method, preset, seed, status }, cost }) => ({
    ...{ id, method, preset, seed, status, cost },
  })),
  input: input.map(({ path, values }) => ({ path, values: values.map(orNull) })),
  output: output.map(({ path, values }) => ({
    path,
    values: values.map(orNull),
    differences: values.map((value) => orNull(difference(value, values[0]))),
  })),
});

const orNull = <T>(value: T | undefined): T | null => value ?? null;
