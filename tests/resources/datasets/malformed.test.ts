import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { datasetKind } from "../../../shared/resources/datasets/record.ts";
import { contentErrorSchema } from "../../../shared/resources/uploads/record.ts";
import { checkContent } from "./check-file.ts";

// Each file is wrong in its own way; the manifest says what is to be told of it, and where.

const folder = join(import.meta.dirname, "malformed");
const manifest = z
  .array(
    z.strictObject({
      file: z.string(),
      kind: datasetKind,
      /** What is wrong, for the reader. */
      why: z.string(),
      samples: z.string().optional(),
      errors: z.array(contentErrorSchema.strict()).min(1),
    }),
  )
  .parse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));

test("there are at least forty, of every kind, and each file is named once", async () => {
  const files = (await readdir(folder)).filter((name) => name !== "manifest.json" && !name.startsWith("."));
  expect(manifest.map(({ file }) => file).sort()).toEqual(files.sort());
  expect(manifest.length).toBeGreaterThanOrEqual(40);
  expect(new Set(manifest.map(({ kind }) => kind))).toEqual(new Set(datasetKind.options));
});

test.each(manifest.map((one) => [one.file, one.why, one] as const))(
  "%s is refused: %s",
  async (_file, _why, { file, kind, samples, errors }) => {
    expect(await checkContent(join(folder, file), kind, samples)).toEqual({ errors });
  },
);
