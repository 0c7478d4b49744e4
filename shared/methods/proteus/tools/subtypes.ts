import { createRandom } from "../../../lm/random.ts";
import { formatFixed } from "../../../report/format.ts";
import { completeRows, indexes, type Matrix, matrixOf, rowOf, selectRows, transposed } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import { deviation } from "../spread.ts";
import { ambiguity, consensus } from "./consensus.ts";
import { type Distances, distanceAt, rowDistances } from "./distances.ts";
import { cutTree, hierarchicalClustering } from "./hclust.ts";
import { principalComponents } from "./pca.ts";

export interface SubtypeOptions {
  /** Most subtypes that are looked for. */
  readonly most?: number;
  /** Proteins that vary most, of those that every sample has. */
  readonly proteins?: number;
  readonly draws?: number;
  /** Share of the samples in each draw. */
  readonly share?: number;
  /** Sets of samples without subtypes that the clarity is held against; p is at least 1 / (references + 1). */
  readonly references?: number;
  readonly seed?: number;
}

/** How clearly the samples fall into k clusters, and how clearly samples without subtypes do. */
export interface Candidate {
  readonly k: number;
  readonly ambiguity: number;
  readonly referenceAmbiguity: number;
  /** ln(reference) - ln(own): above 0 where the samples are clearer. */
  readonly clarity: number;
}

export interface Subtypes {
  readonly candidates: readonly Candidate[];
  /** The clearest number of clusters. */
  readonly k: number;
  /** Of the clearest k, over all k: how often samples without subtypes are as clear. */
  readonly p: number;
  readonly supported: boolean;
  /** The cluster of each sample, from 0 by their first sample; all 0 where no subtypes are supported. */
  readonly labels: Int32Array;
  /** How often each sample was together with those of its cluster. */
  readonly certainty: Float64Array;
  /** How often two samples were together, at the clearest k. */
  readonly together: Distances;
  readonly note: Note;
}

const significance = 0.05;

/**
 * Looks for subtypes of the samples: clusters that come again when samples are drawn. Any cloud of points can be cut
 * into clusters, so the clarity is held against samples drawn from one normal distribution with the same principal
 * components (John et al. 2020), at the number of clusters where each set is clearest. Throws RangeError for fewer
 * than eight samples, and where fewer than two proteins are complete.
 */
export function findSubtypes(matrix: Matrix, options: SubtypeOptions = {}): Subtypes {
  const { most = 6, proteins = 1000, draws = 100, share = 0.8, references = 39, seed = 0 } = options;
  const samples = matrix.columns.length;
  if (samples < 8) throw new RangeError(`subtypes of ${samples} samples cannot be told; eight are needed`);
  const scores = sampleScores(matrix, proteins);
  const ks = indexes(Math.min(most, Math.floor(samples / 2)) - 1).map((i) => i + 2);
  const consensusOf = (points: Matrix, ...name: readonly (string | number)[]) =>
    consensus(rowDistances(points), ks, { draws, share }, createRandom(seed, "subtypes", ...name));
  const own = consensusOf(scores, "samples");
  const without = indexes(references).map((reference) =>
    consensusOf(oneCloud(scores, seed, reference), "reference", reference).map((one) =>
      Math.log(ambiguity(one)),
    ),
  );
  const means = ks.map((_, at) => without.reduce((sum, logs) => sum + (logs[at] ?? 0) / references, 0));
  const clarities = (logs: readonly number[]) => logs.map((log, at) => (means[at] ?? 0) - log);
  const clarity = clarities(own.map((one) => Math.log(ambiguity(one))));
  const best = clarity.indexOf(Math.max(...clarity));
  const asClear = without.filter((logs) => Math.max(...clarities(logs)) >= (clarity[best] ?? 0)).length;
  const p = (1 + asClear) / (references + 1);
  const chosen = own[best];
  if (chosen === undefined) throw new RangeError("most: at least two subtypes are looked for");
  const supported = p <= significance;
  const labels = supported ? clustersOf(chosen.together, chosen.k) : new Int32Array(samples);
  return {
    candidates: own.map((one, at) => ({
      k: one.k,
      ambiguity: ambiguity(one),
      referenceAmbiguity: Math.exp(means[at] ?? 0),
      clarity: clarity[at] ?? 0,
    })),
    k: chosen.k,
    p,
    supported,
    labels,
    certainty: certaintyOf(chosen.together, labels),
    together: chosen.together,
    note: subtypeNote(supported ? chosen.k : 1, p, references, labels),
  };
}

/** The samples in the space of their own principal components, in which their distances are the same. */
function sampleScores(matrix: Matrix, proteins: number): Matrix {
  const complete = completeRows(matrix);
  if (complete.length < 2) throw new RangeError("fewer than two proteins were measured in every sample");
  const spread = new Map(complete.map((row) => [row, deviation(rowOf(matrix, row))]));
  const varying = complete.toSorted((a, b) => (spread.get(b) ?? 0) - (spread.get(a) ?? 0) || a - b);
  const chosen = varying.slice(0, proteins).sort((a, b) => a - b);
  return principalComponents(transposed(selectRows(matrix, chosen)), { components: matrix.columns.length })
    .scores;
}

/** Samples of one normal distribution whose components vary as these do. */
function oneCloud({ rows, columns, values }: Matrix, seed: number, reference: number): Matrix {
  const random = createRandom(seed, "subtypes", "cloud", reference);
  const sds = columns.map((_, column) =>
    deviation(Float64Array.from(rows, (_, row) => values[row * columns.length + column] ?? 0)),
  );
  const drawn = Float64Array.from(values, (_, at) => (sds[at % columns.length] ?? 0) * random.normal());
  return matrixOf(rows, columns, drawn);
}

function clustersOf(together: Distances, k: number): Int32Array {
  const apart = { count: together.count, values: together.values.map((one) => 1 - one) };
  return cutTree(hierarchicalClustering(apart, "average"), k);
}

function certaintyOf(together: Distances, labels: Int32Array): Float64Array {
  return Float64Array.from(labels, (own, i) => {
    const mates = indexes(labels.length).filter((j) => j !== i && labels[j] === own);
    return mates.reduce((sum, j) => sum + distanceAt(together, i, j), 0) / Math.max(1, mates.length);
  });
}

function subtypeNote(k: number, p: number, references: number, labels: Int32Array): Note {
  const tested = `of ${counted(references, "set")} of samples drawn without subtypes, ${formatFixed(p, 3)} are as clear`;
  if (k === 1) return noteOf(`No subtypes are supported: ${tested}.`, { subtypes: 1, p });
  const sizes = indexes(k).map((cluster) => labels.filter((label) => label === cluster).length);
  return noteOf(`The samples fall into ${k} subtypes of ${sizes.join(", ")}: ${tested}.`, { subtypes: k, p });
}
