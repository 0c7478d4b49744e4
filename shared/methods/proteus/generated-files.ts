import type { GeneratedStudy } from "./generate.ts";
import { valueAt } from "./matrix.ts";

/** A file of a generated study, of the form that a user's own has. */
export interface GeneratedFile {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

const tsv = "text/tab-separated-values";

/** A generated study as the files that would be uploaded for it: table, sample sheet, gene sets (GMT) and edges. */
export function generatedFiles({ study, geneSets, edges }: GeneratedStudy): GeneratedFile[] {
  return [
    { name: "proteinGroups.txt", type: tsv, body: tableText(study) },
    { name: "samples.txt", type: tsv, body: sheetText(study) },
    {
      name: "sets.gmt",
      type: tsv,
      body: lines(geneSets.map(({ name, description, members }) => [name, description, ...members])),
    },
    {
      name: "edges.txt",
      type: tsv,
      body: lines([
        ["protein1", "protein2", "weight"],
        ...edges.map(({ a, b, weight }) => [a, b, String(weight)]),
      ]),
    },
  ];
}

/** As MaxQuant writes it: a missing intensity is 0. */
function tableText({ matrix, annotations }: GeneratedStudy["study"]): string {
  const header = [
    "Protein IDs",
    ...annotations.keys(),
    ...matrix.columns.map((label) => `LFQ intensity ${label}`),
  ];
  const rows = matrix.rows.map((id, row) => [
    id,
    ...[...annotations.values()].map((cells) => cells[row] ?? ""),
    ...matrix.columns.map((_, column) => {
      const value = valueAt(matrix, row, column);
      return Number.isNaN(value) ? "0" : String(value);
    }),
  ]);
  return lines([header, ...rows]);
}

function sheetText({ sheet }: GeneratedStudy["study"]): string {
  const { samples, groups, covariates, survival } = sheet;
  const columns: (readonly [name: string, cell: (sample: number) => string])[] = [
    ["label", (sample) => samples[sample] ?? ""],
    ["group", (sample) => groups?.values[sample] ?? ""],
    ...covariates.map(({ name, values }) => [name, (sample: number) => String(values[sample])] as const),
    [survival?.timeName ?? "time", (sample) => (survival?.times[sample] ?? 0).toFixed(1)],
    [survival?.eventName ?? "event", (sample) => String(survival?.events[sample])],
  ];
  return lines([
    columns.map(([name]) => name),
    ...samples.map((_, sample) => columns.map(([, cell]) => cell(sample))),
  ]);
}

const lines = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.join("\t")}\n`).join("");
