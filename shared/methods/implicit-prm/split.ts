import type { TrainInput } from "./input.ts";
import type { Response, Responses } from "./responses.ts";

/** Responses by what they are for; those to one prompt stay together. */
export interface Parts {
  readonly training: readonly Response[];
  readonly development: readonly Response[];
  readonly heldOut: readonly Response[];
}

/** The first prompts are trained on, the next are for a threshold, the last are held out: each at least one. */
export function splitProblems(data: TrainInput["data"], { problems, responses }: Responses): Parts {
  const shared = (share: number) => Math.max(1, Math.round(share * problems));
  const [development, heldOut] =
    data.from === "arithmetic"
      ? [data.developmentProblems, data.heldOutProblems]
      : [shared(data.developmentShare), shared(data.heldOutShare)];
  const [first, second] = [problems - development - heldOut, problems - heldOut];
  const between = (from: number, to: number) =>
    responses.filter(({ problem }) => problem >= from && problem < to);
  return {
    training: between(0, first),
    development: between(first, second),
    heldOut: between(second, problems),
  };
}
