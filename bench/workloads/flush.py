"""200,000 distinct links on their way from a journal to the store: all that a node does between its start and end."""

import shutil
import time

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.journals import leave_journal
from rig.nodes import Node
from rig.stores import mongodb

TITLE = "200,000 distinct links flushed to the store"

LINKS = 200_000


def flush(bench, left, folder, kind, store):
    shutil.copytree(left, folder)
    begin = time.monotonic()
    with Node(folder, store, "--flush-deadline", "10m", cores={SERVER_CORE}) as node:
        if node.stop(patience=660) != 0:
            raise RuntimeError(f"the flush failed:\n{node.log_text()[-2000:]}")
    bench.figures.add("flush", kind, "buttond", "s CPU", node.lifetime_cpu)
    bench.figures.add("flush", kind, "buttond", "s", time.monotonic() - begin)


def run(bench):
    with bench.folder() as folder:
        left = folder / "left"
        leave_journal(left, LINKS, {SERVER_CORE}, {LOAD_CORE})
        for number in range(bench.rounds):
            flush(bench, left, folder / f"sqlite-{number}", "sqlite", f"sqlite:{folder / f'{number}.db'}")
        with mongodb(folder / "mongodb") as uri:
            flush(bench, left, folder / "mongodb-node", "mongodb", uri)
