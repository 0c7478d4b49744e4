/**
 * Area under the ROC curve: the probability that one whose mark is not 0 has the higher score than one whose
 * mark is 0, ties counted half. Undefined where all are of one kind.
 */
export function auroc(scores: ArrayLike<number>, marks: ArrayLike<number>): number | undefined {
  const order = Array.from(scores, (_, at) => at).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [ranks, positives] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to++;
    const rank = (from + to + 1) / 2;
    for (const at of order.slice(from, to)) {
      if ((marks[at] ?? 0) === 0) continue;
      ranks += rank;
      positives++;
    }
    from = to;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
