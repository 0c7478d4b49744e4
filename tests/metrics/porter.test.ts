import { expect, test } from "vitest";
import { createStemmer, porterStem } from "../../shared/metrics/porter.ts";

/** The examples of Porter's paper and of NLTK's source for its default mode. */
const examples = `
caresses caress, ponies poni, ties tie, caress caress, cats cat, feed feed, agreed agre, plastered plaster,
bled bled, motoring motor, sing sing, conflated conflat, troubled troubl, sized size, hopping hop, tanned tan,
falling fall, hissing hiss, fizzed fizz, failing fail, filing file, happy happi, sky sky, skies sky, enjoy enjoy,
spied spi, spy spi, died die, dies die, flies fli, relational relat, conditional condit, rational ration,
valency valenc, hesitancy hesit, digitizer digit, conformably conform, radically radic, differently differ,
vilely vile, analogously analog, vietnamization vietnam, predication predic, operator oper, feudalism feudal,
decisiveness decis, hopefulness hope, callousness callous, formality formal, sensitivity sensit,
sensibility sensibl, triplicate triplic, formative form, formalize formal, electricity electr, electrical electr,
hopeful hope, goodness good, revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop,
adjustable adjust, defensible defens, irritant irrit, replacement replac, adjustment adjust, dependent depend,
adoption adopt, communism commun, activate activ, angularity angular, homologous homolog, effective effect,
bowdlerize bowdler, probate probat, rate rate, cease ceas, controlling control, rolling roll, dying die, lying lie,
news news, innings inning, howe howe, proceed proceed, geology geolog, archaeology archaeolog, skillfully skill,
generically gener, syzygy syzygi, 1990s 1990, by by, as as, yyyyed yyyi`;

test("the paper's and NLTK's examples", () => {
  const pairs = examples
    .trim()
    .split(/,\s*/)
    .map((pair) => pair.split(" "));
  expect(pairs.map(([word = ""]) => `${word} ${porterStem(word)}`)).toEqual(
    pairs.map((pair) => pair.join(" ")),
  );
});

test("a stemmer that keeps few words gives the same stems", () => {
  const stem = createStemmer(2);
  const words = ["running", "cats", "running", "policies", "news", "running"];
  expect(words.map(stem)).toEqual(words.map(porterStem));
});
