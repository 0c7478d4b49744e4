/** The paper that the method follows. */
export const citation = {
  title: "Scalable Efficient Training of Large Language Models with Low-dimensional Projected Attention",
  url: "https://arxiv.org/abs/2411.02063",
} as const;
