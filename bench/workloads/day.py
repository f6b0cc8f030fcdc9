"""The button's day without a balancer: four million impressions of 100,000 links on one core, all of them counted."""

import time

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.load import differences, expectations, links_file, replay
from rig.nodes import Node, export

TITLE = "The button's day on one core"

IMPRESSIONS = 4_000_000
LINKS = 100_000


def run(bench):
    links = links_file(LINKS)
    with bench.folder() as folder:
        store = f"sqlite:{folder / 'links.db'}"
        with Node(folder, store, "--threads", 1, "--flush-deadline", "10m", cores={SERVER_CORE}) as node:
            begin = time.monotonic()
            load = replay(folder, node.port, "--links", links, "--requests", IMPRESSIONS, "--expect",
                          folder / "expect", "--metrics", node.metrics_url, cores={LOAD_CORE})
            if node.stop(patience=660) != 0:
                raise RuntimeError(f"the last flush failed:\n{node.log_text()[-2000:]}")
            seconds = time.monotonic() - begin
        wrong = differences(expectations(folder / "expect"), export(store, node.data))
        if wrong or not load["books"]["agree"]:
            raise RuntimeError(f"the day was not counted exactly: {wrong[:5]}")
        add = bench.figures.add
        add("day", "one core, SQLite", "buttond", "s", seconds)
        add("day", "one core, SQLite", "buttond", "s CPU", node.lifetime_cpu)
        add("day", "one core, SQLite", "buttond", "s CPU of the load", load["cpu_user_seconds"] + load["cpu_system_seconds"])
