import * as z from "zod";
import { formatNumber, formatPercent } from "../../../report/format.ts";
import { median } from "../../../statistics/quantile.ts";
import { inputOf, plainNumber } from "../execution/values.ts";
import { indexes, rowOf } from "../matrix.ts";
import { namesOf } from "../names.ts";
import { counted, listed, noteOf } from "../note.ts";
import { type Covariate, type Factor, factorOf, type Survival } from "../sample-sheet.ts";
import type { Study } from "../study.ts";
import { cox } from "../tools/survival/cox.ts";
import { coxEach } from "../tools/survival/cox-each.ts";
import { coxFrame } from "../tools/survival/cox-frame.ts";
import { kaplanMeier } from "../tools/survival/kaplan-meier.ts";
import { logRank } from "../tools/survival/log-rank.ts";
import { proportionalHazards } from "../tools/survival/proportional-hazards.ts";
import { defineTool, fdr, figure, type Tool } from "./tool.ts";

const mostListed = 15;

function survivalIn({ sheet }: Study): Survival {
  if (sheet.survival === undefined) throw new RangeError("survival: the sheet has no time and event");
  return sheet.survival;
}

function covariatesIn({ sheet }: Study, names: readonly string[]): Covariate[] {
  return names.map((name) => {
    const found = sheet.covariates.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`covariates: the sheet has no covariate "${name}"`);
    return found;
  });
}

/** A protein's logarithms as a measurement. Throws RangeError where the study has none of this name. */
function proteinIn(study: Study, name: string): Extract<Covariate, { kind: "measurement" }> {
  const row = namesOf(study).indexOf(name);
  if (row === -1) throw new RangeError(`proteins: the study has no protein "${name}"`);
  return { kind: "measurement", name, values: rowOf(study.matrix, row).slice() };
}

/** High where a protein is above its median, low elsewhere. */
function halvesOf(study: Study, name: string): Factor {
  const { values } = proteinIn(study, name);
  const middle = median(values);
  return factorOf(
    name,
    Array.from(values, (value) => (Number.isNaN(value) ? "" : value > middle ? "high" : "low")),
  );
}

const screen = defineTool({
  id: "survival-screen",
  title: "Survival by each protein",
  about: "A Cox model for each protein beside covariates: which proteins go with longer or shorter survival?",
  takes: ["study"],
  gives: "survivalScreen",
  needs: ["survival"],
  args: z.strictObject({ covariates: z.array(z.string()).max(10).default([]), fdr: fdr.default(0.05) }),
  summary: z.looseObject({ tested: z.int(), hits: z.int() }),
  formula: ({ covariates }) =>
    `For each protein a proportional hazards model of its logarithm${covariates.length === 0 ? "" : ` and ${covariates.join(", ")}`} with Efron's treatment of ties, over the subjects in whom it was seen; Wald's p, adjusted by Benjamini and Hochberg. A hazard ratio is for one unit, a doubling.`,
  run: (args, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const followUp = survivalIn(study);
    const table = coxEach(followUp, study.matrix, { covariates: covariatesIn(study, args.covariates) });
    const names = namesOf(study);
    const ordered = indexes(names.length)
      .filter((row) => !Number.isNaN(table.p[row] ?? Number.NaN))
      .sort((a, b) => (table.p[a] ?? 1) - (table.p[b] ?? 1) || a - b);
    const hits = ordered.filter((row) => (table.adjusted[row] ?? 1) < args.fdr && table.doubtful[row] === 0);
    const said = `${counted(hits.length, "protein")} of ${ordered.length} ${hits.length === 1 ? "goes" : "go"} with survival below a false discovery rate of ${formatPercent(args.fdr, 1)}.`;
    const row = (at: number) => {
      const [beta = 0, error = 0] = [table.beta[at], table.standardError[at]];
      return {
        protein: names[at] ?? "",
        hazardRatio: plainNumber(Math.exp(beta)),
        low: plainNumber(Math.exp(beta - 1.959963984540054 * error)),
        high: plainNumber(Math.exp(beta + 1.959963984540054 * error)),
        z: plainNumber(table.z[at]),
        p: plainNumber(table.p[at]),
        adjusted: plainNumber(table.adjusted[at]),
        subjects: table.subjects[at] ?? 0,
        events: table.events[at] ?? 0,
        doubtful: table.doubtful[at] === 1,
      };
    };
    return {
      kind: "survivalScreen",
      table,
      names,
      note: noteOf(said, { tested: ordered.length, hits: hits.length }),
      summary: {
        tested: ordered.length,
        hits: hits.length,
        fdr: args.fdr,
        confidence: 0.95,
        covariates: args.covariates,
        time: followUp.timeName,
        event: followUp.eventName,
        top: ordered.slice(0, mostListed).map(row),
      },
    };
  },
});

