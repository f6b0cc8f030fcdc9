"""One run of the suite: where it works, how long it measures, what it found."""

import itertools
import tempfile
import urllib.parse
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .figures import Figures
from .wrk import wrk

SERVER_CORE = 0
LOAD_CORE = 1

CPU = "us CPU a request"
CPU_USER = "us user CPU a request"
CPU_SYSTEM = "us system CPU a request"
RATE = "requests a second"
CPU_A_LINK = "us CPU a link"


def buttons_path(links):
    return "/v1/buttons?" + urllib.parse.urlencode([("url", link) for link in links])


class Bench:
    def __init__(self, rounds, seconds, figures=None, goatcounter=None):
        self.rounds = rounds
        self.seconds = seconds
        self.goatcounter = goatcounter  # its binary, or None
        self.figures = figures or Figures()
        self._folders = itertools.count()

    @contextmanager
    def folder(self):
        """A folder for one workload's files."""
        with tempfile.TemporaryDirectory(prefix="buttond-bench-") as name:
            yield Path(name)

    @contextmanager
    def stage(self, *starters):
        """Starts contestants, each by starter(folder), and stops them at the end. Yields the list of them."""
        with ExitStack() as stack:
            folder = stack.enter_context(self.folder())
            started = []
            for starter in starters:
                own = folder / str(next(self._folders))
                own.mkdir()
                contestant = starter(own)
                stack.callback(contestant.stop)
                started.append(contestant)
            yield started

    def closed_loop(self, workload, case, contestants, path, headers=None, seconds=None, rounds=None, **load):
        """Rounds of wrk on each contestant in turn; records CPU a request and rate.

        `path`: one for all, or one for each contestant by its name. `headers` beside a browser's: one dictionary for
        all, or one for each contestant by its name.
        """
        with tempfile.TemporaryDirectory(prefix="buttond-wrk-") as folder:
            for number in range(-1, rounds or self.rounds):  # the first one warms up
                # To and fro, so that nobody always follows the same one.
                for contestant in reversed(contestants) if number % 2 else contestants:
                    own = (headers or {}).get(contestant.name, headers)
                    own_path = path[contestant.name] if isinstance(path, dict) else path
                    before = contestant.cpu()
                    requests, taken = wrk(contestant.port, own_path, seconds or self.seconds, LOAD_CORE, folder,
                                          headers=own, **load)
                    used = contestant.cpu() - before
                    if number >= 0:
                        self.add_cpu(workload, case, contestant.name, used, requests)
                        self.figures.add(workload, case, contestant.name, RATE, requests / taken)

    def add_cpu(self, workload, case, contestant, used, requests):
        """Records a Usage as CPU a request."""
        for unit, seconds in ((CPU, used.total), (CPU_USER, used.user), (CPU_SYSTEM, used.system)):
            self.figures.add(workload, case, contestant, unit, seconds / requests * 1e6)
