import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockState, StateInUseError } from "../../../infra/local/lock.ts";

const stateDir = () => join(mkdtempSync(join(tmpdir(), "tenfold-lock-")), "state");

test("one state directory has one stack; the second is told who is there", () => {
  const directory = stateDir();
  const first = lockState(directory);
  first.announce("http://127.0.0.1:8787");
  expect(() => lockState(directory)).toThrow(StateInUseError);
  expect(() => lockState(directory)).toThrow(
    new RegExp(`process ${process.pid}, http://127.0.0.1:8787\\).*Stop it`),
  );
  first.release();
  lockState(directory).release();
});

test("the lock of a process that was killed is free", async () => {
  const directory = stateDir();
  const module = new URL("../../../infra/local/lock.ts", import.meta.url).href;
  const script = `
    const { lockState } = await import(${JSON.stringify(module)});
    globalThis.lock = lockState(${JSON.stringify(directory)});
    console.log("held");
    setInterval(() => {}, 1000);
  `;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(holder.stdout, "data");
  expect(() => lockState(directory)).toThrow(`process ${holder.pid}`);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockState(directory).release();
});
