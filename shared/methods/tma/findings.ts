import { formatFixed, formatMeanSd, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { difference, exceeds, type Measured } from "../measured.ts";
import type { OrderName } from "./fields.ts";
import { labelOf } from "./labels.ts";
import type { ArrangeOutput, OrderResult, Stretch } from "./output.ts";

type Known = Omit<ArrangeOutput, "findings">;

/** Share of an order, from its beginning, that the findings are about. */
const early = 0.1;

/** Figures of the beginning of an order. */
export function stretchOf(order: OrderResult, fraction = early): Stretch | undefined {
  return order.stretches.find((one) => one.fraction === fraction);
}

/**
 * What an arrangement shows, on the test items that it is reported on: how near the beginnings of the orders are. An
 * order is one, and only the random one has a spread; that is what the others are held against.
 */
export function arrangeFindings(known: Known): Finding[] {
  const { orders } = known;
  const named = (name: OrderName) => orders.find((order) => order.name === name);
  const [near, far, random, tasks] = (["near", "far", "random", "near-tasks"] as const).map(named);
  const whom = known.reportedOn === "held-out" ? "the held-out test items" : "the test items that selected";
  return [
    nearer(near, random, `The near order begins with data nearer to ${whom} than a random order does`),
    nearer(random, far, `The far order begins with data farther from ${whom} than a random order does`),
    covers(
      near,
      random,
      "The beginning of the near order covers the test set better than that of a random order",
    ),
    covers(near, tasks, "Sorting instances covers the test set earlier than sorting whole tasks does"),
    bigrams(near, random),
    carries(known.optimism),
    targets(near, random),
  ].filter((finding) => finding !== undefined);
}

function nearer(
  mine: OrderResult | undefined,
  theirs: OrderResult | undefined,
  claim: string,
): Finding | undefined {
  const [a, b] = [measured(mine, "nearest"), measured(theirs, "nearest")];
  if (mine === undefined || theirs === undefined || a === undefined || b === undefined) return undefined;
  return {
    claim,
    holds: beyond(a, b),
    text: `Mean cosine with the nearest test item over the first tenth: ${labelOf(mine.name)} ${shown(a)}, ${labelOf(theirs.name)} ${shown(b)}; by weighted similarity distance ${distances(mine)} and ${distances(theirs)}.`,
  };
}

function covers(
  mine: OrderResult | undefined,
  theirs: OrderResult | undefined,
  claim: string,
): Finding | undefined {
  const [a, b] = [measured(mine, "coverage"), measured(theirs, "coverage")];
  if (mine === undefined || theirs === undefined || a === undefined || b === undefined) return undefined;
  return {
    claim,
    holds: beyond(a, b),
    text: `Mean cosine of a test item with the nearest item of the first tenth: ${labelOf(mine.name)} ${shown(a)}, ${labelOf(theirs.name)} ${shown(b)}.`,
  };
}

function bigrams(near: OrderResult | undefined, random: OrderResult | undefined): Finding | undefined {
  const [a, b] = [measured(near, "bigramDivergence"), measured(random, "bigramDivergence")];
  if (a === undefined || b === undefined) return undefined;
  return {
    claim: "The beginning of the near order has the test set's word bigrams more often than a random one",
    holds: beyond(b, a),
    text: `KL(test | first tenth): ${shown(a)} nats near first, ${shown(b)} at random.`,
  };
}

function carries(optimism: number | null): Finding | undefined {
  if (optimism === null) return undefined;
  return {
    claim: "What is near to the selecting half of the test set is near to the other half",
    holds: optimism < 0.5,
    text: `Of the first tenth's gain in similarity over all data, ${formatPercent(1 - optimism)} is there on the held-out half. The claim is taken to hold from half of it on.`,
  };
}

function targets(near: OrderResult | undefined, random: OrderResult | undefined): Finding | undefined {
  const [a, b] = [measured(near, "onTarget"), measured(random, "onTarget")];
  if (a === undefined || b === undefined) return undefined;
  return {
    claim: "The near order begins with the tasks of the test set",
    holds: beyond(a, b),
    text: `Of the first tenth, ${formatPercent(a.mean, 1)} is of the test set's tasks near first, ${formatPercent(b.mean, 1)} at random.`,
  };
}

type Figure = "nearest" | "coverage" | "weightedDistance" | "bigramDivergence" | "onTarget";

function measured(order: OrderResult | undefined, figure: Figure): Measured | undefined {
  const spread = order === undefined ? undefined : stretchOf(order)?.[figure];
  return order === undefined || spread === null || spread === undefined
    ? undefined
    : { ...spread, seeds: order.draws };
}

/** Whether the first is larger, by more than two standard deviations of the random draws where one is such. */
function beyond(first: Measured, second: Measured): boolean {
  const { by } = difference(first, second);
  return exceeds({ by, spread: 2 * Math.hypot(first.sd, second.sd) });
}

const shown = ({ mean, sd }: Measured) => (sd > 0 ? formatMeanSd(mean, sd, 3) : formatFixed(mean, 3));

function distances(order: OrderResult): string {
  const distance = measured(order, "weightedDistance");
  return distance === undefined ? "" : shown(distance);
}

/** What a report says first. */
export function headline(output: ArrangeOutput): { summary: string; detail: string } {
  const { orders, items, roundCount, tests, reportedOn } = output;
  const nearest = (name: OrderName) =>
    measured(
      orders.find((order) => order.name === name),
      "nearest",
    );
  const [near, random] = [nearest("near"), nearest("random")];
  const figures =
    near === undefined || random === undefined
      ? ""
      : ` Its first tenth has a mean cosine of ${shown(near)} with the nearest ${reportedOn === "held-out" ? "held-out " : ""}test item, a random tenth ${shown(random)}.`;
  const half =
    tests.heldOut > 0
      ? `${tests.selecting} test items selected; all figures are of the ${tests.heldOut} others.`
      : "No test item was held out: the figures are of those that selected, and flatter the order.";
  return {
    summary: `${items.toLocaleString("en-GB")} items in ${roundCount.toLocaleString("en-GB")} rounds, nearest first.${figures}`,
    detail: `${half} They are similarities: whether a model learns faster in this order, a training has to show.`,
  };
}