const model = defineTool({
  id: "survival-model",
  title: "Survival by several proteins",
  about:
    "One Cox model of several proteins and covariates, with the test of proportional hazards; `strata` (a factor of the sheet, or a protein by its median) where a term violates it.",
  takes: ["study"],
  gives: "survivalModel",
  needs: ["survival"],
  args: z.strictObject({
    proteins: z.array(z.string()).min(1).max(20),
    covariates: z.array(z.string()).max(10).default([]),
    strata: z.string().optional(),
  }),
  summary: z.looseObject({ terms: z.array(z.looseObject({ term: z.string() })), globalP: figure }),
  formula: ({ strata }) =>
    `Proportional hazards model with Efron's treatment of ties${strata === undefined ? "" : `, a baseline of its own for each level of ${strata}`}; the score test of adding g(t) x, g(t) = 1 − S(t), for proportional hazards; Harrell's C.`,
  run: (args, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const strata = args.strata === undefined ? undefined : strataIn(study, args.strata);
    const covariates = [
      ...args.proteins.filter((name) => name !== args.strata).map((name) => proteinIn(study, name)),
      ...covariatesIn(
        study,
        args.covariates.filter((name) => name !== args.strata),
      ),
    ];
    const frame = coxFrame(survivalIn(study), { covariates, ...(strata && { strata }) });
    const fit = cox(frame);
    const proportional = proportionalHazards(frame, fit);
    const pOf = new Map(proportional.terms.map(({ term, p }) => [term, p]));
    const terms = fit.coefficients.map((one) => ({
      term: one.name,
      covariate: one.term,
      hazardRatio: plainNumber(one.hazardRatio),
      low: plainNumber(one.low),
      high: plainNumber(one.high),
      p: plainNumber(one.p),
      proportionalP: plainNumber(pOf.get(one.term)),
      maybeInfinite: one.maybeInfinite,
    }));
    const violated = proportional.terms.filter(({ p }) => p < 0.05).map(({ term }) => term);
    const said = `Cox model of ${counted(fit.subjects, "subject")} with ${counted(fit.events, "event")}: ${terms.map(({ term, hazardRatio }) => `${term} ${hazardRatio === null ? "not estimable" : formatNumber(hazardRatio)}`).join(", ")} (hazard ratios); ${violated.length === 0 ? "proportional hazards are not contradicted" : `proportional hazards are contradicted for ${listed(violated)}`}.`;
    const summary = {
      terms,
      strata: args.strata ?? null,
      subjects: fit.subjects,
      events: fit.events,
      confidence: 0.95,
      concordance: plainNumber(fit.concordance),
      globalP: plainNumber(proportional.global.p),
      violated,
      converged: fit.converged,
    };
    return { kind: "survivalModel", note: noteOf(said), summary };
  },
});

function strataIn(study: Study, name: string): Factor {
  const found = study.sheet.covariates.find((one) => one.name === name);
  if (found?.kind === "factor") return found;
  if (found === undefined) return halvesOf(study, name);
  const middle = median(found.values);
  return factorOf(
    name,
    Array.from(found.values, (value) => (Number.isNaN(value) ? "" : value > middle ? "high" : "low")),
  );
}

const curvesTool = defineTool({
  id: "survival-curves",
  title: "Survival curves",
  about: "Kaplan-Meier curves with the log-rank test, of the groups, or of a protein's halves by its median.",
  takes: ["study"],
  gives: "curves",
  needs: ["survival"],
  args: z.strictObject({ by: z.string().describe("`groups`, or the name of a protein") }),
  summary: z.looseObject({ by: z.string(), p: figure }),
  formula: ({ by }) =>
    `S(t) = Π (1 − d/n) with log(−log) intervals of 95% by Greenwood's variance, of ${by === "groups" ? "the groups" : `subjects above and not above the median of ${by}`}; log-rank test of all.${by === "groups" ? "" : " The cut is at the median, not where the curves part most."}`,
  run: ({ by }, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const followUp = survivalIn(study);
    const factor = by === "groups" ? study.sheet.groups : halvesOf(study, by);
    if (factor === undefined) throw new RangeError("by: the sheet has no groups");
    const curves = kaplanMeier(followUp, { groups: factor });
    const test = logRank(followUp, factor);
    const summary = {
      by,
      time: followUp.timeName,
      groups: curves.map(({ group = "", subjects, events, median: half }) => ({
        level: group,
        subjects,
        events,
        median: plainNumber(half.time),
      })),
      chiSquared: plainNumber(test.chiSquared),
      df: test.df,
      p: plainNumber(test.p),
    };
    const note = noteOf(
      `Survival by ${by}: log-rank p ${formatNumber(test.p)} (χ² ${formatNumber(test.chiSquared)}, ${test.df} df).`,
    );
    return { kind: "curves", curves, unit: followUp.timeName, note, summary };
  },
});

/** Tools that look at survival. */
export const surviving: readonly Tool[] = [screen, model, curvesTool];
