import * as z from "zod";
import { formatPercent } from "../../../report/format.ts";
import { inputOf, plainNumber, type ValueOf } from "../execution/values.ts";
import { indexes, matrixOf } from "../matrix.ts";
import { genesOf } from "../names.ts";
import { counted, noteOf } from "../note.ts";
import { groupDifference } from "../tools/design.ts";
import { differentialAbundance } from "../tools/differential.ts";
import { gsea } from "../tools/gsea.ts";
import { kinaseActivities } from "../tools/ksea.ts";
import { overRepresentation } from "../tools/ora.ts";
import { ssGsea } from "../tools/ssgsea.ts";
import { comparisonArgs, designFor } from "./comparing.ts";
import { defineTool, fdr, figure, sizes, type Tool } from "./tool.ts";

const mostListed = 15;
const mostMembers = 12;

type Compared = ValueOf<"differential">;

/** A contrast of a comparison by its name. Throws RangeError where there is none. */
function contrastOf({ differential, pairs }: Compared, name: string) {
  const at = differential.contrasts.findIndex((one) => one.name === name);
  const [test, pair] = [differential.contrasts[at], pairs[at]];
  if (test !== undefined && pair !== undefined) return { test, pair };
  const there = differential.contrasts.map((one) => one.name).join(", ");
  throw new RangeError(`contrast: the comparison has no "${name}"; it has ${there}`);
}

/** One protein for each gene, that with the greatest |t|: enrichment counts a gene once. */
function geneRows({ genes }: Compared, t: Float64Array): number[] {
  const best = new Map<string, number>();
  for (const [row, gene] of genes.entries()) {
    const own = Math.abs(t[row] ?? Number.NaN);
    if (Number.isNaN(own)) continue;
    const before = best.get(gene);
    if (before === undefined || own > Math.abs(t[before] ?? 0)) best.set(gene, row);
  }
  return [...best.values()].sort((a, b) => a - b);
}

const overRepresented = defineTool({
  id: "over-representation",
  title: "Over-representation",
  about:
    "Are the members of a gene set more often among a contrast's hits than by chance? Wants some hits; the background is what was measured.",
  takes: ["differential"],
  gives: "overRepresentation",
  needs: ["geneSets"],
  args: z.strictObject({
    contrast: z.string(),
    direction: z.enum(["up", "down", "both"]).default("both"),
    fdr: fdr.default(0.05),
    ...sizes,
  }),
  summary: z.looseObject({ contrast: z.string(), tested: z.int(), significant: z.int() }),
  formula: ({ smallest, largest, direction }) =>
    `Upper tail of the hypergeometric distribution for the overlap of the hits (${direction === "both" ? "up and down" : direction}) with each set of ${smallest} to ${largest} measured genes; population: all tested genes, one protein a gene. Adjusted by Benjamini and Hochberg over the sets.`,
  run: (args, inputs, { geneSets }) => {
    const compared = inputOf(inputs, 0, "differential");
    const { test, pair } = contrastOf(compared, args.contrast);
    const rows = geneRows(compared, test.t);
    const sign = { up: 1, down: -1, both: 0 }[args.direction];
    const selected = rows.filter(
      (row) =>
        (test.adjusted[row] ?? 1) < compared.fdr && (sign === 0 || Math.sign(test.logFC[row] ?? 0) === sign),
    );
    const gene = (row: number) => compared.genes[row] ?? "";
    const sets = overRepresentation(selected.map(gene), rows.map(gene), geneSets, args);
    const ordered = sets.toSorted((a, b) => a.p - b.p);
    const significant = sets.filter(({ adjusted }) => adjusted < args.fdr).length;
    const said = `${args.contrast}: of ${counted(sets.length, "set")}, ${significant} ${significant === 1 ? "is" : "are"} over-represented among ${counted(selected.length, "hit")}.`;
    return {
      kind: "overRepresentation",
      sets: ordered,
      note: noteOf(said, { tested: sets.length, significant, selected: selected.length }),
      summary: {
        contrast: args.contrast,
        ...pair,
        direction: args.direction,
        tested: sets.length,
        selected: selected.length,
        background: rows.length,
        significant,
        fdr: args.fdr,
        top: ordered.slice(0, mostListed).map((set) => ({
          name: set.name,
          size: set.size,
          overlap: set.overlap,
          expected: set.expected,
          p: plainNumber(set.p),
          adjusted: plainNumber(set.adjusted),
          members: set.members.slice(0, mostMembers),
        })),
      },
    };
  },
});

