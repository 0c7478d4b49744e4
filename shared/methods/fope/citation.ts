/** The paper that the method follows. */
export const citation = {
  title: "Fourier Position Embedding: Enhancing Attention's Periodic Extension for Length Generalization",
  url: "https://arxiv.org/abs/2412.17739",
} as const;
