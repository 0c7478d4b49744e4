import type { Input } from "../input.ts";

/** What a run that is to be repeated is told. */
export interface Recipe {
  readonly input: Input;
  readonly seed: number;
  readonly runId: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A shell script of `tenfold` calls that runs the same again: the input stands in it, the data sets by their ids. */
export function rerunScript({ input, seed, runId }: Recipe): string {
  const datasets =
    input.data.source === "dataset"
      ? Object.entries(input.data).flatMap(([field, id]) =>
          ["dataset", "geneSets", "edges", "kinases"].includes(field) ? [`#   ${field}: ${id}`] : [],
        )
      : ["#   none: the study is generated from the seed"];
  return [
    "#!/bin/sh",
    `# Runs the analysis of ${runId} again. The same input, data and seed (${seed}) give the same results.`,
    "# Data sets that it reads:",
    ...datasets,
    "set -eu",
    "input=$(mktemp)",
    `trap 'rm -f "$input"' EXIT`,
    "cat > \"$input\" <<'INPUT'",
    JSON.stringify(input, null, 2),
    "INPUT",
    `npx tenfold run proteus --input "$input" --seed ${quoted(String(seed))} --wait --out "\${1:-results}"`,
    "",
  ].join("\n");
}
