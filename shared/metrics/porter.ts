import { ownString } from "./own-string.ts";

/**
 * Porter's stemmer (Porter, "An algorithm for suffix stripping", 1980) with the changes of NLTK's default mode
 * NLTK_EXTENSIONS, in which rouge-score and METEOR use it. Words are lower-case; a letter other than a, e, i, o, u
 * and y counts as a consonant, a digit too.
 */
export function porterStem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2) return word;
  return [step1a, step1b, step1c, step2, step3, step4, step5a, step5b].reduce(
    (stem, step) => step(stem),
    word,
  );
}

/** `porterStem` with its answers kept, as many as `capacity` at a time: words of a text return. */
export function createStemmer(capacity = 1 << 16): (word: string) => string {
  const kept = new Map<string, string>();
  return (word) => {
    const known = kept.get(word);
    if (known !== undefined) return known;
    if (kept.size >= capacity) kept.clear();
    const own = ownString(word);
    const stem = porterStem(own);
    kept.set(own, stem);
    return stem;
  };
}

const irregular = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["innings", "inning"],
  ["inning", "inning"],
  ["outings", "outing"],
  ["outing", "outing"],
  ["cannings", "canning"],
  ["canning", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

/** A suffix, what it becomes, and the measure that the stem before it must exceed. */
type Rule = readonly [suffix: string, becomes: string, above: number];

const rules2: readonly Rule[] = [
  ["ational", "ate", 0],
  ["tional", "tion", 0],
  ["enci", "ence", 0],
  ["anci", "ance", 0],
  ["izer", "ize", 0],
  ["bli", "ble", 0],
  ["alli", "al", 0],
  ["entli", "ent", 0],
  ["eli", "e", 0],
  ["ousli", "ous", 0],
  ["ization", "ize", 0],
  ["ation", "ate", 0],
  ["ator", "ate", 0],
  ["alism", "al", 0],
  ["iveness", "ive", 0],
  ["fulness", "ful", 0],
  ["ousness", "ous", 0],
  ["aliti", "al", 0],
  ["iviti", "ive", 0],
  ["biliti", "ble", 0],
  ["fulli", "ful", 0],
];

const rules3: readonly Rule[] = [
  ["icate", "ic", 0],
  ["ative", "", 0],
  ["alize", "al", 0],
  ["iciti", "ic", 0],
  ["ical", "ic", 0],
  ["ful", "", 0],
  ["ness", "", 0],
];

const rules4: readonly Rule[] = [
  ..."al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
    .split(" ")
    .map((suffix): Rule => [suffix, "", 1]),
];

function step1a(word: string): string {
  if (word.endsWith("ies")) return word.length === 4 ? cut(word, 1) : cut(word, 2);
  if (word.endsWith("sses")) return cut(word, 2);
  return word.endsWith("s") && !word.endsWith("ss") ? cut(word, 1) : word;
}

function step1b(word: string): string {
  if (word.endsWith("ied")) return word.length === 4 ? cut(word, 1) : cut(word, 2);
  if (word.endsWith("eed")) return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
  const suffix = ["ed", "ing"].find((end) => word.endsWith(end) && hasVowel(cut(word, end.length)));
  if (suffix === undefined) return word;
  const stem = cut(word, suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : cut(stem, 1);
  return measure(stem) === 1 && endsConsonantVowelConsonant(stem) ? `${stem}e` : stem;
}

/** NLTK's: after a consonant that is not the whole stem, so that "enjoy" stays and "spy" meets "spied". */
function step1c(word: string): string {
  if (!word.endsWith("y") || word.length < 3 || !isConsonant(word, word.length - 2)) return word;
  return `${cut(word, 1)}i`;
}

function step2(word: string): string {
  if (word.endsWith("alli") && measure(cut(word, 4)) > 0) return step2(cut(word, 2));
  // NLTK leaves the l of "logi" with the stem, so that "geo" works as "archaeo" does.
  if (word.endsWith("logi")) return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
  return applyFirst(word, rules2);
}

function step3(word: string): string {
  return applyFirst(word, rules3);
}

function step4(word: string): string {
  if (word.endsWith("ion") && !/[st]ion$/.test(word)) return word;
  return applyFirst(word, rules4);
}

function step5a(word: string): string {
  if (!word.endsWith("e")) return word;
  const stem = cut(word, 1);
  const m = measure(stem);
  return m > 1 || (m === 1 && !endsConsonantVowelConsonant(stem)) ? stem : word;
}

function step5b(word: string): string {
  return word.endsWith("ll") && measure(cut(word, 1)) > 1 ? cut(word, 1) : word;
}

/** The first rule whose suffix fits decides, also when its condition does not hold. */
function applyFirst(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, becomes, above] = rule;
  const stem = cut(word, suffix.length);
  return measure(stem) > above ? stem + becomes : word;
}

function cut(word: string, letters: number): string {
  return word.slice(0, word.length - letters);
}

/** A y is a consonant where the letter before it is none, and at the start. */
function isConsonant(word: string, at: number): boolean {
  let first = at;
  while (first > 0 && word[first] === "y") first--;
  const consonant = !"aeiou".includes(word[first] ?? "");
  return (at - first) % 2 === 0 ? consonant : !consonant;
}

/** m of the paper: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  let [m, before] = [0, true];
  for (let at = 0; at < stem.length; at++) {
    const consonant = consonantAfter(stem, at, before);
    if (consonant && !before) m++;
    before = consonant;
  }
  return m;
}

function hasVowel(stem: string): boolean {
  let before = true;
  for (let at = 0; at < stem.length; at++) {
    before = consonantAfter(stem, at, before);
    if (!before) return true;
  }
  return false;
}

function consonantAfter(stem: string, at: number, before: boolean): boolean {
  if (stem[at] === "y") return at === 0 || !before;
  return !"aeiou".includes(stem[at] ?? "");
}

function endsDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** *o of the paper, and NLTK's addition: a vowel and a consonant alone. */
function endsConsonantVowelConsonant(word: string): boolean {
  const last = word.length - 1;
  if (word.length === 2) return !isConsonant(word, 0) && isConsonant(word, 1);
  return (
    word.length > 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !"wxy".includes(word[last] ?? "")
  );
}
