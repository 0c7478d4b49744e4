import * as z from "zod";
import { formatPercent } from "../../../report/format.ts";
import { pearson } from "../association.ts";
import { type GroupPair, inputOf, plainNumber, type ValueOf } from "../execution/values.ts";
import { indexes, rowOf } from "../matrix.ts";
import { genesOf, namesOf } from "../names.ts";
import { counted, noteOf } from "../note.ts";
import { meanOf } from "../spread.ts";
import type { Study } from "../study.ts";
import { type Design, designOf, groupDifference } from "../tools/design.ts";
import { type ContrastTest, type Differential, differentialAbundance } from "../tools/differential.ts";
import { defineTool, fdr, figure, pairs, type Tool } from "./tool.ts";

/** How many proteins of a contrast a summary lists. */
const mostListed = 15;

export const comparisonArgs = z.strictObject({
  contrasts: pairs,
  covariates: z.array(z.string()).max(10).default([]),
  paired: z.boolean().default(false),
  trend: z.boolean().default(false),
  fdr: fdr.default(0.05),
  confidence: z.number().gt(0.5).lt(1).default(0.95),
});
export type ComparisonArgs = z.output<typeof comparisonArgs>;

const hit = z.object({
  protein: z.string(),
  id: z.string(),
  logFC: figure,
  low: figure,
  high: figure,
  t: figure,
  p: figure,
  adjusted: figure,
});

const contrast = z.object({
  name: z.string(),
  level: z.string(),
  reference: z.string(),
  samples: z.object({ level: z.int(), reference: z.int() }),
  tested: z.int(),
  hits: z.int(),
  up: z.int(),
  down: z.int(),
  top: z.array(hit).describe("The most significant, hits or not"),
});

const differential = defineTool({
  id: "differential",
  title: "Differential abundance",
  about:
    "Compares pairs of groups by a linear model of each protein with covariates and pairing; variances shared by empirical Bayes. Give it logarithms, normalised, not imputed.",
  takes: ["study"],
  gives: "differential",
  needs: ["groups"],
  args: comparisonArgs,
  summary: z.looseObject({ contrasts: z.array(contrast), model: z.string() }),
  formula: ({ covariates, paired, trend, fdr: rate, confidence }) =>
    `Each protein's logarithms in the samples in which it was seen are fitted by least squares to ${modelWords({ covariates, paired })}. With s² of d degrees of freedom, prior s0² and d0 by the moments of ln s² (e = ln s² − ψ(d/2) + ln(d/2); d0 = 2 ψ′⁻¹(var e − mean ψ′(d/2))${trend ? ", s0² a spline of the mean abundance" : ""}), s̃² = (d0 s0² + d s²)/(d0 + d) and t = contrast/(s̃ √u) with d + d0 degrees of freedom. p is two-sided, adjusted by Benjamini and Hochberg over the proteins of a contrast; a hit is below ${rate}. Intervals cover ${confidence}.`,
  run: (args, inputs) => differentialValue(inputOf(inputs, 0, "study").study, args),
});

const percentOf = (rate: number): string => formatPercent(rate, Number.isInteger(100 * rate) ? 0 : 1);

const modelWords = ({ covariates, paired }: Pick<ComparisonArgs, "covariates" | "paired">): string =>
  ["a mean for each group", ...covariates, ...(paired ? ["a level for each subject"] : [])].join(" + ");

/** The design that arguments ask for. Throws RangeError for a covariate or pairing that the sheet does not have. */
export function designFor({ sheet }: Study, { covariates, paired }: ComparisonArgs): Design {
  const chosen = covariates.map((name) => {
    const found = sheet.covariates.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`covariates: the sheet has no covariate "${name}"`);
    return found;
  });
  if (paired && sheet.pairing === undefined) throw new RangeError("pairing: the sheet pairs no samples");
  if (sheet.groups === undefined) throw new RangeError("contrasts: the sheet has no groups");
  return designOf(
    { groups: sheet.groups, covariates: chosen, ...(paired && sheet.pairing && { pairing: sheet.pairing }) },
    sheet.samples.length,
  );
}

