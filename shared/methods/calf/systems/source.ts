import { createHash } from "node:crypto";
import * as z from "zod";
import type { DatasetContent, RunContext } from "../../contract.ts";
import { instructionRow, judgementRow } from "../../rows.ts";
import { constructedAnswers } from "../constructed/judgements.ts";
import type { Answer } from "../scorers/answer.ts";
import { questionWith } from "../source.ts";

/** An answer of a system. */
export interface SystemAnswer extends Answer {
  readonly system: string;
}

/** What is known of the answers after one pass, in columns. */
export interface AnswerFacts {
  readonly name: string;
  readonly count: number;
  /** Of all answers. */
  readonly characters: number;
  /** Number of each answer's question and system. */
  readonly questions: Int32Array;
  readonly questionCount: number;
  readonly systems: Uint16Array;
  /** In the order of their first answers. */
  readonly systemNames: readonly string[];
  read(): AsyncIterable<SystemAnswer>;
}

/** Systems that tables and charts have room for. */
const mostSystems = 100;

/** Reads the answers once. Throws RangeError, naming the row, where one has no reference. */
export async function readAnswers(
  dataset: string | undefined,
  { dataset: open, seed, signal }: Pick<RunContext, "dataset" | "seed" | "signal">,
): Promise<AnswerFacts> {
  const content = dataset === undefined ? undefined : await open(dataset);
  const read = content === undefined ? () => constructed(seed) : () => answersOf(content);
  const name = content?.name ?? "constructed from facts";
  const [questionNumbers, systemNumbers] = [new Map<string, number>(), new Map<string, number>()];
  const [questions, systems]: [number[], number[]] = [[], []];
  let characters = 0;
  for await (const { question, answer, system } of read()) {
    if (questions.length % 1024 === 0) signal.throwIfAborted();
    questions.push(numberOf(questionNumbers, createHash("sha256").update(question).digest("base64")));
    systems.push(numberOf(systemNumbers, system));
    characters += answer.length;
    if (systemNumbers.size > mostSystems) {
      throw new RangeError(`dataset: ${name} has more than ${mostSystems} systems`);
    }
  }
  if (questions.length === 0) throw new RangeError(`dataset: ${name} has no answers`);
  return {
    ...{ name, characters, read, count: questions.length },
    questions: Int32Array.from(questions),
    questionCount: questionNumbers.size,
    systems: Uint16Array.from(systems),
    systemNames: [...systemNumbers.keys()],
  };
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}

async function* constructed(seed: number): AsyncGenerator<SystemAnswer> {
  for (const { question, reference, answer, system } of constructedAnswers(seed)) {
    yield { question, references: [reference], answer, system };
  }
}

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]).optional();
const name = z.union([z.string(), z.number().transform(String)]).optional();
const answered = instructionRow.extend({
  reference: texts,
  references: texts,
  reference_answer: texts,
  ground_truth: texts,
  system: name,
  model: name,
});
const judged = judgementRow.safeExtend({
  systems: z.array(z.string()).optional(),
  model_a: name,
  model_b: name,
});

/** The answers of instructions, or all responses of judgements. */
async function* answersOf(content: DatasetContent): AsyncGenerator<SystemAnswer> {
  let row = 0;
  if (content.kind === "judgements") {
    for await (const { question, context = "", reference = "", responses, ...more } of content.rows(judged)) {
      const references = filled([reference], ++row, content.name);
      const systems = more.systems ?? [more.model_a, more.model_b];
      for (const [at, answer] of responses.entries()) {
        const system = systems[at] ?? `response ${at + 1}`;
        yield { question: questionWith(context, question), references, answer, system };
      }
    }
    return;
  }
  for await (const { instruction, input = "", output, system, model, ...more } of content.rows(answered)) {
    const { reference = [], references = [], reference_answer = [], ground_truth = [] } = more;
    const all = [...reference, ...references, ...reference_answer, ...ground_truth];
    yield {
      question: input.trim() === "" ? instruction : `${instruction}\n${input}`,
      references: filled(all, ++row, content.name),
      answer: output,
      system: system ?? model ?? "answers",
    };
  }
}

function filled(references: readonly string[], row: number, of: string): string[] {
  const kept = references.filter((text) => text.trim() !== "");
  if (kept.length > 0) return kept;
  throw new RangeError(`dataset: row ${row} of ${of} has no reference to score against`);
}
