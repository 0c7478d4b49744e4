import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convertFindings } from "../../../shared/methods/lpa/convert-findings.ts";
import { compareFindings, headline } from "../../../shared/methods/lpa/findings.ts";
import type { FactoredResult, VariantResult } from "../../../shared/methods/lpa/output.ts";
import { claimsBeside } from "../../../shared/methods/lpa/paper.ts";
import { smallRun } from "./small-run.ts";

const find = (variants: readonly VariantResult[], claim: RegExp) => {
  const found = compareFindings(variants).filter((finding) => claim.test(finding.claim));
  expect(found).toHaveLength(1);
  return found[0] ?? { claim: "", holds: false, text: "" };
};

const withLoss = (name: string, mean: number, seeds = 3) =>
  smallRun(seeds).map((one) => (one.name === name ? { ...one, loss: { ...one.loss, mean } } : one));

describe("findings of a comparison", () => {
  test("the price of low rank at equal width, at every rank, with the figures in the text", () => {
    const finding = find(smallRun(), /^Low-rank attention, r 24 costs loss/);
    expect(finding.holds).toBe(true);
    expect(finding.text).toBe(
      "Low-rank attention, r 24: 1.755 ± 0.005 nats per token with 302,000 parameters; Dense: 1.733 ± 0.005 with 357,000 parameters. 0.022 higher (+1.3%), beyond the seeds' combined spread of 0.0071.",
    );
    expect(find(smallRun(), /^Low-rank attention, r 12 costs loss/).text).toContain("0.062 higher");
  });

  test("what the surplus buys in the feed-forward, also where it buys nothing", () => {
    expect(find(smallRun(), /surplus/)).toMatchObject({ holds: true });
    const level = find(withLoss("matched", 1.73), /surplus/);
    expect(level.holds).toBe(false);
    expect(level.text).toContain("0.003 lower (−0.2%), within the seeds' combined spread");
    expect(find(withLoss("matched", 1.8), /surplus/)).toMatchObject({ holds: false });
  });

  test("where low rank costs least, and the two ablations", () => {
    expect(find(smallRun(), /feed-forward alone/).holds).toBe(true);
    expect(find(smallRun(), /everywhere/).holds).toBe(true);
    expect(find(smallRun(), /SiLU/).holds).toBe(false);
    expect(find(smallRun(), /variance-matched/).holds).toBe(true);
  });

  test("the other initialisation is the matched one where the default was chosen", () => {
    const swapped = smallRun().map((one): VariantResult => {
      if (one.initialisation === null) return one;
      const matched = one.name === "other-initialisation";
      return { ...one, initialisation: matched ? "variance-matched" : "default" };
    });
    const finding = find(swapped, /variance-matched/);
    expect(finding.holds).toBe(false);
    expect(finding.text).toMatch(/^Attention, matched init, r 24: 1.780/);
  });

  test("speed stands beside operations", () => {
    const finding = find(smallRun(), /^Low-rank attention, r 24 trains faster/);
    expect(finding.holds).toBe(true);
    expect(finding.text).toBe(
      "Low-rank attention, r 24: 21,000 ± 200 tokens a second in training; Dense: 20,000 ± 200. 5.0% faster, beyond the seeds' combined spread of 280, with 15.4% fewer operations a token, at 38.1 GFLOP/s beside 42.8.",
    );
    const matched = find(smallRun(), /^Parameter-matched, r 24 trains faster/);
    expect(matched.holds).toBe(false);
    expect(matched.text).toContain(
      "5.0% slower, beyond the seeds' combined spread of 280, with as many operations",
    );
  });

  test("absent variants leave their findings out, and nothing throws", () => {
    const names = smallRun().map(({ name, rank }) => `${name} ${rank}`);
    fc.assert(
      fc.property(fc.subarray(names), fc.integer({ min: 1, max: 3 }), (kept, seeds) => {
        const variants = smallRun(seeds).filter(({ name, rank }) => kept.includes(`${name} ${rank}`));
        const claims = compareFindings(variants);
        const { summary, detail } = headline(variants);
        for (const text of [...claims.flatMap((one) => [one.claim, one.text]), summary, detail])
          expect(text).not.toMatch(/NaN|undefined|Infinity/);
        if (!kept.includes("dense null"))
          expect(claims.filter(({ claim }) => /dense/.test(claim))).toEqual([]);
        if (seeds === 1) for (const { text } of claims) expect(text).toContain("one seed, spread unknown");
      }),
    );
  });
});