/** Fits and tests the contrasts that arguments ask for. */
export function compareGroups(study: Study, args: ComparisonArgs): { found: Differential; design: Design } {
  const design = designFor(study, args);
  const contrasts = args.contrasts.map(({ level, reference }) => groupDifference(design, level, reference));
  const { trend, confidence } = args;
  return { found: differentialAbundance(study.matrix, design, contrasts, { trend, confidence }), design };
}

function differentialValue(study: Study, args: ComparisonArgs): ValueOf<"differential"> {
  const { found, design } = compareGroups(study, args);
  const names = namesOf(study);
  const contrasts = args.contrasts.flatMap((pair, at) => {
    const test = found.contrasts[at];
    return test === undefined ? [] : [contrastSummary(test, pair, { study, design, names, fdr: args.fdr })];
  });
  const [total, tested] = [
    contrasts.reduce((sum, { hits }) => sum + hits, 0),
    Math.max(...contrasts.map((one) => one.tested)),
  ];
  const each = contrasts.map(
    ({ level, reference, hits, up, down }) =>
      `${hits} in ${level} against ${reference} (${up} up, ${down} down)`,
  );
  const said = `Of ${counted(tested, "protein")}, at a false discovery rate of ${percentOf(args.fdr)}, there differ ${each.join(", ")}.`;
  return {
    kind: "differential",
    differential: found,
    names,
    genes: genesOf(study),
    pairs: args.contrasts,
    fdr: args.fdr,
    note: noteOf(said, { hits: total, tested }),
    summary: {
      contrasts,
      model: modelWords(args),
      samples: design.samples.length,
      fdr: args.fdr,
      confidence: args.confidence,
      priorDf: plainNumber(found.prior.df),
      priorVariance: typeof found.prior.variance === "number" ? found.prior.variance : null,
    },
  };
}

interface Around {
  readonly study: Study;
  readonly design: Design;
  readonly names: readonly string[];
  readonly fdr: number;
}

function contrastSummary(
  test: ContrastTest,
  { level, reference }: GroupPair,
  { study, design, names, fdr: rate }: Around,
): z.output<typeof contrast> {
  const groups = study.sheet.groups?.values ?? [];
  const countOf = (group: string) => design.samples.filter((sample) => groups[sample] === group).length;
  const ordered = indexes(test.p.length)
    .filter((row) => !Number.isNaN(test.p[row] ?? Number.NaN))
    .sort((a, b) => (test.p[a] ?? 1) - (test.p[b] ?? 1) || a - b);
  const hits = ordered.filter((row) => (test.adjusted[row] ?? 1) < rate);
  const at = (values: Float64Array, row: number) => plainNumber(values[row]);
  return {
    name: test.name,
    level,
    reference,
    samples: { level: countOf(level), reference: countOf(reference) },
    tested: ordered.length,
    hits: hits.length,
    up: hits.filter((row) => (test.logFC[row] ?? 0) > 0).length,
    down: hits.filter((row) => (test.logFC[row] ?? 0) < 0).length,
    top: ordered.slice(0, mostListed).map((row) => ({
      protein: names[row] ?? "",
      id: study.matrix.rows[row] ?? "",
      logFC: at(test.logFC, row),
      low: at(test.low, row),
      high: at(test.high, row),
      t: at(test.t, row),
      p: at(test.p, row),
      adjusted: at(test.adjusted, row),
    })),
  };
}

