import { UndirectedGraph } from "graphology";
import louvainModule from "graphology-communities-louvain";
import { createRandom } from "../../../lm/random.ts";
import { formatFixed } from "../../../report/format.ts";
import { indexes } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import type { Edge } from "./edges.ts";

/** A community of a network's nodes, by their places. */
export interface Community {
  readonly nodes: readonly number[];
  /** Weight of the edges within, and of those that leave. */
  readonly within: number;
  readonly leaving: number;
}

export interface Network {
  /** Proteins that have an edge to another of the study. */
  readonly nodes: readonly string[];
  readonly edges: readonly { readonly a: number; readonly b: number; readonly weight: number }[];
  readonly degrees: Int32Array;
  readonly note: Note;
}

export interface Communities {
  /** The largest first. */
  readonly communities: readonly Community[];
  /** The community of each node. */
  readonly labels: Int32Array;
  /** Newman's, from 0 for a partition no better than chance. */
  readonly modularity: number;
}

/** More edges among some proteins than among others of the same degrees. */
export interface Connection {
  readonly hits: number;
  readonly edges: number;
  readonly expected: number;
  readonly p: number;
}

const restarts = 10;

// Its types say that the function is the module's `default`; as CommonJS the function is the module.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/**
 * The part of a list of edges that lies among the study's proteins. `names` are what each protein may be called in the
 * list; case does not matter, and a name of several proteins is that of the first.
 */
export function networkOf(
  edges: readonly Edge[],
  proteins: readonly string[],
  names: (protein: number) => readonly string[],
): Network {
  const places = new Map<string, number>();
  for (const protein of proteins.keys())
    for (const name of names(protein)) {
      const key = name.trim().toUpperCase();
      if (key !== "" && !places.has(key)) places.set(key, protein);
    }
  const kept = new Map<string, { a: number; b: number; weight: number }>();
  for (const { a, b, weight } of edges) {
    const [i, j] = [places.get(a.toUpperCase()), places.get(b.toUpperCase())];
    if (i === undefined || j === undefined || i === j) continue;
    const [low, high] = [Math.min(i, j), Math.max(i, j)];
    const before = kept.get(`${low} ${high}`);
    if (before === undefined || weight > before.weight)
      kept.set(`${low} ${high}`, { a: low, b: high, weight });
  }
  const used = [...new Set([...kept.values()].flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b);
  const nodeOf = new Map(used.map((protein, node) => [protein, node]));
  const among = [...kept.values()]
    .sort((x, y) => x.a - y.a || x.b - y.b)
    .map(({ a, b, weight }) => ({ a: nodeOf.get(a) ?? 0, b: nodeOf.get(b) ?? 0, weight }));
  const degrees = new Int32Array(used.length);
  for (const { a, b } of among) for (const node of [a, b]) degrees[node] = (degrees[node] ?? 0) + 1;
  const text = `${counted(among.length, "edge")} of ${edges.length} ${among.length === 1 ? "lies" : "lie"} among the study's proteins, of which ${used.length} have one.`;
  return {
    nodes: used.map((protein) => proteins[protein] ?? ""),
    edges: among,
    degrees,
    note: noteOf(text, { edges: among.length, nodes: used.length }),
  };
}

/** The part of a network among some of its nodes; those without an edge there are left out. */
export function subnetwork(network: Network, wanted: ReadonlySet<string>): Network {
  const edges = network.edges.map(({ a, b, weight }) => ({
    a: network.nodes[a] ?? "",
    b: network.nodes[b] ?? "",
    weight,
  }));
  const some = network.nodes.filter((node) => wanted.has(node));
  return networkOf(edges, some, (node) => [some[node] ?? ""]);
}

/** Communities by Louvain's method (Blondel et al. 2008), the best modularity of ten orders of the nodes. */
export function findCommunities(network: Network, seed = 0): Communities {
  const graph = new UndirectedGraph();
  for (const node of network.nodes.keys()) graph.addNode(node);
  for (const { a, b, weight } of network.edges) graph.addEdge(a, b, { weight });
  if (network.edges.length === 0) return { communities: [], labels: new Int32Array(), modularity: 0 };
  const runs = indexes(restarts).map((restart) => {
    const random = createRandom(seed, "communities", restart);
    return louvain.detailed(graph, { getEdgeWeight: "weight", rng: () => random.uniform() });
  });
  const best = runs.reduce((kept, run) => (run.modularity > kept.modularity ? run : kept));
  const byLabel = Map.groupBy(network.nodes.keys(), (node) => best.communities[node] ?? 0);
  const sorted = [...byLabel.values()].sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
  const labels = new Int32Array(network.nodes.length);
  for (const [label, nodes] of sorted.entries()) for (const node of nodes) labels[node] = label;
  const weightOf = (label: number, both: boolean) =>
    network.edges.reduce((sum, { a, b, weight }) => {
      const inside = Number(labels[a] === label) + Number(labels[b] === label);
      return sum + (inside === (both ? 2 : 1) ? weight : 0);
    }, 0);
  return {
    communities: sorted.map((nodes, label) => ({
      nodes,
      within: weightOf(label, true),
      leaving: weightOf(label, false),
    })),
    labels,
    modularity: best.modularity,
  };
}

/**
 * Whether some proteins have more edges among them than as many others of about the same degrees: nodes are sorted by
 * degree and each hit is replaced by one of its neighbours there. p = (1 + draws with as many edges) / (draws + 1).
 */
export function connection(
  network: Network,
  hits: ReadonlySet<string>,
  { draws = 999, seed = 0 } = {},
): Connection & { readonly note: Note } {
  const own = network.nodes.flatMap((node, at) => (hits.has(node) ? [at] : []));
  const random = createRandom(seed, "connection");
  const sorted = indexes(network.nodes.length).sort(
    (a, b) => (network.degrees[a] ?? 0) - (network.degrees[b] ?? 0) || a - b,
  );
  const rankOf = new Map(sorted.map((node, rank) => [node, rank]));
  const edges = edgesAmong(network, new Set(own));
  let [sum, asMany] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = new Set<number>();
    for (const node of own) drawn.add(nearRank(sorted, rankOf.get(node) ?? 0, drawn, random));
    const found = edgesAmong(network, drawn);
    sum += found;
    if (found >= edges) asMany++;
  }
  const expected = sum / draws;
  const p = (1 + asMany) / (draws + 1);
  const text = `${counted(own.length, "hit")} in the network have ${counted(edges, "edge")} among them; as many others of like degrees have ${formatFixed(expected, 1)} (p = ${formatFixed(p, 3)}).`;
  return {
    hits: own.length,
    edges,
    expected,
    p,
    note: noteOf(text, { hits: own.length, edges, expected, p }),
  };
}

/** A node of about the same rank that was not drawn yet, the window around it widening until there is one. */
function nearRank(
  sorted: readonly number[],
  rank: number,
  drawn: ReadonlySet<number>,
  random: ReturnType<typeof createRandom>,
): number {
  for (let reach = Math.max(10, Math.ceil(sorted.length / 20)); ; reach *= 2) {
    const free = sorted.slice(Math.max(0, rank - reach), rank + reach + 1).filter((node) => !drawn.has(node));
    const chosen = free.length === 0 ? undefined : free[random.integer(free.length)];
    if (chosen !== undefined) return chosen;
  }
}

const edgesAmong = ({ edges }: Network, nodes: ReadonlySet<number>): number =>
  edges.reduce((sum, { a, b }) => sum + (nodes.has(a) && nodes.has(b) ? 1 : 0), 0);
