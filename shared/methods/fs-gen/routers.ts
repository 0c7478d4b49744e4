import type { Random } from "../../lm/random.ts";
import { type Classifier, probabilityOf } from "./classifier.ts";
import { largestOf } from "./uncertainty.ts";

export const routerNames = ["always", "never", "confidence", "margin", "logistic", "rbf", "random"] as const;
export type RouterName = (typeof routerNames)[number];

/** Routers that score a place and consult above a threshold. */
export type ScoredRouter = Exclude<RouterName, "always" | "never" | "random">;
export const isScored = (name: RouterName): name is ScoredRouter =>
  name !== "always" && name !== "never" && name !== "random";
export const isLearned = (name: RouterName): name is "logistic" | "rbf" =>
  name === "logistic" || name === "rbf";

/** Largest probabilities that a learned router sees. */
export const featureCount = 10;
export const featuresOf = (probabilities: Float32Array): number[] => largestOf(probabilities, featureCount);

/**
 * How much a place asks for the large model, from the small one's largest probabilities: 1 - p_max, -(p1 - p2) / 2,
 * or a learned probability that the large model would change the token.
 */
export function scoreOf(router: ScoredRouter, features: readonly number[], learned?: Classifier): number {
  const [first = 0, second = 0] = features;
  switch (router) {
    case "confidence":
      return 1 - first;
    case "margin":
      return (second - first) / 2;
    case "logistic":
    case "rbf":
      if (learned === undefined) throw new RangeError(`router ${router} has learned nothing`);
      return probabilityOf(learned, features);
  }
}

/** Consulted above these scores: p_max < .5, (p1 - p2) / 2 < .2, and where a change is more probable than not. */
export const defaultThresholds: Readonly<Record<ScoredRouter, number>> = {
  confidence: 0.5,
  margin: -0.2,
  logistic: 0.5,
  rbf: 0.5,
};

/** Decides by the small model's probabilities whether to ask the large one. */
export type Route = (probabilities: Float32Array) => boolean;

export interface Routing {
  readonly router: RouterName;
  /** Of a router that scores. */
  readonly threshold?: number | undefined;
  /** Of the random router. */
  readonly rate?: number | undefined;
  readonly learned?: Classifier | undefined;
}

/** The route of a router. The random one draws from `random` at every place. */
export function routeOf({ router, threshold, rate = 0, learned }: Routing, random: Random): Route {
  if (router === "always") return () => true;
  if (router === "never") return () => false;
  if (router === "random") return () => random.uniform() < rate;
  const above = threshold ?? defaultThresholds[router];
  return (probabilities) => scoreOf(router, featuresOf(probabilities), learned) > above;
}
