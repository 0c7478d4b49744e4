import type { Random } from "../../lm/random.ts";
import { type FitName, type Frequency, fitLaw } from "./fits.ts";

/** A frequency with the names of the two models that it was measured on. */
export interface ModelFrequency extends Frequency {
  readonly smallModel: string;
  readonly largeModel: string;
}

/** A law of three parameters goes through three pairs whatever they are. */
const fewest = 4;

/**
 * Intervals of 95 % of a law's parameters when the models, not the pairs, are drawn anew: a pair's two models
 * are shared with other pairs, which are not independent. Draws with no more than three pairs of sizes are left out;
 * an empty record where none is left.
 */
export function bootstrap(
  name: FitName,
  data: readonly ModelFrequency[],
  { draws, random }: { readonly draws: number; readonly random: Random },
): Record<string, [number, number]> {
  const models = [...new Set(data.flatMap(({ smallModel, largeModel }) => [smallModel, largeModel]))].sort();
  const found = new Map<string, number[]>();
  for (let draw = 0; draw < draws; draw++) {
    const counts = new Map<string, number>();
    for (let at = 0; at < models.length; at++) {
      const model = models[random.integer(models.length)] ?? "";
      counts.set(model, (counts.get(model) ?? 0) + 1);
    }
    const drawn = data.flatMap((one) => {
      const weight = (counts.get(one.smallModel) ?? 0) * (counts.get(one.largeModel) ?? 0);
      return weight > 0 ? [{ ...one, weight }] : [];
    });
    if (new Set(drawn.map(({ small, large }) => `${small} ${large}`)).size < fewest) continue;
    for (const [key, value] of Object.entries(fitLaw(name, drawn).parameters)) {
      found.set(key, [...(found.get(key) ?? []), value]);
    }
  }
  return Object.fromEntries([...found].map(([key, values]) => [key, middle(values)]));
}

/** The 2.5th and the 97.5th percentile, by linear interpolation. */
function middle(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    return below + (place % 1) * ((sorted[Math.ceil(place)] ?? 0) - below);
  };
  return [at(0.025), at(0.975)];
}
