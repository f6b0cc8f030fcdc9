"""Every request asks for a link that is not in the cache but in the store."""

from rig.bench import LOAD_CORE, RATE, SERVER_CORE
from rig.load import import_made_up, replay
from rig.nodes import Node
from rig.stores import mongodb

TITLE = "All misses: each request is another link"

LINKS = {"sqlite": 100_000, "mongodb": 20_000}


def measure(bench, folder, kind, store):
    links = LINKS[kind]
    import_made_up(folder, store, links)
    for number in range(bench.rounds):
        # A new process has an empty cache.
        with Node(folder / str(number), store, cores={SERVER_CORE}) as node:
            before = node.cpu()
            load = replay(folder, node.port, "--route", "/v1/counts", "--made-up", links, "--popularity", "in-turn",
                          "--requests", links, cores={LOAD_CORE})
            bench.add_cpu("misses", kind, "buttond", node.cpu() - before, links)
            add = bench.figures.add
            add("misses", kind, "buttond", RATE, load["requests_per_second"])
            add("misses", kind, "buttond", "us p50", load["latency_us"]["p50"])
            add("misses", kind, "buttond", "us p99", load["latency_us"]["p99"])


def run(bench):
    with bench.folder() as folder:
        measure(bench, folder / "sqlite", "sqlite", f"sqlite:{folder / 'links.db'}")
        with mongodb(folder / "mongo") as server:
            measure(bench, folder / "mongodb", "mongodb", server.new_store().uri)
