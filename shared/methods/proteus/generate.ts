import { createRandom, type Random } from "../../lm/random.ts";
import { quantiles } from "../../statistics/quantile.ts";
import type { MatrixSample } from "../contract.ts";
import { generatedEdges, generatedSets } from "./generated-sets.ts";
import { indexes, type Matrix, matrixOf } from "./matrix.ts";
import { readSampleSheet } from "./sample-sheet.ts";
import type { Study } from "./study.ts";
import type { Edge } from "./tools/edges.ts";
import type { GeneSet } from "./tools/gene-sets.ts";

export interface GenerateOptions {
  readonly proteins?: number;
  /** Samples of each of the groups control, low and high. */
  readonly perGroup?: number;
  /** Share of the proteins that change in group high, half as much in group low. */
  readonly spikedShare?: number;
  /** Smallest and greatest |log2 fold change| of them in group high. */
  readonly foldChange?: readonly [number, number];
  /** Standard deviation of the second batch's shifts, log2. */
  readonly batchSd?: number;
  /** Share of the values that are missing because they are small. */
  readonly missingShare?: number;
  /** Of each of the two proteins that survival depends on: ln of the hazard ratio for one standard deviation. */
  readonly logHazards?: readonly [number, number];
  readonly seed?: number;
}

/** What a generated study was made of, by the ids of its proteins. */
export interface Truth {
  /** log2 fold changes against control. */
  readonly spiked: readonly { readonly protein: string; readonly low: number; readonly high: number }[];
  readonly hazards: readonly { readonly protein: string; readonly logHazardRatio: number }[];
  /** Proteins that follow a factor of the samples together. */
  readonly modules: readonly { readonly name: string; readonly proteins: readonly string[] }[];
  /** Sets that are made of spiked proteins mostly, and the direction of those. */
  readonly enrichedSets: readonly { readonly name: string; readonly direction: "up" | "down" }[];
  readonly flagged: readonly string[];
  readonly batchSd: number;
  /** The log2 intensity at which every second value is missing. */
  readonly missingBelow: number;
}

export interface GeneratedStudy {
  /** Intensities, with flagged rows, annotations and a sheet of groups, batch, age, sex, time and event. */
  readonly study: Study;
  readonly truth: Truth;
  /** Sets of gene names. */
  readonly geneSets: readonly GeneSet[];
  /** Interactions of gene names: many within modules and enriched sets, few elsewhere. */
  readonly edges: readonly Edge[];
}

const groups = ["control", "low", "high"] as const;
const moduleSize = 25;
const contaminants = 12;
const reversed = 8;
/** Of log2 intensities: a detector's drop from all to nothing goes over about four times this. */
const missingWidth = 0.6;
const followUp = 1000;

/** What is decided before any value is drawn. */
export interface Plan {
  readonly options: Required<GenerateOptions>;
  readonly names: readonly ProteinName[];
  readonly samples: number;
  readonly groupOf: readonly number[];
  readonly batchOf: readonly number[];
  readonly base: Float64Array;
  readonly fold: Float64Array;
  readonly modules: readonly (readonly number[])[];
  readonly hazards: readonly [number, number];
}

/**
 * A proteomics study whose truth is known: proteins that change between three groups, two batches, samples of unequal
 * load, values that are missing because they are small, two modules of proteins, and survival that depends on two
 * proteins. The same options give the same study. Throws RangeError for too few proteins or samples.
 */
