import { meanSd } from "../../measured.ts";
import type { StudyInput } from "../input.ts";
import { type ChoiceName, type JudgeName, judgeNames } from "../labels.ts";
import { labelsSay } from "../labels-say.ts";
import type { OverSeeds, StudiedArea, StudiedChoice, StudyOutput, verdicts } from "./output.ts";
import { paperCostRatio } from "./paper.ts";
import type { ChoiceFigures, JudgeFigures, SeedFigures } from "./seed-figures.ts";
import { studyFindings } from "./study-findings.ts";

/** The figures of all seeds beside each other. */
export function summarise(seeds: readonly SeedFigures[], input: StudyInput): StudyOutput {
  const judges = judgeNames.filter((name) => seeds[0]?.judges.some(({ judge }) => judge === name));
  const bestOfN = choices(seeds);
  const trainedRight = seeds.map((seed) => seed.trainedRight);
  const figures = {
    task: "study",
    seeds: seeds.length,
    policy: {
      trainedRight,
      heldOutRight: seeds.map((seed) => seed.heldOutRight),
      labelsSay: trainedRight.every((right) => labelsSay(right, "arithmetic")),
      rightAnswers: total(seeds.map((seed) => seed.rightAnswers)),
      rightAnswersWithWrongStep: total(seeds.map((seed) => seed.rightAnswersWithWrongStep)),
      wrongSteps: overSeeds(seeds.map((seed) => seed.wrongSteps)),
    },
    stepAuroc: judges.map((name) => areas(name, each(seeds, name), "step")),
    outcomeAuroc: judges.map((name) => areas(name, each(seeds, name), "outcome")),
    bestOfN,
    process: judges.map((method) => {
      const own = each(seeds, method).map(({ process }) => process);
      return {
        method,
        smallestIsLast: overSeeds(own.map((one) => one.smallestIsLast)),
        firstWrongFound: overSeeds(own.map((one) => one.firstWrongFound)),
        soundPassed: overSeeds(own.map((one) => one.soundPassed)),
        f1: overSeeds(own.map((one) => one.f1)),
      };
    }),
    wrongProcess: wrongProcess(seeds),
    compute: costs(seeds[0]),
    shepherd: {
      rollouts: input.shepherd.rollouts,
      responses: seeds.map(({ shepherd }) => shepherd.responses),
      labelAuroc: overSeeds(seeds.map(({ shepherd }) => shepherd.labelAuroc)),
      costRatio: (seeds[0]?.shepherd.fullFlops ?? 0) / ceFlops(seeds[0]),
      paperCostRatio,
    },
  } as const;
  return { ...figures, findings: studyFindings(figures) };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(total(values.map((value) => value ** 2)) / values.length);

const each = (seeds: readonly SeedFigures[], name: JudgeName): JudgeFigures[] =>
  seeds.flatMap(({ judges }) => judges.filter(({ judge }) => judge === name));

function overSeeds(values: readonly (number | null | undefined)[]): OverSeeds {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length < values.length ? null : { ...meanSd(known), seeds: known };
}

function areas(method: JudgeName, seeds: readonly JudgeFigures[], which: "step" | "outcome"): StudiedArea {
  const own = seeds.map((seed) => seed[which]);
  const all = overSeeds(own.map((area) => area?.value));
  const draws = own.flatMap((area) => (area === undefined ? [] : [area.sd]));
  return {
    method,
    mean: all?.mean ?? null,
    sd: all?.sd ?? null,
    drawSd: all === null ? null : rootMeanSquare(draws),
    seeds: own.map((area) => area?.value ?? null),
  };
}

/** Whether a difference is beyond its spreads: over draws of the same problems and candidates, and over the seeds. */
export function verdictOf(by: number, spreads: readonly number[]): (typeof verdicts)[number] {
  if (Math.abs(by) <= Math.max(...spreads)) return "within the spread";
  return by > 0 ? "above" : "below";
}

function choices(seeds: readonly SeedFigures[]): StudiedChoice[] {
  return (seeds[0]?.choices ?? []).map(({ n, judge, by }) => {
    const own = seeds.flatMap((seed) => seed.choices.filter((one) => isSame(one, { n, judge, by })));
    const accuracy = meanSd(own.map((one) => one.accuracy));
    const over = meanSd(own.map((one) => one.over.by));
    const overDraws = rootMeanSquare(own.map((one) => one.over.sd));
    return {
      ...{ n, method: judge ?? methodOf(by), by, accuracy: accuracy.mean, sd: accuracy.sd },
      drawSd: rootMeanSquare(own.map((one) => one.sd)),
      seeds: own.map((one) => one.accuracy),
      overMajority: {
        ...{ by: over.mean, sd: over.sd, drawSd: overDraws },
        verdict: verdictOf(over.mean, [over.sd, overDraws]),
      },
    };
  });
}

const isSame = (
  one: ChoiceFigures,
  { n, judge, by }: { readonly n: number; readonly judge: JudgeName | undefined; readonly by: ChoiceName },
): boolean => one.n === n && one.judge === judge && one.by === by;

/** A choice that asks no judge, as a method. */
function methodOf(by: ChoiceName): "first" | "majority" | "oracle" {
  return by === "majority" || by === "oracle" ? by : "first";
}

/** How a method chooses where one number is asked for: an outcome model by the value of the whole, all others by the smallest step. */
export function ownChoice(method: StudiedChoice["method"]): ChoiceName {
  if (method === "first" || method === "majority" || method === "oracle") return method;
  return method === "orm" || method === "verifier" ? "sum" : "min";
}

function wrongProcess(seeds: readonly SeedFigures[]): StudyOutput["wrongProcess"] {
  const n = Math.max(...seeds.flatMap((seed) => seed.choices.map((one) => one.n)));
  const own = (seeds[0]?.choices ?? []).flatMap(({ judge, by, n: size }) => {
    const method = judge ?? methodOf(by);
    return method !== "first" && size === n && by === ownChoice(method) ? [{ method, judge, by }] : [];
  });
  return own.map(({ method, judge, by }) => {
    const all = seeds.flatMap((seed) => seed.choices.filter((one) => isSame(one, { n, judge, by })));
    return {
      ...{ method, n },
      rightChoices: total(all.map(({ right }) => right)),
      withWrongStep: total(all.map((one) => one.withWrongStep)),
    };
  });
}

const ceFlops = (seed: SeedFigures | undefined): number =>
  seed?.judges.find(({ judge }) => judge === "ce")?.cost?.flops ?? Number.NaN;

function costs(seed: SeedFigures | undefined): StudyOutput["compute"] {
  return (seed?.judges ?? []).flatMap(({ judge, cost }) =>
    cost === undefined ? [] : [{ method: judge, ...cost, besideCe: cost.flops / ceFlops(seed) }],
  );
}
