"""Scores pairs by sacrebleu, NLTK and rouge-score, whichever are installed. Reads JSON lines of answer and references,
prints one JSON object: for each metric the score of the corpus, the seconds and the processor's seconds."""
import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)
pairs = [json.loads(line) for line in sys.stdin]
wanted = sys.argv[1:]
answers = [pair["answer"] for pair in pairs]
references = [pair["references"][0] for pair in pairs]
found = {}


def measure(name, program, score):
    if name not in wanted:
        return
    begun, used = time.perf_counter(), time.process_time()
    value = score()
    found[name] = {
        "program": program,
        "score": value,
        "seconds": time.perf_counter() - begun,
        "processorSeconds": time.process_time() - used,
    }


def mean(values):
    return sum(values) / len(values)


try:
    import sacrebleu
    from sacrebleu.metrics import BLEU, CHRF, TER

    program = f"sacrebleu {sacrebleu.__version__}"
    measure("bleu", program, lambda: BLEU().corpus_score(answers, [references]).score)
    measure("chrf", program, lambda: CHRF().corpus_score(answers, [references]).score)
    measure("chrf++", program, lambda: CHRF(word_order=2).corpus_score(answers, [references]).score)
    measure("ter", program, lambda: TER().corpus_score(answers, [references]).score)
except ImportError:
    pass

try:
    import nltk
    from nltk.translate.meteor_score import single_meteor_score

    class NoWordNet:
        def synsets(self, word):
            return []

    program = f"NLTK {nltk.__version__}"
    measure("meteor", program, lambda: mean([
        single_meteor_score(reference.split(), answer.split(), wordnet=NoWordNet())
        for answer, reference in zip(answers, references)
    ]))
except ImportError:
    pass

try:
    from rouge_score import rouge_scorer

    for kind in ("rouge2", "rougeL", "rougeLsum"):
        scorer = rouge_scorer.RougeScorer([kind], use_stemmer=True)
        measure(kind, "rouge-score", lambda: mean([
            scorer.score(reference, answer)[kind].fmeasure for answer, reference in zip(answers, references)
        ]))
except ImportError:
    pass

print(json.dumps(found))
