import { Readable } from "node:stream";
import type { DatasetContent, MatrixContent } from "../../../shared/methods/contract.ts";
import { readRows } from "../../../shared/resources/datasets/reading/rows.ts";

const refuse = () => Promise.reject(new Error("another kind"));

/** A data set of kind `instructions` over JSON Lines or a JSON array. */
export function instructionSet(id: string, text: string): DatasetContent {
  const stream = () => Readable.from([Buffer.from(text)]);
  return {
    id,
    kind: "instructions",
    name: id,
    bytes: Buffer.byteLength(text),
    text: async () => text,
    stream,
    async *rows(schema) {
      for await (const row of readRows("instructions", stream())) yield schema.parse(row);
    },
    matrix: refuse,
    scene: refuse,
  };
}

export const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** A data set of kind `matrix`. */
export function matrixSet(id: string, rows: readonly (readonly number[])[]): DatasetContent {
  const labels = (rows[0] ?? []).map((_, column) => `x${column}`);
  const matrix: MatrixContent = {
    annotations: [],
    samples: labels.map((label) => ({ label, column: label, covariates: {} })),
    async *rows() {
      for (const [row, values] of rows.entries()) {
        yield { id: String(row), values: Float64Array.from(values), annotations: {} };
      }
    },
  };
  return {
    id,
    kind: "matrix",
    name: id,
    bytes: 1,
    text: refuse,
    stream: async function* () {},
    rows: () => {
      throw new Error("another kind");
    },
    matrix: async () => matrix,
    scene: refuse,
  };
}
