import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { S3Event } from "aws-lambda";
import { afterEach, beforeEach } from "vitest";
import { type Child, startChild } from "../../../infra/local/process/child.ts";
import { BUCKET, clientConfig, QUEUES, queueUrl } from "../../../infra/local/services/names.ts";
import type { StorageProcessOptions } from "../../../infra/local/services/storage-main.ts";
import type { ServiceReady } from "../../../infra/local/services/table-main.ts";

/** The services of a local stack, started anew for each test on a state directory of its own; its hooks are those of the file that imports it. */
export let stateDir: string;
export let services: Child<ServiceReady>[] = [];
export let storage: string;
export let table: string;
export let s3: S3Client;
export let sqs: SQSClient;
export let dynamo: DynamoDBClient;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tenfold-services-"));
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop(2_000)));
  await rm(stateDir, { recursive: true, force: true });
});

function startService(name: "table" | "storage", options: object): Child<ServiceReady> {
  return startChild<ServiceReady>({
    name,
    module: import.meta.resolve(`../../../infra/local/services/${name}-main.ts`),
    options: { stateDir, port: 0, ...options },
    environment: process.env,
    logDir: join(stateDir, "log"),
  });
}

export async function start(options: Partial<StorageProcessOptions> = {}): Promise<void> {
  const tableService = startService("table", {});
  const storageService = startService("storage", { visibilitySeconds: 1, reserveBytes: 0, ...options });
  services = [tableService, storageService];
  table = `http://127.0.0.1:${(await tableService.ready).port}`;
  storage = `http://127.0.0.1:${(await storageService.ready).port}`;
  s3 = new S3Client({ ...clientConfig(storage), forcePathStyle: true });
  sqs = new SQSClient(clientConfig(storage));
  dynamo = new DynamoDBClient(clientConfig(table));
}

export async function killAndStart(options: Partial<StorageProcessOptions> = {}): Promise<void> {
  for (const service of services) service.kill();
  await Promise.all(services.map((service) => service.ended));
  await start(options);
}

export async function receive(
  queue: string,
  options: { readonly WaitTimeSeconds?: number; readonly VisibilityTimeout?: number } = {},
): Promise<Message | undefined> {
  const QueueUrl = queueUrl(storage, queue);
  const command = new ReceiveMessageCommand({ QueueUrl, AttributeNames: ["All"], ...options });
  return (await sqs.send(command)).Messages?.[0];
}

export async function takeUpload(): Promise<S3Event["Records"][number] | undefined> {
  const message = await receive(QUEUES.uploads);
  if (message === undefined) return undefined;
  const QueueUrl = queueUrl(storage, QUEUES.uploads);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  const event: S3Event = JSON.parse(message.Body ?? "");
  return event.Records[0];
}

export const send = (MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(storage, QUEUES.runs), MessageBody }));
export const put = (Key: string, Body: Uint8Array | string) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
export const get = async (Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
