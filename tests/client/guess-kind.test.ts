import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { guessKind } from "../../shared/client/guess-kind.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-kind-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each<[string, string | Uint8Array, string | undefined]>([
  ["book.txt", "hello", "text"],
  ["notes.md.gz", gzipSync("hello"), "text"],
  ["proteinGroups.txt", "Protein IDs\tA", "matrix"],
  ["table.CSV", "a,b", "matrix"],
  ["preference.csv", "\tquestion_text\tpreferred_response\trejected_response\n", "judgements"],
  ["answers.csv", '"question","answer"\n', "instructions"],
  ["room.zip", "PK", "scene"],
  ["a.jsonl", '{"instruction": "x", "output": "y"}\n', "instructions"],
  ["b.jsonl", '\n{"prompt": "x", "completion": "say \\"label\\": no"}\n', "instructions"],
  ["c.jsonl.gz", gzipSync(`{"prompt": "x", "chosen": "y", "rejected": "z"}\n`), "preferences"],
  [
    "d.json",
    '[\n  {\n    "question": "q",\n    "response_a": "a",\n    "label": "response_a"\n  }\n]',
    "judgements",
  ],
  ["e.json", '[{"messages": [{"role": "user", "content": "x"}], "label": true}]', "preferences"],
  ["f.jsonl", '{"text": "x"}\n', undefined],
  ["g.bin", "x", undefined],
])("%s", async (name, content, kind) => {
  const file = join(folder, name);
  await writeFile(file, content);
  expect(await guessKind(file)).toBe(kind);
});
