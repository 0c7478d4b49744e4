/** What the kinds of data sets hold, in words; a kind that is not here has none. */
export const kindHints: Readonly<Record<string, string>> = {
  text: "Plain text in UTF-8, also gzipped",
  instructions: "JSONL or CSV: instruction, input, output, task",
  preferences: "JSONL or CSV: a prompt with a chosen and a rejected response, or labelled responses",
  judgements: "JSONL or CSV: question, reference, two responses, label",
  matrix: "TSV or CSV, one row a protein or gene, one column a sample, and a sample sheet",
  scene: "A zip of images with transforms.json or a COLMAP model",
};

const byExtension: readonly (readonly [RegExp, string])[] = [
  [/\.(tsv|csv)(\.gz)?$/i, "matrix"],
  [/\.zip$/i, "scene"],
  [/\.jsonl?(\.gz)?$/i, "instructions"],
];

/** The kind that a file most likely is, of those that there are. */
export function likelyKind(fileName: string, kinds: readonly string[]): string | undefined {
  const likely = byExtension.find(([pattern]) => pattern.test(fileName))?.[1] ?? "text";
  return kinds.includes(likely) ? likely : kinds[0];
}
