import { textAfter } from "../../lm/tokenizers/text-after.ts";
import { curves } from "../../report/curves.ts";
import { formatCount, formatFixed, formatNumber } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import type { TokenText } from "../../report/token-text.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import type { ScoreInput } from "./input.ts";
import type { ScoreOutput } from "./output.ts";
import type { Rewarded } from "./scoring.ts";
import { fixed, percent, stepTable } from "./tables.ts";

interface Scored {
  readonly run: RunFacts;
  readonly input: ScoreInput;
  readonly output: ScoreOutput;
  readonly rewarded: Rewarded;
  decode(ids: ArrayLike<number>): string;
}

/** The report of one response: its steps, and the tokens behind them. */
export function scoreReport(scored: Scored): ReportFile[] {
  const { run, input, output, rewarded } = scored;
  const figure = tokenFigure(rewarded);
  const steps = stepTable(output.steps, { label: "Note", of: (at) => words(output, at) });
  const tokens = tokenTable(scored);
  const report = {
    title: "Rewards of a response's steps",
    ...headline(output),
    facts: [
      ...runFacts(run, citation),
      { label: "Coefficient β", value: formatNumber(input.beta) },
      { label: "Reference", value: input.reference ?? "none: log π alone" },
      { label: "Steps", value: formatCount(output.steps.length) },
      { label: "Tokens", value: formatCount(rewarded.tokens.length) },
    ],
    sections: [
      { heading: "Steps", tables: [steps] },
      {
        heading: "Tokens",
        text: ["A step's reward is the sum over its tokens; q is the sum of all up to a token."],
        tokenTexts: [tokenText(scored)],
        plots: [figure],
      },
    ],
    input,
  };
  const files = [svgFile(figure), csvFile("steps.csv", steps), csvFile("tokens.csv", tokens)];
  return withReport(report, files, output);
}

function headline({ steps, lowest, firstSuspect, threshold, outcome, development }: ScoreOutput) {
  const least = `The smallest reward is step ${lowest + 1}'s, ${fixed(steps[lowest]?.reward ?? 0)} of ${fixed(outcome)} in all.`;
  const fitted =
    development === null
      ? ""
      : ` It was fitted on ${formatCount(development.responses)} labelled responses, of which it tells right from wrong at a balanced accuracy of ${percent(development.balancedAccuracy)}.`;
  if (threshold === null) {
    return {
      summary: least,
      detail:
        "No threshold was given, so no step is called suspect: rewards are bounded above, and 0 parts nothing.",
    };
  }
  const found =
    firstSuspect === null
      ? `No step's reward is below ${fixed(threshold)}.`
      : `Step ${firstSuspect + 1} is the first whose reward is below ${fixed(threshold)}.`;
  return { summary: found, detail: `${least}${fitted}` };
}

function words({ firstSuspect, lowest }: ScoreOutput, at: number): string {
  return [at === firstSuspect ? "first suspect" : "", at === lowest ? "smallest" : ""]
    .filter((word) => word !== "")
    .join(", ");
}

function tokenFigure({ tokens, stepOf, steps }: Rewarded): Figure {
  let sum = 0;
  const along = tokens.map((reward, at) => {
    sum += reward;
    return { x: at + 1, y: sum };
  });
  const ends = along.filter((_, at) => stepOf[at + 1] !== stepOf[at]);
  return {
    id: "tokens",
    caption: `q over the ${formatCount(tokens.length)} tokens of ${formatCount(steps.length)} steps; a square ends a step.`,
    draw: ({ width, id }) =>
      curves({
        ...{ id, width, title: "Cumulative reward along the response", labels: "legend", lines: false },
        x: { label: "Token" },
        y: { label: "q" },
        rules: [{ axis: "y", at: 0 }],
        series: [
          { name: "end of a step", style: 1, points: ends },
          ...(tokens.length <= 400 ? [{ name: "token", style: 0, points: along }] : []),
        ],
      }),
  };
}

/** Tokens that a page shows; the file has all. */
const mostShown = 4000;

function tokenText({ rewarded, input, decode }: Scored): TokenText {
  const { tokens, stepOf, response } = rewarded;
  const largest = tokens.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const more = tokens.length > mostShown ? `, the first ${formatCount(mostShown)} tokens` : "";
  return {
    caption: `Tokens whose reward is beyond a tenth of the largest${more}; point at one for its reward`,
    legend: [
      { name: "lowers q", style: 1 },
      { name: "raises q", style: 2 },
    ],
    tokens: [
      { text: input.prompt + input.separator },
      ...tokens.slice(0, mostShown).map((reward, at) => ({
        text: tokenAt(response, at, decode),
        style: styleOf(reward, largest),
        note: `step ${(stepOf[at] ?? 0) + 1}: ${formatFixed(reward, 4)}`,
      })),
    ],
  };
}

function tokenAt(
  { prompt, response }: Scored["rewarded"]["response"],
  at: number,
  decode: Scored["decode"],
): string {
  return textAfter({ decode }, response[at - 1] ?? prompt[prompt.length - 1], [response[at] ?? 0]);
}

function styleOf(reward: number, largest: number): number | undefined {
  if (Math.abs(reward) <= largest / 10) return undefined;
  return reward < 0 ? 1 : 2;
}

function tokenTable({ rewarded, decode }: Scored): Table {
  const { tokens, stepOf, response } = rewarded;
  return {
    columns: [
      { label: "Token", key: "token", numeric: true, format: String },
      { label: "Text", key: "text" },
      { label: "Step", key: "step", numeric: true, format: String },
      { label: "Reward", key: "reward", numeric: true, decimals: 3 },
    ],
    rows: tokens.map((reward, at) => [
      at + 1,
      JSON.stringify(tokenAt(response, at, decode)),
      (stepOf[at] ?? 0) + 1,
      reward,
    ]),
  };
}
