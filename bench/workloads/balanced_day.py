"""The button's day as ./bench/day runs it: two nodes behind HAProxy, MongoDB with three members, all on one machine."""

from rig.balanced_day import balanced_day
from rig.load import links_file
from rig.stores import mongodb

TITLE = "The button's day: two nodes, HAProxy, MongoDB"

IMPRESSIONS = 4_000_000
LINKS = 100_000


def run(bench):
    load = ("--links", links_file(LINKS), "--requests", IMPRESSIONS)
    with bench.folder() as folder, mongodb(folder / "mongodb") as server:
        day = balanced_day(folder, server.new_store().uri, load, server.cpu_seconds)
    if not day.exact or day.load["answered"] != IMPRESSIONS:
        raise RuntimeError(f"the day was not counted exactly: {day.wrong[:5]} {day.failures}")
    for contestant, cpu in (("mongod, three members", day.store_cpu), ("HAProxy", day.balancing.total),
                            ("buttond, two nodes", sum(node.lifetime_cpu for node in day.nodes))):
        bench.figures.add("balanced_day", "MongoDB", contestant, "s CPU", cpu)
    bench.figures.add("balanced_day", "MongoDB", "all", "s", day.seconds)
