"""What the paths for plain heads and plain URLs save beside the rules alone, without a socket."""

import json
import subprocess

from rig.bench import CPU, SERVER_CORE
from rig.nodes import BINARY
from rig.processes import measured

TITLE = "The paths for what is plain, and the rules alone"

MICROSECONDS = "us CPU"
# What is saved in a request of a case of the workload hot: a head, and so many keys.
KEYS = {"one link": 1, "ten links": 10}


def run(bench):
    hits = {case: bench.figures.find("hot", case, "buttond", CPU) for case in KEYS}
    for _ in range(bench.rounds):
        with measured({SERVER_CORE}):
            done = subprocess.run([BINARY.with_name("plain_paths")], check=True, capture_output=True, text=True)
        for what, taken in json.loads(done.stdout).items():
            saved = taken["rules"] - taken["plain"]
            for contestant, microseconds in (*taken.items(), ("saved", saved)):
                bench.figures.add("plain_paths", what, contestant, MICROSECONDS, microseconds)
            for case, hit in hits.items():
                if hit:
                    times = KEYS[case] if what == "key" else 1
                    bench.figures.add("plain_paths", what, "saved", f"% of the CPU of a hit of {case}",
                                      100 * times * saved / hit.median)
