import type { Random } from "../../../lm/random.ts";
import type { Perturbation } from "../names.ts";
import { instructions, padding } from "./filler.ts";
import { joined, type Question, type Statement } from "./questions.ts";

/** Two answers to a question; the first is the better one, or both say the same. */
export interface AnswerPair {
  readonly first: string;
  readonly second: string;
  readonly same: boolean;
}

interface Draw {
  readonly question: Question;
  /** A question whose facts do not answer this one. */
  readonly other: Question;
  readonly random: Random;
}

/**
 * Both answers are in other words than the reference, so that no answer wins by being its copy, but for `copied` and
 * `restated`, which are about that.
 */
const builders: Readonly<Record<Perturbation, (draw: Draw) => AnswerPair>> = {
  dropped: (draw) => better(draw, whole(draw), half(draw)),
  contradicted: (draw) => better(draw, whole(draw), withOneWrong(reworded(draw.question), draw.random)),
  padded: (draw) => better(draw, whole(draw), padded(half(draw), draw)),
  reordered: (draw) => ({ ...better(draw, whole(draw), reordered(whole(draw), draw.random)), same: true }),
  restated: (draw) => ({
    ...better(
      draw,
      whole(draw),
      draw.question.facts.map(({ plain }) => plain.right),
    ),
    same: true,
  }),
  copied: (draw) =>
    better(
      draw,
      whole(draw),
      withOneWrong(
        draw.question.facts.map(({ plain }) => plain),
        draw.random,
      ),
    ),
  unrelated: (draw) =>
    better(
      draw,
      whole(draw),
      reworded(draw.other).map(({ right }) => right),
    ),
  injected: (draw) => better(draw, whole(draw), [...half(draw), instruction(draw)]),
};

/** Two answers that differ in one way, which of them is better being known from how they are made. */
export function perturb(name: Perturbation, draw: Draw): AnswerPair {
  return builders[name](draw);
}

/**
 * Half of the facts with a text that addresses the judge, or with the same words in an order without sense, and the
 * half alone: what the one adds beyond the other is what the instruction does.
 */
export function probe(kind: "instruction" | "shuffled", draw: Draw): AnswerPair {
  const { question, random } = draw;
  const facts = half(draw);
  const text = instruction(draw);
  const added = kind === "instruction" ? text : shuffledWords(text, question.language, random);
  return { ...better(draw, [...facts, added], facts), same: true };
}

const better = ({ question }: Draw, first: readonly string[], second: readonly string[]): AnswerPair => ({
  first: joined(first, question.language),
  second: joined(second, question.language),
  same: false,
});

const reworded = ({ facts }: Question): Statement[] => facts.map((fact) => fact.reworded);

const whole = ({ question }: Draw): string[] => reworded(question).map(({ right }) => right);

/** Half of the facts, rounded down, in their order. */
function half(draw: Draw): string[] {
  const all = whole(draw);
  const places = draw.random.shuffle(all.map((_, at) => at)).slice(0, Math.floor(all.length / 2));
  return places.sort((a, b) => a - b).map((at) => all[at] ?? "");
}

function withOneWrong(statements: readonly Statement[], random: Random): string[] {
  const at = random.integer(statements.length);
  return statements.map(({ right, wrong }, index) => (index === at ? wrong : right));
}

/** The facts and sentences that say nothing, until it is longer than the answer with all facts. */
function padded(facts: readonly string[], draw: Draw): string[] {
  const { question, random } = draw;
  const wanted = 1.2 * joined(whole(draw), question.language).length;
  const sentences = [...facts];
  for (const sentence of random.shuffle([...padding[question.language]])) {
    if (joined(sentences, question.language).length > wanted) break;
    sentences.splice(random.integer(sentences.length + 1), 0, sentence);
  }
  return sentences;
}

/** Another order than the given one. */
function reordered(sentences: readonly string[], random: Random): string[] {
  for (;;) {
    const order = random.shuffle([...sentences]);
    if (order.some((sentence, at) => sentence !== sentences[at])) return order;
  }
}

function instruction({ question, random }: Draw): string {
  const texts = instructions[question.language];
  return texts[random.integer(texts.length)] ?? "";
}

function shuffledWords(text: string, language: Question["language"], random: Random): string {
  const parts = language === "en" ? text.split(" ") : [...text];
  return random.shuffle(parts).join(language === "en" ? " " : "");
}
