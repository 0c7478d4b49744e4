import { formatNumber } from "../../../report/format.ts";
import { layHeader } from "../../../report/header.ts";
import { colourAt, colours } from "../../../report/palette.ts";
import {
  blankDrawing,
  drawAxisLabels,
  drawPanel,
  halo,
  roundDomain,
  roundTicks,
} from "../../../report/panel.ts";
import { finish } from "../../../report/svg.ts";

export interface RunningSumOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  /** The set's members in the ranked list, from 0. */
  readonly places: ArrayLike<number>;
  /** The running sum after each member and before it. */
  readonly tops: ArrayLike<number>;
  readonly bottoms: ArrayLike<number>;
  /** What the list is ranked by, from its highest value to its lowest, and what it is called. */
  readonly ranking: ArrayLike<number>;
  readonly rankedBy: string;
  /** In the plot's corner, such as NES and p. */
  readonly remark?: string;
}

const left = 52;
const gap = { sum: 200, members: 26, between: 10, ranking: 84 };
/** Of the ranking so many steps are drawn. */
const steps = 400;

/** The running sum of a set's enrichment over a ranked list, its members, and the ranking, as SVG text. */
export function runningSumPlot(options: RunningSumOptions): string {
  const { width = 720, places, tops, bottoms, ranking } = options;
  const count = ranking.length;
  const header = layHeader({ title: options.title, subtitle: options.subtitle, width });
  const top = header.height + 34;
  const membersTop = top + gap.sum + gap.between;
  const rankingTop = membersTop + gap.members + gap.between;
  const height = rankingTop + gap.ranking + 48;
  const drawing = blankDrawing(width, height);
  header.draw(drawing);
  const x = { domain: [0, Math.max(1, count - 1)] as const, ticks: [] };
  const inner = { left, width: width - left - 4, x };
  const sums = { domain: roundDomain([0, ...Array.from(tops), ...Array.from(bottoms)]) };
  const panel = drawPanel(drawing, { ...inner, top, height: gap.sum, y: sums });
  const corners = Array.from(
    places,
    (place, at) => `L${panel.x(place)},${panel.y(bottoms[at] ?? 0)}V${panel.y(tops[at] ?? 0)}`,
  );
  const zero = panel.y(0);
  drawing.add("line", {
    x1: panel.left,
    x2: panel.right,
    y1: zero,
    y2: zero,
    stroke: "currentColor",
    "stroke-opacity": 0.4,
  });
  const extreme = extremeOf(options);
  const colour = colourAt(extreme.sum >= 0 ? 1 : 0);
  drawing.add("path", {
    d: `M${panel.left},${zero}${corners.join("")}L${panel.right},${zero}`,
    fill: "none",
    stroke: colour,
    "stroke-width": 1.75,
    "stroke-linejoin": "round",
  });
  drawing.add("line", {
    x1: panel.x(extreme.place),
    x2: panel.x(extreme.place),
    y1: zero,
    y2: panel.y(extreme.sum),
    stroke: colours.muted,
    "stroke-dasharray": "3 3",
  });
  if (options.remark !== undefined) {
    // Where the curve is not: it leaves 0 on the side of its extreme and comes back slowly.
    const free =
      extreme.sum >= 0
        ? { x: panel.right - 4, y: panel.top + 14, "text-anchor": "end" }
        : { x: panel.left + 6, y: panel.bottom - 8, "text-anchor": "start" };
    drawing.add("text", { ...free, ...halo }, options.remark);
  }
  const ticks = Array.from(places, (place) => `M${panel.x(place)},${membersTop}v${gap.members}`);
  drawing.add("path", {
    d: ticks.join(""),
    fill: "none",
    stroke: "currentColor",
    "stroke-width": places.length > 150 ? 0.5 : 1,
  });
  const ranks = { domain: roundDomain([0, ...thinned(ranking).map(([, value]) => value)], 3) };
  const below = drawPanel(drawing, {
    ...inner,
    top: rankingTop,
    height: gap.ranking,
    x: { domain: x.domain },
    y: { ...ranks, ticks: roundTicks(ranks.domain, 2) },
  });
  const line = thinned(ranking).map(([place, value]) => `L${below.x(place)},${below.y(value)}`);
  drawing.add("path", {
    d: `M${below.left},${below.y(0)}${line.join("")}L${below.right},${below.y(0)}Z`,
    fill: colours.muted,
    "fill-opacity": 0.35,
  });
  drawAxisLabels(
    drawing,
    { y: "running sum", x: "rank" },
    { right: width, bottom: height - 8, top: top - 14 },
  );
  drawing.add(
    "text",
    { x: 0, y: height - 8, "text-anchor": "start", fill: colours.muted },
    `below: ${options.rankedBy}`,
  );
  const description = `The running sum of ${places.length} members among ${count} ranked proteins is furthest from 0 with ${formatNumber(extreme.sum)} at rank ${extreme.place + 1}.`;
  return finish(drawing, { id: options.id, title: options.title, description });
}

function extremeOf({ places, tops, bottoms }: RunningSumOptions): {
  readonly place: number;
  readonly sum: number;
} {
  return Array.from(places).reduce(
    (best, place, at) => {
      for (const sum of [tops[at] ?? 0, bottoms[at] ?? 0])
        if (Math.abs(sum) > Math.abs(best.sum)) return { place, sum };
      return best;
    },
    { place: 0, sum: 0 },
  );
}

function thinned(ranking: ArrayLike<number>): (readonly [place: number, value: number])[] {
  const count = Math.min(steps, ranking.length);
  return Array.from({ length: count }, (_, at) => {
    const place = count === 1 ? 0 : Math.round((at * (ranking.length - 1)) / (count - 1));
    return [place, ranking[place] ?? 0] as const;
  });
}
