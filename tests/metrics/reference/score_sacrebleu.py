"""Writes sacrebleu.json: the scores of sacrebleu for cases.json, of each answer and of the corpus, and the tokens that
its tokenizers make of the answers of the first cases."""
import json
import logging

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.metrics.bleu import _get_tokenizer
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

logging.disable(logging.CRITICAL)
cases = json.load(open("cases.json", encoding="utf-8"))
written = 33


def bleu(**options):
    return BLEU(effective_order=True, **options), BLEU(**options)


def same(metric):
    return metric, metric


metrics = {
    "bleu 13a": bleu(tokenize="13a"),
    "bleu intl": bleu(tokenize="intl"),
    "bleu zh": bleu(tokenize="zh"),
    "bleu char": bleu(tokenize="char"),
    "bleu none": bleu(tokenize="none", lowercase=True),
    "bleu 13a floor": bleu(tokenize="13a", smooth_method="floor"),
    "bleu zh add-k": bleu(tokenize="zh", smooth_method="add-k", smooth_value=0.5),
    "bleu char none": bleu(tokenize="char", smooth_method="none", max_ngram_order=6),
    "chrf": same(CHRF()),
    "chrf++": same(CHRF(word_order=2)),
    "chrf epsilon": same(CHRF(beta=3, eps_smoothing=True)),
    "chrf whitespace": same(CHRF(word_order=1, lowercase=True, whitespace=True)),
    "ter": same(TER()),
    "ter asian": same(TER(normalized=True, asian_support=True)),
    "ter words": same(TER(no_punct=True, case_sensitive=True)),
}
most = max(len(case["references"]) for case in cases)
streams = [[dict(enumerate(case["references"])).get(at) for case in cases] for at in range(most)]
scores = {}
for name, (sentence, corpus) in metrics.items():
    scores[name] = {
        "sentences": [sentence.sentence_score(case["answer"], case["references"]).score for case in cases],
        "corpus": corpus.corpus_score([case["answer"] for case in cases], streams).score,
    }

tokenizers = {name: _get_tokenizer(name)() for name in ("13a", "intl", "zh", "char")}
tokenizers["tercom"] = TercomTokenizer()
tokenizers["tercom normalized"] = TercomTokenizer(normalized=True, case_sensitive=True)
tokenizers["tercom asian"] = TercomTokenizer(normalized=True, no_punct=True, asian_support=True)
answers = [case["answer"] for case in cases[:written]]
tokens = {name: [tokenize(answer.rstrip()).split() for answer in answers] for name, tokenize in tokenizers.items()}
with open("sacrebleu.json", "w", encoding="utf-8") as file:
    json.dump({"versions": {"sacrebleu": sacrebleu.__version__}, "scores": scores, "tokens": tokens}, file)
    file.write("\n")
