import { curves, type Series } from "../../report/curves.ts";
import { formatCount, formatFixed, formatPercent } from "../../report/format.ts";
import { histogram } from "../../report/histogram.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { trainingFigure } from "../report-parts.ts";
import { citation } from "./citation.ts";
import type { TrainedMember } from "./family.ts";
import { fitOf } from "./fits.ts";
import type { StudyInput } from "./input.ts";
import { fitLabels, uncertaintyLabels } from "./labels.ts";
import type { StudyOutput } from "./output.ts";
import { besideThePaper, paperFits } from "./paper.ts";
import { fifth, studyHeadline } from "./study-findings.ts";
import { fitTable, frequencyTable, modelTable, pairTable, parameterTable } from "./study-tables.ts";
import type { StudyDetails } from "./summarise.ts";

export interface StudyReport {
  readonly run: RunFacts;
  readonly input: StudyInput;
  readonly output: StudyOutput;
  readonly details: StudyDetails;
  readonly members: readonly TrainedMember[];
  /** Name of the text, or of the frequencies that were given. */
  readonly text: string;
}

const percent = (share: number) => formatPercent(share);

/** The report of a study, with its plots and tables, as files. */
export function studyReport(study: StudyReport): ReportFile[] {
  const { run, input, output, details } = study;
  const main = frequencyFigure(output);
  const roc = details.roc.length > 0 ? [rocFigure(details)] : [];
  const places = output.position.length > 0 ? [positionFigure(output)] : [];
  const training = study.members.length > 0 ? [trainingLoss(study)] : [];
  const report = {
    title: "How often a large model changes what a small one says",
    ...studyHeadline(output),
    main,
    facts: [...runFacts(run, citation), ...facts(study)],
    sections: sections(output, { roc, places, training }),
    input,
  };
  const files = [
    ...[main, ...roc, ...places, ...training].map(svgFile),
    csvFile("pairs.csv", pairTable(output.pairs)),
    csvFile("fits.csv", fitTable(output.fits)),
    csvFile("parameters.csv", parameterTable(output.fits)),
    ...(details.frequencies.length > 0
      ? [csvFile("frequencies.csv", frequencyTable(details.frequencies))]
      : []),
  ];
  return withReport(report, files, output);
}

/** Frequencies over the ratio, the laws that depend on it alone, the floor, and the fifth of the paper's law. */
function frequencyFigure({ pairs, fits, floor }: StudyOutput): Figure {
  const ratios = pairs.map(({ ratio }) => ratio);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  const steps = Array.from({ length: 41 }, (_, at) => low * (high / low) ** (at / 40));
  const laws = fits
    .filter(({ name }) => name === "power" || name === "log-ratio")
    .map((fitted, at): Series => {
      const law = fitOf(fitted.name, fitted.parameters);
      const points = steps.map((ratio) => ({ x: ratio, y: law.predict({ small: 1, large: ratio }) }));
      return { name: fitLabels[fitted.name], style: 1 + at, drawn: "line", points };
    });
  const points = pairs.map(({ ratio, cof, cofSd, seeds }) => ({
    x: ratio,
    y: cof,
    ...(seeds > 1 && { sd: cofSd }),
  }));
  const along = pairs.flatMap(({ ratio, cofGreedy }) =>
    cofGreedy === null ? [] : [{ x: ratio, y: cofGreedy }],
  );
  const several = pairs.some(({ seeds }) => seeds > 1);
  return {
    id: "frequency-by-ratio",
    caption: `Share of the tokens where the large model's most probable token is another than the small one's, for each pair of sizes${several ? "; bars are one standard deviation over the seeds" : ""}. The laws are fitted to the held-out places.${floor === null ? "" : " The floor is what another seed of the same size changes."}`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Collaboration frequency over the ratio of sizes",
        x: { label: "R = N_L / N_S", scale: "log2" },
        y: { label: "Share of the tokens", format: percent },
        bars: true,
        labels: "legend",
        rules: [
          { axis: "y", at: fifth, label: "20%" },
          ...(floor === null ? [] : [{ axis: "y" as const, at: floor.cof, label: "floor, R = 1" }]),
        ],
        series: [
          { name: along.length > 0 ? "Held-out places" : "Frequencies", style: 0, drawn: "dots", points },
          ...(along.length > 0
            ? [{ name: "Along greedy texts", style: 3, drawn: "dots" as const, points: along }]
            : []),
          ...laws,
        ],
      }),
  };
}

