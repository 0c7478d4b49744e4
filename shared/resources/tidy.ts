import type { Backend } from "./backend.ts";
import { giveUpDataset } from "./datasets/tidy.ts";
import { giveUpModel } from "./models/tidy.ts";
import { tidyRun } from "./runs/tidy.ts";
import type { Key } from "./table.ts";

/** What became of something that was due: a message was sent, it ended, or it was left as it is. */
type Tidied = "sent" | "ended" | "left";

/**
 * Looks after all that is due: runs whose message seems lost or whose slice died go on the queue again, or end
 * if they were to be cancelled; data sets and models that wait in vain for their content, or for their check, end. Safe to
 * run at any time and by several at once. Does no more than `limit`; the rest is still due next time. Throws an
 * AggregateError of what went wrong, once it has looked after all the others.
 */
export async function tidy(backend: Backend, limit = 200): Promise<{ sent: number; ended: number }> {
  const done = { sent: 0, ended: 0, left: 0 };
  const errors: unknown[] = [];
  for (const key of await backend.table.due(backend.now(), limit)) {
    try {
      done[await tidyOne(backend, key)]++;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    throw new AggregateError(errors, `${errors.length} runs, data sets or models could not be looked after`);
  }
  return { sent: done.sent, ended: done.ended };
}

async function tidyOne(backend: Backend, { PK, SK }: Key): Promise<Tidied> {
  const tenant = PK.slice("TENANT#".length);
  const [kind = "", id = ""] = SK.split("#");
  if (kind === "DATASET") return (await giveUpDataset(backend, tenant, id)) ? "ended" : "left";
  if (kind === "MODEL") return (await giveUpModel(backend, tenant, id)) ? "ended" : "left";
  return tidyRun(backend, { tenant, id });
}
