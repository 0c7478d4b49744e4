"""Writes nltk.json: METEOR of NLTK without WordNet for the words between spaces of cases.json, and stems of Porter's
stemmer in its default mode of words that its rules are for."""
import json
import random

import nltk
from nltk.stem.porter import PorterStemmer
from nltk.translate.meteor_score import meteor_score


class NoWordNet:
    def synsets(self, word):
        return []


cases = json.load(open("cases.json", encoding="utf-8"))
meteor = [
    meteor_score([text.split() for text in case["references"]], case["answer"].split(), wordnet=NoWordNet())
    for case in cases
]
suffixes = """ational tional enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti
iviti biliti fulli logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent sion tion
ou ism ate iti ous ive ize ies sses ss s eed ed ing ied y ll e ally fully ying""".split()
rng = random.Random(7)
words = sorted({
    "".join(rng.choices("aeiouybcdlstwxz1gr", k=rng.randrange(5))) + "".join(rng.choices(suffixes, k=rng.randrange(1, 3)))
    for _ in range(600)
})
stem = PorterStemmer().stem
with open("nltk.json", "w", encoding="utf-8") as file:
    stems = {word: stem(word) for word in words}
    json.dump({"versions": {"nltk": nltk.__version__}, "meteor": meteor, "stems": stems}, file)
    file.write("\n")
