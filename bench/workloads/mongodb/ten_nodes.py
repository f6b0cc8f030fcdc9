"""Ten nodes count the same 50,000 links, in each of six epochs, and whoever has the lease folds every --fold.

All links are in the store and in every node's cache before, so that only writes are measured.
"""

from contextlib import ExitStack

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.folding import Folding
from rig.load import import_made_up, replay
from rig.nodes import Node

from .folding_links import require_impressions

CASE = "ten nodes, the same 50,000 links, six epochs each"
NODES = 10
LINKS = 50_000
EPOCHS = 6
LINKS_PER_REQUEST = 50


def measure(bench, folder, server):
    store = server.new_store()
    folding = Folding(store.database)
    import_made_up(folder, store.uri, LINKS)
    with ExitStack() as stack:
        nodes = [stack.enter_context(Node(folder / f"node-{i}", store.uri, "--threads", 1, "--fresh", "1h",
                                          cores={SERVER_CORE})) for i in range(NODES)]
        for node in nodes:
            ask_all(folder, node, "/v1/counts")
        folding.wait()
        before = server.cpu_seconds()
        for _ in range(EPOCHS):
            for node in nodes:
                ask_all(folder, node, "/v1/buttons")
            for node in nodes:  # and so are at the beginning of an epoch
                node.wait_stored(every=0.05)
        folding.wait()
        used = server.cpu_seconds() - before
    require_impressions(store, LINKS, NODES * EPOCHS)
    bench.figures.add("mongodb", CASE, "mongod", "s CPU", used)


def ask_all(folder, node, route):
    replay(folder, node.port, "--route", route, "--made-up", LINKS, "--popularity", "in-turn", "--requests",
           LINKS // LINKS_PER_REQUEST, "--links-per-request", LINKS_PER_REQUEST, cores={LOAD_CORE})
