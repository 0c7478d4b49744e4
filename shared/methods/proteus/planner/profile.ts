import type { GroupPair } from "../execution/values.ts";
import type { Input } from "../input.ts";
import { countMissing } from "../matrix.ts";
import { genesOf } from "../names.ts";
import type { World } from "../registry/tool.ts";
import { membersOf } from "../sample-sheet.ts";
import { keyOf } from "../sheet-columns.ts";
import type { Scale, Study } from "../study.ts";

/** What a planner is told of the data: counts and names, never the matrix. */
export interface Profile {
  readonly modality: "proteins" | "phosphorylation sites";
  readonly scale: Scale;
  readonly rows: number;
  readonly samples: number;
  readonly missingShare: number;
  readonly groups: readonly { readonly name: string; readonly samples: number }[];
  readonly smallestGroup: number;
  /** The pairs that are to be compared; none without groups. */
  readonly contrasts: readonly GroupPair[];
  readonly covariates: readonly {
    readonly name: string;
    readonly kind: "factor" | "measurement";
    readonly levels: number;
    /** Held constant by the model. */
    readonly chosen: boolean;
  }[];
  readonly pairing: { readonly column: string; readonly subjects: number } | null;
  readonly survival: {
    readonly time: string;
    readonly event: string;
    readonly subjects: number;
    readonly events: number;
  } | null;
  readonly geneSets: { readonly sets: number; readonly measuredGenes: number } | null;
  readonly edges: number;
  readonly kinases: number;
}

/** What the user asked for beside the data; planners keep to it. */
export type Wishes = Pick<
  Input,
  "fdr" | "measured" | "normalisation" | "imputation" | "permutations" | "negativeControl"
>;

const siteColumns =
  /^(phosphostysites.*|positionwithinprotein|positionswithinproteins|localizationprob|aminoacid|sequencewindow|modifiedsequence)$/;
const referenceNames =
  /^(control|controls|ctrl|ctl|con|healthy|normal|wt|wildtype|vehicle|untreated|mock|dmso|baseline|placebo|sham|reference|ref|nt)\d*$/;
const batchNames = /^(batch|plate|run|plex|site|centre|center|channel|pool|block)/;

/** Describes a study for its planning. Throws RangeError for a group, reference or covariate that is not there. */
export function profileOf(study: Study, scale: Scale, world: World, input: Input): Profile {
  const { matrix, sheet, annotations } = study;
  const groups = sheet.groups
    ? membersOf(sheet.groups).map(({ level, samples }) => ({ name: level, samples: samples.length }))
    : [];
  const contrasts = contrastsOf(
    groups.map(({ name }) => name),
    input,
  );
  const compared = new Set(contrasts.flatMap(({ level, reference }) => [level, reference]));
  const sizes = groups.filter(({ name }) => compared.has(name)).map(({ samples }) => samples);
  const covariates = sheet.covariates.map((one) => ({
    name: one.name,
    kind: one.kind,
    levels: one.kind === "factor" ? one.levels.length : 0,
    chosen:
      input.covariates?.includes(one.name) ?? (one.kind === "factor" && batchNames.test(keyOf(one.name))),
  }));
  const unknown = input.covariates?.find((name) => !covariates.some((one) => one.name === name));
  if (unknown !== undefined) {
    const there = covariates.map(({ name }) => name).join(", ") || "none";
    throw new RangeError(`covariates: the sheet has no usable covariate "${unknown}"; it has ${there}`);
  }
  const columns = [...annotations.keys()].map(keyOf);
  return {
    modality: columns.some((name) => siteColumns.test(name)) ? "phosphorylation sites" : "proteins",
    scale,
    rows: matrix.rows.length,
    samples: matrix.columns.length,
    missingShare: matrix.values.length === 0 ? 0 : countMissing(matrix) / matrix.values.length,
    groups,
    smallestGroup: sizes.length === 0 ? 0 : Math.min(...sizes),
    contrasts,
    covariates,
    pairing: sheet.pairing ? { column: sheet.pairing.name, subjects: sheet.pairing.levels.length } : null,
    survival: survivalProfile(study),
    geneSets: world.geneSets.length === 0 ? null : coverage(study, world),
    edges: world.edges.length,
    kinases: world.kinases.length,
  };
}

function contrastsOf(groups: readonly string[], input: Input): GroupPair[] {
  const check = (field: string, name: string) => {
    if (groups.includes(name)) return;
    throw new RangeError(`${field}: the sheet has no group "${name}"; it has ${groups.join(", ") || "none"}`);
  };
  if (input.contrasts !== undefined) {
    for (const [at, { group, reference }] of input.contrasts.entries()) {
      check(`contrasts/${at}/group`, group);
      check(`contrasts/${at}/reference`, reference);
      if (group === reference)
        throw new RangeError(`contrasts/${at}: a group is not compared with itself ("${group}")`);
    }
    return input.contrasts.map(({ group, reference }) => ({ level: group, reference }));
  }
  if (input.reference !== undefined) check("reference", input.reference);
  const reference = input.reference ?? groups.find((name) => referenceNames.test(keyOf(name))) ?? groups[0];
  if (reference === undefined) return [];
  return groups.filter((name) => name !== reference).map((level) => ({ level, reference }));
}

function survivalProfile({ sheet: { survival } }: Study): Profile["survival"] {
  if (survival === undefined) return null;
  const { times, events, timeName, eventName } = survival;
  const known = [...times.keys()].filter((at) => !Number.isNaN(times[at]) && !Number.isNaN(events[at]));
  const count = known.filter((at) => events[at] === 1).length;
  return { time: timeName, event: eventName, subjects: known.length, events: count };
}

function coverage(study: Study, { geneSets }: World): Profile["geneSets"] {
  const inSets = new Set(geneSets.flatMap(({ members }) => members));
  const measuredGenes = new Set(genesOf(study).filter((gene) => inSets.has(gene))).size;
  return { sets: geneSets.length, measuredGenes };
}
