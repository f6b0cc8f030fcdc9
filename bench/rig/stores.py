"""The MongoDB that the tests find, for the benchmarks."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import ROOT


@contextmanager
def mongodb(folder):
    """Starts it (tests/mongo/start) and yields the URI of a database that is empty."""
    folder = Path(folder)
    subprocess.run([ROOT / "tests/mongo/start", folder], check=True, stdout=subprocess.DEVNULL)
    server = (folder / "uri").read_text().strip()
    name = f"buttond_bench_{os.getpid()}"
    address, question, parameters = server.partition("?")
    try:
        yield address.rstrip("/") + "/" + name + question + parameters
    finally:
        if "BUTTOND_TEST_MONGODB_URI" in os.environ:  # somebody else's: leave nothing behind
            from pymongo import MongoClient
            MongoClient(server).drop_database(name)
        subprocess.run([ROOT / "tests/mongo/stop", folder], check=True, stdout=subprocess.DEVNULL)


def mongodb_pids(folder):
    """The processes that mongodb(folder) started."""
    return [int(line) for line in (Path(folder) / "pids").read_text().split()]
