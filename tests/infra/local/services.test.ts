import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { BUCKET, QUEUES, queueUrl, TABLE } from "../../../infra/local/services/names.ts";
import {
  dynamo,
  get,
  killAndStart,
  put,
  receive,
  send,
  services,
  sqs,
  start,
  stateDir,
  storage,
  table,
} from "./running-services.ts";

describe("what was answered is there after a kill", () => {
  test("items, objects and messages", async () => {
    await start();
    const bytes = randomBytes(3_000_000);
    const Item = { PK: { S: "a" }, SK: { S: "b" }, value: { N: "1" } };
    await Promise.all([
      dynamo.send(new PutItemCommand({ TableName: TABLE, Item })),
      put("local/x/one", bytes),
      send("hello"),
    ]);
    await killAndStart();
    const Key = { PK: Item.PK, SK: Item.SK };
    expect((await dynamo.send(new GetItemCommand({ TableName: TABLE, Key }))).Item).toEqual(Item);
    expect((await get("local/x/one")).equals(bytes)).toBe(true);
    expect((await receive(QUEUES.runs))?.Body).toBe("hello");
  });

  test("a message that was handed out comes again, and then once more as a dead letter", async () => {
    await start();
    await send("poison");
    for (let delivery = 1; delivery <= 10; delivery++) {
      const hidden = delivery === 5 ? {} : { VisibilityTimeout: 0 };
      const message = await receive(QUEUES.runs, { WaitTimeSeconds: 5, ...hidden });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(delivery));
      if (delivery === 5) await killAndStart();
    }
    // The move to the dead letters happens when the message would be handed out once more.
    expect(await receive(QUEUES.runs)).toBeUndefined();
    expect((await receive(QUEUES.deadRuns))?.Body).toBe("poison");
  });

  test("a table that was being made when everything was killed", async () => {
    await mkdir(join(stateDir, "table"));
    const script = fileURLToPath(import.meta.resolve("./fixtures/half-made-table.ts"));
    const maker = spawn(process.execPath, [script, join(stateDir, "table")]);
    await once(maker, "exit");
    await start();
    const Item = { PK: { S: "a" }, SK: { S: "b" } };
    await dynamo.send(new PutItemCommand({ TableName: TABLE, Item }));
  });
});

test("a nearly full disk takes no more objects, but items still", async () => {
  await start({ reserveBytes: Number.MAX_SAFE_INTEGER });
  await expect(put("local/x", "y")).rejects.toThrow("The disk is full");
  const Item = { PK: { S: "a" }, SK: { S: "b" } };
  await dynamo.send(new PutItemCommand({ TableName: TABLE, Item }));
});

test("a client that goes away in the middle of a request harms nobody", async () => {
  await start();
  for (const endpoint of [table, storage]) {
    const { hostname, port } = new URL(endpoint);
    const headers = { "content-length": "1000", "content-type": "application/x-amz-json-1.0" };
    const cut = request({ hostname, port, method: "POST", headers });
    cut.on("error", () => {});
    cut.write("{");
    await once(cut, "socket");
    await new Promise((resolve) => setTimeout(resolve, 50));
    cut.destroy();
  }
  await put("local/x", "y");
  await dynamo.send(new GetItemCommand({ TableName: TABLE, Key: { PK: { S: "a" }, SK: { S: "b" } } }));
  expect(services.map((service) => service.pid())).not.toContain(undefined);
});

test("only this machine's programs are answered", async () => {
  await start();
  for (const endpoint of [`${table}/`, `${storage}/${BUCKET}?list-type=2`]) {
    expect((await fetch(endpoint)).status).toBe(200);
    expect((await fetch(endpoint, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    const { hostname, port, pathname, search } = new URL(endpoint);
    const rebound = request({ hostname, port, path: pathname + search, headers: { host: "evil.example" } });
    rebound.end();
    const [answer] = await once(rebound, "response");
    answer.resume();
    expect(answer.statusCode).toBe(403);
  }
});

test("queues keep their settings and messages over a restart with others", async () => {
  await start();
  await send("kept");
  await killAndStart({ visibilitySeconds: 7 });
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl(storage, QUEUES.runs), AttributeNames: ["All"] }),
  );
  expect(Attributes).toMatchObject({ VisibilityTimeout: "7", ApproximateNumberOfMessages: "1" });
});
