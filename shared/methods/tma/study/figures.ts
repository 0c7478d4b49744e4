import { curves } from "../../../report/curves.ts";
import { formatPercent } from "../../../report/format.ts";
import type { Figure } from "../../../report/page.ts";
import { spreadSentence } from "../../report-parts.ts";
import { labelOf, styleOf } from "../labels.ts";
import type { OrderStudied, StudyOutput } from "./output.ts";
import { earlyShare } from "./schedule.ts";

type Orders = Pick<StudyOutput, "orders" | "seeds">;
type Along = OrderStudied["loss"];

/** The held-out loss along the epoch, without its first fall. */
export function lossFigure({ orders, seeds }: Orders): Figure {
  return alongFigure({
    id: "loss-along-the-epoch",
    title: "Loss on the held-out test items",
    caption:
      "Held-out loss along one epoch over the same items in different orders, from a fiftieth of the epoch on: before that it falls from the loss of the model as it was.",
    seeds,
    orders: orders.map(({ name, loss }) => ({ name, points: loss })),
    from: 0.02,
    label: "Held-out loss (nats per token)",
  });
}

/** The first tenth, whose area is the early speed. */
export function earlyFigure({ orders, seeds }: Orders): Figure {
  return alongFigure({
    id: "loss-in-the-first-tenth",
    title: "The first tenth of the epoch",
    caption:
      "The same, over the first tenth alone. The mean height of a curve here is its order's early speed.",
    seeds,
    orders: orders.map(({ name, loss }) => ({
      name,
      points: loss.filter(({ fraction }) => fraction <= 1.05 * earlyShare),
    })),
    label: "Held-out loss (nats per token)",
  });
}

/** Loss on rows of other tasks; nothing where there are none. */
export function offTargetFigure({ orders, seeds }: Orders): Figure[] {
  const own = orders.flatMap(({ name, offTarget }) =>
    offTarget === null ? [] : [{ name, points: offTarget }],
  );
  if (own.length === 0) return [];
  return [
    alongFigure({
      id: "off-target-loss",
      title: "Loss off the target",
      caption:
        "Loss on held-out rows of tasks that the test set has none of, from a fiftieth of the epoch on.",
      seeds,
      orders: own,
      from: 0.02,
      label: "Off-target loss (nats per token)",
    }),
  ];
}

interface AlongFigure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly seeds: number;
  readonly orders: readonly { readonly name: OrderStudied["name"]; readonly points: Along }[];
  /** Fraction of the epoch from which on losses are shown. */
  readonly from?: number;
  readonly label: string;
}

function alongFigure({ id, title, caption, seeds, orders, from = 0, label }: AlongFigure): Figure {
  const shown = orders.map(({ name, points }) => ({
    name,
    points: points.filter(({ fraction }) => fraction >= from),
  }));
  const last = Math.max(...shown.flatMap(({ points }) => points.map(({ fraction }) => fraction)));
  return {
    id,
    caption,
    draw: ({ width, id: drawing }) =>
      curves({
        id: drawing,
        width,
        title,
        subtitle: spreadSentence([{ seeds }], "bands"),
        x: { label: "Of the epoch", domain: [0, last], format: (share) => formatPercent(share) },
        y: { label },
        markers: false,
        series: shown.map(({ name, points }) => ({
          name: labelOf(name),
          style: styleOf(name),
          points: points.map(({ fraction, mean, sd }) => ({ x: fraction, y: mean, sd })),
        })),
      }),
  };
}
