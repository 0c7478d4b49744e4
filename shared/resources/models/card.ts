import type { Model, ModelSummary } from "./record.ts";

/** Name of the card among a model's files, where the Hugging Face Hub looks for it. */
export const cardFile = "README.md";

/** What a card is written from. */
export type CardFacts = Pick<Model, "name" | "source" | "summary"> &
  Partial<Record<"method" | "run", string | undefined>> & { readonly seed?: number | undefined };

/** A model's card: Markdown with the YAML head of the Hugging Face Hub. It says what is known and no more. */
export function modelCard(facts: CardFacts): string {
  const title = `# ${inLine(facts.name)}`;
  const parts = [yamlHead(facts), title, origin(facts), factTable(facts.summary), ...usage(facts)];
  return `${parts.join("\n\n")}\n`;
}

/** Transformers' own architectures by their config.json; ours are named Tenfold...ForCausalLM. */
const isOurs = ({ architecture }: ModelSummary) => architecture?.startsWith("Tenfold") === true;
const isCausal = ({ architecture }: ModelSummary) => /(ForCausalLM|LMHeadModel)$/.test(architecture ?? "");
const inTransformers = (summary: ModelSummary) => isCausal(summary) && !isOurs(summary);

function yamlHead({ method, summary }: CardFacts): string {
  return [
    "---",
    ...(inTransformers(summary) ? ["library_name: transformers"] : []),
    ...(isCausal(summary) ? ["pipeline_tag: text-generation"] : []),
    "tags:",
    "- tenfold",
    // A JSON text is a YAML text: nothing in a name can break out of it.
    ...(method === undefined ? [] : [`- ${JSON.stringify(method)}`]),
    "---",
  ].join("\n");
}

function origin({ source, method, run, seed }: CardFacts): string {
  if (source === "upload")
    return "Brought to Tenfold from elsewhere, and checked there by its files' headers.";
  const by = `run \`${run}\`${seed === undefined ? "" : `, seed ${seed}`}`;
  return `Left by a run of the method \`${method}\` on Tenfold: ${by}. The same input and seed give the same weights.`;
}

const labels = {
  architecture: "Architecture",
  family: "Family",
  parameters: "Parameters",
  contextLength: "Context length, tokens",
  vocabulary: "Vocabulary",
  width: "Width",
  layers: "Layers",
  heads: "Heads",
  position: "Position embedding",
  tokenizer: "Tokenizer",
  dtype: "Stored as",
} as const satisfies Record<keyof ModelSummary, string>;

function factTable(summary: ModelSummary): string {
  const rows = Object.entries(labels).flatMap(([field, label]) => {
    const value = summary[field as keyof ModelSummary];
    if (value === undefined) return [];
    return [`| ${label} | ${typeof value === "number" ? value.toLocaleString("en-US") : inLine(value)} |`];
  });
  return rows.length === 0
    ? "Its files tell nothing of its shape."
    : ["| | |", "|---|---|", ...rows].join("\n");
}

function usage({ summary }: CardFacts): string[] {
  if (!isCausal(summary)) return [];
  const python = [
    "```python",
    "from transformers import AutoModelForCausalLM, AutoTokenizer",
    "",
    'folder = "."  # where these files are',
    "model = AutoModelForCausalLM.from_pretrained(folder)",
    "tokenizer = AutoTokenizer.from_pretrained(folder)",
    "```",
  ].join("\n");
  const loading = inTransformers(summary)
    ? python
    : "Transformers has no such architecture. As an ONNX graph the model runs in any ONNX runtime.";
  const length = summary.contextLength ?? 1024;
  return [
    "## Use",
    loading,
    "As an ONNX graph, tokens `int64 [batch, length]` to logits `float32 [batch, length, vocabulary]`:",
    ["```sh", `tenfold model export . --length ${length} -o model.onnx`, "```"].join("\n"),
  ];
}

/** Text from elsewhere on one line, with what would be a table's or a heading's mark as plain characters. */
const inLine = (text: string) => text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_{}[\]<>|#]/g, "\\$&");
