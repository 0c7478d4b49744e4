import { meanSd } from "../measured.ts";
import type { Comparing } from "./comparing.ts";
import type { VariantName } from "./input.ts";
import type { VariantResult } from "./output.ts";
import { answerLength } from "./passkey.ts";
import type { DepthAccuracy } from "./report.ts";
import type { Trial } from "./trial.ts";

/** One variant's figures by length over its seeds. */
export function summarise(
  name: VariantName,
  trials: readonly Trial[],
  costs: Comparing["costs"],
  parameters: number,
): VariantResult {
  const own = trials.filter((trial) => trial.variant === name);
  const lengths = [...Map.groupBy(own, (trial) => trial.length)].sort(([a], [b]) => a - b);
  const trained = costs.filter((cost) => cost.variant === name);
  const total = (key: "tokens" | "seconds") => trained.reduce((sum, cost) => sum + cost[key], 0);
  return {
    name,
    seeds: new Set(own.map((trial) => trial.seed)).size,
    parameters,
    tokensPerSecond: trained.length === 0 ? null : Math.round(total("tokens") / total("seconds")),
    loss: lengths.map(([length, group]) => ({ length, ...meanSd(group.map((trial) => trial.loss)) })),
    passkey: lengths.flatMap(([length, group]) => {
      if (group.every((trial) => trial.passkey.length === 0)) return [];
      const { mean: accuracy, sd } = meanSd(group.map((trial) => share(trial, "right")));
      const single = meanSd(group.map((trial) => share(trial, "symbols")));
      return [{ length, accuracy, sd, symbols: single.mean, symbolsSd: single.sd }];
    }),
  };
}

/** Share of a trial's prompts, or of their symbols, that were right. */
function share({ passkey }: Trial, key: "right" | "symbols"): number {
  const asked = passkey.reduce((sum, depth) => sum + depth.trials, 0);
  const hits = passkey.reduce((sum, depth) => sum + depth[key], 0);
  return hits / asked / (key === "symbols" ? answerLength : 1);
}

/** Passkeys found by variant, length and depth, all seeds together. */
export function depthMap(trials: readonly Trial[]): DepthAccuracy[] {
  const cells = trials.flatMap(({ variant, length, passkey }) =>
    passkey.map((hits) => ({ variant, length, ...hits })),
  );
  const groups = Map.groupBy(cells, ({ variant, length, depth }) => `${variant} ${length} ${depth}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const asked = group.reduce((sum, cell) => sum + cell.trials, 0);
    const right = group.reduce((sum, cell) => sum + cell.right, 0);
    return [
      {
        variant: first.variant,
        length: first.length,
        depth: first.depth,
        accuracy: right / asked,
        trials: asked,
      },
    ];
  });
}
