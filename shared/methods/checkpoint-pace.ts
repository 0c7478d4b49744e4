import type { RunContext } from "./contract.ts";

/** Saves often enough that a death costs about a second, and seldom enough that saving costs at most a twentieth. */
const shortestSeconds = 1;
const share = 1 / 20;

export interface CheckpointPace {
  /** Saves if it is time to. */
  offer(state: () => unknown): Promise<void>;
  save(state: unknown): Promise<void>;
}

/** When to save a checkpoint: paced by what saving it has cost so far. */
export function checkpointPace({ checkpoint }: Pick<RunContext, "checkpoint">): CheckpointPace {
  let [savedAt, cost] = [performance.now(), 0];
  const save = async (state: unknown) => {
    const begun = performance.now();
    await checkpoint.save(state);
    savedAt = performance.now();
    cost = savedAt - begun;
  };
  return {
    save,
    async offer(state) {
      if (performance.now() - savedAt >= Math.max(shortestSeconds * 1000, cost / share)) await save(state());
    },
  };
}
