"""What buttond has to reach. A goal is missed when the median of its rounds is above (or below) its limit."""

import statistics
from dataclasses import dataclass
from typing import Callable

from .bench import CPU, CPU_A_LINK, RATE


@dataclass
class Goal:
    what: str
    limit: float
    unit: str  # "x": a ratio of two figures of one round; anything else depends on the machine
    samples: Callable
    at_least: bool = False
    floor: Callable | None = None  # the samples that the floor has in our place: what no server on a socket can pass
    times_floor: bool = False  # the limit is so many times the median of the floor's samples in the same run

    def limit_in(self, figures):
        """The limit in this run, or nothing where it depends on a floor that was not measured."""
        if not self.times_floor:
            return self.limit
        samples = self.floor(figures)
        return self.limit * statistics.median(samples) if samples else None

    def judge(self, figures):
        """(samples, "met" or "missed" or "close": the rounds lie on both sides of the limit), or nothing."""
        samples, limit = self.samples(figures), self.limit_in(figures)
        if not samples or limit is None:
            return None
        median = statistics.median(samples)
        met = median >= limit if self.at_least else median <= limit
        if min(samples) <= limit <= max(samples) and len(samples) > 1:
            return samples, "met, but close" if met else "missed, but close"
        return samples, "met" if met else "missed"


def ratio(workload, case, one, other, unit=CPU, other_case=None):
    return lambda figures: figures.ratio((workload, case, one, unit), (workload, other_case or case, other, unit))


def plain(workload, case, contestant, unit):
    def samples(figures):
        figure = figures.find(workload, case, contestant, unit)
        return figure and figure.samples
    return samples


def worst(workload, case, contestant, unit):
    """For what must never happen, in no round."""
    def samples(figures):
        figure = figures.find(workload, case, contestant, unit)
        return figure and [max(figure.samples)]
    return samples


def hot_against(other, limit, who=None, times_floor=False):
    """A goal for CPU of a hot impression against another contestant; `who` says who that is."""
    def of(one):
        return ratio("hot", "one link", one, other)
    return Goal(f"CPU of a hot impression, journal on, against {who or other}", limit, "x", of("buttond"),
                floor=None if other == "floor" else of("floor"), times_floor=times_floor)


LUA = "nginx + Lua + Redis"

GOALS = [
    hot_against("floor", 1.15, "the floor"),
    hot_against("nginx return", 0.95, "nginx `return 200`, which counts nothing"),
    # What the kernel takes alone is more than half of what this one takes: a limit of its own could only be missed.
    hot_against(LUA, 1.15, f"{LUA} doing the same work", times_floor=True),
    hot_against("beast", 0.55, "idiomatic Beast"),
    Goal("rate pipelined x16 against nginx", 5, "x", ratio("pipelined", "x16", "buttond", "nginx return", RATE), True,
         ratio("pipelined", "x16", "floor", "nginx return", RATE)),
    Goal("CPU of the script, 304, against nginx serving the file", 0.9, "x",
         ratio("script", "304", "buttond", "nginx file")),
    Goal("CPU of the script, brotli, against nginx serving the file", 0.9, "x",
         ratio("script", "brotli", "buttond", "nginx file")),
    Goal("CPU of ten links in one request against one", 2, "x",
         ratio("hot", "ten links", "buttond", "buttond", other_case="one link")),
    Goal("CPU a request, ten million links in the cache against one thousand", 1.5, "x",
         ratio("growth", "10,000,000 links", "buttond", "buttond", other_case="1,000 links")),
    Goal("CPU a request of two loops against one", 1.1, "x",
         ratio("growth", "two loops", "buttond", "buttond", other_case="one loop")),
    Goal("memory a cached link, 10 million links", 64, "bytes",
         plain("growth", "10,000,000 links", "buttond", "bytes a link")),
    Goal("memory of an idle connection in user space", 1024, "bytes",
         plain("connections", "idle", "buttond", "bytes a connection")),
    Goal("p99.9 at half load while flushing, against nginx at the same rate", 1.2, "x",
         ratio("open_loop", "flushing", "buttond", "nginx return", "us p99.9")),
    Goal("p99.9 at half load with the store stalled, against nginx at the same rate", 1.2, "x",
         ratio("open_loop", "store stalled", "buttond", "nginx return", "us p99.9")),
    Goal("start to first answer", 50, "ms", plain("start", "empty journal", "buttond", "ms to the first answer")),
    Goal("start to first answer with a journal of 1 million links", 200, "ms",
         plain("start", "journal of 1,000,000 links", "buttond", "ms to the first answer")),
    Goal("CPU of 200,000 distinct links flushed to SQLite", 2, "s", plain("flush", "sqlite", "buttond", "s CPU")),
    Goal("the button's day on one core", 30, "s", plain("day", "one core, SQLite", "buttond", "s"),
         floor=plain("day", "one core, SQLite", "floor", "s")),
    # The past is what 86420d3 took on the same machine: a guarded update a link, 172 us of mongod each.
    Goal("a million distinct links from a journal into MongoDB, a 50th of the past 172 s", 172 / 50, "s",
         plain("mongodb", "distinct links from a journal into the store", "buttond", "s")),
    Goal("mongod's CPU of a link that is brought", 3, "us",
         plain("mongodb", "distinct links from a journal into the store", "mongod", CPU_A_LINK)),
    Goal("mongod's CPU of a link that is folded, a million of new ones", 100, "us",
         plain("mongodb", "fold, all links new", "mongod", CPU_A_LINK)),
    Goal("mongod's CPU of a link that is folded, among a million known ones", 100, "us",
         plain("mongodb", "fold, all links known", "mongod", CPU_A_LINK)),
    Goal("mongod's CPU of ten nodes that count the same 50,000 links in six epochs, a 15th of the past 519 s", 34.6, "s",
         plain("mongodb", "ten nodes, the same 50,000 links, six epochs each", "mongod", "s CPU")),
    Goal("p99 of a count that is not cached, while a million links are folded, against without", 4, "x",
         ratio("mongodb", "counts that are not cached", "beside a fold", "without a fold", "ms p99")),
    Goal("the longest of these, within --miss-wait", 50, "ms",
         worst("mongodb", "counts that are not cached", "beside a fold", "ms max")),
    Goal("a link's document after 1,000 node names", 250, "bytes",
         plain("mongodb", "a link after 1,000 node names", "the link", "bytes")),
    Goal("mongod's CPU of the button's day", 60, "s",
         plain("balanced_day", "MongoDB", "mongod, three members", "s CPU")),
]
