import { describe, expect, test } from "vitest";
import { summary } from "../../../shared/methods/memoryformer/bucket-use.ts";
import { findingsOf, headline } from "../../../shared/methods/memoryformer/findings.ts";
import { crossover } from "../../../shared/methods/memoryformer/latency.ts";
import type { LatencyResult, VariantResult } from "../../../shared/methods/memoryformer/output.ts";
import { variant } from "./variant.ts";

const timed = (d: number, memory: number, dense: number): LatencyResult => ({
  d,
  memory: { microseconds: memory, bytes: (4 * d * d) / 8, tableBytes: 128 * d * d },
  dense: { microseconds: dense, bytes: 4 * d * d },
});

const variants = [
  variant({ kind: "dense", bits: null }),
  variant({ kind: "dense-flops", bits: null, loss: { mean: 1.7, sd: 0.01 } }),
  variant({ kind: "memory-released", bits: 4, loss: { mean: 1.5, sd: 0.01 }, learningRate: 0.012 }),
  variant({ kind: "memory-released", bits: 8, loss: { mean: 1.51, sd: 0.02 }, learningRate: 0.012 }),
  variant({ kind: "memory-paper", bits: 8, loss: { mean: 1.55, sd: 0.01 } }),
];
const holds = (list: readonly VariantResult[], latency: readonly LatencyResult[] = []) =>
  Object.fromEntries(findingsOf(list, latency).map((finding) => [finding.claim, finding.holds]));

describe("findings", () => {
  test("hold where the difference is larger than the seeds' spread", () => {
    expect(holds(variants)).toEqual({
      "The best MemoryFormer's loss is below that of the dense model of its width": true,
      "The best MemoryFormer's loss is below that of a dense model of as many FLOPs": true,
      "The released code's weight gives a lower loss than the paper's at τ 8": true,
      "More bits give a lower loss: τ 8 beside τ 4, the released weight": false,
      "Memory Layers want a higher learning rate than dense ones": true,
    });
    const wide = variants.map((one) => ({ ...one, loss: { ...one.loss, sd: 0.2 } }));
    expect(Object.values(holds(wide)).filter(Boolean)).toHaveLength(1); // the rates have no spread
  });

  test("say nothing of what was not run", () => {
    expect(findingsOf([variant({ kind: "dense", bits: null })], [])).toEqual([]);
    expect(findingsOf([], [])).toEqual([]);
  });

  test("the headline gives both losses and what they cost", () => {
    const { summary, detail } = headline(variants);
    expect(summary).toContain("Memory (released), τ 4 ends at 1.500");
    expect(summary).toContain("1.600");
    expect(detail).toContain("25% of the dense model's multiply-adds");
    expect(detail).toContain("4 MB");
    expect(headline(variants.map((one) => ({ ...one, seeds: 1 }))).detail).toContain("One seed");
  });
});

describe("a finding", () => {
  test("names both of its sides in its text, which is read alone", () => {
    const texts = findingsOf(variants, [timed(512, 10, 5)]).map(({ text }) => text);
    expect(texts[0]).toBe(
      "Memory (released), τ 4: 1.500 ± 0.010 nats per token; Dense: 1.600 ± 0.010. 0.100 lower (−6.3%), beyond the seeds' combined spread of 0.014. The first takes 25% of the other's multiply-adds without attention; its tables are 4 MB, the other has none.",
    );
    expect(texts[2]).toMatch(/^Memory \(released\), τ 8: 1.510 ± 0.020 .*; Memory \(paper\), τ 8: 1.550/);
    expect(texts.at(-1)).toMatch(/^A Memory Layer and a dense layer on this machine: 10 and 5 µs at d 512/);
  });
});

describe("the crossover", () => {
  test("is the least width from which on the Memory Layer stays the faster one", () => {
    const widths = [
      timed(256, 9, 5),
      timed(512, 4, 8),
      timed(1024, 9, 8),
      timed(2048, 9, 20),
      timed(4096, 20, 60),
    ];
    expect(crossover(widths)).toBe(2048);
    expect(crossover(widths.slice(0, 2))).toBe(512);
    expect(crossover(widths.slice(0, 1))).toBeUndefined();
    expect(crossover(widths.slice(3))).toBe(2048);
    expect(crossover([])).toBeUndefined();
  });

  test("is told as a finding with the times and the bytes", () => {
    const [finding] = findingsOf([], [timed(512, 10, 5), timed(1024, 10, 30)]);
    expect(finding).toMatchObject({ holds: true });
    expect(finding?.claim).toContain("from d 1,024 on");
    expect(finding?.text).toContain("10 and 30 µs at d 1,024");
    expect(findingsOf([], [timed(512, 10, 5)])[0]).toMatchObject({ holds: false });
  });
});

describe("bucket use", () => {
  test("of even codes is whole, and of one code it is nothing", () => {
    const even = summary([Float64Array.of(5, 5, 5, 5)], 2);
    expect(even).toMatchObject({ used: 1, entropy: 1 });
    expect(even.shares.map(({ share }) => share)).toEqual([0.25, 0.5, 1]);
    const one = summary([Float64Array.of(0, 7, 0, 0)], 2);
    expect(one).toMatchObject({ used: 0.25, entropy: 0 });
    expect(one.shares.map(({ share }) => share)).toEqual([1, 1, 1]);
  });

  test("is the mean over chunks", () => {
    const both = summary([Float64Array.of(1, 1), Float64Array.of(0, 2)], 1);
    expect(both).toMatchObject({ used: 0.75, entropy: 0.5 });
  });
});
