import { curves } from "../../report/curves.ts";
import { formatCount, formatDuration, formatNumber, formatPercent } from "../../report/format.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import type { TokenText } from "../../report/token-text.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import type { TrainedMember } from "./family.ts";
import type { GenerateInput } from "./input.ts";
import { decoderLabels, routerLabels } from "./labels.ts";
import type { GenerateOutput, Traced } from "./output.ts";
import { pairFacts, pairTraining } from "./pair-report.ts";

export interface Generation {
  readonly run: RunFacts;
  readonly input: GenerateInput;
  readonly output: GenerateOutput;
  readonly members: readonly TrainedMember[];
  /** Name of the text that was trained or calibrated on, where there was one. */
  readonly text: string | undefined;
}

/** Tokens that a page shows with their notes; the table has all. */
const mostShown = 4000;
const percent = (share: number) => formatPercent(share, 1);

/** The report of a text that two models wrote, with its trace. */
export function generateReport(generation: Generation): ReportFile[] {
  const { run, input, output, members } = generation;
  const agreement = agreementFigure(output);
  const training = pairTraining(members, input);
  const report = {
    title: "A text by two models",
    ...headline(generation),
    facts: [...runFacts(run, citation), ...facts(generation)],
    sections: [
      { heading: "The text", tokenTexts: [traceText(input, output)] },
      {
        heading: "Along the text",
        plots: [agreement],
      },
      ...(training.length > 0 ? [{ heading: "Training", plots: training }] : []),
    ] satisfies Section[],
    input,
  };
  const files = [
    ...[agreement, ...training].map(svgFile),
    csvFile("trace.csv", traceTable(output.trace)),
    { name: "text.txt", type: "text/plain; charset=utf-8", body: input.prompt + output.text },
  ];
  return withReport(report, files, output);
}

function headline({ input, output }: Generation): { summary: string; detail: string } {
  const { trace, cof, consulted, tokensPerLargeCall, seconds } = output;
  const calls =
    tokensPerLargeCall === null
      ? "never called"
      : `${formatNumber(tokensPerLargeCall)} tokens for each of its calls`;
  return {
    summary: `The large model changed ${percent(cof)} of ${formatCount(trace.length)} tokens under ${decoderLabels[input.decoder].toLowerCase()}, asked at ${percent(consulted)} of them.`,
    detail: `The large model: ${calls}. ${formatDuration(seconds)} in all, ${formatNumber(trace.length / seconds)} tokens a second.`,
  };
}

const looks = { small: 2, both: 0, large: 1 } as const;

function traceText({ prompt }: GenerateInput, { trace }: GenerateOutput): TokenText {
  const more = trace.length > mostShown ? `, the first ${formatCount(mostShown)} tokens` : "";
  return {
    caption: `Who stands for each token${more}; point at one for the probabilities`,
    legend: [
      { name: "small model alone", style: looks.small },
      { name: "both", style: looks.both },
      { name: "large model", style: looks.large },
    ],
    tokens: [
      { text: prompt },
      ...trace
        .slice(0, mostShown)
        .map((one) => ({ text: one.piece, style: looks[one.by], note: noteOf(one) })),
    ],
  };
}

function noteOf({ piece, small, large, rejected, accepted }: Traced): string {
  const draft =
    rejected !== null
      ? `; in place of ${JSON.stringify(rejected)}`
      : accepted === true
        ? "; a draft that stood"
        : "";
  const theirs = large === null ? "large model not asked" : `large ${percent(large)}`;
  return `${JSON.stringify(piece)}: small ${percent(small)}, ${theirs}${draft}`;
}

/** Shares over tenths of the text, or over as many parts as it has tokens. */
function agreementFigure({ trace }: GenerateOutput): Figure {
  const parts = Math.min(20, trace.length);
  const shareOf = (is: (one: Traced) => boolean) =>
    Array.from({ length: parts }, (_, part) => {
      const [from, to] = [part, part + 1].map((at) => Math.floor((at * trace.length) / parts));
      const own = trace.slice(from, to);
      return { x: ((from ?? 0) + (to ?? 0)) / 2, y: own.filter(is).length / (own.length || 1) };
    });
  return {
    id: "along-the-text",
    caption:
      "Of the tokens of each stretch: where the large model was asked, and whose tokens stand for it alone.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Who wrote, along the text",
        x: { label: "Token" },
        y: { label: "Share of the tokens", format: (value) => formatPercent(value), domain: [0, 1] },
        labels: "legend",
        series: [
          { name: "asked", style: 0, points: shareOf(({ consulted }) => consulted) },
          { name: "large model's token", style: 1, points: shareOf(({ by }) => by === "large") },
        ],
      }),
  };
}

function facts({ input, output, text, members }: Generation): Fact[] {
  return [
    { label: "Decoder", value: decoderLabels[input.decoder] },
    { label: "Router", value: routerLabels[input.router] },
    {
      label: "Sampling",
      value: input.temperature === 0 ? "greedy" : `temperature ${formatNumber(input.temperature)}`,
    },
    ...pairFacts(members, input, output.models),
    ...roundingFacts(output),
    ...(text === undefined ? [] : [{ label: "Text", value: text }]),
  ];
}

function roundingFacts({ rounding }: GenerateOutput): Fact[] {
  if (rounding === null) return [];
  const [exact, rounded] = [rounding.float32, rounding.int8].map((value) => formatNumber(value, 4));
  const value = `large model's perplexity ${rounded} in 8 bits, ${exact} in float32, on ${formatCount(rounding.tokens)} tokens`;
  return [{ label: "Weights", value }];
}

function traceTable(trace: readonly Traced[]) {
  const keys = ["token", "piece", "by", "consulted", "accepted", "rejected", "small", "large"];
  return {
    columns: keys.map((label) => ({ label })),
    rows: trace.map((one) => [
      one.token,
      one.piece,
      one.by,
      String(one.consulted),
      one.accepted === null ? null : String(one.accepted),
      one.rejected,
      one.small,
      one.large,
    ]),
  };
}