export function generateStudy(given: GenerateOptions = {}): GeneratedStudy {
  const plan = planStudy({
    proteins: 800,
    perGroup: 20,
    spikedShare: 0.08,
    foldChange: [0.8, 2],
    batchSd: 0.4,
    missingShare: 0.12,
    logHazards: [1.8, -1.8],
    seed: 0,
    ...given,
  });
  const { logs, factors } = logIntensities(plan);
  const missingBelow = dropSmall(plan, logs);
  const { names } = plan;
  const matrix = matrixOf(
    names.map(({ id }) => id),
    indexes(plan.samples).map(
      (sample) => `${groups[plan.groupOf[sample] ?? 0]}_${Math.floor(sample / 3) + 1}`,
    ),
    Float64Array.from(logs, (log) => Number((2 ** log).toPrecision(5))),
  );
  const sets = generatedSets(plan);
  const id = (row: number) => names[row]?.id ?? "";
  return {
    study: studyOf(plan, matrix, factors),
    truth: {
      spiked: [...plan.fold].flatMap((fold, row) =>
        fold === 0 ? [] : [{ protein: id(row), low: fold / 2, high: fold }],
      ),
      hazards: plan.hazards.map((row, which) => ({
        protein: id(row),
        logHazardRatio: plan.options.logHazards[which] ?? 0,
      })),
      modules: plan.modules.map((rows, at) => ({ name: `module ${at + 1}`, proteins: rows.map(id) })),
      enrichedSets: sets.enriched,
      flagged: names.filter(({ flag }) => flag !== "").map((name) => name.id),
      batchSd: plan.options.batchSd,
      missingBelow,
    },
    geneSets: sets.sets,
    edges: generatedEdges(plan),
  };
}

function planStudy(options: Required<GenerateOptions>): Plan {
  const { proteins, perGroup, spikedShare, foldChange, seed } = options;
  const spiked = Math.round(spikedShare * proteins);
  if (spiked + 2 * moduleSize + 2 > proteins / 2) {
    throw new RangeError(
      `proteins: ${proteins} are too few for ${spiked} that change, two modules and two of survival`,
    );
  }
  if (perGroup < 2) throw new RangeError("perGroup: a group has two samples at least");
  const random = createRandom(seed, "generate", "plan");
  const names = namesOf(proteins);
  const base = Float64Array.from({ length: proteins }, () => 25 + 2.2 * random.normal());
  // What a search engine marks is filtered away, and changes nothing.
  const order = random.shuffle(indexes(proteins).filter((row) => names[row]?.flag === ""));
  const fold = new Float64Array(proteins);
  for (const [at, row] of order.slice(0, spiked).entries()) {
    const size = foldChange[0] + (foldChange[1] - foldChange[0]) * random.uniform();
    fold[row] = at % 2 === 0 ? size : -size;
  }
  // Proteins of survival are among the more abundant ones, so that nearly every sample has them.
  const rest = order.slice(spiked + 2 * moduleSize).filter((row) => (base[row] ?? 0) > 26);
  const samples = groups.length * perGroup;
  return {
    options,
    names,
    samples,
    groupOf: indexes(samples).map((sample) => sample % groups.length),
    batchOf: indexes(samples).map((sample) => Math.floor(sample / groups.length) % 2),
    base,
    fold,
    modules: [0, 1].map((at) => order.slice(spiked + at * moduleSize, spiked + (at + 1) * moduleSize)),
    hazards: [rest[0] ?? 0, rest[1] ?? 0],
  };
}

/** [proteins, samples], and each sample's standing in the two proteins of survival, of variance 1. */
function logIntensities(plan: Plan): { logs: Float64Array; factors: readonly Float64Array[] } {
  const { options, samples, groupOf, batchOf, base, fold, modules, hazards } = plan;
  const random = createRandom(options.seed, "generate", "values");
  const draw = () => Float64Array.from({ length: samples }, () => random.normal());
  const load = draw();
  const factors = [draw(), draw()];
  const moduleFactors = modules.map(draw);
  const logs = new Float64Array(options.proteins * samples);
  for (let row = 0; row < options.proteins; row++) {
    const noise = 0.3 * Math.exp(0.25 * random.normal());
    const shift = options.batchSd * random.normal();
    const module = modules.findIndex((rows) => rows.includes(row));
    const hazard = hazards.indexOf(row);
    for (let sample = 0; sample < samples; sample++) {
      const effect = ((groupOf[sample] ?? 0) / 2) * (fold[row] ?? 0);
      const together = module === -1 ? 0 : 0.6 * (moduleFactors[module]?.[sample] ?? 0);
      const standing = hazard === -1 ? 0 : (factors[hazard]?.[sample] ?? 0);
      logs[row * samples + sample] =
        (base[row] ?? 0) +
        effect +
        together +
        standing +
        (batchOf[sample] === 1 ? shift : 0) +
        0.3 * (load[sample] ?? 0) +
        noise * random.normal();
    }
  }
  return { logs, factors };
}

