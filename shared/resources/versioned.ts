import type { Item, Table } from "./table.ts";

interface Versioned {
  readonly version: number;
}

/**
 * Changes a record by its version: tries again when another change came first. Answers it as it then is, or
 * undefined when there is none, or `change` leaves it as it is.
 */
export async function changeVersioned<T extends Versioned>(
  table: Table,
  read: () => Promise<T | undefined>,
  change: (record: T) => T | undefined,
  toItem: (record: T) => Item,
): Promise<T | undefined> {
  for (;;) {
    const record = await read();
    const changed = record && change(record);
    if (record === undefined || changed === undefined) return undefined;
    const next = { ...changed, version: record.version + 1 };
    if (await table.put(toItem(next), { attribute: "version", is: record.version })) return next;
  }
}
