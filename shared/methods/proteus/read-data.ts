import type { RunContext } from "../contract.ts";
import { type GeneratedStudy, generateStudy } from "./generate.ts";
import type { Input } from "./input.ts";
import type { Note } from "./note.ts";
import type { World } from "./registry/tool.ts";
import type { SheetRoles } from "./sample-sheet.ts";
import { readStudy, type Scale, type Study } from "./study.ts";
import { type Edge, readEdges } from "./tools/edges.ts";
import { type GeneSet, readGmt } from "./tools/gene-sets.ts";

/** What a run is about. */
export interface Data {
  readonly study: Study;
  readonly scale: Scale;
  readonly world: World;
  readonly notes: readonly Note[];
  readonly name: string;
  /** Of a generated study. */
  readonly generated?: GeneratedStudy;
}

/** Reads or generates the data of a run. Throws RangeError that names the field and the line. */
export async function readData(input: Input, ctx: RunContext): Promise<Data> {
  return input.data.source === "generated" ? generatedData(input, ctx.seed) : uploadedData(input, ctx);
}

function generatedData({ data }: Input, seed: number): Data {
  if (data.source !== "generated") throw new TypeError("the study is not generated");
  const { source: _, geneSets: withSets, edges: withEdges, ...options } = data;
  const generated = generateStudy({ ...options, seed });
  return {
    study: generated.study,
    scale: "intensity",
    world: {
      seed,
      geneSets: withSets ? generated.geneSets : [],
      edges: withEdges ? generated.edges : [],
      kinases: [],
    },
    notes: [],
    name: "a generated study",
    generated,
  };
}

async function uploadedData(input: Input, ctx: RunContext): Promise<Data> {
  const { data } = input;
  if (data.source !== "dataset") throw new TypeError("the study is not uploaded");
  const content = await ctx.dataset(data.dataset);
  const { study, scale, notes } = await readStudy(await content.matrix(), {
    roles: rolesOf(input),
    zeros: data.zeros,
  });
  checkStudy(study);
  const textOf = async (id: string | undefined) =>
    id === undefined ? undefined : (await ctx.dataset(id)).text();
  const sets = async (field: "geneSets" | "kinases"): Promise<readonly GeneSet[]> =>
    named(`data/${field}`, await textOf(data[field]), readGmt) ?? [];
  const edges: readonly Edge[] =
    named("data/edges", await textOf(data.edges), (text) => readEdges(text).edges) ?? [];
  const world = { seed: ctx.seed, geneSets: await sets("geneSets"), edges, kinases: await sets("kinases") };
  return { study, scale, world, notes, name: content.name };
}

function rolesOf({ pairing, survival, factors }: Input): SheetRoles {
  return {
    factors,
    ...(pairing !== undefined && { pairing }),
    ...(survival !== undefined && { survival }),
  };
}

function checkStudy({ matrix }: Study): void {
  if (matrix.columns.length < 2) {
    throw new RangeError(
      `data/dataset: ${matrix.columns.length} samples cannot be compared; give a sample sheet`,
    );
  }
  if (matrix.rows.length < 3) throw new RangeError(`data/dataset: the table has ${matrix.rows.length} rows`);
}

/** Reads a text; what is wrong with it is said with the input's field. */
function named<T>(field: string, text: string | undefined, read: (text: string) => T): T | undefined {
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${field}: ${error.message}`);
    throw error;
  }
}
