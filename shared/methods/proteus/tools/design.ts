import { type Dense, zeros } from "../../../statistics/dense.ts";
import type { Covariate, Factor } from "../sample-sheet.ts";

/** What the abundance of a protein is explained by. */
export interface Model {
  readonly groups?: Factor;
  readonly covariates: readonly Covariate[];
  /** Subjects, each with a level of its own, so that the samples of one are compared within it. */
  readonly pairing?: Factor;
}

export interface DesignColumn {
  readonly name: string;
  /** The factor or measurement that it comes from; undefined for the intercept. */
  readonly term?: string;
  readonly kind: "intercept" | "group" | "covariate" | "pairing";
  /** Of a factor: the level. */
  readonly level?: string;
}

/** A linear model of samples. */
export interface Design {
  /** Which samples it is of, as places among all; those for which a value of the model is unknown are not. */
  readonly samples: readonly number[];
  readonly columns: readonly DesignColumn[];
  /** [samples, columns] */
  readonly matrix: Dense;
}

/** A weighted sum of a design's coefficients that is estimated and tested. */
export interface Contrast {
  readonly name: string;
  /** One for each column. */
  readonly weights: Float64Array;
}

/** A column with its value in each sample. */
export interface CodedColumn extends DesignColumn {
  readonly value: (sample: number) => number;
}

/**
 * The design of a model: a mean for each group (without groups, an intercept), then each covariate and subject
 * beside its first level, measurements as they are. Throws a RangeError where fewer than two samples are known
 * in all of it, or a factor has one level among them.
 */
export function designOf({ groups, covariates, pairing }: Model, sampleCount: number): Design {
  const terms = [groups, pairing, ...covariates].filter((term) => term !== undefined);
  const samples = Array.from({ length: sampleCount }, (_, at) => at).filter((sample) =>
    terms.every((term) => isKnown(term, sample)),
  );
  if (samples.length < 2) {
    throw new RangeError(
      `${samples.length} samples are known in all of ${terms.map(({ name }) => name).join(", ")}`,
    );
  }
  const columns: CodedColumn[] = [
    ...(groups
      ? levelsOf(groups, samples).map((level) => levelColumn(groups, level, "group"))
      : [{ name: "intercept", kind: "intercept" as const, value: () => 1 }]),
    ...covariateColumns(covariates, samples),
    ...(pairing ? beside(pairing, samples, "pairing") : []),
  ];
  const matrix = zeros(samples.length, columns.length);
  for (const [row, sample] of samples.entries()) {
    for (const [at, { value }] of columns.entries()) matrix.values[row * columns.length + at] = value(sample);
  }
  return { samples, columns: columns.map(({ value: _, ...column }) => column), matrix };
}

/**
 * The columns of covariates: a factor's levels among the samples beside the first, measurements as they are. Throws
 * a RangeError where a factor has one level among them.
 */
export const covariateColumns = (
  covariates: readonly Covariate[],
  samples: readonly number[],
): CodedColumn[] =>
  covariates.flatMap((covariate) =>
    covariate.kind === "factor" ? beside(covariate, samples, "covariate") : [measured(covariate)],
  );

/** Whether the sheet says what a sample's level or measurement is. */
export const isKnown = (term: Covariate, sample: number): boolean =>
  term.kind === "factor"
    ? (term.values[sample] ?? "") !== ""
    : Number.isFinite(term.values[sample] ?? Number.NaN);

const levelsOf = ({ levels, values }: Factor, samples: readonly number[]): string[] =>
  levels.filter((level) => samples.some((sample) => values[sample] === level));

const levelColumn = ({ name, values }: Factor, level: string, kind: DesignColumn["kind"]): CodedColumn => ({
  name: `${name} ${level}`,
  term: name,
  kind,
  level,
  value: (sample) => (values[sample] === level ? 1 : 0),
});

function beside(factor: Factor, samples: readonly number[], kind: DesignColumn["kind"]): CodedColumn[] {
  const levels = levelsOf(factor, samples);
  if (levels.length < 2) throw new RangeError(`${factor.name} is ${levels[0]} for every sample of the model`);
  return levels.slice(1).map((level) => levelColumn(factor, level, kind));
}

const measured = ({ name, values }: Extract<Covariate, { kind: "measurement" }>): CodedColumn => ({
  name,
  term: name,
  kind: "covariate",
  value: (sample) => values[sample] ?? Number.NaN,
});

/** One group's mean less another's. Throws a RangeError where the design has no such group. */
export function groupDifference(design: Design, level: string, reference: string): Contrast {
  const weights = new Float64Array(design.columns.length);
  weights[placeOf(design, "group", level)] = 1;
  weights[placeOf(design, "group", reference)] = -1;
  return { name: `${level} - ${reference}`, weights };
}

/** The coefficient of a measurement: the change of abundance by one of its units. Throws a RangeError where there is none. */
export function slope(design: Design, measurement: string): Contrast {
  const at = design.columns.findIndex(
    ({ kind, term, level }) => kind === "covariate" && term === measurement && level === undefined,
  );
  if (at === -1) throw new RangeError(`the model has no measurement "${measurement}"`);
  const weights = new Float64Array(design.columns.length);
  weights[at] = 1;
  return { name: measurement, weights };
}

function placeOf({ columns }: Design, kind: DesignColumn["kind"], level: string): number {
  const at = columns.findIndex((column) => column.kind === kind && column.level === level);
  if (at !== -1) return at;
  const known = columns.flatMap((column) => (column.kind === kind ? [column.level] : []));
  throw new RangeError(`the model has no ${kind} "${level}"; it has ${known.join(", ") || "none"}`);
}
