/**
 * Numbers for n-grams without joining strings: an n-gram is the number of the (n-1)-gram before it with its last
 * token. An open-addressing table in one typed array; clearing it begins a new generation and writes nothing.
 */
export interface GramTable {
  /** Forgets all grams: numbers begin at 0 again. */
  clear(): void;
  /** The number of the gram that has `last` after the gram `prefix` (-1 for none), the next free one if it is new. */
  numberOf(prefix: number, last: number): number;
  /** How many grams have a number. */
  size(): number;
}

/** A slot is its generation, prefix, last token and number. */
const width = 4;

export function createGramTable(): GramTable {
  let capacity = 1 << 12;
  let slots = new Int32Array(capacity * width);
  let generation = 1;
  let count = 0;

  const slotOf = (prefix: number, last: number): number => {
    let hash = Math.imul(prefix + 1, 0x9e3779b1) ^ Math.imul(last + 1, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let at = hash & (capacity - 1); ; at = (at + 1) & (capacity - 1)) {
      const slot = at * width;
      if (slots[slot] !== generation || (slots[slot + 1] === prefix && slots[slot + 2] === last)) return slot;
    }
  };

  const fill = (slot: number, prefix: number, last: number, number: number) => {
    slots[slot] = generation;
    slots[slot + 1] = prefix;
    slots[slot + 2] = last;
    slots[slot + 3] = number;
  };

  const grow = () => {
    const old = slots;
    capacity *= 2;
    slots = new Int32Array(capacity * width);
    for (let slot = 0; slot < old.length; slot += width) {
      if (old[slot] !== generation) continue;
      const [prefix = 0, last = 0, number = 0] = old.subarray(slot + 1, slot + width);
      fill(slotOf(prefix, last), prefix, last, number);
    }
  };

  return {
    clear: () => {
      generation++;
      count = 0;
    },
    numberOf: (prefix, last) => {
      const slot = slotOf(prefix, last);
      if (slots[slot] === generation) return slots[slot + 3] ?? 0;
      if (count * 2 >= capacity) {
        grow();
        fill(slotOf(prefix, last), prefix, last, count);
      } else fill(slot, prefix, last, count);
      return count++;
    },
    size: () => count,
  };
}
