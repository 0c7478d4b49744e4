import type { DatabaseSync } from "node:sqlite";
import type { buildApp } from "fauxqs";

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;
export type QueueStore = Stores["sqsStore"];
export type ObjectStore = Stores["s3Store"];
export type QueueMessage = Parameters<ReturnType<QueueStore["createQueue"]>["enqueue"]>[0];
type Persistence = NonNullable<QueueStore["persistence"]> & {
  load(queues: QueueStore, topics: Stores["snsStore"], objects: ObjectStore): void;
  close(): void;
};

/**
 * The stores behind fauxqs, restored from the SQLite file in `directory` and written through to it.
 *
 * Its `startFauxqs` listens on every network interface; `buildApp` over one's own stores lets the caller
 * choose. The store classes are not among the package's exports, hence the imports by file.
 */
export async function openStores(directory: string): Promise<
  Stores & {
    readonly persistence: Persistence;
    readonly createMessage: (body: string) => QueueMessage;
  }
> {
  const { SqsStore } = await inside<{
    SqsStore: { new (): QueueStore; createMessage(body: string): QueueMessage };
  }>("./sqs/sqsStore.js");
  const { SnsStore } = await inside<{ SnsStore: new () => Stores["snsStore"] }>("./sns/snsStore.js");
  const { S3Store } = await inside<{ S3Store: new () => ObjectStore }>("./s3/s3Store.js");
  const { PersistenceManager } = await inside<{ PersistenceManager: new (directory: string) => Persistence }>(
    "./persistence.js",
  );
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(directory);
  // A commit then survives the death of the process, without waiting for the disk (three times as fast).
  const database: DatabaseSync = Reflect.get(persistence, "db");
  database.exec("PRAGMA synchronous = NORMAL");
  // Loaded before it is attached: a load that writes through would replace each queue and drop its messages.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { ...stores, persistence, createMessage: (body) => SqsStore.createMessage(body) };
}

async function inside<Module>(file: string): Promise<Module> {
  return (await import(new URL(file, import.meta.resolve("fauxqs")).href)) as Module;
}
