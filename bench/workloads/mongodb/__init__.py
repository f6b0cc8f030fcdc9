"""What a MongoDB has to do for buttond, and what its work does to readers, on a replica set of three members.

CPU of mongod is user and system of all three members together, of all that they did meanwhile: replication, heartbeats,
checkpoints. Where a single link is not exact in the end, the run fails: figures of a wrong count mean nothing.
"""

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.journals import leave_journal
from rig.stores import mongodb

from . import bringing, counts_beside_fold, folding_links, old_names, ten_nodes

TITLE = "MongoDB: batches and the fold"

LINKS = 1_000_000


def run(bench):
    with bench.folder() as folder, mongodb(folder / "mongodb") as server:
        first, second = folder / "first", folder / "second"
        for left in (first, second):
            leave_journal(left, LINKS, {SERVER_CORE}, {LOAD_CORE})
        store = bringing.measure(bench, folder, server, first, LINKS)
        folding_links.measure_new(bench, folder, server, store)
        with folding_links.bringing_again(second, store) as node:
            folding_links.measure_known(bench, server, store)
            counts_beside_fold.measure(bench, folder, store, node, LINKS)
        folding_links.require_impressions(store, LINKS, 2)
        ten_nodes.measure(bench, folder, server)
        old_names.measure(bench, folder, server)
