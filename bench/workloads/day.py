"""The button's day without a balancer: four million impressions of 100,000 links on one core, all of them counted.

Beside it the floor answers as many requests of the same load, which is what the machine takes for moving the bytes.
"""

import time

from rig.bench import LOAD_CORE, SERVER_CORE, buttons_path
from rig.contestants import captured_answer, floor
from rig.load import differences, expectations, links_file, replay
from rig.nodes import Node, export

TITLE = "The button's day on one core"

IMPRESSIONS = 4_000_000
LINKS = 100_000
NOBODYS = "answer-of-the-floor.example.com"  # no link of the load
DAYS = 3


def run(bench):
    asked = ("--links", links_file(LINKS), "--requests", IMPRESSIONS)
    for _ in range(DAYS):
        one_day(bench, asked)


def one_day(bench, asked):
    with bench.folder() as folder:
        store = f"sqlite:{folder / 'links.db'}"
        with Node(folder, store, "--threads", 1, "--flush-deadline", "10m", cores={SERVER_CORE}) as node:
            answer = captured_answer(node.port, buttons_path([f"https://{NOBODYS}"]))
            begin = time.monotonic()
            load = replay(folder, node.port, *asked, "--expect", folder / "expect", cores={LOAD_CORE})
            if node.stop(patience=660) != 0:
                raise RuntimeError(f"the last flush failed:\n{node.log_text()[-2000:]}")
            seconds = time.monotonic() - begin
        stored = export(store, node.data)
        stored.pop(NOBODYS)
        wrong = differences(expectations(folder / "expect"), stored)
        if wrong or load["answered"] != IMPRESSIONS:
            raise RuntimeError(f"the day was not counted exactly: {wrong[:5]}")
        add_day(bench, "buttond", seconds, node.lifetime_cpu, load)

        with bench.stage(lambda own: floor(own, SERVER_CORE, answer)) as (bare,):
            begin, before = time.monotonic(), bare.cpu()
            load = replay(folder, bare.port, *asked, cores={LOAD_CORE})
            add_day(bench, "floor", time.monotonic() - begin, (bare.cpu() - before).total, load)


def add_day(bench, contestant, seconds, cpu, load):
    for unit, figure in (("s", seconds), ("s CPU", cpu),
                         ("s CPU of the load", load["cpu_user_seconds"] + load["cpu_system_seconds"])):
        bench.figures.add("day", "one core, SQLite", contestant, unit, figure)
