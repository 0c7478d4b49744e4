import * as z from "zod";
import type { ValueOf } from "../execution/values.ts";
import { inputOf } from "../execution/values.ts";
import { completeRows, countMissing, indexes, type Matrix, selectRows } from "../matrix.ts";
import { counted, type Note } from "../note.ts";
import type { Study } from "../study.ts";
import { dropFlagged, dropSparse } from "../tools/filter.ts";
import { imputeDownshifted, imputeFromNeighbours, imputeMinimal } from "../tools/impute.ts";
import { centreMedians, normalisationNote, normaliseQuantiles } from "../tools/normalise.ts";
import { stabiliseVariance } from "../tools/stabilise.ts";
import { hyperbolicArcsines, logarithms } from "../tools/transform.ts";
import { defineTool, type Tool } from "./tool.ts";

const studySummary = z.looseObject({ proteins: z.int(), samples: z.int(), missingShare: z.number() });

/** A study as a step's value; its summary has the figures of the note. */
export function studyValue(study: Study, note: Note): ValueOf<"study"> {
  const { rows, columns, values } = study.matrix;
  const missingShare = values.length === 0 ? 0 : countMissing(study.matrix) / values.length;
  const summary = { ...note.figures, proteins: rows.length, samples: columns.length, missingShare };
  return { kind: "study", study, note, summary };
}

const shared = { takes: ["study"], gives: "study", summary: studySummary } as const;
const none = z.strictObject({});
/** Fewer proteins that all samples have are too few to tell the samples' load by. */
const fewestComplete = 50;

const flagged = defineTool({
  ...shared,
  id: "drop-flagged",
  title: "Contaminants and reversed sequences out",
  about: "Takes out rows that a search engine marks: contaminants, reversed sequences, known by a site only.",
  args: none,
  formula: () =>
    "Rows are taken out whose columns for contaminants, reversed sequences or identification by a modified site only hold a mark, or whose id begins as such ids do (CON__, REV__ and the like).",
  run: (_, inputs) => {
    const { study, note } = dropFlagged(inputOf(inputs, 0, "study").study);
    return studyValue(study, note);
  },
});

const sparse = defineTool({
  ...shared,
  id: "drop-sparse",
  title: "Proteins measured too seldom out",
  about: "Keeps proteins that were measured in a share of the samples of a group, of every group, or of all.",
  args: z.strictObject({
    share: z.number().gt(0).max(1),
    where: z.enum(["any group", "every group", "all samples"]),
  }),
  formula: ({ share, where }) =>
    `A protein stays with numbers in at least ${share} of the samples (rounded up) of ${where === "all samples" ? "all groups together" : where}.`,
  run: ({ share, where }, inputs) => {
    const { study, note } = dropSparse(inputOf(inputs, 0, "study").study, { least: { share }, where });
    return studyValue(study, note);
  },
});

const transform = defineTool({
  ...shared,
  id: "transform",
  title: "Logarithms",
  about:
    "Intensities to logarithms to base 2, or arcsinh(x / 5); `stabilise` also normalises, by a variance-stabilising fit, and replaces normalise.",
  args: z.strictObject({ to: z.enum(["log2", "arcsinh", "stabilise"]) }),
  formula: ({ to }) =>
    ({
      log2: "x becomes log2 x; a zero becomes missing.",
      arcsinh: "x becomes arcsinh(x / 5).",
      stabilise:
        "x of sample j becomes arcsinh(a_j + exp(b_j) x), scaled to base 2, with a and b fitted to all samples by maximum likelihood on the three quarters of the proteins that vary least.",
    })[to],
  run: ({ to }, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const { matrix, note } =
      to === "log2"
        ? logarithms(study.matrix)
        : to === "arcsinh"
          ? hyperbolicArcsines(study.matrix)
          : stabilised(study);
    return studyValue({ ...study, matrix }, note);
  },
});

function stabilised({ matrix: before, sheet }: Study) {
  const { matrix } = stabiliseVariance(before);
  const note = normalisationNote(
    "Variance stabilisation, after logarithms",
    logarithms(before).matrix,
    matrix,
    sheet.groups,
  );
  return { matrix, note };
}

const normalise = defineTool({
  ...shared,
  id: "normalise",
  title: "Normalisation",
  about: "Takes differences of load between samples away, from logarithms: by medians, or by quantiles.",
  args: z.strictObject({ method: z.enum(["median", "quantile"]) }),
  formula: ({ method }) =>
    method === "median"
      ? `From each sample's logarithms its median over the proteins that all samples have (over all, where these are fewer than ${fewestComplete}) is subtracted, and the mean of the medians added: a sample in which more faint proteins were seen is not taken for one of less load.`
      : "Each sample's sorted logarithms are replaced by the mean of the sorted values over the samples; ties get the value at their mean rank, samples with missing values are stretched over the ranks.",
  run: ({ method }, inputs) => {
    const { study } = inputOf(inputs, 0, "study");
    const complete = completeRows(study.matrix);
    const seen = complete.length < fewestComplete ? indexes(study.matrix.rows.length) : complete;
    const common = (matrix: Matrix) => selectRows(matrix, seen);
    const matrix =
      method === "median"
        ? centreMedians(study.matrix, common(study.matrix))
        : normaliseQuantiles(study.matrix);
    const name = method === "median" ? "Medians centred" : "Quantiles equalised";
    const said = `${name}, seen by ${counted(seen.length, "protein")}${seen === complete ? " that all samples have" : ""}`;
    const note = normalisationNote(said, common(study.matrix), common(matrix), study.sheet.groups);
    return studyValue({ ...study, matrix }, note);
  },
});

const imputeArgs = z.strictObject({ method: z.enum(["minimal", "downshifted", "neighbours"]) });

const impute = defineTool({
  ...shared,
  id: "impute",
  title: "Missing values put in",
  about:
    "Puts numbers in where logarithms are missing. Tests do not need it: they take each protein where it was seen.",
  args: imputeArgs,
  formula: ({ method }) =>
    ({
      minimal:
        "A missing value of a sample is drawn from a normal distribution around the sample's 1% quantile, with the median standard deviation of the proteins that more than half of the samples have.",
      downshifted:
        "A missing value of a sample is drawn from a normal distribution with mean median - 1.8 sd and standard deviation 0.3 sd of the sample's values.",
      neighbours:
        "A missing value is the mean in its sample of the 10 proteins nearest by Euclidean distance over common samples; the sample's mean for a protein that misses more than half.",
    })[method],
  run: ({ method }, inputs, { seed }) => {
    const { study } = inputOf(inputs, 0, "study");
    const { matrix, note } = imputed(study, method, seed);
    return studyValue({ ...study, matrix }, note);
  },
});

function imputed({ matrix }: Study, method: z.output<typeof imputeArgs>["method"], seed: number) {
  if (method === "minimal") return imputeMinimal(matrix, { seed });
  return method === "downshifted" ? imputeDownshifted(matrix, { seed }) : imputeFromNeighbours(matrix);
}

/** Tools that give a study made of another. */
export const preparing: readonly Tool[] = [flagged, sparse, transform, normalise, impute];