/** Makes small values missing, the more likely the smaller, and one in a hundred by chance; answers the midpoint. */
function dropSmall({ options }: Plan, logs: Float64Array): number {
  const random = createRandom(options.seed, "generate", "missing");
  const [midpoint = 0] = quantiles(logs, [options.missingShare]);
  for (const [at, log] of logs.entries()) {
    const chance =
      options.missingShare === 0 ? 0 : 0.01 + 0.99 / (1 + Math.exp((log - midpoint) / missingWidth));
    if (random.uniform() < chance) logs[at] = Number.NaN;
  }
  return midpoint;
}

export interface ProteinName {
  readonly id: string;
  readonly gene: string;
  readonly flag: "" | "contaminant" | "reversed";
}

/** Ids and genes that are like no real ones; some of the rows are what a search engine marks. */
function namesOf(proteins: number): ProteinName[] {
  const every = Math.floor(proteins / (contaminants + reversed));
  return indexes(proteins).map((row) => {
    const number = String(row + 1).padStart(4, "0");
    const at = row % every === every - 1 ? Math.floor(row / every) : contaminants + reversed;
    const flag = at < contaminants ? "contaminant" : at < contaminants + reversed ? "reversed" : "";
    const prefix = { "": "", contaminant: "CON__", reversed: "REV__" }[flag];
    return { id: `${prefix}GP${number}`, gene: `G${number}`, flag };
  });
}

function studyOf(plan: Plan, matrix: Matrix, factors: readonly Float64Array[]): Study {
  const { names } = plan;
  const covariates = covariatesOf(plan, factors);
  const samples = matrix.columns.map(
    (label, sample): MatrixSample => ({
      label,
      column: `LFQ intensity ${label}`,
      group: groups[plan.groupOf[sample] ?? 0] ?? "",
      covariates: covariates[sample] ?? {},
    }),
  );
  const mark = (flag: ProteinName["flag"]) => names.map((name) => (name.flag === flag ? "+" : ""));
  return {
    matrix,
    annotations: new Map([
      ["Gene names", names.map(({ gene }) => gene)],
      ["Reverse", mark("reversed")],
      ["Potential contaminant", mark("contaminant")],
    ]),
    sheet: readSampleSheet(samples).sheet,
  };
}

function covariatesOf({ options, samples, batchOf }: Plan, factors: readonly Float64Array[]) {
  const random = createRandom(options.seed, "generate", "samples");
  return indexes(samples).map((sample): Record<string, string> => {
    const { time, event } = followed(
      random,
      options.logHazards,
      factors.map((factor) => factor[sample] ?? 0),
    );
    return {
      batch: `b${(batchOf[sample] ?? 0) + 1}`,
      age: String(Math.round(62 + 9 * random.normal())),
      sex: random.uniform() < 0.5 ? "f" : "m",
      time: time.toFixed(1),
      event: event ? "1" : "0",
    };
  });
}

/** An exponential time whose hazard the two proteins raise or lower, censored at a uniform time. */
function followed(random: Random, logHazards: readonly number[], standing: readonly number[]) {
  const logHazard = logHazards.reduce((sum, one, which) => sum + one * (standing[which] ?? 0), 0);
  const death = (-Math.log(1 - random.uniform()) * 0.15 * followUp) / Math.exp(logHazard);
  const end = followUp * (0.3 + 0.7 * random.uniform());
  return { time: Math.max(0.1, Math.min(death, end)), event: death <= end };
}
