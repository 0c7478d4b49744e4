"""Nearest item of every test vector by a blocked product in NumPy: JSON on standard input and output."""

import json
import sys
import time

import numpy

request = json.load(sys.stdin)
generator = numpy.random.default_rng(1)


def unit(count):
    values = generator.standard_normal((count, request["dimensions"]), dtype=numpy.float32)
    return values / numpy.linalg.norm(values, axis=1, keepdims=True)


items, tests = unit(request["items"]), unit(request["tests"])
block = request["block"]
seconds = []
for _ in range(3):
    begun = time.perf_counter()
    best = numpy.full(len(tests), -numpy.inf, dtype=numpy.float32)
    nearest = numpy.zeros(len(tests), dtype=numpy.int64)
    for first in range(0, len(items), block):
        products = tests @ items[first : first + block].T
        own = products.argmax(axis=1)
        score = products[numpy.arange(len(tests)), own]
        better = score > best
        best[better], nearest[better] = score[better], own[better] + first
    seconds.append(time.perf_counter() - begun)
print(json.dumps({"seconds": min(seconds), "version": numpy.__version__}))
