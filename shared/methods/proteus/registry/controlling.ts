import * as z from "zod";
import { createRandom, type Random } from "../../../lm/random.ts";
import { formatPercent } from "../../../report/format.ts";
import { inputOf } from "../execution/values.ts";
import { indexes } from "../matrix.ts";
import { noteOf } from "../note.ts";
import { type Factor, factorOf } from "../sample-sheet.ts";
import type { Study } from "../study.ts";
import { compareGroups, comparisonArgs, designFor } from "./comparing.ts";
import { defineTool, type Tool } from "./tool.ts";

const args = comparisonArgs.extend({ times: z.int().min(1).max(1_000) });
type Args = z.output<typeof args>;

const control = defineTool({
  id: "label-permutations",
  title: "Negative control",
  about:
    "Permutes the groups' labels and runs the same comparison again: how often does it claim a protein where there is nothing to find?",
  takes: ["study"],
  gives: "control",
  needs: ["groups"],
  args,
  summary: z.looseObject({ times: z.int(), claiming: z.int(), share: z.number() }),
  formula: ({ times }) =>
    `The labels of the groups are permuted ${times} times, within subjects where samples are paired and within the levels of the model's factors otherwise, and the comparison is made anew with the same model. A permutation claims where any protein of any contrast is a hit.`,
  run: (given, inputs, { seed }) => {
    const { study } = inputOf(inputs, 0, "study");
    const claims = indexes(given.times).map((time) => claimsOf(study, given, seed, time));
    const claiming = claims.filter((hits) => hits > 0).length;
    const summary = {
      times: given.times,
      claiming,
      share: claiming / given.times,
      expected: given.fdr,
      mostClaimed: Math.max(...claims),
    };
    const note = noteOf(
      `With the labels permuted ${given.times} times, ${claiming} (${formatPercent(claiming / given.times, 1)}) claim a protein.`,
      { times: given.times, claiming, share: summary.share },
    );
    return { kind: "control", note, summary };
  },
});

function claimsOf(study: Study, given: Args, seed: number, time: number): number {
  const groups = permutedGroups(study, given, createRandom(seed, "negative control", time));
  const permuted = { ...study, sheet: { ...study.sheet, groups } };
  const { found } = compareGroups(permuted, given);
  return found.contrasts.reduce(
    (sum, { adjusted }) => sum + adjusted.filter((value) => value < given.fdr).length,
    0,
  );
}

/** The groups in another order, exchanged only among samples that the model takes for alike. */
export function permutedGroups(study: Study, given: Args, random: Random): Factor {
  const { groups, covariates, pairing } = study.sheet;
  if (groups === undefined) throw new RangeError("contrasts: the sheet has no groups");
  const factors = covariates.filter((one) => one.kind === "factor" && given.covariates.includes(one.name));
  const blockOf = (sample: number) =>
    given.paired
      ? (pairing?.values[sample] ?? "")
      : JSON.stringify(factors.map(({ values }) => values[sample]));
  const values = [...groups.values];
  for (const samples of Map.groupBy(designFor(study, given).samples, blockOf).values()) {
    const drawn = random.shuffle(samples.map((sample) => groups.values[sample] ?? ""));
    for (const [at, sample] of samples.entries()) values[sample] = drawn[at] ?? "";
  }
  return { ...factorOf(groups.name, values), levels: groups.levels };
}

/** Tools that look for claims where there is nothing to find. */
export const controlling: readonly Tool[] = [control];
