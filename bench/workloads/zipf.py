"""Ten million links with a Zipf popularity, and a cache with room for about one million."""

from rig.bench import LOAD_CORE, RATE, SERVER_CORE
from rig.contestants import buttond, nginx_lua
from rig.load import replay

TITLE = "Zipf over 10 million links, room for 1 million"

LINKS = 10_000_000
CASE = "10,000,000 links"
CACHE = "56MiB"


def hit_rate(contestant, before):
    """Of the look-ups since `before`, those that the cache answered."""
    hits, misses = (after - earlier for after, earlier in zip(look_ups(contestant), before))
    return hits / (hits + misses) * 100


def look_ups(contestant):
    metrics = contestant.processes[0].metrics()
    return metrics["buttond_cache_hits_total"], metrics["buttond_cache_misses_total"]


def run(bench):
    with bench.stage(lambda folder: buttond(folder, SERVER_CORE, "--cache-bytes", CACHE),
                     lambda folder: nginx_lua(folder, SERVER_CORE)) as contestants:
        for number in range(-1, bench.rounds):  # the first one fills the caches
            for contestant in contestants:
                with bench.folder() as folder:
                    before = contestant.cpu()
                    ours = contestant.name == "buttond"
                    found = look_ups(contestant) if ours else None
                    load = replay(folder, contestant.port, "--made-up", LINKS, "--seed", number + 2, "--duration",
                                  bench.seconds if number >= 0 else 5, cores={LOAD_CORE})
                    if number < 0:
                        continue
                    bench.add_cpu("zipf", CASE, contestant.name, contestant.cpu() - before, load["answered"])
                    add = bench.figures.add
                    add("zipf", CASE, contestant.name, RATE, load["requests_per_second"])
                    if ours:
                        add("zipf", CASE, contestant.name, "% hits", hit_rate(contestant, found))
