"""Instructions of a hit, counted by callgrind: the same whatever else the machine does."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from buttond import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from rig.load import replay  # noqa: E402
from rig.nodes import Node  # noqa: E402

# What was last accepted, of the release build. A change that lowers a number writes it here; one that has to
# raise it beyond the margin says why in its commit.
ACCEPTED = json.loads((Path(__file__).parent / "instructions.json").read_text())
MARGIN = 0.05
REQUESTS = 4_000


class Counted(Node):
    """A node under callgrind, which counts nothing until it is told to."""

    def __init__(self, folder):
        self.counts = folder / "callgrind"
        callgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={self.counts}", "--instr-atstart=no")
        hours = ("--epoch", "1h", "--sync", "1h", "--fresh", "1h")
        super().__init__(folder, f"sqlite:{folder / 'links.db'}", *hours, under=callgrind)

    def instrument(self, on):
        control = ["callgrind_control", "-i", "on" if on else "off", str(self.pid)]
        subprocess.run(control, check=True, capture_output=True, timeout=60)

    def instructions(self):
        """Stops the node, and returns what was counted."""
        assert self.stop(patience=120) == 0, self.log_text()
        return int(re.search(r"^totals: (\d+)", self.counts.read_text(), re.MULTILINE)[1])


@pytest.mark.release
@pytest.mark.parametrize("links", (1, 10))
def test_a_hit_takes_no_more_instructions_than_accepted(tmp_path, links):
    ask = ("--made-up", 10, "--links-per-request", links, "--connections", 4, "--popularity", "in-turn")
    with Counted(tmp_path) as node:
        # Until all ten links are in the cache, and have been counted.
        for _ in range(3):
            replay(tmp_path, node.port, *ask, "--requests", 20)
        node.instrument(True)
        replay(tmp_path, node.port, *ask, "--requests", REQUESTS)
        node.instrument(False)
        a_hit = round(node.instructions() / REQUESTS)
    accepted = ACCEPTED[f"links: {links}"]
    print(f"{a_hit} instructions a hit of {links} links, accepted {accepted}")
    assert a_hit <= accepted * (1 + MARGIN), f"{a_hit} instructions, {accepted} were accepted: see instructions.json"
