import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Asked } from "./api.ts";
import { tenfold } from "./command.ts";
import { inLab } from "./in-lab.ts";
import { aRun, events, fopeOutput, modelId, runId, runningAt } from "./lab.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-command-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const created = (asked: readonly Asked[]) => asked.find(({ method }) => method === "POST");

describe("the other commands", () => {
  it.each([
    [["methods"], "fope    Trains a language model"],
    [["methods", "fope"], "quick   RoPE against FoPE"],
    [["runs"], `${runId}  fope    quick      0  ✔ succeeded  51 s`],
    [["show", runId], "training.steps  500"],
    [["cancel", runId], `■ canceled  ${runId}`],
    [["delete", runId], `Deleted ${runId}`],
    [["artifacts", runId], "report.html  text/html"],
    [["events", runId], "progress          25 % training rope"],
    [["events", runId, "--follow"], "succeeded"],
    [["dataset", "list"], "letters.txt  text  ✔ ready"],
    [["dataset", "show", "d"], "text, 2 lines, 12 characters"],
    [["dataset", "delete", "d"], "Deleted d"],
    [["model", "list"], "fope seed 1  fope  ✔ ready     115,264"],
    [["model", "list", "--run", "latest"], "fope seed 1"],
    [["model", "show", "fope seed 1"], "context length  64"],
    [["model", "show", "latest"], `fope, run ${runId}, seed 3`],
    [["model", "show", "latest", "--card"], "# A card"],
    [["model", "delete", modelId], `Deleted ${modelId}`],
    [["model", "delete", "6789ab"], `Deleted ${modelId}`],
    [["show", "0195a1b2"], `${runId}\n  method`],
    [["cancel", "latest"], `■ canceled  ${runId}`],
    [["compare", runId, "latest"], "Their inputs are equal. Their 62 figures are equal."],
  ] as const)("%j", async (parts, text) => {
    const [plain, json] = await Promise.all([inLab(parts), inLab([...parts, "--json"])]);
    expect(plain.stdout).toContain(text);
    expect(plain.code).toBe(0);
    expect(() => JSON.parse(json.stdout)).not.toThrow();
    expect(json.code).toBe(0);
  });

  it("list no more runs than --limit, over several pages", async () => {
    const { stdout, asked } = await inLab(
      ["runs", "--limit", "3", "--json", "--method", "fope", "--status", "failed"],
      {
        special: ({ path }) =>
          path === "/v1/runs" ? { body: { items: [aRun(), aRun()], next: "more" } } : undefined,
      },
    );
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(asked.map(({ query }) => query.toString())).toEqual([
      "method=fope&status=failed&limit=3",
      "method=fope&status=failed&limit=3&cursor=more",
    ]);
  });

  it("add a file as a data set under a name", async () => {
    const file = join(folder, "letters.txt");
    await writeFile(file, "first\nsecond");
    const { code, stdout, asked } = await inLab(["dataset", "add", file, "--name", "my letters"]);
    expect(code).toBe(0);
    expect(stdout).toContain("✔ ready");
    expect(JSON.parse(created(asked)?.body ?? "")).toEqual({ name: "my letters", bytes: 12, kind: "text" });
  });

  it("name the line at fault in a refused data set, and end with 2", async () => {
    const file = join(folder, "binary");
    await writeFile(file, "\0");
    const { code, stderr } = await inLab(["dataset", "add", file, "--kind", "text"], {
      special: ({ method, path }) =>
        method === "GET" && path.startsWith("/v1/datasets/")
          ? {
              body: {
                id: "d",
                name: "binary",
                kind: "text",
                status: "invalid",
                createdAt: "2026-03-01T10:00:00.000Z",
                errors: [
                  { message: "is not text", line: 1 },
                  { message: "holds a zero byte", offset: 0 },
                ],
                links: { self: "x" },
              },
            }
          : undefined,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("  line 1: is not text\n  byte 0: holds a zero byte\n");
  });

  it("ask for the kind of a file whose name does not tell", async () => {
    const file = join(folder, "rows.jsonl");
    await writeFile(file, '{"text": "hello"}\n');
    const { code, stderr, asked } = await inLab(["dataset", "add", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("add --kind");
    expect(asked).toEqual([]);
  });

  /** A folder of these files. */
  async function folderOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content);
    return path;
  }
  const puts = (asked: readonly Asked[]) =>
    Object.fromEntries(
      asked.filter(({ method }) => method === "PUT").map(({ path, body }) => [path.split("/").at(-1), body]),
    );

  it("bring a folder as a model: its files are sent, others are left out and named", async () => {
    const files = { "config.json": "{}", "model.safetensors": "weights", "tokenizer.json": "[]" };
    const others = { "pytorch_model.bin": "x", "notes.txt": "x", ".gitattributes": "x" };
    const path = await folderOf("MyLlama", { ...files, ...others });
    await mkdir(join(path, "onnx"));
    const { code, stdout, stderr, asked } = await inLab(["model", "add", `${path}/`]);
    expect(code).toBe(0);
    expect(stdout).toContain("✔ ready");
    expect(JSON.parse(created(asked)?.body ?? "")).toEqual({
      name: "MyLlama",
      files: Object.entries(files).map(([name, body]) => ({ name, bytes: body.length })),
    });
    expect(puts(asked)).toEqual(files);
    expect(stderr.split("\n").filter((line) => line.startsWith("left out"))).toEqual([
      "left out: notes.txt is not a file of a model in Hugging Face layout",
      "left out: onnx is not a file",
      "left out: pytorch_model.bin is not taken, since it can hold code: save the weights as safetensors",
    ]);
  });

  it("bring files as a model, under a name or that of the first, and leave before the check", async () => {
    const path = await folderOf("llama2c", { "stories.bin": "numbers", "tok512.bin": "words" });
    const files = [join(path, "stories.bin"), join(path, "tok512.bin")];
    const unnamed = await inLab(["model", "add", ...files, "--no-wait"]);
    expect(JSON.parse(created(unnamed.asked)?.body ?? "")).toMatchObject({ name: "stories" });
    expect(puts(unnamed.asked)).toEqual({ "stories.bin": "numbers", "tok512.bin": "words" });
    const named = await inLab(["model", "add", ...files, "--name", "tales", "--json"]);
    expect(JSON.parse(created(named.asked)?.body ?? "")).toMatchObject({ name: "tales" });
    expect(JSON.parse(named.stdout)).toMatchObject({ id: modelId, status: "ready" });
  });

  it("name the tensor at fault in a refused model, and end with 2", async () => {
    const path = await folderOf("broken", { "config.json": "{}", "model.safetensors": "x" });
    const { code, stdout, stderr } = await inLab(["model", "add", path], {
      special: ({ method, path }) =>
        method === "GET" && path.startsWith("/v1/models/")
          ? {
              body: {
                ...{ id: "m", name: "broken", status: "failed", source: "upload", summary: {}, files: [] },
                ...{ createdAt: "2026-03-01T10:00:00.000Z", links: { self: "x" }, card: "" },
                errors: [
                  { file: "config.json", field: "/model_type", message: "mamba is none of those known" },
                  { field: "model.norm.weight", message: "the tensor is missing" },
                ],
              },
            }
          : undefined,
    });
    expect(code).toBe(2);
    expect(stdout).toContain("✘ failed");
    expect(stderr).toContain("  config.json, /model_type: mamba is none of those known\n");
    expect(stderr).toContain("  model.norm.weight: the tensor is missing\n");
  });

  it("find an uploaded model by the whole of its id, though it is in no list", async () => {
    const id = "0195a1b2-0000-7000-8000-00000000aaaa";
    const { code, asked } = await inLab(["model", "delete", id]);
    expect(code).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: `/v1/models/${id}` });
  });

  it("send a sample sheet along, and leave before the check on request", async () => {
    const file = join(folder, "table.txt");
    const sheet = join(folder, "design.tsv");
    await writeFile(file, "id\tA\nP\t1\n");
    await writeFile(sheet, "label\tgroup\nA\tx\n");
    const { code, asked } = await inLab(["dataset", "add", file, "--samples", sheet, "--no-wait"]);
    expect(code).toBe(0);
    const { kind, samples } = JSON.parse(created(asked)?.body ?? "");
    expect({ kind, samples }).toEqual({ kind: "matrix", samples: "label\tgroup\nA\tx\n" });
  });

  it("download the files of a run and of a model", async () => {
    const files = join(folder, "files");
    expect((await inLab(["artifacts", runId, "--out", files])).code).toBe(0);
    expect(await readFile(join(files, "report.html"), "utf8")).toBe("<p>report</p>");
    const model = join(folder, "model");
    expect((await inLab(["model", "download", "fope seed 1", model])).code).toBe(0);
    expect(await readdir(model)).toEqual(["config.json"]);
  });

  it("take no short form that several runs have", async () => {
    const ids = [runId, runId.replace(/1$/, "2")];
    const { code, stderr } = await inLab(["delete", "0195"], {
      special: ({ path }) =>
        path === "/v1/runs" ? { body: { items: ids.map((id) => aRun({ id })) } } : undefined,
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `✘ 0195: 2 runs could be meant: ${ids.join(", ")}\n`,
    });
  });

  it("compare runs: what their inputs and figures differ in, and what they took", async () => {
    const other = "0195a1b2-0000-7000-8000-000000000002";
    const output = structuredClone(fopeOutput);
    for (const point of output.variants[0]?.loss ?? []) point.mean += 0.5;
    const against = aRun({
      ...{ id: other, seed: 1, finishedAt: "2026-03-01T10:01:31.000Z", output },
      input: { task: "compare", seeds: 3, training: { steps: 900 }, variants: ["rope"] },
    });
    const special = ({ method, path }: Asked) =>
      method === "GET" && path === `/v1/runs/${other}` ? { body: against } : undefined;
    const { code, stdout } = await inLab(["compare", runId, other], { special });
    expect(code).toBe(0);
    expect(stdout).toMatch(/A +0195\S+1 +fope, preset quick, seed 0 +✔ succeeded +51 s +1\.0 s +1 +2, 15 B/);
    expect(stdout).toMatch(/training\.steps +500 +900/);
    expect(stdout).toMatch(/variants\[rope\]\.loss\[64\]\.mean +1\.733 +2\.233 +\+0\.500/);
    expect(stdout).not.toContain("[fope].loss");
    expect(stdout).toContain("57 more figures are equal.");
    const json = JSON.parse((await inLab(["compare", runId, other, "--json"], { special })).stdout);
    expect(json.input).toEqual([
      { path: "training.steps", values: [500, 900] },
      { path: "variants", values: [["rope", "fope", "yarn"], ["rope"]] },
    ]);
    expect(json.output).toHaveLength(62);
    expect(json.runs.map(({ cost }: { cost: { seconds: number } }) => cost.seconds)).toEqual([51.4, 90]);
  });

  it("follow events without missing or repeating one", async () => {
    let asked = 0;
    const { stdout } = await inLab(["events", runId, "--follow", "--json"], {
      story: [runningAt(0.2, "a"), aRun()],
      special: ({ path, query }) => {
        if (!path.endsWith("/events")) return undefined;
        const there = events.slice(0, ++asked === 1 ? 2 : 3);
        return { body: { items: there.filter(({ id }) => id > Number(query.get("after") ?? 0)) } };
      },
    });
    expect(JSON.parse(stdout)).toEqual(events);
  });

  it("paint only where they are told to, outside a terminal", async () => {
    const painted = await inLab(["runs"], { env: { FORCE_COLOR: "1" } });
    expect(painted.stdout).toContain("\u001b[32m✔ succeeded\u001b[39m");
    const bare = await inLab(["runs"], { env: { NO_COLOR: "1" } });
    expect(bare.stdout).not.toContain("\u001b");
  });

  it("explain themselves and the exit codes", async () => {
    const { code, stdout } = await tenfold(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "Exit codes: 0 succeeded, 1 failed, 2 bad usage or refused input, 130 interrupted.",
    );
  });
});
