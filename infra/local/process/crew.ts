import { type Supervised, type SuperviseOptions, supervise } from "./supervise.ts";

export interface Recruit<Ready>
  extends Pick<SuperviseOptions<Ready>, "name" | "module" | "environment" | "options"> {}

/** The processes of a stack. */
export interface Crew {
  start<Ready>(recruit: Recruit<Ready>): Supervised<Ready>;
  pids(): number[];
  /** Ends them all, in the reverse of the order of their starts: what others need goes last. */
  stop(graceMs: number): Promise<void>;
}

export function createCrew(shared: Pick<SuperviseOptions<unknown>, "logDir" | "warn">): Crew {
  const crew: Supervised<unknown>[] = [];
  return {
    start(recruit) {
      const child = supervise({ ...recruit, ...shared });
      crew.push(child);
      return child;
    },
    pids: () => pidsOf(crew),
    async stop(graceMs) {
      for (const child of crew.toReversed()) await child.stop(graceMs);
    },
  };
}

/** Process ids of those that are up. */
export function pidsOf(children: readonly Supervised<unknown>[]): number[] {
  return children.map((child) => child.pid()).filter((pid) => pid !== undefined);
}
