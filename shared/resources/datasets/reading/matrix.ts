import type { MatrixContent, MatrixRow, MatrixSample } from "../../../methods/contract.ts";
import { readCell } from "../matrix/cells.ts";
import { readTable } from "../matrix/records.ts";
import { readSheet } from "../matrix/sheet.ts";
import type { ProfileOf } from "../profile.ts";
import { openContent } from "./content.ts";

/** A matrix that was checked: the columns that the check found, its rows as they come in, and its sample sheet. */
export function openMatrix(
  open: () => AsyncIterable<Uint8Array>,
  profile: ProfileOf<"matrix">,
  sheet: string | undefined,
): MatrixContent {
  const { annotations, samples } = profile;
  return {
    annotations,
    samples: samples.map(({ label, column, group }) => ({
      label,
      column,
      ...(group !== undefined && { group }),
      covariates: covariatesOf(sheet, label),
    })),
    rows: () => rows(open(), samples, annotations),
  };
}

function covariatesOf(sheet: string | undefined, label: string): MatrixSample["covariates"] {
  const read = sheet === undefined ? undefined : readSheet(sheet);
  if (read === undefined || "errors" in read) return {};
  return read.samples.find((sample) => sample.label === label)?.covariates ?? {};
}

async function* rows(
  body: AsyncIterable<Uint8Array>,
  samples: readonly { readonly column: string }[],
  annotations: readonly string[],
): AsyncGenerator<MatrixRow> {
  const { records } = await readTable(await openContent(body));
  let columns: readonly number[] | undefined;
  let others: readonly (readonly [name: string, index: number])[] = [];
  for await (const batch of records) {
    for (const { cells } of batch) {
      if (columns === undefined) {
        const header = cells.map((name) => name.trim());
        columns = samples.map(({ column }) => header.indexOf(column));
        others = annotations.map((name) => [name, header.indexOf(name)]);
        continue;
      }
      yield {
        id: cells[0] ?? "",
        values: Float64Array.from(columns, (index) => readCell(cells[index] ?? "") ?? Number.NaN),
        annotations: Object.fromEntries(others.map(([name, index]) => [name, cells[index] ?? ""])),
      };
    }
  }
}
