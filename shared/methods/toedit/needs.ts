import type { NeededDataset, Needs } from "../contract.ts";
import { corpusKinds, type Input, type PriorTraining, smallestCollapseText } from "./input.ts";

/** The data sets and the model that an input names. */
export function needs(input: Input): Needs {
  switch (input.task) {
    case "theory":
      return {};
    case "collapse":
      return { datasets: text("/dataset", input.dataset, smallestCollapseText(input)) };
    case "edit":
      return withPrior(input, corpus("/dataset", input.dataset));
    case "analyse":
      return withPrior(input, [...corpus("/real", input.real), ...corpus("/synthetic", input.synthetic)]);
  }
}

/** The text of the small prior is needed only where no model is given. */
function withPrior(
  { model, prior }: { readonly model?: string | undefined; readonly prior: PriorTraining },
  datasets: NeededDataset[],
): Needs {
  if (model !== undefined) return { datasets, models: [{ path: "/model", id: model }] };
  return { datasets: [...datasets, ...text("/prior/dataset", prior.dataset, prior.trainingLength + 2)] };
}

const corpus = (path: string, id: string | undefined): NeededDataset[] =>
  id === undefined ? [] : [{ path, id, kinds: corpusKinds, minBytes: 1 }];

const text = (path: string, id: string | undefined, minBytes: number): NeededDataset[] =>
  id === undefined ? [] : [{ path, id, kinds: ["text"], minBytes }];
