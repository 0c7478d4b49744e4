import type { DatasetContent } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { openMatrix } from "./reading/matrix.ts";
import { readRows } from "./reading/rows.ts";
import { openScene } from "./reading/scene.ts";
import { readText } from "./reading/text.ts";
import type { RowKind } from "./rows/kinds.ts";
import { contentKey, needDataset, samplesKey } from "./store.ts";

/** The data set as a method reads it. Throws when it is unknown or not ready. */
export async function openDataset(backend: Backend, tenant: string, id: string): Promise<DatasetContent> {
  const dataset = await needDataset(backend, tenant, id);
  const { status, sha256, summary, kind, name, bytes = 0 } = dataset;
  if (status !== "ready" || sha256 === undefined || summary === undefined) {
    throw new Problem("conflict", `data set ${id} is ${status}, not ready`);
  }
  const key = contentKey(dataset, sha256);
  async function* body() {
    yield* (await backend.bucket.stream(key)).body;
  }
  const other = (wanted: string) => new Error(`data set ${id} is of kind ${kind}, and not ${wanted}`);
  return {
    id,
    kind,
    name,
    bytes,
    text: async () =>
      new TextDecoder().decode(Buffer.concat(await Array.fromAsync(readText(body(), summary.format)))),
    stream: () => (kind === "scene" ? body() : readText(body(), summary.format)),
    async *rows(schema) {
      if (!isRowKind(kind)) throw other("one of rows");
      for await (const row of readRows(kind, body())) yield schema.parse(row);
    },
    async matrix() {
      if (summary.kind !== "matrix") throw other("matrix");
      const sheet = dataset.hasSamples ? await backend.bucket.bytes(samplesKey(tenant, id)) : undefined;
      return openMatrix(body, summary, sheet && Buffer.from(sheet).toString("utf8"));
    },
    async scene() {
      if (kind !== "scene") throw other("scene");
      const read = async (start: number, end: number) =>
        Buffer.from(await backend.bucket.range(key, start, end));
      return openScene({ bytes, read });
    },
  };
}

const isRowKind = (kind: string): kind is RowKind =>
  kind === "instructions" || kind === "preferences" || kind === "judgements";
