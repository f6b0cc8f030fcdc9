"""A node of buttond, started from a build of this tree."""

import json
import os
import re
import subprocess
import urllib.request
from pathlib import Path

from . import ROOT
from .processes import Process, wait_until

BINARY = Path(os.environ.get("BUTTOND_BINARY", ROOT / "build/release/buttond"))


def addresses(log, words):
    """Where a node listens by its log: for pages after the words "listening on", for /metrics after "metrics on"."""
    return re.findall(words + r' (?:http://)?([^\s"]+)[\s"]', log)


class Node(Process):
    """Listens on free ports of 127.0.0.1; its data are in `folder`. `under` is a command that runs commands."""

    def __init__(self, folder, store, *flags, cores=None, name="buttond", under=()):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self.store = store
        # Links are made up by the million here, by one reader; the memory is measured, by whoever runs this.
        command = [*under, BINARY, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--new-links", "0", "--core-dumps",
                   "--data", self.data, "--store", store, *flags]
        super().__init__(command, name, cores, folder / "log")
        try:
            self.port = self._port_after("listening on")
            self.admin_port = self._port_after("metrics on")
        except BaseException:
            self.stop()
            raise

    def _port_after(self, words):
        def find():
            if not self.running():
                raise RuntimeError(f"{self.name} did not start:\n{self.log_text()[-2000:]}")
            return addresses(self.log_text(), words)
        found = wait_until(find, 60, every=0.001, what=f"'{words}' in the log of {self.name}")
        return int(found[0].rpartition(":")[2])

    @property
    def metrics_url(self):
        return f"http://127.0.0.1:{self.admin_port}/metrics"

    def metrics(self):
        """{name, with its labels: value}"""
        with urllib.request.urlopen(self.metrics_url) as page:
            lines = [line for line in page.read().decode().splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def wait_stored(self, seconds=600.0, every=0.02):
        """Returns once nothing is pending. It is asked `every` so many seconds, which takes a node 1 ms."""
        wait_until(lambda: self.metrics()["buttond_impressions_pending"] == 0, seconds, every=every,
                   what=f"{self.name} flushing")


def export(store, data):
    """{key: impressions} of everything in `store`, as `buttond export` writes it."""
    done = subprocess.run([BINARY, "export", "--store", store, "--data", data], check=True, capture_output=True)
    rows = (json.loads(line) for line in done.stdout.splitlines())
    return {row["key"]: row["impressions"] for row in rows}
