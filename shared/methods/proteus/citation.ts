/** The paper that the method follows. */
export const citation = {
  title: "Automating Exploratory Proteomics Research via Language Models",
  url: "https://arxiv.org/abs/2411.03743",
} as const;