describe("the first sentence", () => {
  test("holds the matched model against the dense one", () => {
    const { summary, detail } = headline(smallRun());
    expect(summary).toBe(
      "Parameter-matched, r 24 (357,000 parameters) has a loss of 1.719 ± 0.005 nats per token against the dense model's 1.733 ± 0.005 (357,000 parameters), 0.8% lower.",
    );
    expect(detail).toBe(
      "At equal width, with 15% fewer parameters, Low-rank attention, r 24 is at 1.755 ± 0.005: 0.022 higher (+1.3%).",
    );
  });

  test("says when the seeds do not bear a difference out, and when the best rate is the grid's last", () => {
    expect(headline(withLoss("matched", 1.73)).summary).toContain("no difference that the seeds bear out");
    expect(headline(withLoss("matched", 1.8)).summary).toContain("3.9% higher");
    const edge = smallRun(1).map((one) => (one.name === "dense" ? { ...one, learningRate: 8e-3 } : one));
    expect(headline(edge).detail).toContain(
      "The best rate lies at the grid's edge for Dense (0.008, the highest). One seed",
    );
  });
});

describe("beside the paper's claims", () => {
  test("stand this run's perplexity and time, with the seeds' word", () => {
    const [, own] = claimsBeside(smallRun());
    // e^(1.719 - 1.733) = 0.9861 and 20,000 / 19,000 = 1.0526; e^0.022 = 1.0222 and 20,000 / 21,000 = 0.9524
    expect(own).toContain(
      "Parameter-matched, r 24 has a perplexity 1.4% lower (beyond the seeds' spread) and takes 5.3% more time",
    );
    expect(own).toContain(
      "r 24 has a perplexity 2.2% higher (beyond the seeds' spread) and takes 4.8% less time",
    );
    expect(claimsBeside(withLoss("matched", 1.73))[1]).toContain("0.3% lower (within the seeds' spread)");
    expect(claimsBeside(smallRun(1))[1]).not.toContain("spread");
    expect(claimsBeside([])).toHaveLength(1);
  });
});

describe("findings of a conversion", () => {
  const scored = (loss: number) => ({ loss, perplexity: Math.exp(loss) });
  const factored = (factorisation: "plain" | "activation-aware", before: number, after: number | null) =>
    ({
      factorisation,
      rank: 8,
      model: "m",
      parameters: 90,
      weightError: 0.3,
      outputError: factorisation === "plain" ? 0.25 : 0.2,
      before: scored(before),
      after: after === null ? null : scored(after),
    }) satisfies FactoredResult;

  test("say whether the moments help and what training brings back", () => {
    const original = { parameters: 100, before: scored(1.7), after: scored(1.65) };
    const models = [factored("plain", 2.4, 1.75), factored("activation-aware", 2, 1.69)];
    expect(convertFindings({ original, models })).toEqual([
      {
        claim: "At rank 8 the activation-aware factors lose less than the plain ones",
        holds: true,
        text: "Activation-aware, r 8: 2.000 nats per token before any training, −16.7% beside the plain factors' 2.400. Error of the outputs: 20.0% and 25.0%. After fine-tuning: 1.690 and 1.750 nats per token.",
      },
      {
        claim: "Fine-tuned, rank 8 is no worse than the dense model as it came",
        holds: true,
        text: "Activation-aware factors, r 8: 2.000 nats per token as they are, 1.690 fine-tuned; the dense model: 1.700 as it came, 1.650 after the same fine-tuning. 10.0% of the parameters saved.",
      },
    ]);
  });

  test("leave out what was not run", () => {
    const original = { parameters: 100, before: scored(1.7), after: null };
    expect(convertFindings({ original, models: [factored("plain", 2.4, null)] })).toEqual([]);
  });
});