const enrichment = defineTool({
  id: "gsea",
  title: "Enrichment along the ranked list",
  about:
    "Preranked gene set enrichment by moderated t: needs no hits, and finds many small changes that go together.",
  takes: ["differential"],
  gives: "enrichment",
  needs: ["geneSets"],
  args: z.strictObject({
    contrast: z.string(),
    permutations: z.int().min(100).max(100_000).default(1_000),
    smallestP: z.number().gt(0).max(0.1).default(1e-10),
    weight: z.number().min(0).max(3).default(1),
    fdr: fdr.default(0.05),
    ...sizes,
  }),
  summary: z.looseObject({ contrast: z.string(), tested: z.int(), significant: z.int() }),
  formula: ({ permutations, smallestP, weight, smallest, largest }) =>
    `Genes ranked by moderated t, one protein a gene (greatest |t|). ES is the extreme of the running sum that rises at a member by |t|^${weight} over the set's sum and falls elsewhere by 1/(N − m), for sets of ${smallest} to ${largest} measured genes; NES divides it by the mean of ${permutations} random sets of its size and sign; p = (1 + as extreme)/(1 + of its sign), where fewer than ten are as extreme by multilevel splitting down to ${smallestP}; adjusted by Benjamini and Hochberg.`,
  run: (args, inputs, { geneSets, seed }) => {
    const compared = inputOf(inputs, 0, "differential");
    const { test, pair } = contrastOf(compared, args.contrast);
    const rows = geneRows(compared, test.t);
    const byGene = new Map(rows.map((row) => [compared.genes[row] ?? "", test.t[row] ?? 0]));
    const found = gsea({ names: [...byGene.keys()], scores: [...byGene.values()] }, geneSets, {
      ...args,
      seed,
    });
    const ordered = found.sets.toSorted((a, b) => a.p - b.p || Math.abs(b.nes) - Math.abs(a.nes));
    const significant = found.sets.filter(({ adjusted }) => adjusted < args.fdr).length;
    const said = `${args.contrast}: of ${counted(found.sets.length, "set")} along ${counted(rows.length, "ranked gene")}, ${significant} ${significant === 1 ? "is" : "are"} enriched.`;
    return {
      kind: "enrichment",
      gsea: { ...found, sets: ordered },
      scores: Float64Array.from(found.ranked, (gene) => byGene.get(gene) ?? 0),
      weight: args.weight,
      note: noteOf(said, { tested: found.sets.length, significant, ranked: rows.length }),
      summary: {
        contrast: args.contrast,
        ...pair,
        tested: found.sets.length,
        ranked: rows.length,
        ties: found.ties,
        significant,
        fdr: args.fdr,
        permutations: args.permutations,
        top: ordered.slice(0, mostListed).map((set) => ({
          name: set.name,
          size: set.size,
          es: plainNumber(set.es),
          nes: plainNumber(set.nes),
          p: plainNumber(set.p),
          adjusted: plainNumber(set.adjusted),
          leadingEdge: set.leadingEdge.slice(0, mostMembers),
        })),
      },
    };
  },
});

