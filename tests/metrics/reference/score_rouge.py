"""Writes rouge-score.json: precision, recall and F of rouge-score 0.1.2, from its source in google-research, for
cases.json, without and with Porter's stemmer of NLTK; of several references the highest F."""
import json

import nltk
from rouge_score import rouge_scorer

kinds = ["rouge1", "rouge2", "rouge4", "rougeL", "rougeLsum"]
cases = json.load(open("cases.json", encoding="utf-8"))
scores = {}
for name, stem in (("plain", False), ("stemmed", True)):
    scorer = rouge_scorer.RougeScorer(kinds, use_stemmer=stem)
    rows = [scorer.score_multi(case["references"], case["answer"]) for case in cases]
    scores[name] = {kind.removeprefix("rouge"): [list(row[kind]) for row in rows] for kind in kinds}
with open("rouge-score.json", "w", encoding="utf-8") as file:
    json.dump({"versions": {"rouge-score": "0.1.2", "nltk": nltk.__version__}, "scores": scores}, file)
    file.write("\n")
