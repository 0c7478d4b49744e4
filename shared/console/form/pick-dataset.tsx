import { read } from "../api/call.ts";
import type { Dataset, Page } from "../api/types.ts";
import { hrefTo } from "../route.ts";
import type { FieldProps } from "./labelled.tsx";
import { Picker } from "./picker.tsx";

const load = (signal: AbortSignal) => read<Page<Dataset>>("/v1/datasets", { query: { limit: 100 }, signal });

/** One of the reader's data sets, of a kind that the method reads. */
export function DatasetPicker({ kinds, ...props }: FieldProps & { readonly kinds: readonly string[] }) {
  const fits = ({ status, kind }: Dataset) =>
    status === "ready" && (kinds.length === 0 || kinds.includes(kind));
  return (
    <Picker
      {...props}
      load={async (signal) =>
        (await load(signal)).items.filter(fits).map(({ id, name, kind }) => ({ id, name, about: kind }))
      }
      none={`You have no data set${kinds.length > 0 ? ` of kind ${kinds.join(" or ")}` : ""} yet.`}
      more={{ href: hrefTo({ page: "datasets" }), label: "Add one" }}
    />
  );
}
