import type { Matrix } from "../matrix.ts";
import type { Note } from "../note.ts";
import type { Study } from "../study.ts";
import type { Differential } from "../tools/differential.ts";
import type { Gsea } from "../tools/gsea.ts";
import type { Tree } from "../tools/hclust.ts";
import type { KinaseActivity } from "../tools/ksea.ts";
import type { Modules } from "../tools/modules.ts";
import type { OverRepresented } from "../tools/ora.ts";
import type { Quality } from "../tools/qc.ts";
import type { CoxTable } from "../tools/survival/cox-each.ts";
import type { SurvivalCurve } from "../tools/survival/kaplan-meier.ts";

/** What a pair of groups is called, and which is compared with which. */
export interface GroupPair {
  readonly level: string;
  readonly reference: string;
}

interface Values {
  readonly study: { readonly study: Study };
  readonly quality: { readonly quality: Quality };
  readonly components: { readonly scores: Matrix; readonly shares: Float64Array };
  readonly tree: { readonly tree: Tree; readonly samples: readonly string[] };
  readonly description: { readonly names: readonly string[]; readonly differences: readonly DescribedPair[] };
  readonly differential: {
    readonly differential: Differential;
    readonly names: readonly string[];
    readonly genes: readonly string[];
    readonly pairs: readonly GroupPair[];
    readonly fdr: number;
  };
  readonly comparison: object;
  readonly overRepresentation: { readonly sets: readonly OverRepresented[] };
  readonly enrichment: { readonly gsea: Gsea; readonly scores: Float64Array; readonly weight: number };
  readonly sampleScores: { readonly scores: Matrix; readonly differential: Differential };
  readonly kinases: { readonly kinases: readonly KinaseActivity[] };
  readonly survivalScreen: { readonly table: CoxTable; readonly names: readonly string[] };
  readonly survivalModel: object;
  readonly curves: { readonly curves: readonly SurvivalCurve[]; readonly unit: string };
  readonly subtypes: { readonly samples: readonly string[]; readonly labels: Int32Array };
  readonly modules: { readonly modules: Modules; readonly names: ReadonlyMap<string, string> };
  readonly network: {
    readonly nodes: readonly string[];
    readonly edges: readonly { readonly a: number; readonly b: number; readonly weight: number }[];
    readonly communities: Int32Array;
  };
  readonly control: object;
}

/** Differences between the means of two groups that are too small to test. */
export interface DescribedPair extends GroupPair {
  readonly difference: Float64Array;
}

export type Kind = keyof Values;

/** The summary of a step as JSON: what planners, hypotheses and the report's words may speak of. */
export type Summary = Readonly<Record<string, unknown>>;

/** What a step of one kind gives: everything that later steps and the report need, and its summary. */
export type ValueOf<K extends Kind> = {
  readonly [Each in K]: Values[Each] & {
    readonly kind: Each;
    readonly note: Note;
    readonly summary: Summary;
  };
}[K];

export type StepValue = ValueOf<Kind>;

const isKind = <K extends Kind>(value: StepValue, kind: K): value is Extract<StepValue, { kind: K }> =>
  value.kind === kind;

/** The input in a place, of the kind that the tool takes there. Throws TypeError where it is of another. */
export function inputOf<K extends Kind>(
  inputs: readonly StepValue[],
  place: number,
  kind: K,
): Extract<StepValue, { kind: K }> {
  const value = inputs[place];
  if (value === undefined || !isKind(value, kind)) {
    throw new TypeError(`input ${place + 1} is ${value?.kind ?? "missing"}, not ${kind}`);
  }
  return value;
}

/** A number as JSON has it: null where it is not finite. */
export const plainNumber = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
