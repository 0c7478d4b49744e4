import { textAfter } from "../../lm/tokenizers/text-after.ts";
import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import { curves } from "../../report/curves.ts";
import { formatBytes, formatCount, formatFixed, formatNumber, formatPercent } from "../../report/format.ts";
import type { Fact, Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import { diffPage } from "./diff-page.ts";
import type { EditInput } from "./input.ts";
import type { EditOutput } from "./output.ts";
import { paperThresholds } from "./paper.ts";
import { dropped } from "./rule.ts";
import type { Sampled } from "./sample.ts";
import { outline } from "./steps.ts";

export interface EditedCorpus {
  readonly run: RunFacts;
  readonly input: EditInput;
  readonly output: EditOutput;
  /** Name of the corpus. */
  readonly corpus: string;
  readonly sample: readonly Sampled[];
  readonly tokenizer: Pick<Tokenizer, "decode">;
}

/** The report of an edit, its histogram, its table of changes and the sample's page. */
export function editReport(edited: EditedCorpus): ReportFile[] {
  const { run, input, output, corpus, sample, tokenizer } = edited;
  const main = probabilityFigure(output);
  const changes = changeTable(sample, tokenizer);
  const histogram = histogramTable(output);
  const report = {
    title: "A corpus edited token by token",
    summary: summaryOf(output),
    detail: detailOf(input, output),
    main,
    facts: [...runFacts(run, citation), ...factsOf(input, output, corpus)],
    sections: [
      ...(changes.rows.length === 0
        ? []
        : [
            {
              heading: "Changes",
              text: [
                "The first changes of the sample; the whole sample, token by token, is in diff.html beside this report.",
              ],
              tables: [changes],
            },
          ]),
      { heading: "Edited files", tables: [fileTable(output)] },
      {
        heading: "Beside the paper's figures",
        text: [
          "The paper's ablation of the threshold, as a task average (higher is better), with Qwen2-0.5B-Instruct as the prior and top-8. Its candidates are 12.5% of the tokens in the first generation, 11.76% in the second and 11.08% in the third.",
        ],
        tables: [paperThresholds()],
      },
    ],
    input,
  };
  const files = [svgFile(main), csvFile("probabilities.csv", histogram), csvFile("changes.csv", changes)];
  const title = `Token by token: ${corpus}`;
  const page = {
    name: "diff.html",
    type: "text/html; charset=utf-8",
    body: diffPage({ title, sample, rule: input, tokenizer }),
  };
  return [...withReport(report, files, output), page];
}

function summaryOf({ tokens, candidateRate, changedRate, droppedRate }: EditOutput): string {
  const left = droppedRate > 0 ? `, ${formatPercent(droppedRate, 2)} were dropped` : "";
  return `Of ${formatCount(tokens)} tokens ${formatPercent(candidateRate, 2)} were drawn anew and ${formatPercent(changedRate, 3)} came out as another one${left}.`;
}

function detailOf(
  { temperature, threshold, strategy, when }: EditInput,
  { candidateRate, changedRate }: EditOutput,
): string {
  if (strategy === "filter" || candidateRate === 0)
    return "Nothing was drawn anew: candidates are those that the rule names, and there were none.";
  const kept = formatPercent(1 - changedRate / candidateRate, 1);
  const why =
    temperature === 1 && when === "at-least"
      ? ` At temperature 1 that is the rule: a token of p ≥ ${formatNumber(threshold, 4)} draws itself at least that often.`
      : "";
  return `${kept} of the candidates drew themselves again.${why}`;
}

function factsOf(input: EditInput, { prior, items, documents, inexact }: EditOutput, corpus: string): Fact[] {
  const { sampler } = input;
  const drawn =
    sampler.type === "top-p"
      ? `top-p ${formatNumber(sampler.p)}`
      : `${sampler.type === "top-k" ? "top-k" : "rejection, k"} ${sampler.k}`;
  return [
    { label: "Corpus", value: corpus },
    { label: "Rows, documents", value: `${formatCount(items)}, ${formatCount(documents)}` },
    { label: "Prior", value: prior.name },
    { label: "Window", value: `${formatCount(prior.window)} tokens` },
    ...(prior.perplexity === null
      ? []
      : [{ label: "Perplexity under the prior", value: formatFixed(prior.perplexity, 3) }]),
    {
      label: "Rule",
      value: `${input.strategy}, p ${input.when === "at-least" ? "≥" : "≤"} ${formatNumber(input.threshold, 4)}`,
    },
    { label: "Drawn from", value: `${drawn}, temperature ${formatNumber(input.temperature)}` },
    ...(inexact === 0
      ? []
      : [{ label: "Not given back by the tokenizer", value: `${formatCount(inexact)} documents` }]),
  ];
}

function probabilityFigure({ histogram, tokens }: EditOutput): Figure {
  const bars = histogram.map(({ from, to, tokens: count }) => ({
    from,
    to,
    value: count / Math.max(1, tokens),
  }));
  return {
    id: "probabilities",
    caption:
      "Share of the tokens by the probability that the prior gives them, in twentieths. A text that a model finds either certain or surprising makes a U.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "How probable the tokens are",
        x: { label: "Probability of the token given those before it", domain: [0, 1] },
        y: {
          label: "Share of the tokens",
          format: (share) => formatPercent(share),
          domain: [0, Math.max(0.05, ...bars.map(({ value }) => value)) * 1.05],
        },
        markers: false,
        series: [{ name: "Tokens", style: 0, points: outline(bars) }],
        labels: "legend",
      }),
  };
}

function histogramTable({ histogram }: EditOutput): Table {
  return {
    columns: [
      { label: "from", numeric: true },
      { label: "to", numeric: true },
      { label: "tokens", numeric: true },
    ],
    rows: histogram.map(({ from, to, tokens }) => [from, to, tokens]),
  };
}

/** Changes and drops of the sample, each between the tokens around it. */
function changeTable(sample: readonly Sampled[], tokenizer: Pick<Tokenizer, "decode">): Table {
  const most = 40;
  const rows: (string | number)[][] = [];
  for (const { row, tokens, edited, probabilities } of sample) {
    for (let i = 1; i < tokens.length && rows.length < most; i++) {
      const now = edited[i] ?? dropped;
      if (now === tokens[i]) continue;
      const around = (from: number, to: number) =>
        tokenizer
          .decode(tokens.subarray(Math.max(0, from), Math.min(tokens.length, to)))
          .replaceAll(/\s+/g, " ");
      const quoted = (token: number) => JSON.stringify(textAfter(tokenizer, tokens[i - 1], [token]));
      rows.push([
        row + 1,
        `…${around(i - 16, i)}`,
        quoted(tokens[i] ?? 0),
        now === dropped ? "(dropped)" : quoted(now),
        `${around(i + 1, i + 13)}…`,
        probabilities[i] ?? Number.NaN,
      ]);
    }
  }
  return {
    columns: [
      { label: "Row", key: "row", numeric: true, format: formatCount },
      { label: "Before it", key: "left" },
      { label: "Token", key: "token" },
      { label: "Now", key: "now" },
      { label: "After it", key: "right" },
      { label: "p", key: "p", numeric: true, format: (value) => formatNumber(value, 4) },
    ],
    rows,
  };
}

function fileTable({ files }: EditOutput): Table {
  return {
    columns: [
      { label: "File" },
      { label: "Rows or documents", numeric: true, format: formatCount },
      { label: "Size", numeric: true, format: formatBytes },
    ],
    rows: files.map(({ name, items, bytes }) => [name, items, bytes]),
  };
}
