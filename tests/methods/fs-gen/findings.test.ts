import { describe, expect, test } from "vitest";
import { compareFindings, compareHeadline } from "../../../shared/methods/fs-gen/compare-findings.ts";
import type { Compared, PairResult } from "../../../shared/methods/fs-gen/output.ts";
import { studyFindings } from "../../../shared/methods/fs-gen/study-findings.ts";
import { fitsOf } from "../../../shared/methods/fs-gen/summarise.ts";

const sizes = [1e4, 2e4, 6e4, 2e5, 5e5];
const duos = sizes.flatMap((small, at) => sizes.slice(at + 1).map((large) => ({ small, large })));

function study(cofOf: (small: number, large: number) => number, floor = { cof: 0.05, cofSd: 0.01 }) {
  const pairs = duos.map(
    ({ small, large }): PairResult => ({
      small,
      large,
      ratio: large / small,
      cof: cofOf(small, large),
      cofSd: 0.01,
      cofGreedy: 0.1,
      seeds: 4,
    }),
  );
  const frequencies = pairs.map(({ small, large, cof }) => ({
    small,
    large,
    cof,
    smallModel: `s${small}`,
    largeModel: `s${large}`,
  }));
  return studyFindings({
    models: [],
    pairs,
    floor: { ...floor, cofGreedy: 0.04, pairs: 5 },
    fits: fitsOf(frequencies, 0, 60),
    uncertainty: [{ measure: "margin", auroc: 0.7, sd: 0.05, pairs: 10 }],
    position: Array.from({ length: 10 }, (_, at) => ({
      from: at / 10,
      to: (at + 1) / 10,
      cof: at === 0 ? 0.3 : 0.2,
      share: 0.1,
    })),
    belowFifth: 0,
  });
}

const holds = (findings: readonly { claim: string; holds: boolean }[], word: string) =>
  findings.find(({ claim }) => claim.includes(word))?.holds;

describe("a study's findings", () => {
  test("follow the figures: low frequencies that rise with R by the power law", () => {
    const findings = study((small, large) => 0.18 - 0.1 * (large / small) ** -1.5);
    expect(findings.map(({ holds }) => holds).filter(Boolean)).toHaveLength(findings.length);
    expect(findings[0]?.text).toContain("True for 10 of 10 pairs");
    expect(findings[0]?.text).toContain("greedy texts it is true for 10");
  });

  test("and the other way: high ones that fall with R and are set by one size", () => {
    const findings = study((_, large) => 0.9 - 0.05 * Math.log(large), { cof: 0.5, cofSd: 0.05 });
    expect(holds(findings, "2:8")).toBe(false);
    expect(holds(findings, "rises")).toBe(false);
    expect(holds(findings, "power law in R alone")).toBe(false);
    expect(holds(findings, "two seeds of one size")).toBe(false);
  });
});

describe("a comparison's findings", () => {
  const line = (given: Partial<Compared>): Compared => ({
    decoder: "oracle",
    router: "always",
    beside: null,
    targetRate: null,
    rate: 1,
    quality: 0.5,
    cof: 0.3,
    cofUntuned: null,
    tokensPerLargeCall: 1,
    tokensPerSecond: 100,
    ...given,
  });
  const results = [
    line({ quality: 0.6 }),
    line({ router: "never", rate: 0, quality: 0.4 }),
    line({ router: "margin", rate: 0.3, quality: 0.55 }),
    line({ router: "random", beside: "margin", rate: 0.3, quality: 0.46 }),
    line({ router: "margin", targetRate: 0.1, rate: 0.1, quality: 0.41 }),
    line({ router: "random", beside: "margin", targetRate: 0.1, rate: 0.1, quality: 0.42 }),
    line({ decoder: "speculative", quality: 0.6, tokensPerLargeCall: 2.5, tokensPerSecond: 150 }),
    line({ decoder: "contrastive", quality: 0.62 }),
  ];

  test("hold each decoder to the models alone, and each router to chance at every rate", () => {
    const findings = compareFindings(results);
    expect(holds(findings, "Oracle is better than the small")).toBe(true);
    expect(holds(findings, "Contrastive decoding is better than the large")).toBe(true);
    expect(findings.find(({ claim }) => claim.startsWith("Speculative"))).toMatchObject({
      holds: true,
      text: "2.50 tokens a call. 1.50 times the oracle's tokens a second on this machine.",
    });
    const router = findings.find(({ claim }) => claim.startsWith("Margin"));
    expect(router).toMatchObject({ holds: false });
    expect(router?.text).toContain("Better at 1 of 2 rates, by 4.0 points of a percent on average.");
    expect(router?.text).toContain("asks at 30.0% of the tokens: 55.0% right");
  });

  test("the headline is the best setting beside the small model alone", () => {
    const { summary, detail } = compareHeadline(results, "right tokens");
    expect(summary).toBe(
      "Contrastive decoding, always, has 62.0% right tokens, the small model alone 40.0%.",
    );
    expect(detail).toContain("The oracle under margin asks the large model at 30.0% of the tokens");
  });
});
