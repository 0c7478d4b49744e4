import * as z from "zod";

/** The id of one of the caller's data sets. `kinds` is what the method reads: forms offer data sets of these. */
export const datasetId = (kinds: readonly string[]) =>
  z
    .string()
    .min(1)
    .meta({ format: "dataset", kinds: [...kinds] });

/** The id of one of the caller's models; forms offer them. */
export const modelId = () => z.string().min(1).meta({ format: "model" });
