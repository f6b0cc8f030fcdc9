"""A million distinct links on their way from the journal of a dead node into the store, as batches; nothing is folded.

From the start of the node that finds them until the store has acknowledged the last one.
"""

import shutil
import signal
import time

from rig.bench import CPU_A_LINK, SERVER_CORE
from rig.folding import Folding
from rig.nodes import Node

CASE = "distinct links from a journal into the store"
ROUNDS = 3


def measure(bench, folder, server, left, links):
    """Leaves the store of the last round, where all of them wait to be folded, and returns it."""
    for number in range(ROUNDS):
        store = server.new_store()
        shutil.copytree(left, folder / "bringing")
        with Folding(store.database).held_back():
            before = server.cpu_seconds()
            seconds, own = bring(folder / "bringing", store)
            used = server.cpu_seconds() - before
        shutil.rmtree(folder / "bringing")
        require_waiting(store, links)
        add = bench.figures.add
        add("mongodb", CASE, "buttond", "s", seconds)
        add("mongodb", CASE, "buttond", CPU_A_LINK, own / links * 1e6)
        add("mongodb", CASE, "mongod", CPU_A_LINK, used / links * 1e6)
        if number < ROUNDS - 1:
            server.client.drop_database(store.database.name)
    return store


def bring(folder, store):
    """(seconds, CPU seconds of the node) until all is in the store."""
    begin = time.monotonic()
    with Node(folder, store.uri, cores={SERVER_CORE}) as node:
        node.wait_stored(every=0.01)
        seconds, own = time.monotonic() - begin, node.cpu().total
        node.stop(signal.SIGKILL)  # one that is told to stop would fold
    return seconds, own


def require_waiting(store, links):
    waiting = Folding(store.database).waiting_links()
    if waiting != links or store.database.links.estimated_document_count():
        raise RuntimeError(f"{waiting:,} of {links:,} links wait to be folded")
