import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { ProcessDiedError } from "../../../infra/local/process/child.ts";
import { type Supervised, supervise } from "../../../infra/local/process/supervise.ts";
import { ended, isAlive } from "./processes.ts";

interface Ready {
  readonly generation: number;
}

const logDir = mkdtempSync(join(tmpdir(), "tenfold-supervise-"));
let child: Supervised<Ready>;

const start = () => {
  child = supervise<Ready>({
    name: "echo",
    module: import.meta.resolve("./fixtures/echo-process.ts"),
    options: (last) => ({ generation: (last?.generation ?? 0) + 1 }),
    environment: process.env,
    logDir,
    warn: () => {},
  });
};

afterEach(() => child.stop(2_000));

test("calls come back with their answers, whatever their order", async () => {
  start();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 20 }), async (values) => {
      // JSON has no negative zero.
      const sent: unknown[] = JSON.parse(JSON.stringify(values));
      expect(await Promise.all(sent.map((value) => child.call("echo", value)))).toEqual(sent);
    }),
    { numRuns: 20 },
  );
});

test("an error of the process comes back as an error", async () => {
  start();
  await expect(child.call("fail", null)).rejects.toMatchObject({ name: "RangeError", message: "too far" });
  await expect(child.call("nothing", null)).rejects.toThrow("unknown call");
});

test("a killed process fails its callers and is followed by another, which is told what the last one said", async () => {
  start();
  expect(await child.ready()).toEqual({ generation: 1 });
  const before = child.pid();
  const hanging = child.call("hang", null);
  const failed = expect(hanging).rejects.toThrow(ProcessDiedError);
  child.kill();
  await failed;
  await expect.poll(() => child.ready()).toEqual({ generation: 2 });
  expect(child.pid()).not.toBe(before);
  expect(await child.call("echo", "still here")).toBe("still here");
});

test("a process that leaves by itself is followed by another", async () => {
  start();
  await expect(child.call("leave", null)).rejects.toThrow("exit code 3");
  await expect.poll(() => child.ready()).toEqual({ generation: 2 });
});

test("stopping ends it for good", async () => {
  start();
  await child.ready();
  const pid = child.pid() ?? 0;
  await child.stop(2_000);
  expect(isAlive(pid)).toBe(false);
  expect(child.pid()).toBeUndefined();
  await expect(child.call("echo", 1)).rejects.toThrow();
});

test("a child ends when its parent was killed", async () => {
  start();
  const parent = spawn(process.execPath, [
    fileURLToPath(import.meta.resolve("./fixtures/parent-process.ts")),
    logDir,
  ]);
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line));
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await ended(pid);
});
