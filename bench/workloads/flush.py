"""200,000 distinct links on their way from a journal to SQLite: all that a node does between its start and end."""

import shutil
import time

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.journals import leave_journal
from rig.nodes import Node

TITLE = "200,000 distinct links flushed to SQLite"

LINKS = 200_000


def flush(bench, left, folder, store):
    shutil.copytree(left, folder)
    begin = time.monotonic()
    with Node(folder, store, "--flush-deadline", "10m", cores={SERVER_CORE}) as node:
        if node.stop(patience=660) != 0:
            raise RuntimeError(f"the flush failed:\n{node.log_text()[-2000:]}")
    bench.figures.add("flush", "sqlite", "buttond", "s CPU", node.lifetime_cpu)
    bench.figures.add("flush", "sqlite", "buttond", "s", time.monotonic() - begin)


def run(bench):
    with bench.folder() as folder:
        left = folder / "left"
        leave_journal(left, LINKS, {SERVER_CORE}, {LOAD_CORE})
        for number in range(bench.rounds):
            flush(bench, left, folder / f"sqlite-{number}", f"sqlite:{folder / f'{number}.db'}")
