import type { RunContext } from "../contract.ts";
import type { OrderName } from "./fields.ts";
import type { ArrangeInput } from "./input.ts";
import type { ArrangeOutput } from "./output.ts";
import type { RowSource } from "./source.ts";
import type { NamedOrder } from "./statistics.ts";

/** Files that a run leaves at most, its report and tables besides. */
const mostFiles = 160;
/** Characters that a line has beside its row's texts, about. */
const lineExtra = 120;

export interface Writing {
  readonly ctx: RunContext;
  readonly source: RowSource;
  /** Characters of each row. */
  readonly sizes: Int32Array;
  readonly write: ArrangeInput["write"];
  readonly shardBytes: number;
  /** Round of each item, from 1, and its cosine with the nearest test item that took it. */
  readonly rounds: Int32Array;
  readonly similarities: Float32Array;
}

/**
 * Writes orders as JSON Lines: instruction, input, output and task of each row, its number in the data set from 0,
 * its round and similarity. A file takes one pass over the rows, and no more memory than the file's own size.
 */
export async function writeOrders(
  orders: readonly NamedOrder[],
  writing: Writing,
): Promise<ArrangeOutput["files"]> {
  const { ctx, write } = writing;
  const files: ArrangeOutput["files"] = [];
  for (const name of write) {
    const order = orders.find((one) => one.name === name)?.draws[0];
    if (order === undefined) throw new Error(`the order ${name} was not made`);
    const shards = shardsOf(order, writing);
    for (const [at, items] of shards.entries()) {
      const file = fileName(name, at + 1, shards.length);
      ctx.progress(0.95, `writing ${file}`);
      const body = await linesOf(items, writing);
      await ctx.artifact(file, body, "application/jsonl");
      files.push({ name: file, order: name, items: items.length, bytes: body.length });
    }
  }
  return files;
}

function fileName(order: OrderName, number: number, of: number): string {
  return of === 1 ? `${order}.jsonl` : `${order}-${String(number).padStart(3, "0")}.jsonl`;
}

/** An order in parts of about a file's size. */
function shardsOf(order: Int32Array, { sizes, shardBytes, write }: Writing): Int32Array[] {
  const bytesOf = (item: number) => (sizes[item] ?? 0) + lineExtra;
  const total = order.reduce((sum, item) => sum + bytesOf(item), 0);
  const size = Math.max(shardBytes, Math.ceil((total * write.length) / (mostFiles / 2)));
  const shards: Int32Array[] = [];
  let [from, bytes] = [0, 0];
  for (const [at, item] of order.entries()) {
    bytes += bytesOf(item);
    if (bytes < size && at < order.length - 1) continue;
    shards.push(order.subarray(from, at + 1));
    [from, bytes] = [at + 1, 0];
  }
  return shards;
}

async function linesOf(
  items: Int32Array,
  { source, rounds, similarities, ctx }: Writing,
): Promise<Uint8Array> {
  const places = new Map([...items].map((item, place) => [item, place]));
  const lines: Buffer[] = Array.from({ length: items.length });
  let index = 0;
  for await (const { instruction, input, output, task } of source.rows()) {
    if (index % 1024 === 0) ctx.signal.throwIfAborted();
    const place = places.get(index);
    if (place !== undefined) {
      const line = {
        instruction,
        ...(input !== undefined && { input }),
        output,
        ...(task !== undefined && { task }),
        index,
        round: rounds[index],
        similarity: rounded(similarities[index] ?? 0),
      };
      lines[place] = Buffer.from(`${JSON.stringify(line)}\n`);
    }
    index++;
  }
  return Buffer.concat(lines);
}

const rounded = (value: number) => Number(value.toFixed(6));
