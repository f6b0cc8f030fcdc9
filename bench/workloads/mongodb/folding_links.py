"""The fold by one node: of batches whose links are all new to the store, and of such as it knows all of them.

The first is of all the million. Of the second, a quarter is folded here, and what is left while others read.
"""

import time
from contextlib import contextmanager

from rig.bench import CPU_A_LINK, SERVER_CORE
from rig.folding import Folding
from rig.nodes import Node


def measure_new(bench, folder, server, store):
    with folding_node(folder / "folding-new", store):
        measure(bench, "fold, all links new", server, store, left=0)


@contextmanager
def bringing_again(left, store):
    """The node that finds the second journal and brings all of it, and only then may fold."""
    with Folding(store.database).held_back():
        node = folding_node(left, store)
        try:
            node.wait_stored()
        except BaseException:
            node.stop()
            raise
    with node:
        yield node
        Folding(store.database).wait()


def measure_known(bench, server, store):
    measure(bench, "fold, all links known", server, store, left=Folding(store.database).waiting_batches() * 3 // 4)


def require_impressions(store, links, impressions):
    """Fails where not each of so many links has so many impressions."""
    found = store.database.links.estimated_document_count()
    wrong = store.database.links.count_documents({"impressions": {"$ne": impressions}})
    if found != links or wrong:
        raise RuntimeError(f"the fold made {found:,} documents of {links:,} links, {wrong:,} of them without exactly "
                           f"{impressions} impressions")


def folding_node(folder, store):
    return Node(folder, store.uri, "--fold", "100ms", cores={SERVER_CORE})


def measure(bench, case, server, store, left):
    """Lets the node fold until no more than `left` batches wait."""
    folding = Folding(store.database)
    with folding.held_back():
        links, before, begin = folding.waiting_links(), server.cpu_seconds(), time.monotonic()
    folding.wait(left)
    with folding.held_back():
        used, seconds = server.cpu_seconds() - before, time.monotonic() - begin
        links -= folding.waiting_links()
    bench.figures.add("mongodb", case, "mongod", CPU_A_LINK, used / links * 1e6)
    bench.figures.add("mongodb", case, "mongod", "links a second", links / seconds)
