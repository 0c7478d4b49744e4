import { type Backend, tenantKey } from "../backend.ts";
import { fromCursor, type Page, toCursor } from "../page.ts";
import { summarizeRun } from "./present.ts";
import type { RunStatus, RunSummary } from "./record.ts";
import { storedSummary } from "./stored.ts";

export interface RunFilter {
  readonly method?: string | undefined;
  readonly status?: RunStatus | undefined;
}

/** Items that one page looks at, at most, in search of those that pass the filter. */
const mostPages = 10;

/** A tenant's runs, newest first. A page may be short, or empty, and yet have a next one. */
export async function listRuns(
  { table }: Backend,
  tenant: string,
  filter: RunFilter,
  limit: number,
  cursor?: string,
): Promise<Page<RunSummary>> {
  const items: RunSummary[] = [];
  let after = cursor === undefined ? undefined : `RUN#${fromCursor("runs", tenant, cursor)}`;
  for (let page = 0; page < mostPages; page++) {
    const answer = await table.query({
      PK: tenantKey(tenant),
      from: "RUN#",
      to: "RUN#~",
      descending: true,
      limit: filter.method === undefined && filter.status === undefined ? limit - items.length : 200,
      where: {
        deletedAt: undefined,
        ...(filter.method !== undefined && { method: filter.method }),
        ...(filter.status !== undefined && { status: filter.status }),
      },
      select: Object.keys(storedSummary.shape),
      ...(after !== undefined && { after }),
    });
    items.push(...answer.items.map((item) => summarizeRun(storedSummary.parse(item))));
    after = answer.last;
    if (items.length >= limit || after === undefined) break;
  }
  const page = items.slice(0, limit);
  const position = items.length > limit ? page.at(-1)?.id : after?.slice("RUN#".length);
  return { items: page, ...(position !== undefined && { next: toCursor("runs", tenant, position) }) };
}
