import * as z from "zod";
import { datasetId } from "../fields.ts";

const columnName = z.string().min(1).max(200);
const share = z.number().min(0).max(1);

const generated = z.strictObject({
  source: z.literal("generated").describe("A study that is generated, whose truth is known"),
  proteins: z.int().min(160).max(20_000).default(400),
  perGroup: z.int().min(2).max(200).default(12).describe("Samples of each of the three groups"),
  spikedShare: z.number().min(0).max(0.4).default(0.08).describe("Share of the proteins that change"),
  batchSd: z.number().min(0).max(5).default(0.4).describe("Spread of the second batch's shifts, log2"),
  missingShare: z.number().min(0).max(0.6).default(0.12),
  logHazards: z
    .tuple([z.number().min(-5).max(5), z.number().min(-5).max(5)])
    .default([1.8, -1.8])
    .describe("Of the two proteins that survival depends on, for one standard deviation"),
  geneSets: z.boolean().default(true),
  edges: z.boolean().default(true),
});

const uploaded = z.strictObject({
  source: z.literal("dataset").describe("A table of yours, uploaded with its sample sheet"),
  dataset: datasetId(["matrix"]).describe("The table of proteins"),
  geneSets: datasetId(["text"]).optional().describe("Gene sets as GMT: name, description, genes, by tabs"),
  edges: datasetId(["text"]).optional().describe("A network: two names and a weight a line"),
  kinases: datasetId(["text"]).optional().describe("Substrates of kinases as GMT, named as the table's rows"),
  zeros: z.enum(["auto", "missing", "value"]).default("auto").describe("What a zero in the table says"),
});

const measured = z
  .strictObject({
    share: share.gt(0).default(0.7).describe("Share of a group's samples that must have a protein"),
    where: z.enum(["any group", "every group", "all samples"]).default("any group"),
  })
  .prefault({});

const planning = z
  .strictObject({
    planner: z
      .enum(["offline", "model"])
      .default("offline")
      .describe("Rules, or the chat model that Tenfold is set up with; the statistics are the same code"),
    steps: z.int().min(5).max(200).default(60).describe("Most steps of the workflow"),
    revisions: z
      .int()
      .min(0)
      .max(50)
      .default(12)
      .describe("Most changes of the workflow after its first plan"),
    tokens: z.int().min(1_000).max(5_000_000).default(150_000).describe("Most tokens of a chat model"),
    samples: z.int().min(1).max(9).default(3).describe("How often the judging model is asked for each score"),
  })
  .prefault({});

export const input = z.strictObject({
  data: z.discriminatedUnion("source", [generated, uploaded]).prefault({ source: "generated" }),
  reference: columnName
    .optional()
    .describe("The group that others are compared with; found by its name if absent"),
  contrasts: z
    .array(z.strictObject({ group: columnName, reference: columnName }))
    .min(1)
    .max(20)
    .optional()
    .describe("Pairs of groups; each group against the reference if absent"),
  covariates: z
    .array(columnName)
    .max(10)
    .optional()
    .describe("Columns of the sheet that the model holds constant; batches if absent"),
  factors: z.array(columnName).max(20).default([]).describe("Columns of numbers that are names of kinds"),
  pairing: z
    .union([z.literal(false), columnName])
    .optional()
    .describe(
      "The column of subjects that are in several groups; false for none; found by its name if absent",
    ),
  survival: z
    .union([z.literal(false), z.strictObject({ time: columnName, event: columnName })])
    .optional()
    .describe("Columns of time and event; false for none; found by their names if absent"),
  fdr: z.number().min(1e-6).max(0.5).default(0.05).describe("False discovery rate that a hit may have"),
  measured,
  normalisation: z.enum(["median", "quantile", "none"]).default("median"),
  imputation: z
    .enum(["minimal", "downshifted", "neighbours", "none"])
    .default("minimal")
    .describe("For the analysis beside the main one, which says whether putting in values changes results"),
  permutations: z
    .int()
    .min(100)
    .max(100_000)
    .default(1_000)
    .describe("Random sets of each size, for enrichment"),
  negativeControl: z
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe("How often the groups' labels are permuted to count claims where there is nothing to find"),
  planning,
});
export type Input = z.infer<typeof input>;
