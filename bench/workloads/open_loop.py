"""Requests at a fixed rate, half of what one core of buttond can do: the latency of each from the moment it was due.

Flushing: 100,000 links, so that each epoch (1 s here) is a large batch. Store stalled: another process holds the
database's write lock, so no batch gets through and no write does.
"""

import sqlite3
from contextlib import contextmanager, nullcontext

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.contestants import buttond, nginx
from rig.load import replay

TITLE = "Open loop at half of the greatest rate"

LINKS = 100_000
CONNECTIONS = 64
PERCENTILES = ("p50", "p90", "p99", "p99.9", "p99.99")


@contextmanager
def stalled(database):
    """Holds the write lock of an SQLite database."""
    connection = sqlite3.connect(database, timeout=30, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def greatest_rate(folder, contestant):
    load = replay(folder, contestant.port, "--made-up", LINKS, "--connections", CONNECTIONS, "--duration", 3,
                  cores={LOAD_CORE})
    return load["requests_per_second"]


def measure(bench, folder, case, contestant, rate):
    load = replay(folder, contestant.port, "--made-up", LINKS, "--connections", CONNECTIONS, "--rate", rate,
                  "--duration", max(bench.seconds, 4), cores={LOAD_CORE})
    for percentile in PERCENTILES:
        bench.figures.add("open_loop", case, contestant.name, f"us {percentile}", load["latency_us"][percentile])


def run(bench):
    with bench.stage(lambda folder: buttond(folder, SERVER_CORE, "--epoch", "1s"),
                     lambda folder: nginx(folder, SERVER_CORE, "return")) as (ours, theirs), bench.folder() as folder:
        database = ours.processes[0].store.removeprefix("sqlite:")
        rate = round(greatest_rate(folder, ours) / 2)
        node = ours.processes[0]
        for number in range(bench.rounds):
            for contestant in (theirs, ours) if number % 2 else (ours, theirs):
                measure(bench, folder, "flushing", contestant, rate)
                node.wait_stored()  # nothing of it goes on behind the other's back
                with stalled(database) if contestant is ours else nullcontext():
                    measure(bench, folder, "store stalled", contestant, rate)
                node.wait_stored()
