import { curves } from "../../report/curves.ts";
import { formatCount, formatNumber } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import type { ConvertInput } from "./input.ts";
import type { ConvertOutput } from "./output.ts";

export interface Conversion {
  readonly run: RunFacts;
  readonly input: ConvertInput;
  readonly output: ConvertOutput;
}

/** A pair of dimensions with its frequency in radians per token, and whether FoPE keeps it. */
interface Pair {
  readonly index: number;
  readonly frequency: number;
  readonly period: number;
  readonly live: boolean;
}

/** The report of a conversion: which frequencies live, which are clipped, and why. */
export function convertReport({ run, input, output }: Conversion): ReportFile[] {
  const pairs = pairsOf(input, output);
  const figure = periodFigure(input, pairs);
  const table = pairTable(pairs);
  const { liveFrequencies: live, clippedFrequencies: clipped } = output;
  const report = {
    title: "FoPE's tables for another framework",
    summary: `${formatCount(live)} of ${formatCount(live + clipped)} frequencies complete a period within ${formatCount(input.trainingLength)} tokens; ${clipped === 0 ? "none is clipped" : `the other ${formatCount(clipped)} are clipped`}.`,
    detail: `${output.file} holds the frequencies and one set of frozen coefficients for each of ${formatCount(input.heads)} key-value heads.`,
    main: figure,
    facts: [
      ...runFacts(run, citation),
      { label: "Head dimension", value: formatCount(input.headDim) },
      { label: "Key-value heads", value: formatCount(input.heads) },
      { label: "Training length", value: `${formatCount(input.trainingLength)} tokens` },
      { label: "Theta", value: formatCount(input.fourier.theta) },
      { label: "Sigma", value: formatNumber(input.fourier.sigma) },
    ],
    sections: [{ heading: "Frequencies", tables: [table] }],
    input,
  };
  return withReport(report, [svgFile(figure), csvFile("frequencies.csv", table)], output);
}

/** RoPE's frequencies theta^(-2m/headDim), highest first; FoPE keeps the first, whose periods fit (arXiv 2412.17739). */
function pairsOf({ headDim, fourier }: ConvertInput, { liveFrequencies }: ConvertOutput): Pair[] {
  return Array.from({ length: headDim / 2 }, (_, index) => {
    const frequency = fourier.theta ** ((-2 * index) / headDim);
    return { index, frequency, period: (2 * Math.PI) / frequency, live: index < liveFrequencies };
  });
}

function periodFigure(input: ConvertInput, pairs: readonly Pair[]): Figure {
  const points = (live: boolean) =>
    pairs.filter((pair) => pair.live === live).map(({ index, period }) => ({ x: index, y: period }));
  return {
    id: "frequencies",
    caption: `A period longer than the training length was never seen whole in training. Those pairs are clipped: ${input.fourier.pad === "released" ? "their s and c are 1, as in the released code" : "they are not rotated"}.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Period of each pair of dimensions",
        x: { label: "Pair" },
        y: { label: "Period (tokens, logarithmic)", scale: "log10" },
        rules: [{ axis: "y", at: input.trainingLength, label: "training length" }],
        lines: false,
        series: [
          { name: "Live", style: 0, points: points(true) },
          { name: "Clipped", style: 1, points: points(false) },
        ],
      }),
  };
}

function pairTable(pairs: readonly Pair[]): Table {
  return {
    caption: "Frequencies by pair of dimensions",
    columns: [
      { label: "Pair", key: "pair", numeric: true, format: formatCount },
      {
        label: "Frequency (radians per token)",
        key: "frequency",
        numeric: true,
        format: (value) => formatNumber(value, 5),
      },
      { label: "Period (tokens)", key: "period", numeric: true, format: (value) => formatNumber(value, 5) },
      { label: "State", key: "state" },
    ],
    rows: pairs.map(({ index, frequency, period, live }) => [
      index,
      frequency,
      period,
      live ? "live" : "clipped",
    ]),
  };
}
