/** The paper that the method follows. */
export const citation = {
  title: "MemoryFormer: Minimize Transformer Computation by Removing Fully-Connected Layers",
  url: "https://arxiv.org/abs/2411.12992",
} as const;
