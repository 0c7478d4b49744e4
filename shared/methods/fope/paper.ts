import type { Table } from "../../report/table.ts";
import { labelOf } from "./labels.ts";
import type { VariantResult } from "./output.ts";

/** Losses of the paper's 20M-parameter models, trained at 512 tokens (arXiv 2412.17739). */
const toy = {
  trainingLength: 512,
  multiples: [1, 2, 4, 8, 16],
  loss: [
    { variant: "rope", losses: [5.5, 6.01, 6.58, 6.99, 7.16] },
    { variant: "rope-qk-norm", losses: [5.46, 5.56, 5.89, 6.32, 6.66] },
    { variant: "nope", losses: [5.65, 6.03, 6.6, 6.81, 6.99] },
  ],
} as const;

/** The paper's 1.2B-parameter models: cross-entropy averaged over its corpora, and downstream accuracy in percent. */
const large = [
  { name: labelOf("nope"), loss: 1.4513, downstream: 42.14 },
  { name: labelOf("alibi"), loss: 1.4242, downstream: 42.93 },
  { name: "KERPLE", loss: 1.4284, downstream: 43.22 },
  { name: "FIRE", loss: 1.458, downstream: 42.38 },
  { name: labelOf("rope"), loss: 1.4225, downstream: 42.98 },
  { name: labelOf("fope"), loss: 1.3941, downstream: 43.37 },
] as const;

/** The paper's losses by length beside this run's, by multiple of either's training length. */
export function besideThePaper(variants: readonly VariantResult[], trainingLength: number): Table {
  const rows = toy.loss.flatMap(({ variant, losses }) => {
    const own = variants.find((one) => one.name === variant);
    const ownLosses = toy.multiples.map(
      (multiple) => own?.loss.find((point) => point.length === multiple * trainingLength)?.mean ?? null,
    );
    const paper = [labelOf(variant), "Paper", ...losses, rise(losses)];
    return own === undefined
      ? [paper]
      : [paper, [labelOf(variant), "This run", ...ownLosses, rise(ownLosses)]];
  });
  const number = { numeric: true, decimals: 2 };
  return {
    caption: `The paper's losses (20M parameters, trained at ${toy.trainingLength}) and this run's, by multiple of the training length`,
    columns: [
      { label: "Variant" },
      { label: "From" },
      ...toy.multiples.map((multiple) => ({ label: `${multiple}×`, ...number })),
      { label: "Rise to 8×", ...number },
    ],
    rows,
  };
}

/** The paper's averages at its largest scale, which a run here has no counterpart of. */
export function paperAtScale(): Table {
  return {
    caption: "The paper's averages at 1.2B parameters",
    columns: [
      { label: "Variant" },
      { label: "Cross-entropy", numeric: true, decimals: 4, best: "lowest" },
      { label: "Downstream accuracy (%)", numeric: true, decimals: 2, best: "highest" },
    ],
    rows: large.map(({ name, loss, downstream }) => [name, loss, downstream]),
  };
}

function rise(losses: readonly (number | null)[]): number | null {
  const [first, at8] = [losses[0] ?? null, losses[3] ?? null];
  return first === null || at8 === null ? null : at8 - first;
}
