"""From the start of the process to its first answer, with nothing to do and with a journal to bring home."""

import shutil
import signal
import time

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.contestants import captured_answer
from rig.journals import leave_journal
from rig.nodes import Node

TITLE = "Start to the first answer"

LINKS = 1_000_000


def first_answer(folder, store):
    """Milliseconds from exec to an answer of /healthz."""
    begin = time.monotonic()
    with Node(folder, store, cores={SERVER_CORE}) as node:
        captured_answer(node.port, "/healthz")
        taken = (time.monotonic() - begin) * 1000
        node.stop(signal.SIGKILL)
    return taken


def run(bench):
    with bench.folder() as folder:
        leave_journal(folder / "left", LINKS, {SERVER_CORE}, {LOAD_CORE})
        for number in range(bench.rounds):
            empty, full = folder / f"empty-{number}", folder / f"full-{number}"
            bench.figures.add("start", "empty journal", "buttond", "ms to the first answer",
                              first_answer(empty, f"sqlite:{empty / 'links.db'}"))
            shutil.copytree(folder / "left", full)
            bench.figures.add("start", f"journal of {LINKS:,} links", "buttond", "ms to the first answer",
                              first_answer(full, f"sqlite:{full / 'links.db'}"))
            shutil.rmtree(full)
