import type { Random } from "../../../lm/random.ts";
import type { InstructionRow } from "../../rows.ts";
import {
  blame,
  capitals,
  days,
  kinds,
  months,
  names,
  nouns,
  opposites,
  pastTenses,
  praise,
} from "./words.ts";

/** A task family: instruction rows of one kind, each with the answer that its rule gives. */
export interface Family {
  readonly name: string;
  /** A row as the random stream has it. */
  write(random: Random): Pick<InstructionRow, "instruction" | "output">;
}

const one = <T>(random: Random, items: readonly T[]): T => {
  const chosen = items[random.integer(items.length)];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
};
const number = (random: Random, from: number, to: number) => from + random.integer(to - from + 1);
const several = (random: Random, count: number) => random.shuffle([...nouns]).slice(0, count);
const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** A family whose rows ask in one of some phrasings; `_` stands for what is asked about. */
function family(
  name: string,
  phrasings: readonly string[],
  ask: (random: Random) => readonly [string, string],
): Family {
  return {
    name,
    write(random) {
      const [about, output] = ask(random);
      return { instruction: one(random, phrasings).replace("_", () => about), output };
    },
  };
}

const sums = (random: Random) => [number(random, 2, 99), number(random, 2, 99)] as const;

/** The 24 task families, each with two or three phrasings. */
export const families: readonly Family[] = [
  family("addition", ["What is the sum of _?", "Add the numbers _"], (random) => {
    const [a, b] = sums(random);
    return [`${a} and ${b}`, String(a + b)];
  }),
  family(
    "subtraction",
    ["Calculate the difference: _", "Take the second number from the first: _"],
    (random) => {
      const [a, b] = sums(random);
      return [`${a} and ${b}`, String(a - b)];
    },
  ),
  family("multiplication", ["What is the product of _?", "Multiply _"], (random) => {
    const [a, b] = [number(random, 2, 12), number(random, 2, 30)];
    return [`${a} by ${b}`, String(a * b)];
  }),
  family("comparison", ["Which number is larger, _?", "Name the greater of the two numbers: _"], (random) => {
    const a = number(random, 1, 499);
    const b = a + number(random, 1, 400);
    return [random.integer(2) === 0 ? `${a} or ${b}` : `${b} or ${a}`, String(b)];
  }),
  family(
    "parity",
    ["Is the number _ even or odd?", "Say whether _ is an even or an odd number."],
    (random) => {
      const a = number(random, 1, 999);
      return [String(a), a % 2 === 0 ? "even" : "odd"];
    },
  ),
  family(
    "sequence",
    ["Continue the sequence with its next number: _", "Which number comes next? _"],
    (random) => {
      const [start, step] = [number(random, 1, 50), number(random, 2, 9)];
      return [[0, 1, 2, 3].map((i) => start + i * step).join(", "), String(start + 4 * step)];
    },
  ),
  family("metres", ["Convert _ metres into centimetres.", "How many centimetres are _ metres?"], (random) => {
    const a = number(random, 1, 90);
    return [String(a), `${100 * a} cm`];
  }),
  family("minutes", ["Convert _ hours into minutes.", "How many minutes do _ hours have?"], (random) => {
    const a = number(random, 2, 48);
    return [String(a), `${60 * a} minutes`];
  }),
  family(
    "reversal",
    ["Write the word backwards: _", "Spell _ from its last letter to its first."],
    (random) => {
      const word = one(random, nouns);
      return [word, [...word].reverse().join("")];
    },
  ),
  family("upper case", ["Write the words in capital letters: _", "Change _ to upper case."], (random) => {
    const words = several(random, 2).join(" ");
    return [words, words.toUpperCase()];
  }),
  family(
    "letters",
    ["How many letters does the word _ have?", "Count the letters of the word _."],
    (random) => {
      const word = one(random, nouns);
      return [word, String(word.length)];
    },
  ),
  family("vowels", ["List the vowels of _ in order.", "Which vowels stand in the word _?"], (random) => {
    const word = one(random, nouns);
    return [word, [...word].filter((letter) => "aeiou".includes(letter)).join(" ")];
  }),
  family("alphabet", ["Sort these words by the alphabet: _", "Put into alphabetical order: _"], (random) => {
    const words = several(random, 4);
    return [words.join(", "), words.toSorted().join(", ")];
  }),
  family("plural", ["What is the plural of _?", "Write the plural form of the noun _."], (random) => {
    const word = one(
      random,
      nouns.filter((noun) => !noun.endsWith("s")),
    );
    return [word, `${word}s`];
  }),
  family(
    "past tense",
    ["What is the past tense of the verb _?", "Write the verb _ in the simple past."],
    (random) => {
      const [verb, past] = one(random, pastTenses);
      return [verb, past];
    },
  ),
  family("opposite", ["What is the opposite of _?", "Give an antonym of the adjective _."], (random) => {
    const [a, b] = one(random, opposites);
    return random.integer(2) === 0 ? [a, b] : [b, a];
  }),
  family("capital", ["What is the capital of _?", "Name the capital city of the country _."], (random) => {
    const [country, city] = one(random, capitals);
    return [country, `${city} is the capital of ${country}.`];
  }),
  family(
    "country",
    ["Of which country is _ the capital?", "To which country does the city of _ belong?"],
    (random) => {
      const [country, city] = one(random, capitals);
      return [city, `${city} is in ${country}.`];
    },
  ),
  family(
    "kind",
    [
      "Is it a fruit, an animal, a vehicle or a tool: _",
      "Classify the thing as fruit, animal, vehicle or tool: _",
    ],
    (random) => {
      const kind = one(random, Object.entries(kinds));
      return [one(random, kind[1]), kind[0]];
    },
  ),
  family(
    "sentiment",
    ["Is this review positive or negative? _", "Judge the sentiment of the review: _"],
    (random) => {
      const good = random.integer(2) === 0;
      const word = one(random, good ? praise : blame);
      return [`"The film about the ${one(random, nouns)} was ${word}."`, good ? "positive" : "negative"];
    },
  ),
  family(
    "name",
    ["Who is spoken of in the sentence? _", "Find the person's name in the sentence: _"],
    (random) => {
      const name = one(random, names);
      return [`"Yesterday ${name} left the ${one(random, nouns)} at the station."`, name];
    },
  ),
  family("weekday", ["Which day comes after _?", "Name the weekday that follows _."], (random) => {
    const day = number(random, 0, 6);
    return [days[day] ?? "", days[(day + 1) % 7] ?? ""];
  }),
  family(
    "date",
    ["Write the date with the month as a number: _", "Put the date into the form year-month-day: _"],
    (random) => {
      const [day, month, year] = [number(random, 1, 28), number(random, 0, 11), number(random, 1950, 2030)];
      const two = (value: number) => String(value).padStart(2, "0");
      return [`${day} ${months[month]} ${year}`, `${year}-${two(month + 1)}-${two(day)}`];
    },
  ),
  family("title", ["Write a title for a story about _", "Invent a heading for a text about _."], (random) => {
    const [name, noun] = [one(random, names), one(random, nouns)];
    return [`${name} and a ${noun}`, `${name} and the ${capitalised(noun)}`];
  }),
];
