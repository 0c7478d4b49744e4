import * as z from "zod";
import { inputOf, plainNumber } from "../execution/values.ts";
import { namesOf } from "../names.ts";
import { counted, listed, noteOf } from "../note.ts";
import { findModules } from "../tools/modules.ts";
import { connection, findCommunities, networkOf, subnetwork } from "../tools/network.ts";
import { defineTool, figure, type Tool } from "./tool.ts";

const modules = defineTool({
  id: "modules",
  title: "Co-expression modules",
  about:
    "Proteins that go up and down together over the samples, held against permuted tables; twelve samples at least.",
  takes: ["study"],
  gives: "modules",
  args: z.strictObject({
    proteins: z.int().min(50).max(3_000).default(400),
    power: z.number().min(1).max(30).default(12),
    smallest: z.int().min(3).max(200).default(10),
    permutations: z.int().min(1).max(100).default(5),
  }),
  summary: z.looseObject({ modules: z.array(z.looseObject({ name: z.string(), proteins: z.int() })) }),
  formula: ({ proteins, power, smallest, permutations }) =>
    `Of the ${proteins} proteins that vary most and all samples have: ((1 + r)/2)^${power}, topological overlap, average linkage, cut where the modularity is greatest; modules of ${smallest} or more whose first component has a greater share of the variance than that of any module of ${permutations} tables with permuted values.`,
  run: (args, inputs, { seed }) => {
    const { study } = inputOf(inputs, 0, "study");
    const found = findModules(study.matrix, { ...args, seed });
    const short = new Map(namesOf(study).map((name, row) => [study.matrix.rows[row] ?? "", name]));
    const listedModules = found.modules.map(({ name, proteins, share, membership }) => ({
      name,
      proteins: proteins.length,
      share: plainNumber(share),
      top: [...proteins.keys()]
        .sort((a, b) => Math.abs(membership[b] ?? 0) - Math.abs(membership[a] ?? 0) || a - b)
        .slice(0, 6)
        .map((at) => short.get(proteins[at] ?? "") ?? ""),
    }));
    const summary = { modules: listedModules, shareByChance: plainNumber(found.shareByChance) };
    return { kind: "modules", modules: found, names: short, note: found.note, summary };
  },
});

const network = defineTool({
  id: "network",
  title: "Network of the hits",
  about:
    "The hits of a contrast in the user's network: are they connected more than others, and in which communities?",
  takes: ["differential"],
  gives: "network",
  needs: ["edges"],
  args: z.strictObject({ contrast: z.string(), draws: z.int().min(99).max(9_999).default(999) }),
  summary: z.looseObject({ contrast: z.string(), hits: z.int(), edges: z.int(), p: figure }),
  formula: ({ draws }) =>
    `Edges among the hits against ${draws} draws of as many proteins of like degree, p = (1 + draws with as many)/(${draws} + 1); communities by Louvain's method, the best modularity of ten orders.`,
  run: ({ contrast, draws }, inputs, { edges, seed }) => {
    const compared = inputOf(inputs, 0, "differential");
    const test = compared.differential.contrasts.find(({ name }) => name === contrast);
    if (test === undefined) throw new RangeError(`contrast: the comparison has no "${contrast}"`);
    const { names, genes } = compared;
    const whole = networkOf(edges, names, (row) => [genes[row] ?? "", names[row] ?? ""]);
    const hits = new Set(names.filter((_, row) => (test.adjusted[row] ?? 1) < compared.fdr));
    const found = connection(whole, hits, { draws, seed });
    const among = subnetwork(whole, hits);
    const parts = findCommunities(among, seed);
    const communities = parts.communities.slice(0, 6).map(({ nodes }, at) => ({
      name: `community ${at + 1}`,
      proteins: nodes.length,
      members: nodes.slice(0, 10).map((node) => among.nodes[node] ?? ""),
    }));
    const largest = communities[0];
    const parted =
      largest === undefined
        ? ""
        : ` The largest community has ${counted(largest.proteins, "protein")}: ${listed(largest.members)}.`;
    return {
      kind: "network",
      nodes: among.nodes,
      edges: among.edges,
      communities: parts.labels,
      note: noteOf(`${contrast}: ${found.note.text}${parted}`, found.note.figures),
      summary: {
        contrast,
        hits: found.hits,
        edges: found.edges,
        expected: plainNumber(found.expected),
        p: plainNumber(found.p),
        communities,
      },
    };
  },
});

/** Tools that look at how proteins go together. */
export const relating: readonly Tool[] = [modules, network];
