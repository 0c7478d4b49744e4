import type { RunContext } from "../contract.ts";
import { type ChosenRows, openVectors, type VectorSource } from "./embedding.ts";
import type { RowInput } from "./fields.ts";
import { openSources, type RowFacts, readFacts, type Sources, textOf } from "./source.ts";
import { addText, type Frequencies, ngramCounter, noFrequencies } from "./tfidf.ts";

/** Vectors of all rows that a run holds at most; while a checkpoint is saved they are there two or three times. */
const mostVectorBytes = 768 * 2 ** 20;

/** Both row sets, read once. */
export interface RowSets {
  readonly sources: Sources;
  readonly facts: { readonly items: RowFacts; readonly tests: RowFacts };
  /** Of n-grams; empty where TF-IDF is not asked for. */
  readonly frequencies: Frequencies;
}

/** Called with every row of a set, in order. */
export type SeeRow = NonNullable<Parameters<typeof readFacts>[1]["each"]>;

/** Reads both row sets. n-grams are counted where TF-IDF needs them and `counted` are not there from an earlier slice. */
export async function readRowSets(
  input: RowInput,
  ctx: RunContext,
  { counted, see }: { counted?: Frequencies | undefined; see?: Readonly<Record<keyof Sources, SeeRow>> } = {},
): Promise<RowSets> {
  ctx.progress(0, "reading the rows");
  const sources = await openSources(input, ctx);
  const counter = counted === undefined ? counterOf(input) : undefined;
  const read = (set: keyof Sources) =>
    readFacts(sources[set], {
      signal: ctx.signal,
      each(row) {
        counter?.add(row);
        see?.[set](row);
      },
    });
  const facts = { items: await read("items"), tests: await read("tests") };
  return { sources, facts, frequencies: counted ?? counter?.frequencies() ?? noFrequencies() };
}

/** Counts the n-grams of every row that is read, for TF-IDF. */
function counterOf(input: RowInput) {
  if (input.embedding.type !== "tfidf") return undefined;
  const count = ngramCounter(input.embedding);
  const { counts } = noFrequencies();
  let texts = 0;
  return {
    add(row: Parameters<typeof textOf>[0]) {
      addText({ counts }, count(textOf(row, input.text)));
      texts++;
    },
    frequencies: (): Frequencies => ({ texts, counts }),
  };
}

/** The vectors of all rows, or of the chosen ones. Throws RangeError where they would not fit into memory. */
export async function vectorsFor(
  input: RowInput,
  ctx: RunContext,
  { sources, facts, frequencies }: RowSets,
  chosen?: ChosenRows,
): Promise<VectorSource> {
  const counts = { items: facts.items.count, tests: facts.tests.count };
  const vectors = await openVectors(input, { ctx, sources, frequencies, counts, chosen });
  const rows = (chosen?.items.length ?? counts.items) + (chosen?.tests.length ?? counts.tests);
  const bytes = 4 * vectors.dimensions * rows;
  if (bytes > mostVectorBytes) {
    throw new RangeError(
      `embedding: ${rows} vectors of ${vectors.dimensions} numbers take ${Math.ceil(bytes / 2 ** 20)} MiB, and ${mostVectorBytes / 2 ** 20} fit; take fewer dimensions, or fewer rows`,
    );
  }
  return vectors;
}
