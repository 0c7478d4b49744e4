import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { sentencePairs } from "./metrics-pairs.ts";

const size = { pairs: 100_000, few: 10_000, reference: 2_000, referenceTer: 200 };
const names = ["bleu", "chrf", "chrf++", "rouge2", "rougeL", "rougeLsum", "meteor", "ter"];

const timed = z.object({ score: z.number(), seconds: z.number(), processorSeconds: z.number() });
const scored = timed.extend({ peakMiB: z.number(), liveMiB: z.number() });
const referenceScores = z.record(z.string(), timed.extend({ program: z.string() }));

/**
 * Pairs of sentences scored one after another, each metric in a process of its own for its memory, beside sacrebleu,
 * NLTK and rouge-score on fewer of the same pairs where the Python named in TENFOLD_PYTHON (python3 by default) has
 * them. Rates are pairs for each second of the processor, so that what else the machine does counts less.
 */
export function benchMetrics() {
  console.log(`load average ${loadavg()[0]?.toFixed(1)}`);
  const others = {
    ...scoreInPython(
      names.filter((name) => name !== "ter"),
      size.reference,
    ),
    ...scoreInPython(["ter"], size.referenceTer),
  };
  const rows = names.map((name) => {
    const all = score(name, size.pairs);
    const fewer = score(name, size.few);
    const other = others[name];
    const count = name === "ter" ? size.referenceTer : size.reference;
    const rate = size.pairs / all.processorSeconds;
    const otherRate = other === undefined ? undefined : count / other.processorSeconds;
    return {
      metric: name,
      "pairs/s": Math.round(rate),
      beside: other?.program ?? "not installed",
      "its pairs/s": otherRate === undefined ? undefined : Math.round(otherRate),
      times: otherRate === undefined ? undefined : Number((rate / otherRate).toFixed(1)),
      "scores apart by": other === undefined ? undefined : apart(score(name, count).score, other.score),
      "peak MiB": Math.round(all.peakMiB),
      [`live MiB after ${size.few}`]: Number(fewer.liveMiB.toFixed(1)),
      [`after ${size.pairs}`]: Number(all.liveMiB.toFixed(1)),
    };
  });
  console.table(rows);
  return rows;
}

/** Relative. */
function apart(one: number, other: number): string {
  return Math.abs(one / other - 1).toExponential(0);
}

function score(name: string, count: number): z.infer<typeof scored> {
  const command = ["--expose-gc", join(import.meta.dirname, "metrics-score.ts"), name, String(count)];
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`metrics-score.ts: ${stderr}`);
  return scored.parse(JSON.parse(stdout));
}

function scoreInPython(metrics: readonly string[], count: number): z.infer<typeof referenceScores> {
  const script = join(import.meta.dirname, "metrics_reference.py");
  const input = [...sentencePairs(count)].map((pair) => JSON.stringify(pair)).join("\n");
  const python = process.env.TENFOLD_PYTHON ?? "python3";
  const { stdout, stderr, status, error } = spawnSync(python, [script, ...metrics], {
    input,
    encoding: "utf8",
  });
  if (error !== undefined) return {};
  if (status !== 0) throw new Error(`metrics_reference.py: ${stderr}`);
  return referenceScores.parse(JSON.parse(stdout));
}

if (import.meta.main) benchMetrics();
