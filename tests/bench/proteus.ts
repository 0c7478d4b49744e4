import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { createRandom } from "../../shared/lm/random.ts";
import { type Matrix, matrixOf, selectRows } from "../../shared/methods/proteus/matrix.ts";
import { factorOf } from "../../shared/methods/proteus/sample-sheet.ts";
import { designOf, groupDifference } from "../../shared/methods/proteus/tools/design.ts";
import { differentialAbundance } from "../../shared/methods/proteus/tools/differential.ts";
import type { GeneSet } from "../../shared/methods/proteus/tools/gene-sets.ts";
import { gsea } from "../../shared/methods/proteus/tools/gsea.ts";
import { coxEach } from "../../shared/methods/proteus/tools/survival/cox-each.ts";

const [proteins, samples, withCox] = [8000, 200, 5000];
const [setCount, permutations] = [1500, 10_000];
/** The best of so many; of R one, which has nothing to warm up. */
const runs = 3;

interface Cohort {
  readonly complete: Matrix;
  /** A fifth of the values missing, at random. */
  readonly missing: Matrix;
  readonly times: Float64Array;
  readonly events: Float64Array;
  readonly statistics: Float64Array;
  readonly sets: readonly GeneSet[];
}

/**
 * The statistics of proteus on a large study, beside R's limma, survival and fgsea where they are installed: seconds
 * of processor time, of which both take one core's, whatever else the machine does.
 */
export async function benchProteus() {
  const cohort = cohortOf();
  const timed = [
    time("complete", `${proteins} x ${samples}, 3 contrasts`, () => differential(cohort.complete)),
    time("missing", "the same, a fifth missing", () => differential(cohort.missing)),
    time("coxph", `Cox of ${withCox} proteins`, () => hazards(cohort)),
    time("fgseaSimple", `${setCount} sets, ${permutations} permutations`, () => enrichment(cohort)),
  ];
  const peak = process.resourceUsage().maxRSS / 1024;
  const theirs = inR(cohort);
  const rows = timed.map(({ task, what, seconds, figures }) => {
    const other = theirs.get(task);
    return {
      task: what,
      "processor s (best)": rounded(seconds, 2),
      "R's": other ? rounded(other.seconds, 2) : "not installed",
      "times R": other ? rounded(other.seconds / seconds, 1) : "",
      R: other?.version ?? "",
      "largest difference": other ? difference(figures, other.figures).toExponential(1) : "",
    };
  });
  console.table(rows);
  const alone = theirs.get("coxph.fit");
  if (alone) console.log(`R's coxph.fit without formulas: ${alone.seconds.toFixed(2)} s`);
  console.log(`peak memory of this process: ${peak.toFixed(0)} MB`);
  return rows;
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

const difference = (ours: readonly number[], theirs: readonly number[]) =>
  Math.max(...theirs.map((value, at) => Math.abs((ours[at] ?? Number.NaN) / value - 1)));

function time(task: string, what: string, compute: () => readonly number[]) {
  let [seconds, figures]: [number, readonly number[]] = [Number.POSITIVE_INFINITY, []];
  for (let run = 0; run < runs; run++) {
    const begun = process.cpuUsage();
    figures = compute();
    const { user, system } = process.cpuUsage(begun);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { task, what, seconds, figures };
}

function differential(matrix: Matrix) {
  const groups = factorOf(
    "group",
    ["A", "B", "C", "D"].flatMap((level) => Array(samples / 4).fill(level)),
  );
  const batch = factorOf(
    "batch",
    matrix.columns.map((_, at) => (at % 2 === 0 ? "x" : "y")),
  );
  const design = designOf({ groups, covariates: [batch] }, samples);
  const contrasts = ["B", "C", "D"].map((level) => groupDifference(design, level, "A"));
  const { prior, contrasts: made } = differentialAbundance(matrix, design, contrasts);
  return [prior.df, ...(made[0]?.t.slice(0, 5) ?? [])];
}

function hazards({ complete, times, events }: Cohort) {
  const rows = Array.from({ length: withCox }, (_, row) => row);
  return [...coxEach({ times, events }, selectRows(complete, rows), { covariates: [] }).beta.slice(0, 5)];
}

function enrichment({ complete, statistics, sets }: Cohort) {
  const list = { names: complete.rows, scores: statistics };
  const made = gsea(list, sets, { smallest: 1, largest: 500, permutations, seed: 1 });
  return made.sets.slice(0, 5).map(({ es }) => es);
}

function cohortOf(): Cohort {
  const random = createRandom(1, "proteus bench");
  const names = Array.from({ length: proteins }, (_, at) => `P${at}`);
  const columns = Array.from({ length: samples }, (_, at) => `S${at}`);
  const values = new Float64Array(proteins * samples);
  for (let protein = 0; protein < proteins; protein++) {
    const [mean, spread] = [20 + 3 * random.normal(), Math.exp(0.4 * random.normal())];
    for (let sample = 0; sample < samples; sample++) {
      const effect = protein % 10 === 0 && sample >= samples / 2 ? 0.5 : 0;
      values[protein * samples + sample] = mean + effect + spread * random.normal();
    }
  }
  const waits = columns.map(() => Math.ceil(-500 * Math.log(random.uniform() || 0.5)));
  return {
    complete: matrixOf(names, columns, values),
    missing: matrixOf(
      names,
      columns,
      values.map((value) => (random.uniform() < 0.2 ? Number.NaN : value)),
    ),
    times: Float64Array.from(waits),
    events: Float64Array.from(waits, () => (random.uniform() < 0.7 ? 1 : 0)),
    statistics: Float64Array.from(names, () => 2 * random.normal()),
    sets: Array.from({ length: setCount }, (_, at) => ({
      name: `set ${at}`,
      description: "",
      members: random.shuffle([...names]).slice(0, 15 + random.integer(486)),
    })),
  };
}

const answer = z.object({
  task: z.string(),
  version: z.string(),
  seconds: z.number(),
  figures: z.array(z.number()),
});

function inR(cohort: Cohort): ReadonlyMap<string, z.infer<typeof answer>> {
  const folder = mkdtempSync(join(tmpdir(), "proteus-bench-"));
  try {
    for (const name of ["times", "events", "statistics"] as const)
      writeFileSync(join(folder, name), cohort[name]);
    for (const name of ["complete", "missing"] as const)
      writeFileSync(join(folder, name), cohort[name].values);
    const lines = cohort.sets.map(({ name, members }) => [name, "", ...members].join("\t"));
    writeFileSync(join(folder, "sets.gmt"), `${lines.join("\n")}\n`);
    const script = join(import.meta.dirname, "proteus.R");
    const { stdout } = spawnSync("Rscript", [script, folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const answers = (stdout ?? "").split("\n").filter((line) => line.startsWith("{"));
    return new Map(answers.map((line) => answer.parse(JSON.parse(line))).map((made) => [made.task, made]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await benchProteus();
