/** Dot product in double precision. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Rounds of TMA by comparing every pair anew in every round; of equals the lower index. */
export function bruteForceRounds(items: readonly number[][], tests: readonly number[][]): number[][] {
  const left = new Set(items.keys());
  const rounds: number[][] = [];
  while (left.size > 0) {
    const best = new Map<number, number>();
    for (const test of tests) {
      let [chosen, highest] = [-1, Number.NEGATIVE_INFINITY];
      for (const item of left) {
        const score = dot(items[item] ?? [], test);
        if (score > highest) [chosen, highest] = [item, score];
      }
      best.set(chosen, Math.max(highest, best.get(chosen) ?? Number.NEGATIVE_INFINITY));
    }
    const round = [...best].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).map(([item]) => item);
    for (const item of round) left.delete(item);
    rounds.push(round);
  }
  return rounds;
}
