import type { Backend } from "../backend.ts";
import { didYouMean } from "../nearest.ts";
import { Problem } from "../problem.ts";
import { readInput, readOutput } from "./json.ts";
import type { Run, RunArtifact, RunSummary } from "./record.ts";
import { artifactKey, type StoredRun } from "./stored.ts";

/** Outputs above this many bytes are left out of the run. */
const maxOutputBytes = 4 * 1024 * 1024;

type Shown = Pick<
  StoredRun,
  | "id"
  | "method"
  | "status"
  | "createdAt"
  | "startedAt"
  | "finishedAt"
  | "seed"
  | "preset"
  | "progress"
  | "slices"
  | "deaths"
  | "cancelRequested"
  | "error"
>;

/** The run as lists show it. */
export function summarizeRun(run: Shown): RunSummary {
  const self = `/v1/runs/${run.id}`;
  const { id, method, status, createdAt, startedAt, finishedAt, seed, preset } = run;
  return {
    ...{ id, method, status, createdAt },
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    seed,
    ...(preset !== undefined && { preset }),
    ...{
      progress: run.progress,
      slices: run.slices,
      deaths: run.deaths,
      cancelRequested: run.cancelRequested,
    },
    ...(run.error !== undefined && { error: run.error }),
    links: {
      self,
      events: `${self}/events`,
      metrics: `${self}/metrics`,
      artifacts: `${self}/artifacts`,
      ...(status === "succeeded" && { result: `${self}/artifacts/result.json` }),
    },
  };
}

/** The whole run as the API shows it. */
export async function presentRun(backend: Backend, run: StoredRun): Promise<Run> {
  const output = await readOutput(backend, run, maxOutputBytes);
  const input = await readInput(backend, run);
  return { ...summarizeRun(run), input, ...(output !== undefined && { output }) };
}

/** Changes whenever the run does. */
export const etagOf = (run: StoredRun): string => `"${run.version}"`;

/** The files of a run, by name. */
export function presentArtifacts(run: StoredRun): RunArtifact[] {
  return Object.entries(run.artifacts)
    .map(([name, { type, bytes, createdAt }]) => {
      return { name, type, bytes, createdAt, href: `/v1/runs/${run.id}/artifacts/${name}` };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a file of a run can be read. Throws a 404 when there is none of this name. */
export async function artifactUrl({ bucket }: Backend, run: StoredRun, name: string): Promise<string> {
  const artifact = Object.hasOwn(run.artifacts, name) ? run.artifacts[name] : undefined;
  if (artifact === undefined) {
    const hint = didYouMean(name, Object.keys(run.artifacts));
    throw new Problem("not-found", `run ${run.id} has no artifact ${name}${hint}`);
  }
  return bucket.downloadUrl(artifactKey(run, name, artifact.revision), name, artifact.type);
}
