"""The MongoDB that the tests find, for the benchmarks: a replica set of three members beside the load."""

import itertools
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pymongo

from . import ROOT


class MongodbStore(NamedTuple):
    uri: str  # for --store
    database: pymongo.database.Database


class Mongodb:
    """The servers, and databases of ours on them."""

    def __init__(self, server_uri, pids):
        self.pids = pids  # of its members; none where somebody else started it
        self.client = pymongo.MongoClient(server_uri)
        self._server_uri = server_uri
        self._numbers = itertools.count(1)
        self._names = []

    def new_store(self):
        """In an empty database."""
        name = f"buttond_bench_{os.getpid()}_{next(self._numbers)}"
        self._names.append(name)
        address, question, parameters = self._server_uri.partition("?")
        return MongodbStore(address.rstrip("/") + "/" + name + question + parameters, self.client[name])

    def cpu_seconds(self):
        """User and system of all members so far, with what they still had to do for the writes before this call."""
        if not self.pids:
            raise RuntimeError("the CPU of a MongoDB that was started elsewhere is not to be seen: unset "
                               "BUTTOND_TEST_MONGODB_URI, and the benchmark starts one")
        self.client.admin.command("appendOplogNote", data={"all": "follow"},
                                  writeConcern={"w": len(self.pids), "wtimeout": 60_000})
        ticks = 0
        for pid in self.pids:
            # Of the process, not of its threads: one of these ends with each connection.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def close(self):
        if not self.pids:  # somebody else's: leave nothing behind
            for name in self._names:
                self.client.drop_database(name)
        self.client.close()


@contextmanager
def mongodb(folder):
    """Starts it (tests/mongo/start) and yields it as a Mongodb."""
    folder = Path(folder)
    subprocess.run([ROOT / "tests/mongo/start", folder], check=True, stdout=subprocess.DEVNULL)
    try:
        server = Mongodb((folder / "uri").read_text().strip(),
                         [int(line) for line in (folder / "pids").read_text().split()])
        try:
            yield server
        finally:
            server.close()
    finally:
        subprocess.run([ROOT / "tests/mongo/stop", folder], check=True, stdout=subprocess.DEVNULL)
