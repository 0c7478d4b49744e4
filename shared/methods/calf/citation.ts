/** The paper that the method follows. */
export const citation = {
  title: "CALF: Benchmarking Evaluation of LFQA Using Chinese Examinations",
  url: "https://arxiv.org/abs/2410.01945",
} as const;
