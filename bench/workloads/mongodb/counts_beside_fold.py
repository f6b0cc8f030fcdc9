"""Readers who ask for counts that are not in the cache, at a fixed rate, with and without a fold at the same time.

Each request is for another link that the store knows. The two take turns, in which one node answers, and folds in the
second. Latency is from the moment a request was due; an answer without the count comes after --miss-wait.
"""

import itertools

from rig.bench import LOAD_CORE
from rig.folding import Folding
from rig.load import replay

CASE = "counts that are not cached"
RATE = 500
SECONDS_ALONE = 3
SECONDS_BESIDE = 10


def measure(bench, folder, store, node, links):
    folding = Folding(store.database)
    asked = 0

    def ask(seconds):
        nonlocal asked
        load = replay(folder, node.port, "--route", "/v1/counts", "--made-up", links, "--popularity", "in-turn",
                      "--first", asked, "--rate", RATE, "--duration", seconds, "--connections", 16, cores={LOAD_CORE})
        asked += load["sent"]
        return load["latency_us"]

    for turn in itertools.count():
        with folding.held_back():
            alone = ask(SECONDS_ALONE)
        beside = ask(SECONDS_BESIDE)
        if folding.waiting_batches() == 0:
            break
        if turn > 0:  # the first one warms up
            add(bench, "without a fold", alone)
            add(bench, "beside a fold", beside)
    if turn < 2:
        raise RuntimeError("the fold was over before a count beside it was measured")


def add(bench, contestant, latency):
    for percentile in ("p50", "p99", "max"):
        bench.figures.add("mongodb", CASE, contestant, f"ms {percentile}", latency[percentile] / 1000)
