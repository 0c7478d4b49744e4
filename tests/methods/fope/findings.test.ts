import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareFindings, continueFindings } from "../../../shared/methods/fope/findings.ts";
import { headline } from "../../../shared/methods/fope/headline.ts";
import type { VariantResult } from "../../../shared/methods/fope/output.ts";
import { difference, exceeds } from "../../../shared/methods/measured.ts";
import { multiples, smallRun, trainingLength } from "./small-run.ts";

const find = (variants: readonly VariantResult[], claim: RegExp) => {
  const found = compareFindings(variants, trainingLength).filter((finding) => claim.test(finding.claim));
  expect(found).toHaveLength(1);
  return found[0] ?? { claim: "", holds: false, text: "" };
};

/** The run with one loss of one variant set anew. */
function withLoss(
  variants: readonly VariantResult[],
  name: string,
  multiple: number,
  mean: number,
): VariantResult[] {
  const change = (point: { length: number; mean: number; sd: number }) =>
    point.length === multiple * trainingLength ? { ...point, mean } : point;
  return variants.map((one) => (one.name === name ? { ...one, loss: one.loss.map(change) } : one));
}

describe("a difference and the seeds' spread", () => {
  const measured = (mean: number, sd: number, seeds = 3) => ({ mean, sd, seeds });

  test("the spreads of both sides are combined in quadrature", () => {
    expect(difference(measured(2, 0.3), measured(1, 0.4))).toEqual({ by: 1, spread: 0.5 });
    expect(exceeds(difference(measured(2, 0.3), measured(1.5, 0.4)))).toBe(false);
    expect(exceeds(difference(measured(2.01, 0.3), measured(1.5, 0.4)))).toBe(true);
  });

  test("a single seed on either side leaves the spread unknown", () => {
    expect(difference(measured(2, 0.3, 1), measured(1, 0.4)).spread).toBeUndefined();
    expect(difference(measured(2, 0.3), measured(1, 0.4, 1)).spread).toBeUndefined();
  });

  test("never do both of two exceed the other", () => {
    const number = fc.double({ min: 0, max: 10, noNaN: true });
    const one = fc.record({ mean: number, sd: number, seeds: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(one, one, (a, b) => {
        expect(exceeds(difference(a, b)) && exceeds(difference(b, a))).toBe(false);
      }),
    );
  });
});

describe("findings of a comparison", () => {
  test("beyond the training length, with the figures in the text", () => {
    const finding = find(smallRun(3), /^FoPE's loss at 4×/);
    expect(finding.holds).toBe(true);
    expect(finding.text).toBe(
      "1.881 ± 0.020 against 2.526 ± 0.020 nats per token at 256 tokens: 0.645 lower (−25.5%), beyond the seeds' combined spread of 0.028.",
    );
  });

  test("a difference within the spread does not hold, and the text says so", () => {
    const close = withLoss(smallRun(3), "rope", 8, 2.15);
    const finding = find(close, /^FoPE's loss at 8×/);
    expect(finding.holds).toBe(false);
    expect(finding.text).toContain("0.006 lower (−0.3%), within the seeds' combined spread of 0.028.");
  });

  test("a difference the other way does not hold", () => {
    const finding = find(withLoss(smallRun(3), "rope", 8, 1.9), /^FoPE's loss at 8×/);
    expect(finding.holds).toBe(false);
    expect(finding.text).toContain("0.244 higher (+12.8%), beyond");
  });

  test("one seed: the sign alone decides, and the spread is called unknown", () => {
    const findings = compareFindings(smallRun(1), trainingLength);
    expect(findings.length).toBeGreaterThan(10);
    for (const { text } of findings) {
      expect(text).toContain("one seed, spread unknown");
      expect(text).not.toContain("±");
    }
    expect(find(smallRun(1), /^FoPE costs loss within/).holds).toBe(true);
  });

  test("the cost within the training length is given in percent", () => {
    expect(find(smallRun(1), /^FoPE costs loss within/).text).toContain("0.017 higher (+1.0%)");
    expect(find(smallRun(3), /^FoPE costs loss within/).holds).toBe(false);
  });

  test("what part does the work is a share of the gain over RoPE", () => {
    const finding = find(smallRun(3), /Fourier series lowers the loss at 8×/);
    expect(finding.holds).toBe(true);
    expect(finding.text).toContain("Clipping alone gives 91% of FoPE's gain over RoPE.");
    const reversed = withLoss(smallRun(3), "fope-clip", 8, 2.0);
    expect(find(reversed, /Fourier series/)).toMatchObject({ holds: false });
    expect(find(reversed, /Fourier series/).text).toContain("Clipping alone gives all of FoPE's gain");
    const noGain = withLoss(smallRun(3), "rope", 8, 2.1);
    expect(find(noGain, /Fourier series/).text).not.toContain("alone");
  });

  test("passkeys are compared in points", () => {
    const finding = find(smallRun(3), /^FoPE finds the passkey at 4×/);
    expect(finding.holds).toBe(true);
    expect(finding.text).toBe(
      "100% of the keys against 13 ± 2% at 256 tokens: 87 points more, beyond the seeds' combined spread of 2 points.",
    );
  });

  test("a task that is not learnt is said to say little, and by whom", () => {
    const blank = smallRun(1).map((one) => ({
      ...one,
      passkey: one.passkey.map((point) => ({ ...point, accuracy: 0, sd: 0 })),
    }));
    const finding = find(blank, /^FoPE finds the passkey at 4×/);
    expect(finding.holds).toBe(false);
    expect(finding.text).toContain("no difference");
    expect(finding.text).toContain("Not learnt within the training length by FoPE (0%) and RoPE (0%)");
    expect(find(smallRun(3), /^FoPE finds the passkey at 4×/).text).not.toContain("Not learnt");
  });

  test("at the longest length the best is named, also when it is not FoPE", () => {
    const finding = find(smallRun(3), /lowest loss of all variants at 16×/);
    expect(finding.holds).toBe(false);
    expect(finding.text).toContain("2.128 ± 0.020 nats per token of ALiBi, the lowest");
  });

  test("absent variants and lengths leave their findings out, and nothing throws", () => {
    const subsets = fc.record({
      names: fc.subarray(smallRun().map(({ name }) => name)),
      kept: fc.subarray(multiples),
    });
    fc.assert(
      fc.property(subsets, fc.integer({ min: 1, max: 3 }), ({ names, kept }, seeds) => {
        const lengths = kept.map((multiple) => multiple * trainingLength);
        const variants = smallRun(seeds)
          .filter((one) => names.includes(one.name))
          .map((one) => ({
            ...one,
            loss: one.loss.filter((point) => lengths.includes(point.length)),
            passkey: one.passkey.filter((point) => lengths.includes(point.length)),
          }));
        const claims = compareFindings(variants, trainingLength);
        const { summary, detail } = headline(variants, trainingLength);
        for (const text of [...claims.flatMap((one) => [one.claim, one.text]), summary, detail]) {
          expect(text).not.toMatch(/NaN|undefined|Infinity/);
          if (!names.includes("rope") && !names.includes("fope")) expect(text).not.toContain("RoPE's");
        }
        for (const multiple of [2, 4, 8])
          if (!kept.includes(multiple))
            expect(claims.filter(({ claim }) => claim.includes(` ${multiple}× the training`))).toEqual([]);
        if (!names.includes("rope")) expect(claims.filter(({ claim }) => claim.includes("RoPE"))).toEqual([]);
      }),
    );
  });
});

describe("the first sentence", () => {
  test("names the lengths, both losses and the change", () => {
    const { summary, detail } = headline(smallRun(3), trainingLength);
    expect(summary).toBe(
      "At 8 times the training length FoPE's loss is 2.144 nats per token against RoPE's 2.920, 27% lower.",
    );
    expect(detail).toContain("level (+1.0%, inside the seeds' spread)");
    expect(detail).toContain("Clipping alone gives 91%");
    expect(detail).toContain("At 16× ALiBi is lower than FoPE: 2.128 against 2.511.");
    expect(detail).toContain("FoPE finds 100% of the passkeys, RoPE 13%");
    expect(detail).not.toContain("One seed");
  });

  test("says when the seeds do not bear a difference out, and when there is but one", () => {
    const close = headline(withLoss(smallRun(3), "rope", 8, 2.15), trainingLength);
    expect(close.summary).toContain("no difference that the seeds bear out");
    expect(headline(withLoss(smallRun(3), "rope", 8, 1.9), trainingLength).summary).toContain("13% higher");
    expect(headline(smallRun(1), trainingLength).detail).toContain("One seed");
  });

  test("without RoPE or FoPE it names the best", () => {
    const others = smallRun(1).filter(({ name }) => name === "alibi" || name === "nope");
    expect(headline(others, trainingLength).summary).toBe(
      "At 8 times the training length ALiBi's loss is 2.094 nats per token, the lowest of 2 variants; NoPE is next with 2.457.",
    );
  });
});

describe("findings of a continued training", () => {
  const stage = (losses: readonly number[]) =>
    losses.map((loss, index) => ({ length: 128 * 2 ** index, loss }));

  test("the context length and the longest length, before, between and after", () => {
    const parts = {
      before: stage([1.8, 2.1, 3.2]),
      converted: stage([2, 2.2, 2.8]),
      after: stage([1.85, 1.9, 2.4]),
    };
    expect(continueFindings(parts, 128)).toEqual([
      {
        claim: "Going on as FoPE lowers the loss at 128 tokens",
        holds: false,
        text: "RoPE before: 1.800; FoPE's tables put in, untrained: 2.000; after training: 1.850 nats per token (+2.8%). One training: its spread is unknown.",
      },
      {
        claim: "Going on as FoPE lowers the loss at 512 tokens",
        holds: true,
        text: "RoPE before: 3.200; FoPE's tables put in, untrained: 2.800; after training: 2.400 nats per token (−25.0%). One training: its spread is unknown.",
      },
    ]);
  });

  test("nothing scored, nothing found", () => {
    expect(continueFindings({ before: [], converted: [], after: [] }, 128)).toEqual([]);
  });
});
