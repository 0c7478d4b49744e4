import { tTwoSided } from "../../../statistics/distributions/student-t.ts";
import type { Association } from "../association.ts";

/** p of a correlation of Pearson's or Spearman's kind by t = r sqrt((n - 2) / (1 - r^2)), n - 2 degrees of freedom. */
export function correlationP({ r, pairs }: Association): number {
  if (Math.abs(r) === 1) return 0;
  return tTwoSided(r * Math.sqrt((pairs - 2) / (1 - r * r)), pairs - 2);
}
