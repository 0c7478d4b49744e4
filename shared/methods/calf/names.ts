/** Kinds of metrics, as tables and charts group them. */
export const metricKinds = ["baseline", "traditional", "model-based", "judge", "committee"] as const;
export type MetricKind = (typeof metricKinds)[number];

/** Computed from the texts alone. ROUGE is its F unless the name says otherwise. */
export const textMetricNames = [
  "bleu",
  "chrf",
  "chrf++",
  "rouge-1",
  "rouge-1-precision",
  "rouge-1-recall",
  "rouge-2",
  "rouge-2-precision",
  "rouge-2-recall",
  "rouge-l",
  "rouge-l-precision",
  "rouge-l-recall",
  "rouge-lsum",
  "rouge-lsum-precision",
  "rouge-lsum-recall",
  "meteor",
  "ter",
  "token-f1",
  "exact-match",
  "idf-recall",
  "tf-idf",
] as const;
export type TextMetricName = (typeof textMetricNames)[number];

/** Judges that score one answer, and the one that sees two. */
export const pointwiseJudgeNames = ["judge-rubric", "judge-claims"] as const;
export type PointwiseJudgeName = (typeof pointwiseJudgeNames)[number];
export const judgeNames = ["judge-pairwise", ...pointwiseJudgeNames] as const;
export type JudgeName = (typeof judgeNames)[number];

/** Metrics that give an answer a score of its own. */
export const answerMetricNames = [
  ...textMetricNames,
  "embedding",
  "likelihood",
  ...pointwiseJudgeNames,
] as const;
export type AnswerMetricName = (typeof answerMetricNames)[number];

/** Metrics that say which of two answers is better; those above do by their scores. */
export const metricNames = [...answerMetricNames, "learned", "judge-pairwise"] as const;
export type MetricName = (typeof metricNames)[number];

/** Printed beside every metric: what agreement costs nothing. */
export const baselineNames = ["majority-label", "random", "longer", "longer-tokens"] as const;
export type BaselineName = (typeof baselineNames)[number];

export const isTextMetric = (name: string): name is TextMetricName =>
  textMetricNames.some((own) => own === name);
export const isJudge = (name: string): name is JudgeName => judgeNames.some((own) => own === name);

/** Whether a better answer has the higher score. */
export const higherIsBetter = (name: string): boolean => name !== "ter";

/** Metrics that need a reference; the pairwise judge does with the question alone where there is none. */
export const needsReference = (name: MetricName): boolean => name !== "learned" && name !== "judge-pairwise";

export function kindOf(name: MetricName | BaselineName): MetricKind {
  if (isTextMetric(name)) return "traditional";
  if (isJudge(name)) return "judge";
  return baselineNames.some((own) => own === name) ? "baseline" : "model-based";
}

const labels: Readonly<Record<string, string>> = {
  bleu: "BLEU",
  chrf: "chrF",
  "chrf++": "chrF++",
  meteor: "METEOR",
  ter: "TER",
  "token-f1": "Token F1",
  "exact-match": "Exact match",
  "idf-recall": "IDF recall",
  "tf-idf": "TF-IDF cosine",
  embedding: "Embedding match",
  likelihood: "Likelihood",
  learned: "Learned preference",
  "judge-pairwise": "Pairwise judge",
  "judge-rubric": "Rubric judge",
  "judge-claims": "Claims judge",
  "majority-label": "Majority label",
  random: "Random",
  longer: "Longer (characters)",
  "longer-tokens": "Longer (tokens)",
};

/** A metric's name as a person reads it; a committee has the name that it was given. */
export function labelOf(name: string): string {
  const rouge = /^rouge-(1|2|l|lsum)(-precision|-recall)?$/.exec(name);
  if (rouge === null) return labels[name] ?? name;
  const [, kind = "", measure] = rouge;
  const capital = kind === "l" ? "L" : kind === "lsum" ? "Lsum" : kind;
  return `ROUGE-${capital}${measure === undefined ? "" : ` ${measure.slice(1)}`}`;
}

/** Ways in which the answers of a constructed judgement differ. */
export const perturbationNames = [
  "dropped",
  "contradicted",
  "padded",
  "reordered",
  "restated",
  "copied",
  "unrelated",
  "injected",
] as const;
export type Perturbation = (typeof perturbationNames)[number];

/** Coefficients by which two metrics' score differences are held against each other. */
export const coefficients = ["kendall", "spearman"] as const;
export type Coefficient = (typeof coefficients)[number];
