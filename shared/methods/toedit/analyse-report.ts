import { curves } from "../../report/curves.ts";
import { formatCount, formatFixed, formatNumber, formatPercent } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import { sharesOf } from "./distances.ts";
import type { AnalyseInput } from "./input.ts";
import type { AnalyseOutput, Distances } from "./output.ts";
import { outline } from "./steps.ts";

export interface Analysed {
  readonly run: RunFacts;
  readonly input: AnalyseInput;
  readonly output: AnalyseOutput;
  /** Of each scored document. */
  readonly perplexities: { readonly real: readonly number[]; readonly synthetic: readonly number[] };
  /** Of each bucket. */
  readonly counts: { readonly real: Float64Array; readonly synthetic: Float64Array };
}

const looks = { real: { name: "Real", style: 0 }, synthetic: { name: "Synthetic", style: 1 } } as const;
const sides = ["real", "synthetic"] as const;

/** The report of a pair of corpora, its plots and tables. */
export function analyseReport(analysed: Analysed): ReportFile[] {
  const { run, input, output } = analysed;
  const main = perplexityFigure(analysed);
  const buckets = bucketFigure(analysed);
  const distances = distanceTable(output);
  const report = {
    title: "A synthetic corpus beside a real one",
    summary: summaryOf(output),
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Real", value: output.real.name },
      { label: "Synthetic", value: output.synthetic.name },
      { label: "Prior", value: output.prior },
      { label: "Buckets", value: formatCount(input.buckets) },
    ],
    sections: [
      {
        heading: "What this run shows",
        verdicts: output.findings,
        verdictWords: ["Seen once", "Not seen"] as const,
      },
      { heading: "Perplexity", tables: [perplexityTable(output)] },
      { heading: "N-grams", plots: [buckets], tables: [distributionTable(output)] },
      {
        heading: "Importance resampling",
        text: [
          "DSIR (arXiv 2302.03169) draws documents with probability in proportion to the ratio of both bucket distributions over their n-grams, by adding Gumbel noise to its logarithm and taking the largest. What it took is in selected.jsonl. A short document's weight is nearer to 1 than a long one's: `minWords` keeps short ones out, as in the reference code.",
        ],
        tables: [distances],
      },
    ],
    input,
  };
  const files = [
    svgFile(main),
    svgFile(buckets),
    csvFile("distances.csv", distances),
    csvFile("buckets.csv", bucketTable(analysed)),
  ];
  return withReport(report, files, output);
}

function summaryOf({ real, synthetic }: AnalyseOutput): string {
  const { kl, l1 } = synthetic.distances;
  const perplexity =
    real.perplexity.perplexity === null || synthetic.perplexity.perplexity === null
      ? ""
      : ` Under the prior the synthetic text has a perplexity of ${formatFixed(synthetic.perplexity.perplexity, 2)}, the real one ${formatFixed(real.perplexity.perplexity, 2)}.`;
  return `Between the n-gram buckets of both corpora KL is ${formatFixed(kl, 3)} nats and L1 ${formatFixed(l1, 3)}.${perplexity}`;
}

function perplexityFigure({ perplexities }: Analysed): Figure {
  const all = [...perplexities.real, ...perplexities.synthetic].map(Math.log2);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const bars = 24;
  const width = (high - low) / bars || 1;
  const series = sides.map((side) => {
    const values = perplexities[side].map(Math.log2);
    const points = Array.from({ length: bars }, (_, i) => {
      const [from, to] = [low + i * width, low + (i + 1) * width];
      const inside = values.filter(
        (value) => value >= from && (value < to || (i === bars - 1 && value <= to)),
      );
      return { from: 2 ** from, to: 2 ** to, value: inside.length / Math.max(1, values.length) };
    });
    return { ...looks[side], points: outline(points) };
  });
  return {
    id: "perplexity",
    caption:
      "Share of the documents by their perplexity under the prior, per token. Documents drawn at random from each corpus.",
    draw: ({ width: pixels, id }) =>
      curves({
        id,
        width: pixels,
        title: "Perplexity of the documents",
        x: { label: "Perplexity", scale: "log2", format: (value) => formatNumber(value, 3) },
        y: { label: "Share of the documents", format: (share) => formatPercent(share, 1) },
        markers: false,
        labels: "legend",
        series,
      }),
  };
}

