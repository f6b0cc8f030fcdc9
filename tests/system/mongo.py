"""The MongoDB of the system tests: one of a test's own, that can be stopped, restarted, halted and cut off."""

import os
import signal
import subprocess
from pathlib import Path

import pymongo

TOOLS = Path(__file__).resolve().parents[1] / "mongo"


class Mongo:
    """Started by tests/mongo/start in `folder`; keeps its port and data over a restart."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = 0
        self.start()

    def start(self):
        environment = {key: value for key, value in os.environ.items() if key != "BUTTOND_TEST_MONGODB_URI"}
        subprocess.run([TOOLS / "start", self.folder, str(self.port)], env=environment, check=True)
        self.server_uri = (self.folder / "uri").read_text().strip()
        self.address = pymongo.uri_parser.parse_uri(self.server_uri)["nodelist"][0]
        self.port = self.address[1]

    def stop(self):
        """SIGTERM: what was acknowledged is there after the next start."""
        subprocess.run([TOOLS / "stop", self.folder], check=True)

    def uri(self, database="buttond", options="", address=None):
        """As --store takes it; `address` is another way to it, such as a Proxy's."""
        if address:
            return f"mongodb://{address[0]}:{address[1]}/{database}?{options}"
        hosts, _, own_options = self.server_uri.removeprefix("mongodb://").partition("/")
        joined = "&".join(part for part in (own_options.removeprefix("?"), options) if part)
        return f"mongodb://{hosts}/{database}" + (f"?{joined}" if joined else "")

    def client(self):
        return pymongo.MongoClient(self.server_uri, serverSelectionTimeoutMS=20_000)

    def database(self, name="buttond"):
        return self.client()[name]

    def tallies(self, name="buttond"):
        """{key: (impressions, clicks, shares)} of the documents."""
        return {
            document["_id"]: (document["impressions"], document["clicks"], document["shares"])
            for document in self.database(name).links.find()
        }

    def _signal(self, number):
        for pid in (self.folder / "pids").read_text().split():
            os.kill(int(pid), number)

    def halt(self):
        """Its connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self):
        self._signal(signal.SIGCONT)

    close = stop
