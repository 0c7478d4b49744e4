import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { checkRows } from "../../../shared/resources/datasets/check-rows.ts";
import { checkScene } from "../../../shared/resources/datasets/check-scene.ts";
import { checkText } from "../../../shared/resources/datasets/check-text.ts";
import type { Checked } from "../../../shared/resources/datasets/checked.ts";
import type { DatasetKind } from "../../../shared/resources/datasets/record.ts";

/** Checks a file as ingest checks an object. */
export async function checkContent(path: string, kind: DatasetKind, samples?: string): Promise<Checked> {
  if (kind === "scene") return checkScene(await sourceOf(path));
  const body = createReadStream(path);
  if (kind === "text") return checkText(body);
  return kind === "matrix" ? checkMatrix(body, samples) : checkRows(kind, body);
}

async function sourceOf(path: string) {
  const whole = await readFile(path);
  return { bytes: whole.length, read: async (start: number, end: number) => whole.subarray(start, end) };
}
