import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockState } from "../../infra/local/lock.ts";
import { startLocal } from "../../infra/local/stack.ts";
import { expectedCount } from "../fixtures/count-method.ts";
import { tenfold } from "./command.ts";

const methods = [new URL("../fixtures/count-method.ts", import.meta.url).href];
let stateDir: string;
let env: Record<string, string>;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tenfold-local-"));
  env = { TENFOLD_STATE_DIR: stateDir, TENFOLD_EXTRA_METHODS: methods.join(",") };
});
afterAll(() => rm(stateDir, { recursive: true, force: true }));

/** Fails unless the stack that held the state directory has ended. */
const expectStackEnded = () => expect(() => lockState(stateDir).release()).not.toThrow();

it("runs a method on a stack of its own from the call to the files, and ends the stack", async () => {
  const out = join(stateDir, "out");
  const parts = ["run", "count", "--local", "--json", "--seed", "5", "--set", "to=7", "--out", out];
  const { code, stdout, stderr } = await tenfold(parts, { env });
  expect(stderr).toContain("✔ succeeded");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: "succeeded", output: expectedCount(7, 5) });
  expect(await readdir(out)).toContain("count.txt");
  expect(await readFile(join(out, "count.txt"), "utf8")).toBe(`${expectedCount(7, 5).checksum}\n`);
  expectStackEnded();

  const listed = await tenfold(["runs", "--local", "--json"], { env });
  expect(JSON.parse(listed.stdout)).toMatchObject([{ method: "count", status: "succeeded" }]);
});

it("cancels the run at Ctrl-C, ends the stack and answers 130", async () => {
  const parts = ["run", "count", "--local", "--set", "to=100000", "--set", "milliseconds=20"];
  const { code, stderr } = await tenfold(parts, {
    env,
    onStart: (child) => {
      child.stderr?.on("data", (chunk) => {
        if (String(chunk).includes("step")) child.kill("SIGINT");
      });
    },
  });
  expect(stderr).toContain("■ canceled");
  expect(code).toBe(130);
  expectStackEnded();
});

it("uses a stack that is running, and leaves it running", async () => {
  const stack = await startLocal({ stateDir, methods, quiet: true });
  try {
    const { code, stdout } = await tenfold(["run", "count", "--local", "--json"], { env });
    expect(code).toBe(0);
    const { id } = JSON.parse(stdout);
    const shown = await fetch(`${stack.url}/v1/runs/${id}`);
    expect(await shown.json()).toMatchObject({ status: "succeeded" });
  } finally {
    await stack.stop();
  }
});

it("names the field at fault, and the field that was meant", async () => {
  const { code, stdout, stderr } = await tenfold(["run", "count", "--local", "--set", "nested.rat=1"], {
    env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("  nested/rat: is not a field here; did you mean rate?\n");
});
