import { statfs } from "node:fs/promises";
import { buildApp } from "fauxqs";
import { isLocalRequest, isPageOfThisMachine } from "../local-only.ts";
import { openStores, type QueueStore } from "./fauxqs.ts";
import { BUCKET, QUEUES, queueArn, queueUrl } from "./names.ts";
import { objectCreated } from "./object-created.ts";
import { adoptObjects } from "./objects/adopt.ts";
import { allowPages } from "./objects/cross-origin.ts";
import { serveObjects } from "./objects/serve.ts";
import { openObjects, S3Error } from "./objects/store.ts";
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
/** S3's own limit on one request. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;
const FIVE_DAYS = "432000";
/** Objects whose arrival is told: contents of data sets, and files of models. */
const UPLOAD = /^[^/]+\/(datasets\/[^/]+\/upload|models\/[^/]+\/upload\/[^/]+)$/;

/** Serves the bucket (S3), out of files, and the queues (SQS), out of one SQLite file, on 127.0.0.1. */
export async function serveStorage(options: StorageOptions): Promise<Endpoint> {
  const { persistence, createMessage, ...stores } = await openStores(options.directory);
  const app = buildApp({ logger: false, stores });
  const early: string[] = [];
  let tell = (event: string): void => void early.push(event);
  const store = await openObjects(options.directory, (object, how) => {
    if (!UPLOAD.test(object.key)) return;
    tell(JSON.stringify(objectCreated({ bucket: BUCKET, ...object }, how)));
  });
  const objects = serveObjects({ bucket: BUCKET, store, admit: (bytes) => admit(bytes, options) });
  app.addHook("preClose", (done) => {
    persistence.close();
    store.close();
    done();
  });
  app.addHook("onRequest", async (request, reply) => {
    const ofObjects = new RegExp(`^/${BUCKET}(?:[/?]|$)`).test(request.url);
    const welcome = ofObjects && isPageOfThisMachine(request.headers);
    if (!welcome && !isLocalRequest(request.headers)) return await reply.code(403).send();
    if (!ofObjects) return;
    reply.hijack();
    if (!allowPages(request.raw, reply.raw)) await objects(request.raw, reply.raw);
  });

  const endpoint = new URL(await app.listen({ port: options.port, host: "127.0.0.1" }));
  makeQueues(stores.sqsStore, endpoint.origin, options.visibilitySeconds);
  tell = (event) => stores.sqsStore.getQueueByName(QUEUES.uploads)?.enqueue(createMessage(event));
  for (const event of early) tell(event);
  await adoptObjects(stores.s3Store, store);
  return {
    port: Number(endpoint.port),
    close: async () => {
      await app.close();
    },
  };
}

/** Throws where an object of so many bytes is too large, or the disk too full for it. */
async function admit(bytes: number, { directory, reserveBytes }: StorageOptions): Promise<void> {
  if (bytes > MAX_PUT_BYTES) {
    throw new S3Error(400, "EntityTooLarge", `One request has at most ${MAX_PUT_BYTES} bytes`);
  }
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize - bytes < reserveBytes) {
    throw new S3Error(507, "InsufficientStorage", "The disk is full: free some space and run this again");
  }
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
