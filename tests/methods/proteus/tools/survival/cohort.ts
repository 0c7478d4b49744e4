import { type Covariate, factorOf } from "../../../../../shared/methods/proteus/sample-sheet.ts";
import reference from "./survival.json" with { type: "json" };

/** The small cohort that R's survival was run on. */
export const cohort = {
  followUp: {
    times: Float64Array.from(reference.data.time),
    events: Float64Array.from(reference.data.event),
  },
  protein: measured("protein", reference.data.protein),
  age: measured("age", reference.data.age),
  stage: factorOf("stage", reference.data.stage),
  centre: factorOf("centre", reference.data.centre),
};

export function measured(name: string, values: readonly number[]): Covariate {
  return { kind: "measurement", name, values: Float64Array.from(values) };
}

/** The same subjects in another order. */
export function reordered(order: readonly number[]): typeof cohort {
  const pick = (values: readonly string[]) => order.map((at) => values[at] ?? "");
  const numbers = (values: ArrayLike<number>) => order.map((at) => values[at] ?? Number.NaN);
  const { followUp, stage, centre } = cohort;
  return {
    followUp: {
      times: Float64Array.from(numbers(followUp.times)),
      events: Float64Array.from(numbers(followUp.events)),
    },
    protein: measured("protein", numbers(reference.data.protein)),
    age: measured("age", numbers(reference.data.age)),
    stage: { ...stage, values: pick(stage.values) },
    centre: { ...centre, values: pick(centre.values) },
  };
}
