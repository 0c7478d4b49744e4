import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import { indexes } from "../../../../shared/methods/proteus/matrix.ts";
import { readEdges } from "../../../../shared/methods/proteus/tools/edges.ts";
import {
  connection,
  findCommunities,
  type Network,
  networkOf,
  subnetwork,
} from "../../../../shared/methods/proteus/tools/network.ts";

describe("a list of edges", () => {
  test.each([
    ["A B .9\nB C .5\n", "spaces"],
    ["# STRING\nprotein1\tprotein2\tcombined_score\nA\tB\t.9\n\nB\tC\t.5", "headings, tabs, comments"],
    ['"Gene A","Gene B"\n"A","B",".9"\r\n"B","C",".5"\r\n', "quotes, commas, CRLF"],
    ["B;A;.2\nA;B;.9\nC;B;.5\nC;C;1\n", "both ways round, and of a name with itself"],
  ])("%j (%s)", (text) => {
    const { edges } = readEdges(text);
    expect(edges.map(({ a, b, weight }) => [...[a, b].sort(), weight])).toEqual([
      ["A", "B", 0.9],
      ["B", "C", 0.5],
    ]);
  });

  test("without weights has those of 1, and says what it left out", () => {
    const { edges, note } = readEdges("A B\nB A\nC C\n");
    expect(edges).toEqual([{ a: "A", b: "B", weight: 1 }]);
    expect(note.text).toBe(
      "The list has 1 edge; 1 repetition went into the edge with the greater weight; 1 edge of a name with itself is left out.",
    );
  });

  test("is refused with its lines", () => {
    expect(() => readEdges("A\tB\t1\nC\n\nA\tD\tx\nA\tE\t-1\nA\tF\t\n")).toThrow(
      'edges: line 2: an edge has two names; line 4: the weight "x" is not a number; line 5: the weight -1 is not positive; line 6: the weight "" is not a number',
    );
    expect(() => readEdges("source\ttarget\n")).toThrow("edges: the list has no edge");
  });
});

const names = indexes(30).map((i) => `P${i}`);
const named = (i: number) => [names[i] ?? "", `gene${i}`];

/** Three groups of ten, all pairs within one and a few between. */
const cliques = indexes(30).flatMap((i) =>
  indexes(i).flatMap((j) => {
    const same = Math.floor(i / 10) === Math.floor(j / 10);
    return same || (i * 7 + j) % 41 === 0 ? [{ a: `P${i}`, b: `Gene${j}`, weight: 1 }] : [];
  }),
);

describe("a network", () => {
  const network = networkOf(cliques, names, named);

  test("lies among the proteins by any of their names", () => {
    expect(network.edges).toHaveLength(cliques.length);
    expect(network.degrees[0]).toBe(cliques.filter(({ a, b }) => a === "P0" || b === "Gene0").length);
    const part = networkOf([...cliques, { a: "P1", b: "other", weight: 1 }], names.slice(0, 3), named);
    expect(part.nodes).toEqual(["P0", "P1", "P2"]);
    expect(part.note.text).toMatch(/^3 edges of \d+ lie among the study's proteins, of which 3 have one/);
    expect(subnetwork(network, new Set(["P1", "P2", "P28"])).edges).toEqual([{ a: 0, b: 1, weight: 1 }]);
  });

  test("has the communities that it was made of, the same with the same seed", () => {
    const found = findCommunities(network, 1);
    expect(found.communities.map(({ nodes }) => nodes.map((node) => network.nodes[node]))).toEqual([
      names.slice(0, 10),
      names.slice(10, 20),
      names.slice(20),
    ]);
    expect(found.communities[0]?.within).toBe(45);
    expect(findCommunities(network, 1)).toEqual(found);
    expect(findCommunities(networkOf([], names, named)).communities).toEqual([]);
  });

  test("modularity is Newman's, and no union of two communities makes it greater", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const random = createRandom(seed, "graph");
        const edges = indexes(12).flatMap((i) =>
          indexes(i)
            .filter(() => random.uniform() < 0.3)
            .map((j) => ({ a: `P${i}`, b: `P${j}`, weight: 1 + random.integer(3) })),
        );
        const some = networkOf(edges, names, named);
        fc.pre(some.edges.length > 0);
        const found = findCommunities(some, seed);
        expect(found.modularity).toBeCloseTo(newman(some, found.labels), 10);
        for (const to of found.communities.keys())
          for (let from = 0; from < to; from++) {
            const joined = found.labels.map((label) => (label === from ? to : label));
            expect(newman(some, joined)).toBeLessThan(found.modularity + 1e-9);
          }
      }),
      { numRuns: 30 },
    );
  });

  test("hits of one group are connected beyond their degrees, scattered ones are not", () => {
    const close = connection(network, new Set(names.slice(0, 6)), { seed: 1 });
    expect(close).toMatchObject({ hits: 6, edges: 15 });
    expect(close.p).toBeLessThan(0.01);
    const far = connection(network, new Set(["P0", "P5", "P12", "P17", "P23", "P28"]), { seed: 1 });
    expect(far.p).toBeGreaterThan(0.2);
    expect(connection(network, new Set(names), { draws: 9 })).toMatchObject({
      edges: network.edges.length,
      expected: network.edges.length,
      p: 1,
    });
  });
});

function newman({ nodes, edges }: Network, labels: Int32Array): number {
  const total = 2 * edges.reduce((sum, { weight }) => sum + weight, 0);
  const strength = nodes.map((_, node) =>
    edges.reduce((sum, { a, b, weight }) => sum + (a === node || b === node ? weight : 0), 0),
  );
  const within = edges.reduce((sum, { a, b, weight }) => sum + (labels[a] === labels[b] ? 2 * weight : 0), 0);
  const byLabel = new Map<number, number>();
  for (const [node, one] of strength.entries())
    byLabel.set(labels[node] ?? 0, (byLabel.get(labels[node] ?? 0) ?? 0) + one);
  return within / total - [...byLabel.values()].reduce((sum, one) => sum + (one / total) ** 2, 0);
}
