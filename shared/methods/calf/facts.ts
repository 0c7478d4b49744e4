import { createHash } from "node:crypto";
import { createRandom } from "../../lm/random.ts";
import type { MetaEvaluateInput } from "./input.ts";
import { type Judgement, type Probe, verdicts } from "./judgement.ts";
import type { JudgementSource } from "./source.ts";

/** Settings that get a table row of their own; those beyond are one. */
const mostSettings = 40;
const otherSettings = "other";

/** What is known of the judgements after one pass, in columns. */
export interface Facts {
  readonly count: number;
  /** Of the responses of all judgements that were read. */
  readonly characters: number;
  readonly labels: Uint8Array;
  /** Number of each judgement's question. */
  readonly questions: Int32Array;
  readonly questionCount: number;
  readonly settings: Uint16Array;
  readonly settingNames: readonly string[];
  /** Places of the judgements that count, and of each kind of probe. */
  readonly judged: Int32Array;
  readonly probes: Readonly<Record<Probe, Int32Array>>;
  readonly sidesDrawn: boolean;
  /** Judgements that were left out: beyond the limit, or without a reference where others have one. */
  readonly leftOut: { readonly overLimit: number; readonly withoutReference: number };
  /** False where no judgement has a reference. */
  readonly hasReferences: boolean;
  /** The judgements, numbered as the columns are. */
  read(): AsyncIterable<Judgement>;
}

interface Read {
  readonly labels: number[];
  readonly questions: number[];
  readonly settings: number[];
  readonly settingNames: string[];
  readonly probes: (Probe | undefined)[];
  readonly referenced: boolean[];
  readonly characters: number;
}

/**
 * Reads the judgements once. Throws RangeError, naming the field, where too few are left to say anything.
 */
export async function readFacts(
  source: JudgementSource,
  { limit, sides }: Pick<MetaEvaluateInput, "limit" | "sides">,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<Facts> {
  const read = await readColumns(source, signal);
  const hasReferences = read.referenced.includes(true);
  const usable = (row: number) => !hasReferences || read.referenced[row] === true;
  const rows = read.labels.map((_, row) => row).filter(usable);
  const kept = limit === undefined ? rows : withinLimit(rows, read.questions, limit, seed);
  const sidesDrawn = sides === undefined ? oneSided(kept, read) : sides === "drawn";
  const turned = Uint8Array.from(kept, (row) =>
    sidesDrawn && read.probes[row] === undefined ? createRandom(seed, "sides", row).integer(2) : 0,
  );
  const places = Array.from(kept, (_, at) => at);
  const isProbe = (kind: Probe | undefined) => (at: number) => read.probes[kept[at] ?? 0] === kind;
  const judged = Int32Array.from(places.filter(isProbe(undefined)));
  if (judged.length < 2)
    throw new RangeError(`dataset: ${judged.length} judgements of ${source.name} are too few`);
  const numbers = renumbered(kept.map((row) => read.questions[row] ?? 0));
  return {
    count: kept.length,
    characters: read.characters,
    labels: Uint8Array.from(kept, (row, at) => turnedLabel(read.labels[row] ?? 0, turned[at] === 1)),
    questions: Int32Array.from(numbers.of),
    questionCount: numbers.count,
    settings: Uint16Array.from(kept, (row) => read.settings[row] ?? 0),
    settingNames: read.settingNames,
    judged,
    probes: {
      instruction: Int32Array.from(places.filter(isProbe("instruction"))),
      shuffled: Int32Array.from(places.filter(isProbe("shuffled"))),
    },
    sidesDrawn,
    leftOut: { overLimit: rows.length - kept.length, withoutReference: read.labels.length - rows.length },
    hasReferences,
    read: () => keptOnly(source, kept, turned),
  };
}

async function readColumns(source: JudgementSource, signal: AbortSignal): Promise<Read> {
  const questionNumbers = new Map<string, number>();
  const settingNumbers = new Map<string, number>();
  let characters = 0;
  const read = {
    labels: [] as number[],
    questions: [] as number[],
    settings: [] as number[],
    probes: [] as (Probe | undefined)[],
    referenced: [] as boolean[],
  };
  for await (const judgement of source.read()) {
    const { index, question, label, setting, probe, reference, first, second } = judgement;
    if (index % 1024 === 0) signal.throwIfAborted();
    // A digest takes less than the texts of very many questions.
    const key = createHash("sha256").update(question).digest("base64").slice(0, 22);
    read.labels.push(label);
    read.questions.push(numberOf(questionNumbers, key));
    const known = settingNumbers.has(setting) || settingNumbers.size < mostSettings;
    read.settings.push(numberOf(settingNumbers, known ? setting : otherSettings));
    read.probes.push(probe);
    read.referenced.push(reference !== undefined);
    characters += first.length + second.length;
  }
  return { ...read, characters, settingNames: [...settingNumbers.keys()] };
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** Rows of questions in an order that the seed draws, as long as they are within the limit; in the order of the data. */
function withinLimit(
  rows: readonly number[],
  questions: readonly number[],
  limit: number,
  seed: number,
): number[] {
  if (rows.length <= limit) return [...rows];
  const byQuestion = [...Map.groupBy(rows, (row) => questions[row] ?? 0).values()];
  const kept: number[] = [];
  for (const members of createRandom(seed, "limit").shuffle(byQuestion)) {
    if (kept.length + members.length <= limit) kept.push(...members);
  }
  return kept.sort((a, b) => a - b);
}

/** Whether all labels name one side, as where the preferred response always stands first. */
function oneSided(rows: readonly number[], { labels, probes }: Read): boolean {
  const seen = new Set(rows.flatMap((row) => (probes[row] === undefined ? [labels[row]] : [])));
  seen.delete(verdicts.same);
  return seen.size === 1;
}

function turnedLabel(label: number, turned: boolean): number {
  if (!turned || label === verdicts.same) return label;
  return label === verdicts.first ? verdicts.second : verdicts.first;
}

/** Numbers from 0 without gaps, in the order in which they come. */
function renumbered(given: readonly number[]): { of: number[]; count: number } {
  const numbers = new Map<number, number>();
  const of = given.map((number) => {
    const known = numbers.get(number) ?? numbers.size;
    numbers.set(number, known);
    return known;
  });
  return { of, count: numbers.size };
}

async function* keptOnly(source: JudgementSource, kept: readonly number[], turned: Uint8Array) {
  let place = 0;
  for await (const judgement of source.read()) {
    if (judgement.index !== kept[place]) continue;
    const { first, second, label } = judgement;
    const isTurned = turned[place] === 1;
    const sides = isTurned ? { first: second, second: first } : { first, second };
    yield {
      ...judgement,
      ...sides,
      label: turnedLabel(label, isTurned) as Judgement["label"],
      index: place++,
    };
  }
}
