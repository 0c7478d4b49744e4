import { formatNumber } from "../../../report/format.ts";
import type { Figure } from "../../../report/page.ts";
import type { Step } from "../execution/execute.ts";
import { enrichmentDots } from "../plots/enrichment-dots.ts";
import { kaplanMeierPlot } from "../plots/kaplan-meier.ts";
import { networkPlot } from "../plots/network-plot.ts";
import { runningSumPlot } from "../plots/running-sum.ts";
import type { World } from "../registry/tool.ts";
import { runningSum } from "../tools/enrichment-score.ts";

const mostSets = 15;
/** A network of more nodes is a blot. */
const mostNodes = 150;

const contrastOf = ({ summary }: Step): string =>
  typeof summary?.contrast === "string" ? summary.contrast : "";

/** The sets along a ranked list, and the running sum of the first. */
export function enrichmentFigures(step: Step, world: World, fdr: number): Figure[] {
  if (step.value?.kind !== "enrichment") return [];
  const { gsea, scores, weight } = step.value;
  if (gsea.sets.length === 0) return [];
  const contrast = contrastOf(step);
  const sets = gsea.sets.slice(0, mostSets).map(({ name, nes, size, adjusted }) => ({
    name,
    score: nes,
    size,
    adjusted,
  }));
  const dots: Figure = {
    id: `${step.id}-sets`,
    caption: `Gene sets along the list ranked by moderated t of ${contrast}, the most significant first; full dots are below the false discovery rate.`,
    draw: ({ width, id }) =>
      enrichmentDots({
        id,
        width,
        title: `Enrichment: ${contrast}`,
        score: "Normalised enrichment score",
        size: "members",
        fdr,
        sets: sets.toSorted((a, b) => b.score - a.score),
      }),
  };
  const [first] = gsea.sets;
  const members = new Set(world.geneSets.find(({ name }) => name === first?.name)?.members);
  const places = gsea.ranked.flatMap((gene, at) => (members.has(gene) ? [at] : []));
  if (first === undefined || places.length === 0) return [dots];
  const { tops, bottoms } = runningSum(
    places,
    scores.map((score) => Math.abs(score) ** weight),
  );
  return [
    dots,
    {
      id: `${step.id}-running-sum`,
      caption: `The running sum of ${first.name}, its members' places, and the ranked list.`,
      draw: ({ width, id }) =>
        runningSumPlot({
          id,
          width,
          title: first.name,
          subtitle: contrast,
          places,
          tops,
          bottoms,
          ranking: scores,
          rankedBy: "moderated t",
          remark: `NES ${formatNumber(first.nes)}, adjusted p ${formatNumber(first.adjusted, 2)}`,
        }),
    },
  ];
}

/** Sets among hits, as dots by how many times chance they hold. */
export function overFigure(step: Step, fdr: number): Figure[] {
  if (step.value?.kind !== "overRepresentation") return [];
  const found = step.value.sets.filter(({ overlap }) => overlap > 0).slice(0, mostSets);
  if (found.length === 0) return [];
  const contrast = contrastOf(step);
  return [
    {
      id: `${step.id}-sets`,
      caption: `Gene sets among the hits of ${contrast}, by how many times the expected hits they hold; full dots are below the false discovery rate.`,
      draw: ({ width, id }) =>
        enrichmentDots({
          id,
          width,
          title: `Over-representation: ${contrast}`,
          score: "Hits, times the expected",
          size: "hits",
          fdr,
          sets: found.map(({ name, overlap, expected, adjusted }) => ({
            name,
            score: overlap / expected,
            size: overlap,
            adjusted,
          })),
        }),
    },
  ];
}

/** Survival curves of a step. */
export function survivalFigure(step: Step): Figure[] {
  if (step.value?.kind !== "curves") return [];
  const { curves, unit, summary } = step.value;
  const by = typeof summary.by === "string" ? summary.by : "";
  const p = typeof summary.p === "number" ? summary.p : Number.NaN;
  const split = by === "groups" ? "the groups" : `the halves above and not above the median of ${by}`;
  const plotted = curves.map(({ group = "all", ...curve }, style) => ({ ...curve, name: group, style }));
  return [
    {
      id: step.id,
      caption: `Kaplan-Meier curves of ${split}, with 95% bands, marks of what is censored, and the numbers at risk.`,
      draw: ({ width, id }) =>
        kaplanMeierPlot({
          id,
          width,
          title: by === "groups" ? "Survival of the groups" : `Survival by ${by}`,
          unit,
          remark: `log-rank p ${formatNumber(p, 2)}`,
          curves: plotted,
        }),
    },
  ];
}

/** The hits of a contrast in the network, by their communities. */
export function networkFigure(step: Step): Figure[] {
  if (step.value?.kind !== "network") return [];
  const { nodes, edges, communities } = step.value;
  if (edges.length === 0 || nodes.length > mostNodes) return [];
  const contrast = contrastOf(step);
  return [
    {
      id: step.id,
      caption: `The hits of ${contrast} that have an edge among them, coloured by community.`,
      draw: ({ width, id }) =>
        networkPlot({
          id,
          width,
          title: `Network: ${contrast}`,
          nodes: nodes.map((name, at) => ({ name, style: Math.min(7, communities[at] ?? 0) })),
          edges,
        }),
    },
  ];
}
