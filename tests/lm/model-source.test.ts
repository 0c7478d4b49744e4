import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderSource } from "../../shared/lm/folder-source.ts";
import { jsonFile, type ModelSource, memorySource, wholeFile } from "../../shared/lm/model-source.ts";

const content = new Map([
  ["a.bin", Uint8Array.from({ length: 100 }, (_, i) => i)],
  ["b.json", new TextEncoder().encode('{"x":1}')],
  ["empty", new Uint8Array()],
]);
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-source-"));
  for (const [name, bytes] of content) await writeFile(join(folder, name), bytes);
  await mkdir(join(folder, "inner"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each<[string, () => Promise<ModelSource>]>([
  ["in memory", async () => memorySource(content)],
  ["in a folder", () => folderSource(folder)],
])("the files of a model %s", (_, open) => {
  test("are listed with their sizes, and read by ranges", async () => {
    const source = await open();
    expect(source.files).toEqual([...content].map(([name, { length }]) => ({ name, bytes: length })));
    expect([...(await source.read("a.bin", 10, 13))]).toEqual([10, 11, 12]);
    expect((await source.read("a.bin", 100, 100)).length).toBe(0);
    expect(await wholeFile(source, "a.bin")).toEqual(content.get("a.bin"));
    expect(await jsonFile(source, "b.json")).toEqual({ x: 1 });
  });

  test("are the reader's own: what is read may be changed", async () => {
    const source = await open();
    (await source.read("a.bin", 0, 3)).fill(9);
    expect([...(await source.read("a.bin", 0, 3))]).toEqual([0, 1, 2]);
  });

  test("are named where they are missing, too short or no JSON", async () => {
    const source = await open();
    await expect(source.read("c", 0, 1)).rejects.toThrow("there is no c");
    await expect(wholeFile(source, "inner")).rejects.toThrow("there is no inner");
    await expect(source.read("a.bin", 90, 101)).rejects.toThrow(
      "a.bin: bytes 90 to 101 are not within its 100",
    );
    await expect(source.read("a.bin", 5, 4)).rejects.toThrow("a.bin: bytes 5 to 4");
    await expect(jsonFile(source, "a.bin")).rejects.toThrow("a.bin: ");
  });
});
