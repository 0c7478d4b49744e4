import { statfs } from "node:fs/promises";
import type { S3Event } from "aws-lambda";
import { buildApp } from "fauxqs";
import { isLocalRequest } from "../local-only.ts";
import { type ObjectStore, openStores, type QueueStore } from "./fauxqs.ts";
import { BUCKET, QUEUES, queueArn, queueUrl } from "./names.ts";
import { objectCreated } from "./object-created.ts";
import type { Endpoint } from "./table.ts";

export interface StorageOptions {
  readonly directory: string;
  readonly port: number;
  /** How long a message that was handed out stays hidden from others. */
  readonly visibilitySeconds: number;
  /** Objects are refused when less than this would stay free on the disk: the table still has to be written. */
  readonly reserveBytes: number;
}

/** Deliveries of a message before it goes to the dead letters. */
const DELIVERIES = { runs: 10, uploads: 3 };
/** One object is one SQLite value, which ends at 1 GB. */
const MAX_OBJECT_BYTES = 900_000_000;
const FIVE_DAYS = "432000";
/** Objects whose arrival is told: contents of data sets. */
const UPLOAD_SUFFIX = "/upload";

/** Serves the bucket (S3) and the queues (SQS) out of one SQLite file on 127.0.0.1. */
export async function serveStorage(options: StorageOptions): Promise<Endpoint> {
  const { persistence, createMessage, ...stores } = await openStores(options.directory);
  const app = buildApp({ logger: false, stores });
  app.addHook("preClose", (done) => {
    persistence.close();
    done();
  });
  app.addHook("onRequest", async (request, reply) => {
    if (!isLocalRequest(request.headers)) return await reply.code(403).send();
    if (request.method !== "PUT") return;
    const refusal = await refuse(Number(request.headers["content-length"] ?? 0), options);
    if (refusal) return await reply.code(refusal.status).type("application/xml").send(refusal.body);
  });
  // Its own parser stops at 11 MiB, for every object.
  app.removeContentTypeParser("*");
  app.addContentTypeParser("*", async (_request: unknown, payload: AsyncIterable<Uint8Array>) =>
    Buffer.concat(await Array.fromAsync(payload)),
  );

  const endpoint = new URL(await app.listen({ port: options.port, host: "127.0.0.1" }));
  makeQueues(stores.sqsStore, endpoint.origin, options.visibilitySeconds);
  stores.s3Store.createBucket(BUCKET);
  announceUploads(stores.s3Store, (event) =>
    stores.sqsStore.getQueueByName(QUEUES.uploads)?.enqueue(createMessage(JSON.stringify(event))),
  );
  return {
    port: Number(endpoint.port),
    close: async () => {
      await app.close();
    },
  };
}

async function refuse(bytes: number, { directory, reserveBytes }: StorageOptions) {
  if (bytes > MAX_OBJECT_BYTES) {
    return s3Error(400, "EntityTooLarge", `An object here has at most ${MAX_OBJECT_BYTES} bytes`);
  }
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize - bytes < reserveBytes) {
    return s3Error(507, "InsufficientStorage", "The disk is full: free some space and run this again");
  }
  return undefined;
}

function s3Error(status: number, code: string, message: string) {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

function makeQueues(store: QueueStore, endpoint: string, visibilitySeconds: number): void {
  const make = (name: string, attributes: Record<string, string>) => {
    const existing = store.getQueueByName(name);
    // Making an existing queue again would drop its messages.
    if (existing) existing.setAttributes(attributes);
    else store.createQueue(name, queueUrl(endpoint, name), queueArn(name), attributes);
  };
  const redriven = (deadLetters: string, maxReceiveCount: number) => ({
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: FIVE_DAYS,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(deadLetters), maxReceiveCount }),
  });
  make(QUEUES.deadRuns, { MessageRetentionPeriod: FIVE_DAYS });
  make(QUEUES.deadUploads, { MessageRetentionPeriod: FIVE_DAYS });
  make(QUEUES.runs, redriven(QUEUES.deadRuns, DELIVERIES.runs));
  make(QUEUES.uploads, redriven(QUEUES.deadUploads, DELIVERIES.uploads));
}

/** Tells of each new upload before its uploader is answered. */
function announceUploads(objects: ObjectStore, tell: (event: S3Event) => void): void {
  const announce = (object: Stored, how: Parameters<typeof objectCreated>[1]) => {
    if (!object.key.endsWith(UPLOAD_SUFFIX)) return;
    tell(
      objectCreated({ bucket: BUCKET, key: object.key, size: object.contentLength, etag: object.etag }, how),
    );
  };
  const put = objects.putObject.bind(objects);
  objects.putObject = (...parameters) => {
    const object = put(...parameters);
    announce(object, "Put");
    return object;
  };
  const complete = objects.completeMultipartUpload.bind(objects);
  objects.completeMultipartUpload = (...parameters) => {
    const object = complete(...parameters);
    announce(object, "CompleteMultipartUpload");
    return object;
  };
}

type Stored = ReturnType<ObjectStore["putObject"]>;
