import { curves, type Series } from "../../report/curves.ts";
import { formatCount, formatPercent } from "../../report/format.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import { compareHeadline } from "./compare-findings.ts";
import type { TrainedMember } from "./family.ts";
import type { CompareInput } from "./input.ts";
import { decoderLabels, routerLabels, routerStyles } from "./labels.ts";
import type { Compared, CompareOutput } from "./output.ts";
import { pairFacts, pairTraining } from "./pair-report.ts";

export interface Comparison {
  readonly run: RunFacts;
  readonly input: CompareInput;
  readonly output: CompareOutput;
  readonly members: readonly TrainedMember[];
  readonly text: string;
}

const percent = (share: number) => formatPercent(share, 1);

/** The report of decoders and routers on one set of prompts, with its plots and table, as files. */
export function compareReport(comparison: Comparison): ReportFile[] {
  const { run, input, output, members } = comparison;
  const sweep = output.results.some(({ targetRate }) => targetRate !== null)
    ? sweepFigure(output)
    : undefined;
  const cost = costFigure(output);
  const training = pairTraining(members, input);
  const main = sweep ?? cost;
  const rest = sweep === undefined ? [] : [cost];
  const report = {
    title: "Decoders and routers on one set of prompts",
    ...compareHeadline(output.results, output.quality),
    main,
    facts: [...runFacts(run, citation), ...facts(comparison)],
    sections: sections(output, rest, training),
    input,
  };
  const plots = [main, ...rest, ...training];
  return withReport(
    report,
    [...plots.map(svgFile), csvFile("results.csv", allTable(output.results))],
    output,
  );
}

/** Quality over how often the large model is asked, by router, with the oracle. */
function sweepFigure({ results, quality }: CompareOutput): Figure {
  const own = results.filter(({ decoder }) => decoder === "oracle");
  const ends = own.filter(({ router }) => router === "never" || router === "always");
  const swept = own.filter(({ targetRate, beside }) => targetRate !== null && beside === null);
  const random = own.filter(({ router }) => router === "random");
  const line = (points: readonly Compared[]) =>
    [...points, ...ends].map((one) => ({ x: one.rate, y: one.quality })).toSorted((a, b) => a.x - b.x);
  const series = [...Map.groupBy(swept, ({ router }) => router)].map(
    ([router, points]): Series => ({
      name: routerLabels[router],
      style: routerStyles[router],
      points: line(points),
    }),
  );
  return {
    id: "router-sweep",
    caption:
      "Each router's threshold is set at several rates by the calibration; the ends are the small model alone and the large one at every token. A router is worth what it has above the random one.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "What a router is worth",
        subtitle: "Oracle decoding",
        x: {
          label: "Share of the tokens at which the large model is asked",
          format: (value) => formatPercent(value),
        },
        y: { label: `Share of ${quality}`, format: percent },
        labels: "legend",
        series: [
          ...series,
          ...(random.length > 0
            ? [{ name: "Random", style: routerStyles.random, points: line(random) }]
            : []),
        ],
      }),
  };
}

/** Quality of every decoder under every router over the share of tokens at which the large model is asked. */
function costFigure({ results, quality }: CompareOutput): Figure {
  const base = results.filter(({ targetRate, beside }) => targetRate === null && beside === null);
  const series = [...Map.groupBy(base, ({ decoder }) => decoder)].map(
    ([decoder, points], style): Series => ({
      name: decoderLabels[decoder],
      style,
      drawn: "dots",
      points: points.map(({ rate, quality }) => ({ x: rate, y: quality })),
    }),
  );
  return {
    id: "quality-by-rate",
    caption: "Every decoder under every router at its own threshold.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Quality and how often the large model is asked",
        x: {
          label: "Share of the tokens at which the large model is asked",
          format: (value) => formatPercent(value),
        },
        y: { label: `Share of ${quality}`, format: percent },
        labels: "legend",
        series,
      }),
  };
}

function facts({ input, output, members, text }: Comparison): Fact[] {
  const from = { text: "held-out text", task: "a task with known answers", instructions: "instructions" };
  return [
    { label: "Prompts", value: `${formatCount(output.prompts)}, ${from[input.prompts.from]}` },
    { label: "Text", value: text },
    ...pairFacts(members, input, output.models),
  ];
}

function sections(
  { results, findings, quality }: CompareOutput,
  plots: readonly Figure[],
  training: readonly Figure[],
): Section[] {
  const base = results.filter(({ targetRate, beside }) => targetRate === null && beside === null);
  return [
    {
      heading: "What this run shows",
      text: ["One pair of models: each line says what this run showed, no more."],
      verdicts: findings,
      verdictWords: ["Seen", "Not seen"],
    },
    {
      heading: "Decoders and routers",
      plots,
      tables: [resultTable(base, quality)],
      notes: [
        "Quality counts answers that are right, or tokens of the given text that are the most probable ones where the large model is asked as the router says. Tokens for each call and a second are those of texts that were written; the speed depends on the machine, and on what else it does.",
      ],
    },
    ...(training.length > 0 ? [{ heading: "Training", plots: training }] : []),
  ];
}

function resultTable(results: readonly Compared[], quality: string): Table {
  const share = { numeric: true, format: percent };
  return {
    caption: "Every decoder under every router at its own threshold",
    columns: [
      { label: "Decoder" },
      { label: "Router" },
      { label: `${quality[0]?.toUpperCase()}${quality.slice(1)}`, ...share, best: "highest" },
      { label: "Asked", ...share },
      { label: "CoF", ...share },
      { label: "Tokens/call", numeric: true, decimals: 2 },
      { label: "Tokens/s", numeric: true },
    ],
    rows: results.map((one) => [
      decoderLabels[one.decoder],
      routerLabels[one.router],
      one.quality,
      one.rate,
      one.cof,
      one.tokensPerLargeCall,
      one.tokensPerSecond,
    ]),
  };
}

/** Every setting, random twins and the sweep among them, for other tools. */
function allTable(results: readonly Compared[]): Table {
  const keys = [
    "decoder",
    "router",
    "beside",
    "target_rate",
    "rate",
    "quality",
    "cof",
    "cof_untuned",
    "tokens_per_large_call",
    "tokens_per_second",
  ];
  return {
    columns: keys.map((label) => ({ label })),
    rows: results.map((one) => [
      one.decoder,
      one.router,
      one.beside,
      one.targetRate,
      one.rate,
      one.quality,
      one.cof,
      one.cofUntuned,
      one.tokensPerLargeCall,
      one.tokensPerSecond,
    ]),
  };
}
