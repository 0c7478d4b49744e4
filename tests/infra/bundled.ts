import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startLocalAws } from "../fixtures/aws.ts";

/** What bundled functions answered, from a run's creation to its result. */
export interface BundledRun {
  readonly created: object;
  readonly worked: object;
  readonly run: object;
  readonly artifacts: readonly { readonly name: string }[];
  readonly methods: readonly { readonly id: string }[];
  readonly openApi: {
    readonly paths: object;
    readonly components: { readonly schemas: Readonly<Record<string, object>> };
  };
}

/** Takes a run from its creation to its result with the functions bundled in `folder`, in a process of their own. */
export async function runBundled(folder: string, method: string, input: object): Promise<BundledRun> {
  const aws = await startLocalAws(60_000);
  try {
    const script = join(import.meta.dirname, "fixtures/bundled-run.mjs");
    const child = fork(script, [folder, method, JSON.stringify(input)], { execArgv: [], silent: true });
    const exited = once(child, "exit").then(([code]) => Promise.reject(new Error(`exit ${code}`)));
    const [answers] = await Promise.race([once(child, "message"), exited]);
    return answers;
  } finally {
    await aws.stop();
  }
}
