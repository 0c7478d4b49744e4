import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startLocal } from "../../../infra/local/stack.ts";
import { createClient } from "../../../shared/client/client.ts";
import { waitForRun } from "../../../shared/client/wait.ts";
import { output } from "../../../shared/methods/fope/output.ts";
import { killWorkers, seededRandom } from "./drill.ts";

const input = {
  task: "compare",
  trainingLength: 32,
  multiples: [1, 2, 4],
  model: { dModel: 32, layers: 1, heads: 2 },
  variants: ["rope", "fope", "ntk"],
  training: { steps: 8000, batch: 8 },
  passkey: { trials: 10, depths: 2 },
  evaluationTokens: 2048,
  characters: 200_000,
};

test("fope, its worker killed at 20 random moments, ends with the figures of an undisturbed run, bit for bit", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "tenfold-fope-kill-"));
  const stack = await startLocal({ stateDir, leaseSeconds: 1, visibilitySeconds: 5, quiet: true });
  try {
    const client = createClient({ url: stack.url });
    /** The figures of an ended run but for its speed, which is the clock's. */
    const figures = async (id: string) => {
      const run = await waitForRun(client, id);
      if (run.status !== "succeeded") throw new Error(JSON.stringify(run.error));
      const parsed = output.parse(run.output);
      if (parsed.task !== "compare") throw new Error("a comparison expected");
      return parsed.variants.map((variant) => ({ ...variant, tokensPerSecond: undefined }));
    };
    const { id } = await client.createRun("fope", input, { seed: 5 });
    const kills = await killWorkers({ stack, run: id, kills: 20, random: seededRandom(7), withinMs: 1200 });
    expect(kills).toBe(20);
    const disturbed = await figures(id);
    const calm = await client.createRun("fope", input, { seed: 5 });
    expect(disturbed).toEqual(await figures(calm.id));
    const models = (await Array.fromAsync(client.models())).map(({ name, run }) => `${name} ${run}`);
    expect(models.filter((name) => name.endsWith(id))).toHaveLength(2);
  } finally {
    await stack.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}, 600_000);
