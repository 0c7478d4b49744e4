/** The paper that the method follows. */
export const citation = {
  title: "How to Synthesize Text Data without Model Collapse?",
  url: "https://arxiv.org/abs/2412.14689",
} as const;
