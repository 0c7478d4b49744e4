import type { Json } from "../../client/json.ts";
import { valueAt } from "../data/path.ts";
import { fieldOf } from "../form/field.ts";
import { read } from "./call.ts";

/** What can be said of a new data set, as the API describes it. */
export interface NewDatasetShape {
  readonly kinds: readonly string[];
  /** Whether a sample sheet can go with it. */
  readonly samples: boolean;
}

/** Reads the kinds of data sets out of the API's own description. */
export async function newDatasetShape(signal: AbortSignal): Promise<NewDatasetShape> {
  const document = await read<Json>("/openapi.json", { signal });
  const shape = fieldOf(valueAt(document, ["components", "schemas", "NewDataset"]));
  const properties = shape.kind === "object" ? shape.properties : [];
  const kind = properties.find(({ name }) => name === "kind")?.field;
  return {
    kinds: kind?.kind === "choice" ? kind.options.map(String) : [],
    samples: properties.some(({ name }) => name === "samples"),
  };
}
