import { runStatuses } from "../../../resources/runs/status.ts";
import { read } from "../../api/call.ts";
import type { MethodSummary, Page } from "../../api/types.ts";
import { useLoad } from "../../api/use-load.ts";
import { hrefTo } from "../../route.ts";

interface Filter {
  readonly method: string | undefined;
  readonly status: string | undefined;
}

/** Which runs are shown; the choice is part of the address. */
export function Filters(filter: Filter) {
  const { value } = useLoad((signal) => read<Page<MethodSummary>>("/v1/methods", { signal }), []);
  const go = ({ method, status }: Filter) => {
    const place = { page: "runs" as const, ...(method && { method }), ...(status && { status }) };
    location.hash = hrefTo(place).slice(1);
  };
  const ids = value?.items.map(({ id }) => id) ?? [];
  const methods = filter.method === undefined || ids.includes(filter.method) ? ids : [filter.method, ...ids];
  return (
    <form class="filters" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      <label>
        Method
        <select
          value={filter.method ?? ""}
          onChange={({ currentTarget }) => go({ ...filter, method: currentTarget.value })}
        >
          <option value="">all</option>
          {methods.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      <label>
        Status
        <select
          value={filter.status ?? ""}
          onChange={({ currentTarget }) => go({ ...filter, status: currentTarget.value })}
        >
          <option value="">all</option>
          {runStatuses.map((status) => (
            <option key={status} value={status}>
              {status}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}
