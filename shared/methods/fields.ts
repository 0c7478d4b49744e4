import * as z from "zod";

/** The id of one of the caller's data sets. `kinds` is what the method reads: forms offer data sets of these. */
export const datasetId = (kinds: readonly string[]) =>
  z
    .string()
    .min(1)
    .meta({ format: "dataset", kinds: [...kinds] });

/** The id of one of the caller's models; forms offer them. */
export const modelId = () => z.string().min(1).meta({ format: "model" });

/** The text that `readText` reads: a data set or what comes with the project, and how much of it. */
export const textFields = {
  dataset: datasetId(["text"])
    .optional()
    .describe("A text data set; State of the Union addresses when absent"),
  characters: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(2_000_000)
    .describe("At most so much of the text is used"),
};
