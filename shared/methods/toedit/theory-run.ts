import { formatCount, formatFixed, formatNumber } from "../../report/format.ts";
import type { RunContext } from "../contract.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import type { TheoryInput } from "./input.ts";
import type { TheoryOutput } from "./output.ts";
import { boundUnits, recursionsOf, unitOf } from "./theory.ts";
import { theoryFigure, theoryFindings, theoryTable } from "./theory-parts.ts";

/** Both recursions and replacement, by Monte Carlo and by closed form. Takes seconds: a run that was cut begins again. */
export async function theory(input: TheoryInput, ctx: RunContext): Promise<TheoryOutput> {
  ctx.progress(0, `${formatCount(input.trials)} trials of ${input.fits} fits`);
  const recursions = recursionsOf(input, ctx.seed);
  const unit = unitOf(input);
  const findings = theoryFindings(recursions);
  const output: TheoryOutput = { task: "theory", unit, bound: boundUnits * unit, recursions, findings };
  for (const { name, body, type } of theoryReport({ runId: ctx.runId, seed: ctx.seed }, input, output)) {
    await ctx.artifact(name, body, type);
  }
  return output;
}

function theoryReport(run: RunFacts, input: TheoryInput, output: TheoryOutput): ReportFile[] {
  const { recursions, findings, unit } = output;
  const main = theoryFigure(recursions, input);
  const table = theoryTable(recursions);
  const last = (recursion: string) =>
    recursions.find((one) => one.recursion === recursion)?.measured.at(-1) ?? Number.NaN;
  const report = {
    title: "Does an edit bound the error? Linear regression through generations",
    summary: `After ${input.fits} fits the error is ${formatFixed(last("replacement"), 1)} times that of one fit with replacement, and ${formatFixed(last("additive"), 2)} times with additive edits.`,
    detail: `X ~ N(0, I), d ${input.dimensions}, T ${input.samples}: one unit is ${formatNumber(unit, 4)}.`,
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "d, T", value: `${input.dimensions}, ${input.samples}` },
      { label: "σ", value: formatNumber(input.sigma) },
      { label: "Trials", value: formatCount(input.trials) },
    ],
    sections: [
      {
        heading: "What this run shows",
        verdicts: findings,
        notes: [
          "The bound 2 σ² d / (T − d − 1) follows where each edit adds noise to the sample that stands there and no sample is edited twice. The update as it is written in the paper, M (X w + noise) + (1 − M) y, is the literal one.",
        ],
      },
      { heading: "Errors", tables: [table] },
    ],
    input,
  };
  return withReport(report, [svgFile(main), csvFile("theory.csv", perFit(output))], output);
}

function perFit({ recursions }: TheoryOutput) {
  return {
    columns: [
      { label: "recursion" },
      { label: "fit", numeric: true },
      { label: "error", numeric: true },
      { label: "standard_error", numeric: true },
      { label: "closed_form", numeric: true },
    ],
    rows: recursions.flatMap((one) =>
      one.measured.map((error, i) => [
        one.name,
        i + 1,
        error,
        one.standardError[i] ?? null,
        one.closedForm?.[i] ?? null,
      ]),
    ),
  };
}
