import * as z from "zod";
import { inputOf, plainNumber } from "../execution/values.ts";
import { completeRows, selectRows, transposed } from "../matrix.ts";
import { noteOf } from "../note.ts";
import { rowDistances } from "../tools/distances.ts";
import { hierarchicalClustering } from "../tools/hclust.ts";
import { sampleComponents } from "../tools/pca.ts";
import { checkQuality } from "../tools/qc.ts";
import { findSubtypes } from "../tools/subtypes.ts";
import { defineTool, figure, type Tool } from "./tool.ts";

const quality = defineTool({
  id: "quality",
  title: "Quality",
  about: "Looks at samples: how many proteins each has, how alike those of a group are, which stand out.",
  takes: ["study"],
  gives: "quality",
  args: z.strictObject({}),
  summary: z.looseObject({ missingShare: z.number(), outlying: z.array(z.string()) }),
  formula: () =>
    "A sample stands out whose median Pearson correlation with its group, or share of proteins, is more than 3.5 robust standard deviations (1.4826 times the median absolute deviation) below the others' median, and at least .02 or .05 below it.",
  run: (_, inputs) => {
    const found = checkQuality(inputOf(inputs, 0, "study").study);
    const outlying = found.samples.filter((one) => one.outlying).map(({ sample }) => sample);
    const summary = { missingShare: 0, ...found.note.figures, outlying };
    return { kind: "quality", quality: found, note: found.note, summary };
  },
});

const components = defineTool({
  id: "components",
  title: "Principal components",
  about: "Principal components of the samples by the proteins that all have: do groups or batches part them?",
  takes: ["study"],
  gives: "components",
  args: z.strictObject({ scale: z.boolean().default(false) }),
  summary: z.looseObject({ shares: z.array(z.number()) }),
  formula: ({ scale }) =>
    `Singular value decomposition of the samples by the proteins without missing values, each centred${scale ? " and brought to variance 1" : ""}.`,
  run: ({ scale }, inputs) => {
    const found = sampleComponents(inputOf(inputs, 0, "study").study.matrix, { scale });
    const shares = [...found.shares.slice(0, 5)];
    const summary = { ...found.note.figures, shares };
    return { kind: "components", scores: found.scores, shares: found.shares, note: found.note, summary };
  },
});

const tree = defineTool({
  id: "sample-tree",
  title: "Tree of the samples",
  about: "Hierarchical clustering of the samples by the proteins that all have.",
  takes: ["study"],
  gives: "tree",
  args: z.strictObject({ linkage: z.enum(["average", "complete", "ward.D2"]).default("average") }),
  summary: z.looseObject({ samples: z.int(), proteins: z.int() }),
  formula: ({ linkage }) =>
    `Agglomerative clustering with ${linkage} linkage of the samples' distances 1 - r, r Pearson's correlation over the proteins without missing values.`,
  run: ({ linkage }, inputs) => {
    const { matrix } = inputOf(inputs, 0, "study").study;
    const kept = completeRows(matrix);
    const found = hierarchicalClustering(
      rowDistances(transposed(selectRows(matrix, kept)), "correlation"),
      linkage,
    );
    const summary = { samples: matrix.columns.length, proteins: kept.length };
    const note = noteOf(
      `${matrix.columns.length} samples in a tree by ${kept.length} proteins (${linkage} linkage).`,
      summary,
    );
    return { kind: "tree", tree: found, samples: matrix.columns, note, summary };
  },
});

const subtypes = defineTool({
  id: "subtypes",
  title: "Subtypes of samples",
  about: "Looks for clusters of samples that come again when samples are drawn; eight samples at least.",
  takes: ["study"],
  gives: "subtypes",
  args: z.strictObject({
    most: z.int().min(2).max(12).default(6),
    draws: z.int().min(20).max(1_000).default(50),
    references: z.int().min(19).max(999).default(39),
  }),
  summary: z.looseObject({ k: z.int(), p: figure, supported: z.boolean() }),
  formula: ({ most, draws, references }) =>
    `Ward's linkage of ${draws} draws of .8 of the samples into 2 to ${most} clusters; the share of pairs that are together in .1 to .9 of the draws, against ${references} sets drawn from one normal distribution with the same principal components.`,
  run: (args, inputs, { seed }) => {
    const { study } = inputOf(inputs, 0, "study");
    const found = findSubtypes(study.matrix, { ...args, seed });
    const { k, supported, labels } = found;
    const summary = { k, supported, p: plainNumber(found.p), samples: labels.length };
    return { kind: "subtypes", samples: study.matrix.columns, labels, note: found.note, summary };
  },
});

/** Tools that look at samples as a whole. */
export const looking: readonly Tool[] = [quality, components, tree, subtypes];