const describeTool = defineTool({
  id: "describe",
  title: "Differences, described",
  about: "Differences between the means of groups that are too small to test: no p values, no claims.",
  takes: ["study"],
  gives: "description",
  needs: ["groups"],
  args: z.strictObject({ contrasts: pairs }),
  summary: z.looseObject({ contrasts: z.array(z.looseObject({ name: z.string() })) }),
  formula: () =>
    "The mean of a group's logarithms less the other's, over the samples in which the protein was seen; no test is made.",
  run: ({ contrasts }, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const names = namesOf(study);
    const differences = contrasts.map((pair) => ({ ...pair, difference: differencesOf(study, pair) }));
    const described = differences.map(({ level, reference, difference }) => ({
      name: `${level} - ${reference}`,
      level,
      reference,
      largest: indexes(difference.length)
        .filter((row) => !Number.isNaN(difference[row] ?? Number.NaN))
        .sort((a, b) => Math.abs(difference[b] ?? 0) - Math.abs(difference[a] ?? 0) || a - b)
        .slice(0, mostListed)
        .map((row) => ({ protein: names[row] ?? "", difference: plainNumber(difference[row]) })),
    }));
    const note = noteOf(
      "A group has fewer than three samples: differences of means are described, and nothing is tested or claimed.",
    );
    return { kind: "description", names, differences, note, summary: { contrasts: described } };
  },
});

function differencesOf({ matrix, sheet }: Study, { level, reference }: GroupPair): Float64Array {
  const groups = sheet.groups?.values ?? [];
  return Float64Array.from(matrix.rows, (_, row) => {
    const values = rowOf(matrix, row);
    const mean = (group: string) => meanOf(values.filter((_value, sample) => groups[sample] === group));
    return mean(level) - mean(reference);
  });
}

const compare = defineTool({
  id: "compare-analyses",
  title: "Two analyses side by side",
  about:
    "What a choice of preparation changed: the hits of two differential analyses of the same contrasts, and how their fold changes agree.",
  takes: ["differential", "differential"],
  gives: "comparison",
  args: z.strictObject({
    choice: z.string().min(1).max(100).describe("What differs, such as normalisation"),
  }),
  summary: z.looseObject({ contrasts: z.array(z.looseObject({ name: z.string() })), choice: z.string() }),
  formula: () =>
    "Hits of both analyses, of the first alone and of the second alone; Pearson's r of the fold changes of proteins in both.",
  run: ({ choice }, inputs) => {
    const [a, b] = [inputOf(inputs, 0, "differential"), inputOf(inputs, 1, "differential")];
    const contrasts = a.differential.contrasts.flatMap((test, at) => {
      const other = b.differential.contrasts[at];
      return other === undefined ? [] : [agreement(a, test, b, other)];
    });
    const each = contrasts.map(
      (one) =>
        `${one.name}: ${counted(one.both, "hit")} in both, ${one.onlyWith} only with it, ${one.onlyWithout} only without`,
    );
    const note = noteOf(`With ${choice} and without. ${each.join("; ")}.`);
    return { kind: "comparison", note, summary: { choice, contrasts } };
  },
});

function agreement(
  a: ValueOf<"differential">,
  test: ContrastTest,
  b: ValueOf<"differential">,
  other: ContrastTest,
) {
  const rowInOther = new Map(b.differential.proteins.map((id, row) => [id, row]));
  const places = a.differential.proteins.map((id) => rowInOther.get(id) ?? -1);
  const isHit = ({ adjusted }: ContrastTest, row: number, rate: number) => (adjusted[row] ?? 1) < rate;
  const hits = (one: ValueOf<"differential">, from: ContrastTest) =>
    one.differential.proteins.filter((_, row) => isHit(from, row, one.fdr));
  const [own, others] = [hits(a, test), new Set(hits(b, other))];
  const both = own.filter((id) => others.has(id));
  const there = Float64Array.from(places, (row) => other.logFC[row] ?? Number.NaN);
  const inBoth = new Set(both);
  return {
    name: test.name,
    both: both.length,
    onlyWith: own.length - both.length,
    onlyWithout: others.size - both.length,
    correlation: plainNumber(pearson(test.logFC, there).r),
    robust: a.names.filter((_, row) => inBoth.has(a.differential.proteins[row] ?? "")),
  };
}

/** Tools that hold groups against each other. */
export const comparing: readonly Tool[] = [differential, describeTool, compare];
