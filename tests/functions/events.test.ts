import type { S3Event, SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createDataset } from "../../shared/resources/datasets/create.ts";
import { needDataset, uploadKey } from "../../shared/resources/datasets/store.ts";
import { cancelRun } from "../../shared/resources/runs/cancel.ts";
import { createRun } from "../../shared/resources/runs/create.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { type LocalAws, startLocalAws } from "../fixtures/aws.ts";
import { lambdaContext } from "../fixtures/call.ts";
import count from "../fixtures/count-method.ts";

let aws: LocalAws;
beforeAll(async () => {
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
  vi.stubEnv("TENFOLD_EXTRA_METHODS", new URL("../fixtures/count-method.ts", import.meta.url).href);
  aws = await startLocalAws(1000);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});
beforeEach(() => {
  aws.drainQueue();
});

const sqsEvent = (...bodies: readonly unknown[]): SQSEvent => ({
  Records: bodies.map((body, i) => ({
    messageId: `message-${i}`,
    receiptHandle: "handle",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "x",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:work",
    awsRegion: "us-east-1",
  })),
});
const s3Event = (key: string) =>
  ({ Records: [{ s3: { bucket: { name: "files" }, object: { key } } }] }) as S3Event;

const create = async (given: unknown) =>
  (await createRun(aws.backend, { tenant: "t", method: count, seed: 0, given })).run;
const status = async (id: string) => (await needRun(aws.backend, "t", id)).status;

test("work takes a run to its end, and each further delivery of a message changes nothing", async () => {
  const { handler } = await import("../../functions/events/work.ts");
  const { id } = await create({ to: 3 });
  const event = sqsEvent(...aws.drainQueue());
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
  const done = await needRun(aws.backend, "t", id);
  expect(done.status).toBe("succeeded");
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
  expect(await needRun(aws.backend, "t", id)).toEqual(done);
});

test("work of a run that is cut into slices is the same when every message comes twice", async () => {
  const { handler } = await import("../../functions/events/work.ts");
  const { id } = await create({ to: 6, milliseconds: 30 });
  for (let round = 0; round < 40 && (await status(id)) !== "succeeded"; round++) {
    const bodies = aws.drainQueue();
    const began = Date.now();
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => 120 - (Date.now() - began) };
    await Promise.all([handler(sqsEvent(...bodies), context), handler(sqsEvent(...bodies), context)]);
    if (aws.fauxqs.inspectQueue("work")?.messages.ready.length === 0)
      await vi.waitFor(tidied, { timeout: 5000 });
  }
  const run = await needRun(aws.backend, "t", id);
  const { expectedCount } = await import("../fixtures/count-method.ts");
  expect(JSON.parse(run.outputJson ?? "{}")).toEqual(expectedCount(6, 0));
  expect(run.slices).toBeGreaterThan(1);

  async function tidied() {
    const { handler: tidy } = await import("../../functions/events/tidy.ts");
    await tidy();
    const ended = (await status(id)) === "succeeded";
    expect(ended || aws.fauxqs.inspectQueue("work")?.messages.ready.length !== 0).toBe(true);
  }
});

test.each(["", "{}", "hello", '{"tenant":"t"}'])(
  "work leaves a message that is none to the dead letters: %j",
  async (body) => {
    const { handler } = await import("../../functions/events/work.ts");
    // A batch of which everything failed is an error of the function: the queue keeps it all.
    await expect(handler(sqsEvent(body), lambdaContext())).rejects.toThrow();
  },
);

test("bury ends a run that nobody could take, and no other", async () => {
  const { handler } = await import("../../functions/events/bury.ts");
  const stuck = await create({ to: 1 });
  const canceled = await create({ to: 1 });
  await cancelRun(aws.backend, "t", canceled.id);
  const messages = [stuck, canceled].map(({ id }) => ({ tenant: "t", run: id, fence: 0 }));
  expect(await handler(sqsEvent(...messages), lambdaContext())).toEqual({ batchItemFailures: [] });
  expect(await needRun(aws.backend, "t", stuck.id)).toMatchObject({
    status: "failed",
    error: { title: "No worker could take the run up" },
  });
  expect(await status(canceled.id)).toBe("canceled");
});

test("ingest takes up the form-encoded key of an upload, and passes by any other object", async () => {
  const { handler } = await import("../../functions/events/ingest.ts");
  const tenant = "a b";
  const { dataset } = await createDataset(aws.backend, tenant, { name: "x", kind: "text" });
  const { id } = dataset;
  await aws.backend.bucket.put(uploadKey(tenant, id), "hello", "text/plain");
  await handler(s3Event(`a+b/datasets/${id}/upload`));
  expect((await needDataset(aws.backend, tenant, id)).status).toBe("ready");
  await handler(s3Event("local/runs/1/artifacts/1-1-a.txt"));
});
