import { formatFixed, formatNumber, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import type { AnalyseOutput } from "./output.ts";

type Figures = Omit<AnalyseOutput, "task" | "findings">;

/** What the two corpora show. Each is one corpus: there is no spread to hold a difference against. */
export function analyseFindings({ real, synthetic, selected, atRandom }: Figures): Finding[] {
  return [
    ...perplexityFindings(real.perplexity, synthetic.perplexity),
    {
      claim: "The synthetic corpus is concentrated on fewer n-grams",
      holds: synthetic.distribution.top > real.distribution.top,
      text: `Its fullest hundredth of the buckets holds ${formatPercent(synthetic.distribution.top, 1)} of its n-grams, the real one's ${formatPercent(real.distribution.top, 1)}; ${formatPercent(synthetic.distribution.used, 1)} of the buckets are used against ${formatPercent(real.distribution.used, 1)}. Smaller corpora use fewer: ${formatNumber(synthetic.distribution.ngrams)} n-grams against ${formatNumber(real.distribution.ngrams)}.`,
    },
    {
      claim:
        "Importance resampling brings the synthetic corpus nearer to the real one than a random choice does",
      holds: selected.distances.kl < atRandom.distances.kl,
      text: `KL(real | selected) ${formatFixed(selected.distances.kl, 3)}, at random ${formatFixed(atRandom.distances.kl, 3)}, of the whole corpus ${formatFixed(synthetic.distances.kl, 3)} nats; ${formatNumber(selected.ngrams)} and ${formatNumber(atRandom.ngrams)} n-grams.`,
    },
  ];
}

function perplexityFindings(
  real: Figures["real"]["perplexity"],
  synthetic: Figures["real"]["perplexity"],
): Finding[] {
  if (real.perplexity === null || synthetic.perplexity === null) return [];
  const [[low = 0, , , , high = 0], [lowest = 0, , , , highest = 0]] = [real.quantiles, synthetic.quantiles];
  return [
    {
      claim: "The synthetic text is more probable under the prior",
      holds: synthetic.perplexity < real.perplexity,
      text: `Perplexity per token ${formatFixed(synthetic.perplexity, 3)} against ${formatFixed(real.perplexity, 3)}.`,
    },
    {
      claim: "The synthetic text lacks the real text's long tail",
      holds: highest / lowest < high / low,
      text: `Between the documents of the 5% and the 95% quantile its perplexity grows ${formatFixed(highest / lowest, 2)} times, the real one's ${formatFixed(high / low, 2)} times.`,
    },
  ];
}
