import { meanSd } from "../../measured.ts";
import type { ChoiceName } from "../labels.ts";
import { candidatesOf } from "../scoring.ts";
import { accuracyOf, type Candidate, choose, drawsOf, sampled } from "../voting.ts";
import type { Judge } from "./bench.ts";
import type { ChoiceFigures } from "./seed-figures.ts";

/** Choices that ask no judge; the majority comes first. */
export const unasked = ["majority", "first", "oracle"] as const;
/** Choices by a judge: its smallest step, the whole, and votes that weigh as the whole says. */
export const asked = ["min", "sum", "weighted-sum"] as const;

/** A way to choose, and the candidates as its judge sees them. */
interface Chooser {
  readonly judge?: Judge["name"];
  readonly by: ChoiceName;
  readonly problems: readonly (readonly Candidate[])[];
}

/** Every choice at each n. All see the same draws, so that differences to the majority are of pairs. */
export function choicesOf(
  judges: readonly Judge[],
  sizes: readonly number[],
  draws: { readonly draws: number; readonly seed: number },
): ChoiceFigures[] {
  const seen = judges.map(({ name, judged, weigh }) => ({
    judge: name,
    problems: candidatesOf(judged, weigh),
  }));
  const any = seen[0]?.problems ?? [];
  const wrongSteps = withWrongSteps(judges[0]);
  const choosers: Chooser[] = [
    ...unasked.map((by) => ({ by, problems: any })),
    ...seen.flatMap(({ judge, problems }) => asked.map((by) => ({ judge, by, problems }))),
  ];
  return sizes.flatMap((n) => {
    const drawn = drawsOf(
      any.map(({ length }) => length),
      n,
      draws,
    );
    const accuracies = choosers.map(({ by, problems }) =>
      drawn.map((draw) => accuracyOf(sampled(problems, draw), by)),
    );
    const first = choosers.map((chooser) => onFirst(chooser, n, wrongSteps));
    const majority = { drawn: accuracies[0] ?? [], first: first[0]?.accuracy ?? 0 };
    return choosers.map(({ judge, by }, at) => {
      const own = accuracies[at] ?? [];
      const { accuracy, right, withWrongStep } = first[at] ?? { accuracy: 0, right: 0, withWrongStep: 0 };
      const over = own.map((value, draw) => value - (majority.drawn[draw] ?? 0));
      return {
        ...{ n, by, accuracy, right, withWrongStep },
        ...(judge !== undefined && { judge }),
        sd: meanSd(own).sd,
        over: { by: accuracy - majority.first, sd: meanSd(over).sd },
      };
    });
  });
}

/** Whether each candidate has a wrong step, by problem. */
function withWrongSteps(judge: Judge | undefined): boolean[][] {
  const responses = judge?.judged.map(({ response }) => response) ?? [];
  return [...Map.groupBy(responses, ({ problem }) => problem).values()].map((members) =>
    members.map(({ rightSteps }) => rightSteps?.includes(false) ?? false),
  );
}

/** The choices among the first n of each problem: how many are right, and how many of these by a wrong step. */
function onFirst({ by, problems }: Chooser, n: number, wrongSteps: readonly (readonly boolean[])[]) {
  let [right, withWrongStep] = [0, 0];
  for (const [problem, candidates] of problems.entries()) {
    const chosen = choose(candidates.slice(0, n), by);
    if (chosen?.right !== true) continue;
    right++;
    if (wrongSteps[problem]?.[candidates.indexOf(chosen)] === true) withWrongStep++;
  }
  return { accuracy: right / problems.length, right, withWrongStep };
}
