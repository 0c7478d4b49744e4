import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { serialize } from "node:v8";
import type { DatasetContent, RunContext } from "../../shared/methods/contract.ts";
import toedit from "../../shared/methods/toedit/method.ts";
import { readRows } from "../../shared/resources/datasets/reading/rows.ts";
import { memoryRun } from "../fixtures/memory-context.ts";

/** `node toedit-file.ts FILE`: edits a file of instruction rows; what comes of it is hashed and dropped. Prints JSON. */
const [file = ""] = process.argv.slice(2);
const refuse = () => Promise.reject(new Error("rows alone"));
const content: DatasetContent = {
  id: "rows",
  kind: "instructions",
  name: "rows",
  bytes: statSync(file).size,
  text: refuse,
  stream: () => createReadStream(file),
  async *rows(schema) {
    for await (const row of readRows("instructions", createReadStream(file))) yield schema.parse(row);
  },
  matrix: refuse,
  scene: refuse,
};
const begun = performance.now();
const hash = createHash("sha256");
let [written, shown, firstEdit] = [0, begun, begun];
const threads = Number(process.env.BENCH_TOEDIT_THREADS ?? availableParallelism());
const { context } = memoryRun({ threads, contents: new Map([["rows", content]]) });
const run: RunContext = {
  ...context,
  artifact: async (name, body, type) => {
    hash.update(body);
    written += body.length;
    return { name, type, bytes: body.length };
  },
  // Serialised, as a store would have it, and no more than one of them.
  checkpoint: { load: async () => undefined, save: async (state) => void serialize(state).length },
  progress: (share, message) => {
    if (!message?.includes("edited")) firstEdit = performance.now();
    if (performance.now() - shown < 20_000) return;
    shown = performance.now();
    const resident = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.error(
      `${((shown - begun) / 1000).toFixed(0)} s, ${(share * 100).toFixed(1)} %, ${message}, ${resident} MiB`,
    );
  },
};
const output = await toedit.run(
  toedit.input.parse({
    task: "edit",
    dataset: "rows",
    threshold: 0.9,
    temperature: 1.5,
    prior: { characters: 400_000, model: { dModel: 32, layers: 1, heads: 2 }, training: { steps: 200 } },
  }),
  run,
);
if (!("task" in output) || output.task !== "edit") throw new Error("an edit was asked for");
const seconds = (performance.now() - firstEdit) / 1000;
const { tokens, candidateRate, changedRate, items, files } = output;
console.log(
  JSON.stringify({
    seconds,
    items,
    tokens,
    tokensPerSecond: tokens / seconds,
    candidateRate,
    changedRate,
    files: files.length,
    written,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    sha256: hash.digest("hex"),
  }),
);
