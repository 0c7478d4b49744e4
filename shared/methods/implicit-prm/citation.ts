/** The paper that the method follows. */
export const citation = {
  title: "Free Process Rewards without Process Labels",
  url: "https://arxiv.org/abs/2412.01981",
} as const;
