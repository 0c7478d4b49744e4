import { Readable } from "node:stream";
import type { DatasetContent } from "../../../shared/methods/contract.ts";
import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { openMatrix } from "../../../shared/resources/datasets/reading/matrix.ts";

/** A table with its sample sheet as a data set: checked and read as an upload is. */
export async function tableSet(id: string, table: string, sheet: string): Promise<DatasetContent> {
  const body = () => Readable.from([Buffer.from(table)]);
  const checked = await checkMatrix(body(), sheet);
  if ("errors" in checked || checked.profile.kind !== "matrix") throw new Error(JSON.stringify(checked));
  const matrix = openMatrix(body, checked.profile, sheet);
  return {
    id,
    kind: "matrix",
    name: id,
    bytes: Buffer.byteLength(table),
    text: async () => table,
    stream: body,
    rows: () => {
      throw new Error("a table has no rows of text");
    },
    matrix: async () => matrix,
    scene: () => Promise.reject(new Error("a table is no scene")),
  };
}

/** Lines of cells, by tabs. */
export const tabbed = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.join("\t")}\n`).join("");