/** The share of the n-grams in the fullest buckets, both sorted for themselves. */
function bucketFigure({ counts }: Analysed): Figure {
  const ranks = Array.from({ length: 1 + Math.floor(Math.log2(counts.real.length)) }, (_, i) => 2 ** i);
  return {
    id: "buckets",
    caption:
      "The n-grams in the fullest bucket, the two fullest, and so on: a corpus that repeats itself has more of them in few.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "How the n-grams are spread",
        x: {
          label: "Fullest buckets",
          scale: "log2",
          ticks: ranks.filter((_, i) => i % 2 === 0),
          format: formatCount,
        },
        y: { label: "Share of the n-grams", domain: [0, 1], format: (share) => formatPercent(share) },
        labels: "legend",
        series: sides.map((side) => {
          const sorted = sharesOf(counts[side]).toSorted().toReversed();
          return {
            ...looks[side],
            points: ranks.map((rank) => ({
              x: rank,
              y: sorted.subarray(0, rank).reduce((sum, share) => sum + share, 0),
            })),
          };
        }),
      }),
  };
}

function perplexityTable(output: AnalyseOutput): Table {
  const number = { numeric: true, decimals: 2 };
  return {
    caption:
      "Perplexity per token under the prior: the mean (of the logarithms) and quantiles over the documents",
    columns: [
      { label: "Corpus" },
      { label: "Documents", numeric: true, format: formatCount },
      { label: "Mean", ...number },
      ...["5%", "25%", "50%", "75%", "95%"].map((label) => ({ label, ...number })),
    ],
    rows: sides.map((side) => [
      looks[side].name,
      output[side].perplexity.documents,
      output[side].perplexity.perplexity,
      ...output[side].perplexity.quantiles,
    ]),
  };
}

function distributionTable(output: AnalyseOutput): Table {
  return {
    caption: "Uni- and bigrams by bucket",
    columns: [
      { label: "Corpus" },
      { label: "Documents", numeric: true, format: formatCount },
      { label: "N-grams", numeric: true, format: formatCount },
      { label: "Buckets used", numeric: true, format: (share) => formatPercent(share, 1) },
      { label: "In the fullest 1%", numeric: true, format: (share) => formatPercent(share, 1) },
      { label: "Entropy (bits)", numeric: true, decimals: 3 },
    ],
    rows: sides.map((side) => {
      const { documents, ngrams, used, top, entropy } = output[side].distribution;
      return [looks[side].name, documents, ngrams, used, top, entropy];
    }),
  };
}

function distanceTable({ synthetic, selected, atRandom }: AnalyseOutput): Table {
  const number = { numeric: true, decimals: 4 };
  const row = (name: string, documents: number, ngrams: number, { kl, reverseKl, l1 }: Distances) => [
    name,
    documents,
    ngrams,
    kl,
    reverseKl,
    l1,
  ];
  return {
    caption: "Distance of the bucket distributions from the real corpus",
    columns: [
      { label: "Documents", key: "choice" },
      { label: "Number", key: "documents", numeric: true, format: formatCount },
      { label: "N-grams", key: "ngrams", numeric: true, format: formatCount },
      { label: "KL(real | ·)", key: "kl", ...number },
      { label: "KL(· | real)", key: "reverse_kl", ...number },
      { label: "L1", key: "l1", ...number },
    ],
    rows: [
      row(
        "All synthetic",
        synthetic.distribution.documents,
        synthetic.distribution.ngrams,
        synthetic.distances,
      ),
      row("DSIR", selected.documents, selected.ngrams, selected.distances),
      row("At random", atRandom.documents, atRandom.ngrams, atRandom.distances),
    ],
  };
}

function bucketTable({ counts }: Analysed): Table {
  return {
    columns: [
      { label: "bucket", numeric: true },
      { label: "real", numeric: true },
      { label: "synthetic", numeric: true },
    ],
    rows: Array.from(counts.real, (count, bucket) => [bucket, count, counts.synthetic[bucket] ?? 0]),
  };
}
