import { createRandom } from "../../lm/random.ts";
import type { GeneratedStudy, Plan, Truth } from "./generate.ts";
import { indexes } from "./matrix.ts";
import type { Edge } from "./tools/edges.ts";

/** Sets of gene names: two that are mostly spiked proteins, one for each module, and others by chance. */
export function generatedSets(plan: Plan): {
  readonly sets: GeneratedStudy["geneSets"];
  readonly enriched: Truth["enrichedSets"];
} {
  const { names } = plan;
  const random = createRandom(plan.options.seed, "generate", "sets");
  const all = indexes(names.length).filter((row) => names[row]?.flag === "");
  const gene = (row: number) => names[row]?.gene ?? "";
  const some = (rows: readonly number[], count: number) => random.shuffle([...rows]).slice(0, count);
  const still = all.filter((row) => plan.fold[row] === 0);
  const mostly = (rows: readonly number[], others: number) =>
    [...some(rows, Math.ceil(0.8 * rows.length)), ...some(still, others)].sort((a, b) => a - b).map(gene);
  const changing = (sign: number) => all.filter((row) => Math.sign(plan.fold[row] ?? 0) === sign);
  const enriched = [
    { name: "SET_UP", direction: "up" as const, genes: mostly(changing(1), 8) },
    { name: "SET_DOWN", direction: "down" as const, genes: mostly(changing(-1), 8) },
  ];
  const ofModules = plan.modules.map((rows, at) => ({
    name: `SET_MODULE_${at + 1}`,
    genes: mostly(rows, 5),
  }));
  const others = indexes(36).map((at) => ({
    name: `SET_${String(at + 1).padStart(2, "0")}`,
    genes: some(all, Math.min(names.length, 15 + random.integer(46)))
      .sort((a, b) => a - b)
      .map(gene),
  }));
  return {
    sets: [...enriched, ...ofModules, ...others].map(({ name, genes }) => ({
      name,
      description: "generated",
      members: genes,
    })),
    enriched: enriched.map(({ name, direction }) => ({ name, direction })),
  };
}

/** Interactions: within modules and among what goes up one pair in five, and one by chance for each protein. */
export function generatedEdges({ options, names, modules, fold }: Plan): Edge[] {
  const random = createRandom(options.seed, "generate", "edges");
  const edge = (a: number, b: number, from: number): Edge => ({
    a: names[a]?.gene ?? "",
    b: names[b]?.gene ?? "",
    weight: Number((from + (1 - from) * random.uniform()).toFixed(3)),
  });
  const up = [...fold.keys()].filter((row) => (fold[row] ?? 0) > 0);
  const within = [...modules, up].flatMap((rows) =>
    rows.flatMap((a, at) =>
      rows.slice(at + 1).flatMap((b) => (random.uniform() < 0.2 ? [edge(a, b, 0.6)] : [])),
    ),
  );
  const elsewhere = indexes(names.length).map((row) => {
    const other = random.integer(names.length - 1);
    return edge(row, other < row ? other : other + 1, 0.15);
  });
  return [...within, ...elsewhere];
}
