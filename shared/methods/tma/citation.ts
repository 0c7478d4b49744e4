/** The paper that the method follows. */
export const citation = {
  title: "The Right Time Matters: Data Arrangement Affects Zero-Shot Generalization in Instruction Tuning",
  url: "https://arxiv.org/abs/2406.11721",
} as const;
