"""CPU a request as the links in the cache become more, and as a second loop joins; memory a link beside it.

The request is /v1/counts with a uniform popularity: each look-up is somewhere else in the cache. (What counting
costs as links become more is in zipf and flush.)
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from rig.bench import LOAD_CORE, SERVER_CORE
from rig.load import import_made_up, replay
from rig.nodes import Node

TITLE = "Growth: one thousand links to ten million, one loop to two"

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
FEW = 1_000
# Nothing is refreshed meanwhile, and a first look-up waits as long as its link takes.
FLAGS = ("--cache-bytes", "1GiB", "--fresh", "1h", "--miss-wait", "10s")


def fill(folder, node, links):
    """Brings links 0 to `links` - 1 into the cache."""
    replay(folder, node.port, "--route", "/v1/counts", "--made-up", links, "--popularity", "in-turn",
           "--links-per-request", 50, "--requests", links // 50, "--timeout", 60, cores={LOAD_CORE})


def measure(bench, folder, case, node, links, load_cores, loads=1):
    """`loads` load generators at once, each with 64 connections."""
    def load(number):
        own = folder / f"load-{number}"
        own.mkdir(exist_ok=True)
        return replay(own, node.port, "--route", "/v1/counts", "--made-up", links, "--popularity", "uniform",
                      "--duration", bench.seconds, "--connections", 64, cores=load_cores)["answered"]

    before = node.cpu()
    with ThreadPoolExecutor(loads) as at_once:
        answered = sum(at_once.map(load, range(loads)))
    bench.add_cpu("growth", case, "buttond", node.cpu() - before, answered)


def links_grow(bench, folder, store):
    with ExitStack() as stack:
        nodes = {}
        for links in SIZES:
            nodes[links] = stack.enter_context(Node(folder / str(links), store, *FLAGS, cores={SERVER_CORE}))
            fill(folder, nodes[links], links)
            metrics = nodes[links].metrics()
            entries = metrics["buttond_cache_entries"]
            if entries < links * 0.99:
                raise RuntimeError(f"only {entries:.0f} of {links} links are in the cache")
            bench.figures.add("growth", f"{links:,} links", "buttond", "bytes a link",
                              metrics["buttond_cache_bytes"] / entries)
        for number in range(bench.rounds):
            for links in reversed(SIZES) if number % 2 else SIZES:
                measure(bench, folder, f"{links:,} links", nodes[links], links, {LOAD_CORE})


def loops_join(bench, folder, store):
    """Server and load share both cores; each is accounted for by itself. Each loop has a load of its own, so that
    two have as much to do as one: a loop that waits pays for being woken."""
    with Node(folder / "one", store, *FLAGS, "--threads", 1, cores={SERVER_CORE, LOAD_CORE}) as one, \
         Node(folder / "two", store, *FLAGS, "--threads", 2, cores={SERVER_CORE, LOAD_CORE}) as two:
        for node in (one, two):
            fill(folder, node, FEW)
        for _ in range(bench.rounds):
            for case, node, loops in (("one loop", one, 1), ("two loops", two, 2)):
                measure(bench, folder, case, node, FEW, None, loops)


def run(bench):
    with bench.folder() as folder:
        store = f"sqlite:{folder / 'links.db'}"
        import_made_up(folder, store, SIZES[-1])
        links_grow(bench, folder, store)
        loops_join(bench, folder, store)
