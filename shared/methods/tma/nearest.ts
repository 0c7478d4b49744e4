import type { ProductBlock, Products } from "./products.ts";
import { indexOf, rankKey, scoreOf, selectSmallest } from "./ranking.ts";

/** Candidates that a test item's list has at most, and numbers that all lists together hold. */
const longestList = 4096;
const shortestList = 64;
const allLists = 2 ** 22;

/** Finds for every test item its nearest item that is not yet taken. */
export interface Nearest {
  /** A rank key for each test item (`ranking.ts`): its nearest item of those that are left. Some must be left. */
  find(): Promise<Float64Array>;
}

interface Lists {
  readonly capacity: number;
  /** Two capacities for each test item: ranked candidates, and while a pass fills them, what came since the last cut. */
  readonly keys: Float64Array;
  readonly filled: Int32Array;
  /** Where the first candidate stands that may still be free. */
  readonly heads: Int32Array;
}

/**
 * Every test item holds a list of its best free candidates. It is exact while one of them is free: what is not
 * listed ranks below. When a list runs dry, those at least half used are filled anew in one pass over what is left.
 */
export function nearestOf(
  products: Products,
  { tests, taken, capacity }: { tests: number; taken: Uint8Array; capacity?: number },
): Nearest {
  const lists = emptyLists(tests, capacity ?? listLength(tests));
  return {
    async find() {
      const found = new Float64Array(tests);
      let dry = false;
      for (let test = 0; test < tests; test++) {
        const key = headOf(lists, test, taken);
        if (key === undefined) dry = true;
        else found[test] = key;
      }
      if (!dry) return found;
      await refill(lists, products, taken);
      for (let test = 0; test < tests; test++) {
        const key = headOf(lists, test, taken);
        if (key === undefined) throw new RangeError("no item is left");
        found[test] = key;
      }
      return found;
    },
  };
}

function listLength(tests: number): number {
  return Math.max(shortestList, Math.min(longestList, Math.floor(allLists / tests)));
}

function emptyLists(tests: number, capacity: number): Lists {
  return {
    capacity,
    keys: new Float64Array(tests * 2 * capacity),
    filled: new Int32Array(tests),
    heads: new Int32Array(tests),
  };
}

function headOf({ keys, filled, heads, capacity }: Lists, test: number, taken: Uint8Array) {
  const from = test * 2 * capacity;
  const end = filled[test] as number; // test is below the number of tests
  for (let head = heads[test] as number; head < end; head++) {
    const key = keys[from + head] as number;
    if (taken[indexOf(key)] === 1) continue;
    heads[test] = head;
    return key;
  }
  heads[test] = end;
  return undefined;
}

async function refill(lists: Lists, products: Products, taken: Uint8Array): Promise<void> {
  const { heads, filled, capacity, keys } = lists;
  const wanted = Int32Array.from(heads.keys()).filter(
    (test) => 2 * (heads[test] as number) >= (filled[test] as number),
  );
  const free = Int32Array.from(taken.keys()).filter((item) => taken[item] === 0);
  const bounds = new Float64Array(wanted.length).fill(Number.NEGATIVE_INFINITY);
  for (const test of wanted) filled[test] = 0;
  for await (const block of products.over(free, wanted)) {
    for (let row = 0; row < block.tests; row++) addRow(lists, { block, row, wanted, free, bounds });
  }
  for (const test of wanted) {
    const own = listOf(lists, test);
    if (own.length > capacity) selectSmallest(own, capacity);
    filled[test] = Math.min(own.length, capacity);
    heads[test] = 0;
    keys.subarray(test * 2 * capacity, test * 2 * capacity + (filled[test] as number)).sort();
  }
}

const listOf = ({ keys, filled, capacity }: Lists, test: number): Float64Array =>
  keys.subarray(test * 2 * capacity, test * 2 * capacity + (filled[test] as number));

interface Row {
  readonly block: ProductBlock;
  readonly row: number;
  readonly wanted: Int32Array;
  readonly free: Int32Array;
  /** Score that a candidate must exceed, by place in `wanted`: items come by rising index, so an equal one ranks lower. */
  readonly bounds: Float64Array;
}

function addRow(lists: Lists, { block, row, wanted, free, bounds }: Row): void {
  const place = block.firstTest + row;
  const test = wanted[place] as number; // a block lies within what was asked for
  const { capacity, keys, filled } = lists;
  const from = test * 2 * capacity;
  const { products, firstItem } = block;
  const first = row * block.stride;
  let bound = bounds[place] as number;
  let count = filled[test] as number;
  for (let column = 0; column < block.items; column++) {
    const score = products[first + column] as number;
    if (score <= bound) continue;
    keys[from + count++] = rankKey(score, free[firstItem + column] as number);
    if (count < 2 * capacity) continue;
    const own = keys.subarray(from, from + count);
    selectSmallest(own, capacity);
    count = capacity;
    bound = scoreOf(largestOf(own.subarray(0, capacity)));
  }
  bounds[place] = bound;
  filled[test] = count;
}

function largestOf(keys: Float64Array): number {
  let largest = 0;
  for (const key of keys) if (key > largest) largest = key;
  return largest;
}
