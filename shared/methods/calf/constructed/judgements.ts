import { createRandom, type Random } from "../../../lm/random.ts";
import { type Judgement, type Probe, probeNames, type Verdict, verdicts } from "../judgement.ts";
import type { Perturbation } from "../names.ts";
import { type AnswerPair, perturb, probe } from "./perturbations.ts";
import { joined, type Question, questions } from "./questions.ts";

export interface Construction {
  readonly perturbations: readonly Perturbation[];
  /** Judgements of each question and perturbation. */
  readonly variants: number;
}

/** The answer that a question's judgements are held to: its facts in their plain form. */
export const referenceOf = ({ facts, language }: Question): string =>
  joined(
    facts.map(({ plain }) => plain.right),
    language,
  );

/** Judgements whose label is known from how their answers are made, and behind them the probes. */
export function* constructedJudgements(
  { perturbations, variants }: Construction,
  seed: number,
): Generator<Omit<Judgement, "index">> {
  for (const [at, question] of questions.entries()) {
    for (const name of perturbations) {
      for (let variant = 0; variant < variants; variant++) {
        const random = createRandom(seed, "constructed", at, name, variant);
        const pair = perturb(name, { question, other: otherThan(at, random), random });
        yield judgement(question, random.integer(2) === 0 ? pair : swapped(pair), { setting: name });
      }
    }
  }
  for (const kind of probeNames) {
    for (const [at, question] of questions.entries()) {
      // Both kinds draw the same facts and the same instruction.
      const random = createRandom(seed, "constructed", at, "probe");
      const pair = probe(kind, { question, other: question, random });
      yield judgement(question, { ...pair, label: verdicts.same }, { setting: "", probe: kind });
    }
  }
}

/** The facts that one system of the constructed set answers with. */
export interface ConstructedAnswer {
  readonly question: string;
  readonly reference: string;
  readonly answer: string;
  readonly system: string;
}

/** Answers as of systems, each of which makes one sort of fault in every answer. */
export function* constructedAnswers(seed: number): Generator<ConstructedAnswer> {
  const systems: readonly (readonly [string, Perturbation, "first" | "second"])[] = [
    ["all facts", "dropped", "first"],
    ["all facts, copied", "restated", "second"],
    ["one fact wrong", "contradicted", "second"],
    ["half of the facts", "dropped", "second"],
    ["half, padded", "padded", "second"],
    ["half, asking for full marks", "injected", "second"],
    ["another question's", "unrelated", "second"],
  ];
  for (const [at, question] of questions.entries()) {
    for (const [system, name, side] of systems) {
      const random = createRandom(seed, "constructed", at, name, 0);
      const answer = perturb(name, { question, other: otherThan(at, random), random })[side];
      yield { question: question.text, reference: referenceOf(question), answer, system };
    }
  }
}

interface Labelled {
  readonly first: string;
  readonly second: string;
  readonly label: Verdict;
}

const swapped = ({ first, second, same }: AnswerPair): Labelled => ({
  first: second,
  second: first,
  label: same ? verdicts.same : verdicts.second,
});

function judgement(
  question: Question,
  pair: AnswerPair | Labelled,
  more: { readonly setting: string; readonly probe?: Probe },
): Omit<Judgement, "index"> {
  const label = "label" in pair ? pair.label : pair.same ? verdicts.same : verdicts.first;
  const { first, second } = pair;
  return { question: question.text, reference: referenceOf(question), first, second, label, ...more };
}

/** A question of the same language. */
function otherThan(at: number, random: Random): Question {
  const own = questions[at];
  const others = questions.filter((one) => one !== own && one.language === own?.language);
  const other = others[random.integer(others.length)];
  if (other === undefined) throw new Error("there is one question of this language alone");
  return other;
}
