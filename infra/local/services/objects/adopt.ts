import type { ObjectStore as EarlierStore } from "../fauxqs.ts";
import { BUCKET } from "../names.ts";
import type { ObjectStore } from "./store.ts";

/** Takes over the objects that a state directory of an earlier version has in fauxqs' database. */
export async function adoptObjects(earlier: EarlierStore, store: ObjectStore): Promise<void> {
  if (!earlier.hasBucket(BUCKET)) return;
  for (;;) {
    const { objects } = earlier.listObjects(BUCKET);
    if (objects.length === 0) return;
    for (const { key, contentType } of objects) {
      const { body } = earlier.getObject(BUCKET, key);
      await store.put(
        key,
        contentType,
        (async function* () {
          yield body;
        })(),
      );
      earlier.deleteObject(BUCKET, key);
    }
  }
}
