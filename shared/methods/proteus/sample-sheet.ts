import type { MatrixSample } from "../contract.ts";
import { counted, type Note, noteOf } from "./note.ts";
import { cellsOf, keyOf, type SheetColumns, sheetColumns } from "./sheet-columns.ts";
import { survivalOf } from "./survival-columns.ts";

/** A column of the sheet that parts the samples into kinds; a value is "" where the sheet has none. */
export interface Factor {
  readonly kind: "factor";
  readonly name: string;
  /** In the order of their first sample. */
  readonly levels: readonly string[];
  readonly values: readonly string[];
}

/** A column of the sheet that measures; NaN where the sheet has no number. */
export interface Measurement {
  readonly kind: "measurement";
  readonly name: string;
  readonly values: Float64Array;
}

export type Covariate = Factor | Measurement;

/** How long each sample's subject was followed, and whether the event ended it. */
export interface Survival {
  readonly timeName: string;
  readonly eventName: string;
  /** In the sheet's unit; NaN where unknown. */
  readonly times: Float64Array;
  /** 1 for an event, 0 for a censored time; NaN where unknown. */
  readonly events: Float64Array;
}

/** What is known of the samples, in the order of the matrix's columns. */
export interface SampleSheet {
  readonly samples: readonly string[];
  readonly groups?: Factor;
  /** Which samples come from the same subject. */
  readonly pairing?: Factor;
  readonly covariates: readonly Covariate[];
  readonly survival?: Survival;
}

/** Which columns of a sheet mean what, where their names do not say it. */
export interface SheetRoles {
  /** The column of subjects; false for none. */
  readonly pairing?: string | false;
  /** Columns of the survival time and of its event, both or none; false for none. */
  readonly survival?: { readonly time: string; readonly event: string } | false;
  /** Columns of numbers that part the samples into kinds, such as a batch's. */
  readonly factors?: readonly string[];
}

const pairingNames =
  /^(subject|patient|donor|individual|participant|animal|mouse|pair|pairing)(id|no|nr|number)?$/;
const factorNames =
  /^(batch|plate|run|lane|plex|site|centre|center|cohort|replicate|rep|biorep|channel|pool|block|visit)/;

/**
 * Reads what a sample sheet says: groups, subjects, survival, and what is left as covariates, which are numbers
 * where all of their cells are, unless their name says that the numbers are names. Throws RangeError for a role
 * whose column is not there or holds something else.
 */
export function readSampleSheet(
  samples: readonly MatrixSample[],
  roles: SheetRoles = {},
): { readonly sheet: SampleSheet; readonly notes: readonly Note[] } {
  const columns = sheetColumns(samples);
  for (const name of roles.factors ?? []) cellsOf(columns, name);
  const groups = samples.every(({ group }) => group !== undefined)
    ? factorOf(
        "group",
        samples.map(({ group = "" }) => group),
      )
    : undefined;
  const labels = samples.map(({ label }) => label);
  const pairing = pairingOf(columns, groups, roles.pairing);
  const survival = survivalOf(columns, labels, roles.survival);
  const taken = new Set([pairing.factor?.name, survival.survival?.timeName, survival.survival?.eventName]);
  const rest = [...columns].filter(([name]) => !taken.has(name));
  const covariates = covariatesOf(rest, roles.factors ?? []);
  return {
    sheet: {
      samples: labels,
      ...(groups && { groups }),
      ...(pairing.factor && { pairing: pairing.factor }),
      covariates: covariates.kept,
      ...(survival.survival && { survival: survival.survival }),
    },
    notes: [...pairing.notes, ...survival.notes, ...covariates.notes],
  };
}

/** The samples of each level, by their places. */
export function membersOf({
  levels,
  values,
}: Factor): { readonly level: string; readonly samples: number[] }[] {
  return levels.map((level) => ({
    level,
    samples: values.flatMap((value, sample) => (value === level ? [sample] : [])),
  }));
}

/** The sheet of some of the samples, in this order. */
export function selectSamples(sheet: SampleSheet, kept: readonly number[]): SampleSheet {
  const pick = (values: Float64Array) => Float64Array.from(kept, (sample) => values[sample] ?? Number.NaN);
  const pickFactor = ({ name, values }: Factor) =>
    factorOf(
      name,
      kept.map((sample) => values[sample] ?? ""),
    );
  const { groups, pairing, survival } = sheet;
  return {
    samples: kept.map((sample) => sheet.samples[sample] ?? ""),
    ...(groups && { groups: pickFactor(groups) }),
    ...(pairing && { pairing: pickFactor(pairing) }),
    covariates: sheet.covariates.map((one) =>
      one.kind === "factor" ? pickFactor(one) : { ...one, values: pick(one.values) },
    ),
    ...(survival && {
      survival: { ...survival, times: pick(survival.times), events: pick(survival.events) },
    }),
  };
}

export const factorOf = (name: string, values: readonly string[]): Factor => ({
  kind: "factor",
  name,
  levels: [...new Set(values)].filter((value) => value !== ""),
  values,
});

function pairingOf(
  columns: SheetColumns,
  groups: Factor | undefined,
  role: SheetRoles["pairing"],
): { factor?: Factor; notes: Note[] } {
  if (role === false) return { notes: [] };
  const name = role ?? [...columns.keys()].find((one) => pairingNames.test(keyOf(one)));
  if (name === undefined) return { notes: [] };
  const factor = factorOf(name, cellsOf(columns, name));
  const across = factor.levels.filter((subject) => groupsOfSubject(factor, groups, subject).size > 1).length;
  if (across >= 2) {
    const text = `Samples of the same ${name} are compared within it: ${across} of ${counted(factor.levels.length, "subject")} are in more than one group.`;
    return { factor, notes: [noteOf(text, { subjects: factor.levels.length, pairedSubjects: across })] };
  }
  const why = `fewer than two of its ${factor.levels.length} values are in more than one group`;
  if (role !== undefined) throw new RangeError(`samples: column "${name}" pairs nothing: ${why}`);
  return { notes: [noteOf(`Column ${name} is not taken for pairs: ${why}.`)] };
}

const groupsOfSubject = (subjects: Factor, groups: Factor | undefined, subject: string): Set<string> =>
  new Set(
    subjects.values.flatMap((value, sample) => (value === subject ? [groups?.values[sample] ?? ""] : [])),
  );

function covariatesOf(
  columns: readonly (readonly [name: string, cells: readonly string[]])[],
  factors: readonly string[],
): { kept: Covariate[]; notes: Note[] } {
  const kept: Covariate[] = [];
  const notes: Note[] = [];
  for (const [name, cells] of columns) {
    const said = cells.filter((cell) => cell !== "");
    const distinct = new Set(said).size;
    const isFactor =
      factors.includes(name) ||
      factorNames.test(keyOf(name)) ||
      !said.every((cell) => Number.isFinite(Number(cell)));
    if (distinct < 2)
      notes.push(noteOf(`Column ${name} of the sheet is the same for all samples and is left out.`));
    else if (isFactor && distinct === cells.length)
      notes.push(noteOf(`Column ${name} of the sheet is different for each sample and is left out.`));
    else if (isFactor) kept.push(factorOf(name, cells));
    else {
      const values = Float64Array.from(cells, (cell) => (cell === "" ? Number.NaN : Number(cell)));
      kept.push({ kind: "measurement", name, values });
    }
    if (distinct >= 2 && said.length < cells.length) {
      const text = `Column ${name} of the sheet is blank for ${counted(cells.length - said.length, "sample")}.`;
      notes.push(noteOf(text, { blank: cells.length - said.length }));
    }
  }
  return { kept, notes };
}
