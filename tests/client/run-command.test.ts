import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, startApi } from "./api.ts";
import { tenfold } from "./command.ts";
import { inLab } from "./in-lab.ts";
import { aRun, fopeOutput, runId, runningAt } from "./lab.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-command-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
