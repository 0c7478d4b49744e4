/** The paper that the method follows. */
export const citation = {
  title:
    "Fast and Slow Generating: An Empirical Study on Large and Small Language Models Collaborative Decoding",
  url: "https://arxiv.org/abs/2406.12295",
} as const;
