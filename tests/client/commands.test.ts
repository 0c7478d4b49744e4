import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type Asked, startApi, type TestApi } from "./api.ts";
import { type CommandOptions, tenfold } from "./command.ts";
import { aRun, events, fopeOutput, modelId, runId, runningAt, type Story, startLab } from "./lab.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-command-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command against an API, with all that the API was asked. */
async function against(api: TestApi, parts: readonly string[], options: CommandOptions = {}) {
  const ended = await tenfold(parts, { ...options, env: { TENFOLD_URL: api.url, ...options.env } });
  return { ...ended, asked: api.asked };
}

async function inLab(
  parts: readonly string[],
  {
    story,
    special,
    ...options
  }: CommandOptions & { story?: Story; special?: (asked: Asked) => Answer | undefined } = {},
) {
  await using lab = await startLab(story, special);
  return await against(lab, parts, options);
}

const created = (asked: readonly Asked[]) => asked.find(({ method }) => method === "POST");

describe("tenfold run", () => {
  it("starts a run and says its id on standard output alone", async () => {
    const { code, stdout, stderr, asked } = await inLab(
      ["run", "fope", "--preset", "quick", "--seed", "7", "--set", "training.steps=9", "-s", "name=x=y"],
      { env: { TENFOLD_KEY: "tf_key" } },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${runId}\n` });
    expect(stderr).toContain(`tenfold cancel ${runId}`);
    expect(created(asked)?.query.toString()).toBe("preset=quick&seed=7");
    expect(JSON.parse(created(asked)?.body ?? "")).toEqual({ training: { steps: 9 }, name: "x=y" });
    expect(created(asked)?.headers.authorization).toBe("Bearer tf_key");
  });

  it("waits with --wait, and prints the table and the place of the report", async () => {
    const { code, stdout, stderr } = await inLab(["run", "fope", "--wait"], {
      story: [runningAt(0.5, "half"), aRun()],
    });
    expect(code).toBe(0);
    expect(stdout).toContain("1.881 ± 0.020");
    expect(stdout).toMatch(
      new RegExp(`Report {2}http://127.0.0.1:\\d+/v1/runs/${runId}/artifacts/report.html\n$`),
    );
    expect(stderr).toContain("50 % half");
    expect(stderr).toContain("✔ succeeded after 51 s");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("prints with --json one document, which is the finished run, and puts the files where --out says", async () => {
    const out = join(folder, "out");
    const { code, stdout } = await inLab(["run", "fope", "--json", "--out", out], {
      story: [runningAt(0.5, "half"), aRun()],
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: runId, status: "succeeded", output: fopeOutput });
    expect((await readdir(out)).sort()).toEqual(["report.html", "result.json"]);
  });

  it("fetches an output that is too large for the record", async () => {
    const { output: _output, ...run } = aRun();
    const { stdout } = await inLab(["run", "fope", "--json", "--wait"], { story: [run] });
    expect(JSON.parse(stdout).output).toEqual({});
  });

  it("ends with 1 and the reason when the run failed", async () => {
    const { output: _output, ...run } = aRun({
      status: "failed",
      error: { type: "x", title: "The method failed", detail: "out of memory" },
    });
    const { code, stdout, stderr } = await inLab(["run", "fope", "--wait", "--json"], { story: [run] });
    expect(code).toBe(1);
    expect(stderr).toContain("✘ failed after 51 s\n  The method failed: out of memory");
    expect(JSON.parse(stdout).error.detail).toBe("out of memory");
  });

  it("says each refused field in a line of its own, and ends with 2", async () => {
    const errors = [
      { path: "/training/steps", message: "must be at most 200000" },
      { path: "/a~1b", message: "is unknown; did you mean ab?" },
    ];
    const refusal = { status: 422, body: { title: "The input is not valid", detail: "2 fields", errors } };
    const { code, stdout, stderr } = await inLab(["run", "fope", "--set", "training.steps=1e9", "--json"], {
      special: ({ method }) => (method === "POST" ? refusal : undefined),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      "✘ The input is not valid\n  training/steps: must be at most 200000\n  a/b: is unknown; did you mean ab?\n",
    );
  });

  it("reads the input from a file or standard input, with the settings on top", async () => {
    const file = join(folder, "input.json");
    await writeFile(file, '{"seeds": 2, "training": {"steps": 5, "batch": 3}}');
    const fromFile = await inLab(["run", "fope", "--input", file, "--set", "training.steps=6"]);
    expect(JSON.parse(created(fromFile.asked)?.body ?? "")).toEqual({
      seeds: 2,
      training: { steps: 6, batch: 3 },
    });
    const piped = await inLab(["run", "fope", "--input", "-"], { input: '{"seeds": 4}' });
    expect(JSON.parse(created(piped.asked)?.body ?? "")).toEqual({ seeds: 4 });
  });

  it("asks for the preset where a setting points into its list", async () => {
    const { asked } = await inLab(["run", "fope", "--preset", "quick", "--set", "variants.1=nope"]);
    expect(JSON.parse(created(asked)?.body ?? "")).toEqual({ variants: ["rope", "nope"] });
  });

  it.each([
    [["run", "fope", "--input", "-"], "{", "--input: standard input: Expected property name"],
    [["run", "fope", "--input", "-"], "[1]", "--input: standard input: must be a JSON object"],
    [["run", "fope", "--input", "/no/such/file"], "", "--input: /no/such/file: ENOENT"],
    [["run", "fope", "--set", "steps"], "", "--set steps: write it as field=value"],
    [["run", "fope", "--set", "a=1", "--set", "a.b=2"], "", "--set a: is 1, which has no fields"],
    [["run", "fope", "--seed", "x"], "", "'x' is invalid. It must be an integer of at least 0."],
    [["run", "fope", "--prest", "quick"], "", "unknown option '--prest'\n(Did you mean --preset?)"],
    [["rum", "fope"], "", "unknown command 'rum'\n(Did you mean run?)"],
    [["runs", "--status", "done"], "", "Allowed choices are queued, running, succeeded, failed, canceled."],
    [["runs", "--status", "runing"], "", "failed, canceled; did you mean running?"],
    [["run"], "", "missing required argument 'method'"],
    [["dataset", "add", "/no/such/file"], "", "ENOENT: no such file or directory, access '/no/such/file'"],
    [["dataset", "add", "/"], "", "/ is not a file"],
    [["show", "0195a1b2-0000-7000-8000-00000000dead"], "", "There is no run of this id"],
    [["show", "unknown"], "", "✘ unknown: there is no run whose id begins or ends so\n"],
    [["show", "lastest"], "", "there is no run whose id begins or ends so; did you mean latest?"],
    [["model", "show", "foep seed 1"], "", "; did you mean fope seed 1?"],
    [["model", "add", "/no/such/folder"], "", "ENOENT: no such file or directory, stat '/no/such/folder'"],
    [["model", "add", import.meta.dirname], "", ": there is no file of a model"],
    [["model", "add"], "", "missing required argument 'files'"],
    [["model", "export", "./nowhere", "-o", "x"], "", "./nowhere: there is no such folder"],
    [["model", "export", "latest"], "", "required option '-o, --out <file>' not specified"],
    [["model", "shwo", "latest"], "", "unknown command 'shwo'\n(Did you mean show?)"],
    [["compare", runId], "", "compare takes two runs or more"],
    [["completion", "bahs"], "", "Allowed choices are bash, zsh, fish; did you mean bash?"],
  ] as const)("ends with 2 on bad usage: %j", async (parts, input, message) => {
    const { code, stdout, stderr, asked } = await inLab(parts, { input });
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(created(asked)).toBeUndefined();
  });

  it("ends with 1 and says what to do when nothing answers", async () => {
    const gone = await startApi(() => "cut");
    await gone[Symbol.asyncDispose]();
    const { code, stderr } = await tenfold(["runs"], { env: { TENFOLD_URL: gone.url } });
    expect(code).toBe(1);
    expect(stderr).toContain(`✘ Nothing answers at ${gone.url}\n  Start it with \`npm start\``);
  });

  it("lets a remote run go on at Ctrl-C, says how to come back to it, and ends with 130", async () => {
    const { code, stderr, asked } = await inLab(["run", "fope", "--wait"], {
      story: [runningAt(0.5, "half")],
      onStart: (child) => {
        child.stderr?.on("data", (chunk) => {
          // Twice at once, as when the terminal and the launcher both pass it on.
          if (String(chunk).includes("50 %")) for (let i = 0; i < 2; i++) child.kill("SIGINT");
        });
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain(`The run goes on.\n  watch it   tenfold show ${runId} --wait`);
    expect(asked.some(({ path }) => path.endsWith("/cancel"))).toBe(false);
  });
});

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
