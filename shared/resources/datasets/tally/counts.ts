import { cut } from "../faults.ts";
import type { Counts } from "../profile.ts";

export interface CountTally {
  add(value: string): void;
  /** Values that were told apart. */
  distinct(): number;
  top(most?: number): Counts;
}

/** So many values are told apart; of later ones only those that are known are counted. */
export const maxDistinct = 10_000;

export function tallyCounts(): CountTally {
  const counts = new Map<string, number>();
  return {
    add(value) {
      const name = cut(value, 100);
      const before = counts.get(name);
      if (before !== undefined || counts.size < maxDistinct) counts.set(name, (before ?? 0) + 1);
    },
    distinct: () => counts.size,
    top: (most = 20) =>
      [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, most),
  };
}
