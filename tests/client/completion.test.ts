import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../shared/client/client.ts";
import { complete } from "../../shared/client/completion/complete.ts";
import type { Shell } from "../../shared/client/completion/shells.ts";
import { createProgram } from "../../shared/client/program.ts";
import { startApi, type TestApi } from "./api.ts";
import { tenfold } from "./command.ts";
import { modelId, runId, startLab } from "./lab.ts";

let lab: TestApi;
beforeAll(async () => {
  lab = await startLab(undefined, ({ method, path }) =>
    method === "GET" && path === "/v1/methods/fope"
      ? {
          body: {
            ...{ id: "fope", title: "", summary: "", paper: { title: "", url: "" }, output: {} },
            presets: {
              quick: { summary: "small", cost: "little", input: {} },
              paper: { summary: "", cost: "", input: {} },
            },
            input: {
              anyOf: [
                {
                  properties: {
                    task: { const: "compare" },
                    training: { properties: { steps: { description: "How many" } } },
                  },
                },
              ],
            },
          },
        }
      : undefined,
  );
});
afterAll(() => lab[Symbol.asyncDispose]());

const program = createProgram(() => undefined);
const at = (words: readonly string[], url = lab.url, shell: Shell = "fish") =>
  complete(program, shell, words, createClient({ url, attempts: 1 }));
const values = async (words: readonly string[]) => (await at(words)).map(({ value }) => value);

describe("at the cursor stand", () => {
  it.each([
    [["mod"], ["model"]],
    [["model", "sh"], ["show"]],
    [["model", "a"], ["add"]],
    [
      ["model", "add", "--n"],
      ["--name", "--no-wait"],
    ],
    [["model", "add", ""], []],
    [["run", "fope", "--pr"], ["--preset"]],
    [["runs", "--status", "c"], ["canceled"]],
    [["runs", "--status=c"], ["--status=canceled"]],
    [["runs", "--method", ""], ["fope"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["run", "f"], ["fope"]],
    [
      ["run", "fope", "--preset", ""],
      ["quick", "paper"],
    ],
    [["run", "fope", "-p", "q"], ["quick"]],
    [["run", "fope", "--preset=q"], ["--preset=quick"]],
    [
      ["run", "fope", "--set", ""],
      ["task=", "training.steps="],
    ],
    [["run", "--wait", "fope", "-s", "a=1", "-s", "tr"], ["training.steps="]],
    [
      ["show", ""],
      ["latest", runId, "older"],
    ],
    [["compare", runId, "lat"], ["latest"]],
    [["model", "download", ""], [modelId]],
    [["dataset", "show", ""], ["0195a1b2-0000-7000-8000-00000000d001"]],
    [["dataset", "add", ""], []],
    [["run", "unknown", "--preset", ""], []],
    [["show", runId, ""], []],
    [
      ["no", "such", "command", ""],
      ["methods", "run", "runs", "show"],
    ],
  ] as const)("%j: %j", async (words, expected) => {
    const found = await values(words);
    expect(found.slice(0, Math.max(expected.length, 1))).toEqual(expected);
  });

  it("nothing of the command that completes", async () => {
    expect(await values(["comp"])).toEqual(["compare", "completion"]);
  });

  it("what they are, too", async () => {
    expect(await at(["run", "fope", "--preset", "q"])).toEqual([{ value: "quick", about: "small (little)" }]);
    const env = { TENFOLD_URL: lab.url };
    const { code, stdout } = await tenfold(["complete", "zsh", "--", "run", "fope", "--set", "training"], {
      env,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "training.steps=\tHow many\n" });
  });

  it("nothing, and no complaint, when the API is silent or gone", async () => {
    const silent = await startApi(() => "cut");
    expect(await at(["run", ""], silent.url)).toEqual([]);
    await silent[Symbol.asyncDispose]();
    const env = { TENFOLD_URL: silent.url };
    const ended = await tenfold(["complete", "bash", "--", "run", ""], { env });
    expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("bash, with the script that the command prints,", () => {
  /** What bash itself would put on the line; it breaks words at = by itself. */
  async function completed(...words: string[]): Promise<string[]> {
    const { stdout: script } = await tenfold(["completion", "bash"]);
    const array = words.map((word) => `'${word}'`).join(" ");
    const asking = `${script}
      COMP_WORDS=(tenfold ${array}); COMP_CWORD=${words.length}
      compopt() { echo "option $2"; }
      _tenfold; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p tenfold`;
    const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", asking], {
      env: { PATH: process.env.PATH, TENFOLD_URL: lab.url },
    });
    return stdout.trimEnd().split("\n");
  }

  it("completes commands and ids", async () => {
    expect(await completed("mod")).toEqual(["model", "complete -o default -F _tenfold tenfold"]);
    expect((await completed("show", "")).slice(0, 2)).toEqual(["latest", runId]);
  });

  it("completes behind an equals sign what stands behind it", async () => {
    expect((await completed("run", "fope", "--preset", "=", "q"))[0]).toBe("quick");
    expect((await completed("run", "fope", "--preset", "="))[0]).toBe("quick");
  });

  it("leaves the cursor behind a field's equals sign", async () => {
    expect((await completed("run", "fope", "--set", "trai")).slice(0, 2)).toEqual([
      "option nospace",
      "training.steps=",
    ]);
  });
});

describe("each shell's script", () => {
  it.each(["bash", "zsh", "fish"])("%s: names the command by its file", async (shell) => {
    const { code, stdout } = await tenfold(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`shared/client/tenfold.mjs' complete ${shell} -- `);
  });
});
