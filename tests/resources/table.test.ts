import { describe, expect, test } from "vitest";
import { type Item, liveKeys, queryAll, type Range, type Table } from "../../shared/resources/table.ts";
import { useLocalAws } from "../fixtures/aws.ts";
import { memoryTable } from "../fixtures/memory-backend.ts";

const aws = useLocalAws();

const tables: [string, () => Table][] = [
  ["DynamoDB's protocol", () => aws.backend.table],
  [
    "the table of the other tests",
    (
      (items) => () =>
        memoryTable(items)
    )(new Map<string, Item>()),
  ],
];

let partition = 0;
const fresh = () => `TENANT#contract-${++partition}`;
const collect = async (table: Table, range: Range) =>
  (await Array.fromAsync(queryAll(table, range))).map((i) => i.SK);

describe.each(tables)("%s", (_, open) => {
  test("gives back what was put, and nothing for what was not", async () => {
    const table = open();
    const item = {
      PK: fresh(),
      SK: "a",
      number: 1.5e-3,
      text: "é",
      nested: { list: [1, "two", { three: null }] },
    };
    expect(await table.put(item)).toBe(true);
    expect(await table.get({ PK: item.PK, SK: "a" })).toEqual(item);
    expect(await table.get({ PK: item.PK, SK: "b" })).toBeUndefined();
  });

  test("leaves out attributes that are undefined, and replaces the whole item", async () => {
    const table = open();
    const key = { PK: fresh(), SK: "a" };
    await table.put({ ...key, gone: undefined, old: 1 });
    expect(await table.get(key)).toEqual({ ...key, old: 1 });
    await table.put({ ...key, now: 2 });
    expect(await table.get(key)).toEqual({ ...key, now: 2 });
  });

  test("puts under a condition only where it holds", async () => {
    const table = open();
    const key = { PK: fresh(), SK: "a" };
    expect(await table.put({ ...key, n: 1 }, { attribute: "n", is: 1 })).toBe(false);
    expect(await table.get(key)).toBeUndefined();
    expect(await table.put({ ...key, n: 1 }, "absent")).toBe(true);
    expect(await table.put({ ...key, n: 9 }, "absent")).toBe(false);
    expect(await table.put({ ...key, n: 2 }, { attribute: "n", is: 1 })).toBe(true);
    expect(await table.put({ ...key, n: 9 }, { attribute: "n", is: 1 })).toBe(false);
    expect(await table.put({ ...key, n: 9 }, { attribute: "n", below: 2 })).toBe(false);
    expect(await table.put({ ...key, n: 3 }, { attribute: "n", below: 3 })).toBe(true);
    expect(await table.put({ ...key, SK: "b", n: 3 }, { attribute: "n", below: 3 })).toBe(true);
    expect(await table.get(key)).toEqual({ ...key, n: 3 });
  });

  test("lets exactly one of many writers win", async () => {
    const table = open();
    const key = { PK: fresh(), SK: "a" };
    const won = await Promise.all(Array.from({ length: 50 }, (_, by) => table.put({ ...key, by }, "absent")));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await table.get(key)).toEqual({ ...key, by: won.indexOf(true) });
    const next = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        table.put({ ...key, by: 100 + i }, { attribute: "by", is: won.indexOf(true) }),
      ),
    );
    expect(next.filter(Boolean)).toHaveLength(1);
  });

  test("reads ranges in both directions, page by page, from behind any key", async () => {
    const table = open();
    const PK = fresh();
    for (const SK of ["A#0", "B#1", "B#2", "B#3", "B#4", "C#5"]) await table.put({ PK, SK });
    const range = { PK, from: "B#", to: "B#~" };
    expect(await collect(table, range)).toEqual(["B#1", "B#2", "B#3", "B#4"]);
    expect(await collect(table, { ...range, descending: true, limit: 1 })).toEqual([
      "B#4",
      "B#3",
      "B#2",
      "B#1",
    ]);
    expect(await collect(table, { ...range, after: "B#2" })).toEqual(["B#3", "B#4"]);
    expect(await collect(table, { ...range, after: "B#2x" })).toEqual(["B#3", "B#4"]);
    expect(await collect(table, { ...range, descending: true, after: "B#2x" })).toEqual(["B#2", "B#1"]);
    const first = await table.query({ ...range, limit: 3 });
    expect(first.items.map(({ SK }) => SK)).toEqual(["B#1", "B#2", "B#3"]);
    expect(first.last).toBe("B#3");
  });

  test("filters after looking, so that a page may be short", async () => {
    const table = open();
    const PK = fresh();
    await table.put({ PK, SK: "1", method: "a" });
    await table.put({ PK, SK: "2", method: "b", deletedAt: "now" });
    await table.put({ PK, SK: "3", method: "b", status: "queued" });
    const range = { PK, from: "0", to: "9" };
    expect(await collect(table, { ...range, where: { method: "b" } })).toEqual(["2", "3"]);
    expect(await collect(table, { ...range, where: { method: "b", deletedAt: undefined } })).toEqual(["3"]);
    const page = await table.query({ ...range, where: { status: "queued" }, limit: 2 });
    expect(page).toEqual({ items: [], last: "2" });
  });

  test("keeps items over one page of a megabyte together", async () => {
    const table = open();
    const PK = fresh();
    const body = "x".repeat(300_000);
    for (const SK of ["1", "2", "3", "4", "5"]) await table.put({ PK, SK, body });
    expect(await collect(table, { PK, from: "0", to: "9" })).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("deletes many, also what is not there", async () => {
    const table = open();
    const PK = fresh();
    const keys = Array.from({ length: 60 }, (_, i) => ({ PK, SK: String(i).padStart(2, "0") }));
    for (const key of keys.slice(0, 55)) await table.put(key);
    await table.delete(keys.slice(1));
    expect(await collect(table, { PK, from: "0", to: "9" })).toEqual(["00"]);
  });

  test("finds what is due, the longest due first, until it leaves the index", async () => {
    const table = open();
    const PK = fresh();
    const put = (SK: string, due?: number) =>
      table.put({ PK, SK, ...(due !== undefined && liveKeys(due, { PK, SK })) });
    await put("late", 900);
    await put("now", 1000);
    await put("later", 1001);
    await put("never");
    const due = async () => (await table.due(1000, 100)).filter((key) => key.PK === PK).map(({ SK }) => SK);
    await expect.poll(due).toEqual(["late", "now"]);
    await put("late");
    await expect.poll(due).toEqual(["now"]);
  });
});
