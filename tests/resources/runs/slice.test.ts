import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRun } from "../../../shared/resources/runs/create.ts";
import { performSlice } from "../../../shared/resources/runs/slice.ts";
import { readRun } from "../../../shared/resources/runs/store.ts";
import { type LocalAws, startLocalAws } from "../../fixtures/aws.ts";
import count, { expectedCount } from "../../fixtures/count-method.ts";

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.drainQueue();
});

const find = (id: string) => (id === "count" ? count : undefined);
const remainingMilliseconds = () => 60_000;

test("a run goes from a call to its result", async () => {
  const { run } = await createRun(aws.backend, { tenant: "t", method: count, seed: 3, given: { to: 20 } });
  expect(aws.drainQueue()).toEqual([{ tenant: "t", run: run.id, fence: 0 }]);
  expect(
    await performSlice(aws.backend, {
      tenant: "t",
      run: run.id,
      remainingMilliseconds,
      find,
      warn: console.error,
    }),
  ).toBe("succeeded");
  const done = await readRun(aws.backend, "t", run.id);
  expect(JSON.parse(done?.outputJson ?? "")).toEqual(expectedCount(20, 3));
});
