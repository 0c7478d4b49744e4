/**
 * Numbers for n-grams without joining strings: an n-gram is the number of the (n-1)-gram before it with its last
 * token. An open-addressing table in one typed array; clearing it begins a new generation and writes nothing.
 */
export interface GramTable {
  /** Forgets all grams: numbers begin at 0 again. */
  clear(): void;
  /** The number of the gram that has `last` after the gram `prefix` (-1 for none), the next free one if it is new. */
  add(prefix: number, last: number): number;
  /** The number of that gram, -1 if it has none. */
  find(prefix: number, last: number): number;
  /** How many grams have a number. */
  size(): number;
}

/** A slot is its generation, prefix, last token and number. */
const width = 4;

export function createGramTable(): GramTable {
  let mask = (1 << 11) - 1;
  let slots = new Int32Array((mask + 1) * width);
  let generation = 1;
  let count = 0;

  /** Where the gram is, or the free slot where it belongs. */
  const slotOf = (prefix: number, last: number): number => {
    let hash = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = (hash & mask) * width;
    while (slots[slot] === generation && (slots[slot + 1] !== prefix || slots[slot + 2] !== last)) {
      slot = ((slot / width + 1) & mask) * width;
    }
    return slot;
  };

  const put = (prefix: number, last: number, number: number) => {
    const slot = slotOf(prefix, last);
    slots[slot] = generation;
    slots[slot + 1] = prefix;
    slots[slot + 2] = last;
    slots[slot + 3] = number;
  };

  const grow = () => {
    const old = slots;
    mask = mask * 2 + 1;
    slots = new Int32Array((mask + 1) * width);
    for (let slot = 0; slot < old.length; slot += width) {
      if (old[slot] === generation) put(old[slot + 1] ?? 0, old[slot + 2] ?? 0, old[slot + 3] ?? 0);
    }
  };

  return {
    clear: () => {
      generation++;
      count = 0;
    },
    add: (prefix, last) => {
      const slot = slotOf(prefix, last);
      if (slots[slot] === generation) return slots[slot + 3] ?? 0;
      if (count * 2 > mask) grow();
      put(prefix, last, count);
      return count++;
    },
    find: (prefix, last) => {
      const slot = slotOf(prefix, last);
      return slots[slot] === generation ? (slots[slot + 3] ?? 0) : -1;
    },
    size: () => count,
  };
}
