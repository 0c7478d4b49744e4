/** A place in the console, as the address's fragment names it. */
export type Place =
  | { readonly page: "methods" }
  | { readonly page: "method"; readonly id: string; readonly from?: string }
  | { readonly page: "runs"; readonly method?: string; readonly status?: string }
  | { readonly page: "run"; readonly id: string }
  | { readonly page: "compare"; readonly runs: readonly string[] }
  | { readonly page: "datasets" }
  | { readonly page: "dataset"; readonly id: string }
  | { readonly page: "models" }
  | { readonly page: "model"; readonly id: string }
  | { readonly page: "unknown" };

/** Reads `#/runs/ID`, `#/methods/fope?from=RUN`, ...; an empty fragment is the list of methods. */
export function placeOf(fragment: string): Place {
  const [path = "", search = ""] = fragment.replace(/^#?\/?/, "").split("?");
  const [page = "", id, ...rest] = path.split("/").filter(Boolean).map(decoded);
  const query = new URLSearchParams(search);
  if (rest.length > 0) return { page: "unknown" };
  if (id !== undefined) return placeWithId(page, id, query);
  if (page === "" || page === "methods") return { page: "methods" };
  if (page === "runs") return { page, ...given(query, "method"), ...given(query, "status") };
  if (page === "compare") return { page, runs: query.getAll("run") };
  return page === "datasets" || page === "models" ? { page } : { page: "unknown" };
}

function placeWithId(page: string, id: string, query: URLSearchParams): Place {
  if (page === "methods") return { page: "method", id, ...given(query, "from") };
  if (page === "runs") return { page: "run", id };
  if (page === "datasets") return { page: "dataset", id };
  return page === "models" ? { page: "model", id } : { page: "unknown" };
}

function given<Name extends string>(query: URLSearchParams, name: Name): { readonly [N in Name]?: string } {
  const value = query.get(name);
  // A computed name widens to string otherwise.
  return value ? ({ [name]: value } as { readonly [N in Name]?: string }) : {};
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address of a place. */
export function hrefTo(place: Exclude<Place, { page: "unknown" }>): string {
  const { page, ...rest } = place;
  const folder = { method: "methods", run: "runs", dataset: "datasets", model: "models" } as const;
  const query = new URLSearchParams();
  if ("from" in rest && rest.from !== undefined) query.set("from", rest.from);
  if ("method" in rest && rest.method !== undefined) query.set("method", rest.method);
  if ("status" in rest && rest.status !== undefined) query.set("status", rest.status);
  if ("runs" in rest) for (const run of rest.runs) query.append("run", run);
  const path = "id" in rest ? `${folder[page as keyof typeof folder]}/${encodeURIComponent(rest.id)}` : page;
  // `/` so that the links of the API reference lead to the console too.
  return `/#/${path}${query.size > 0 ? `?${query}` : ""}`;
}
