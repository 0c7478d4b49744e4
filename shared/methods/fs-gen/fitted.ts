import type { RunContext } from "../contract.ts";
import type { ModelFrequency } from "./bootstrap.ts";
import type { StudyInput } from "./input.ts";
import type { StudyOutput } from "./output.ts";
import { publishedFrequencies } from "./published.ts";
import { studyFindings } from "./study-findings.ts";
import { studyReport } from "./study-report.ts";
import { fitsOf, pooled } from "./summarise.ts";

/** Fits the laws to frequencies that were measured elsewhere. A size is taken for one model. */
export async function fittedFrequencies(input: StudyInput, ctx: RunContext): Promise<StudyOutput> {
  const given = input.frequencies ?? publishedFrequencies(input.published ?? "");
  const frequencies = given.map(
    (one): ModelFrequency => ({ ...one, smallModel: String(one.small), largeModel: String(one.large) }),
  );
  const pairs = pooled(frequencies);
  const parts = {
    models: [],
    pairs,
    floor: null,
    fits: fitsOf(frequencies, ctx.seed, input.bootstrapDraws),
    uncertainty: [],
    position: [],
    belowFifth: pairs.filter(({ cof }) => cof < 0.2).length / pairs.length,
  };
  const output: StudyOutput = { task: "study", ...parts, findings: studyFindings(parts) };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const text =
    input.published === undefined ? "frequencies of yours" : `published frequencies, ${input.published}`;
  const details = { frequencies: [], roc: [] };
  for (const { name, body, type } of studyReport({ run, input, output, details, members: [], text })) {
    await ctx.artifact(name, body, type);
  }
  return output;
}