function rocFigure({ roc }: StudyDetails): Figure {
  return {
    id: "uncertainty-roc",
    caption:
      "The smallest model's uncertainty as a guess of where the largest differs, at the held-out places. A perfect guess reaches the top left corner; the area under a curve stands beside its name.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Does the small model know where it needs help?",
        subtitle: "Smallest beside largest model, first seeds",
        x: { label: "Agreeing places that are asked", format: percent, domain: [0, 1] },
        y: { label: "Differing places that are asked", format: percent, domain: [0, 1] },
        labels: "legend",
        markers: false,
        series: [
          ...roc.map(({ measure, auroc, points }, style) => ({
            name: `${uncertaintyLabels[measure]}${auroc === undefined ? "" : ` (${formatFixed(auroc, 3)})`}`,
            style,
            points: points.map((point) => ({ x: point.false, y: point.true })),
          })),
          {
            name: "Chance (0.5)",
            style: 6,
            points: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ],
          },
        ],
      }),
  };
}

function positionFigure({ position }: StudyOutput): Figure {
  const mean = position.reduce((sum, { cof }) => sum + cof, 0) / position.length;
  return {
    id: "differences-by-position",
    caption:
      "Share of the tokens that differ in each tenth of the large models' greedy texts, over all pairs of two sizes.",
    draw: ({ width, id }) =>
      histogram({
        id,
        width,
        title: "Where in the text the models differ",
        x: { label: "Part of the text", format: percent },
        y: { label: "Share of the tokens", format: percent },
        rule: { at: mean, label: "mean" },
        bins: position.map(({ from, to, cof }) => ({ from, to, value: cof })),
      }),
  };
}

function trainingLoss({ members, input, output }: StudyReport): Figure {
  const runs = members.map(({ key, points }, at) => {
    const model = output.models[at];
    const name = model === undefined ? key : `${formatCount(model.parameters)} parameters`;
    return { name, style: Math.floor(at / input.seeds), points };
  });
  return trainingFigure({ batch: input.training.batch, length: input.trainingLength, runs });
}

function facts({ input, output, text, members }: StudyReport): Fact[] {
  if (members.length === 0) {
    return [
      { label: "Frequencies", value: text },
      { label: "Pairs", value: formatCount(output.pairs.length) },
    ];
  }
  const { training, trainingLength, vocabulary, sizes, seeds } = input;
  const sizesOf = output.models.map(({ parameters }) => parameters);
  return [
    { label: "Text", value: text },
    { label: "Vocabulary", value: vocabulary === 256 ? "bytes" : `${formatCount(vocabulary)} byte pairs` },
    {
      label: "Models",
      value: `${sizes.length} sizes, ${formatCount(Math.min(...sizesOf))} to ${formatCount(Math.max(...sizesOf))} parameters, ${seeds} seed${seeds > 1 ? "s" : ""} each`,
    },
    {
      label: "Training",
      value: `${formatCount(training.steps)} steps of ${formatCount(training.batch)} × ${formatCount(trainingLength)} tokens`,
    },
    {
      label: "Greedy texts",
      value: `${formatCount(input.prompts)} of ${formatCount(input.maxTokens)} tokens a model`,
    },
  ];
}

interface Figures {
  readonly roc: readonly Figure[];
  readonly places: readonly Figure[];
  readonly training: readonly Figure[];
}

function sections(output: StudyOutput, { roc, places, training }: Figures): Section[] {
  const { findings, fits, pairs, models } = output;
  const optional = (heading: string, plots: readonly Figure[], note: string): Section[] =>
    plots.length === 0 ? [] : [{ heading, text: [note], plots }];
  const areas = output.uncertainty.map(
    ({ measure, auroc, sd }) =>
      `${uncertaintyLabels[measure]} ${formatFixed(auroc, 3)} ± ${formatFixed(sd, 3)}`,
  );
  return [
    { heading: "What this run shows", verdicts: findings },
    {
      heading: "Four laws",
      tables: [fitTable(fits), parameterTable(fits)],
      notes: [
        "Least squares over the pairs of models; the power law's parameters are at least 0.05. Intervals draw the models anew, with replacement: pairs share models, and are not independent.",
      ],
    },
    ...optional(
      "Uncertainty",
      roc,
      `Area under the curve over all pairs, mean and spread: ${areas.join("; ")}.`,
    ),
    ...optional("Position", places, "Each pair's small model reads the large one's greedy texts."),
    { heading: "Pairs", tables: [pairTable(pairs)] },
    ...(models.length === 0 ? [] : [{ heading: "Models", tables: [modelTable(models)] }]),
    ...optional(
      "Training",
      training,
      "All sizes see the same text at one schedule; the peak rate falls with the root of the width.",
    ),
    {
      heading: "Beside the paper",
      text: [
        "The paper's models are Qwen1.5 of 0.5 to 72 billion parameters, trained to the end. Models that were trained for a minute have not settled what they say, and differ more often.",
      ],
      tables: [besideThePaper(pairs), paperFits()],
    },
  ];
}