const sampleScores = defineTool({
  id: "sample-enrichment",
  title: "Enrichment by sample",
  about:
    "Scores each gene set in each sample (ssGSEA), and compares the scores between groups: unlike random sets of genes, this minds that genes of a set may go together whatever the groups.",
  takes: ["study"],
  gives: "sampleScores",
  needs: ["geneSets", "groups"],
  args: comparisonArgs.extend(sizes),
  summary: z.looseObject({ tested: z.int(), contrasts: z.array(z.looseObject({ name: z.string() })) }),
  formula: ({ smallest, largest }) =>
    `In each sample, for each set of ${smallest} to ${largest} measured genes, the sum along the ranked genes of the share of the set's ranks^.25 passed less the share of the others passed, over the range of all scores; then the same linear model as for proteins.`,
  run: (args, inputs, { geneSets }) => {
    const { study } = inputOf(inputs, 0, "study");
    const genes = genesOf(study);
    const first = indexes(genes.length).filter((row) => genes.indexOf(genes[row] ?? "") === row);
    const width = study.matrix.columns.length;
    const values = Float64Array.from(
      first.flatMap((row) => [...study.matrix.values.subarray(row * width, (row + 1) * width)]),
    );
    const matrix = matrixOf(
      first.map((row) => genes[row] ?? ""),
      study.matrix.columns,
      values,
    );
    const scores = ssGsea(matrix, geneSets, args);
    const design = designFor(study, args);
    const contrasts = args.contrasts.map(({ level, reference }) => groupDifference(design, level, reference));
    const differential = differentialAbundance(scores, design, contrasts);
    const summarised = differential.contrasts.map(({ name, adjusted, logFC }) => ({
      name,
      significant: adjusted.filter((value) => value < args.fdr).length,
      top: indexes(adjusted.length)
        .sort((a, b) => (adjusted[a] ?? 1) - (adjusted[b] ?? 1) || a - b)
        .slice(0, 4 * mostListed)
        .map((row) => ({
          name: scores.rows[row] ?? "",
          difference: plainNumber(logFC[row]),
          adjusted: plainNumber(adjusted[row]),
        })),
    }));
    const each = summarised.map(({ name, significant }) => `${name}: ${significant}`);
    const said = `Scores of ${counted(scores.rows.length, "set")} in each sample; sets that differ below a false discovery rate of ${formatPercent(args.fdr, 1)}: ${each.join("; ")}.`;
    const summary = { tested: scores.rows.length, contrasts: summarised };
    return { kind: "sampleScores", scores, differential, note: noteOf(said), summary };
  },
});

const kinaseActivity = defineTool({
  id: "kinase-activity",
  title: "Activity of kinases",
  about: "Scores kinases by the fold changes of their substrates; for tables of phosphorylation sites.",
  takes: ["differential"],
  gives: "kinases",
  needs: ["kinases"],
  args: z.strictObject({
    contrast: z.string(),
    fewest: z.int().min(1).max(100).default(5),
    fdr: fdr.default(0.05),
  }),
  summary: z.looseObject({
    contrast: z.string(),
    tested: z.int(),
    significant: z.int(),
    top: z.array(figureRow()),
  }),
  formula: ({ fewest }) =>
    `z = (mean of the substrates − mean of all sites) √m / sd of all sites, for kinases with ${fewest} or more of their m substrates measured; two-sided by the normal distribution, adjusted by Benjamini and Hochberg.`,
  run: (args, inputs, { kinases }) => {
    const compared = inputOf(inputs, 0, "differential");
    const { test, pair } = contrastOf(compared, args.contrast);
    const sites = { sites: compared.differential.proteins, logFC: test.logFC };
    const found = kinaseActivities(sites, kinases, args.fewest).sort((a, b) => a.p - b.p);
    const significant = found.filter(({ adjusted }) => adjusted < args.fdr).length;
    const said = `${args.contrast}: of ${counted(found.length, "kinase")} with ${args.fewest} substrates or more, ${significant} differ in activity.`;
    return {
      kind: "kinases",
      kinases: found,
      note: noteOf(said, { tested: found.length, significant }),
      summary: {
        contrast: args.contrast,
        ...pair,
        tested: found.length,
        significant,
        fdr: args.fdr,
        top: found.slice(0, mostListed).map((one) => ({
          name: one.kinase,
          z: plainNumber(one.z),
          mean: plainNumber(one.mean),
          substrates: one.substrates.length,
          adjusted: plainNumber(one.adjusted),
        })),
      },
    };
  },
});

function figureRow() {
  return z.looseObject({ name: z.string(), z: figure, adjusted: figure });
}

/** Tools that look at sets of genes. */
export const enriching: readonly Tool[] = [overRepresented, enrichment, sampleScores, kinaseActivity];
