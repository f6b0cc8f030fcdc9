"""The MongoDB of the system tests: a replica set whose members can be killed, stopped, halted and cut off."""

import collections
import os
import shutil
import signal
import sys
from pathlib import Path

import pymongo
from buttond import ROOT, wait_until

sys.path.insert(0, str(ROOT / "tests/mongo"))
from replica_set import NAME, ReplicaSet  # noqa: E402


class Mongo(ReplicaSet):
    """Started in `folder`; its ports and data stay over a stop. `members` have an address and a pid."""

    def stop(self):
        """SIGTERM: what was acknowledged is there after the next start()."""
        for number in (signal.SIGTERM, signal.SIGCONT):
            for member in self.members:
                member.signal(number)
        for member in self.members:
            member.wait()
        self.write_pids()

    def close(self):
        """For ever, and whatever state it is in. Its logs stay."""
        self.kill_all()
        self._clients.clear()  # which ends their threads; close() would look for a server to say good-bye to
        for member in self.members:
            shutil.rmtree(self.folder / f"member-{member.number}")

    def kill(self, member):
        member.end(signal.SIGKILL)
        self.write_pids()

    def start_member(self, member):
        """Returns when it listens; it follows the primary soon after that."""
        member.start()
        self.write_pids()
        member.wait_listening()

    def restart(self, member):
        """SIGTERM; a primary hands over first."""
        member.end(signal.SIGTERM)
        self.start_member(member)

    def halt(self, member=None):
        """Of one, or all: its connections stay open, and nothing answers."""
        for one in [member] if member else self.members:
            one.halted = True
            one.signal(signal.SIGSTOP)

    def go_on(self, member=None):
        for one in [member] if member else self.members:
            one.signal(signal.SIGCONT)
            one.halted = False

    def wait_primary(self, seconds=30, other_than=None):
        """Waits for a primary, where given another one than this member, and returns it."""

        def found():
            primary = self.primary()
            return primary if primary is not other_than else None

        return wait_until(found, seconds, what="a primary")

    def step_down(self):
        """The primary resigns, with its connections left open; returns the next one."""
        before = self.wait_primary()
        self.direct(before).admin.command("replSetStepDown", 30, secondaryCatchUpPeriodSecs=10)
        return self.wait_primary(other_than=before)

    @property
    def address(self):
        """The primary's."""
        return self.wait_primary().address

    def uri(self, database="buttond", options="", address=None, user="app"):
        """As --store takes it; `address` is another way to the primary, such as a Proxy's. `user` matters with auth."""
        if address:
            return self.uri_of([address], database, "directConnection=true", options, user=user)
        return self.uri_of(self.addresses, database, f"replicaSet={NAME}", options, user=user)

    def client(self):
        """Root's, of the whole set; it finds a new primary by itself."""
        if None not in self._clients:
            self._clients[None] = pymongo.MongoClient(
                self.server_uri(), serverSelectionTimeoutMS=20_000, heartbeatFrequencyMS=500
            )
        return self._clients[None]

    def database(self, name="buttond"):
        return self.client()[name]

    def tallies(self, name="buttond"):
        """{key: (impressions, clicks, shares)} of the documents."""
        return {
            document["_id"]: (document["impressions"], document["clicks"], document["shares"])
            for document in self.database(name).links.find()
        }

    def impressions(self, name="buttond"):
        """{key: impressions}, of links that have any."""
        return {key: counts[0] for key, counts in self.tallies(name).items() if counts[0]}

    def wait_folded(self, name="buttond", seconds=30):
        """Until every batch that was brought is in its links; returns their impressions."""
        database = self.database(name)

        def folded():
            fold = database.fold.find_one() or {"take": []}
            return not fold["take"] and not database.batches.estimated_document_count()

        wait_until(folded, seconds, 0.05, "an empty collection of batches")
        return self.impressions(name)

    def set_aside(self, name="buttond"):
        """{key: impressions} of what was brought under a name that somebody else had, and not counted."""
        sums = collections.Counter()
        for document in self.database(name).refused.find({"of": "batch"}):
            sums.update({link["k"]: link["i"] for link in document["links"]})
        return sums

    def counters(self, member=None):
        """What a member, by default the primary, has done since its start: by command (insert, query, update, delete,
        command ..) and by document (inserted, updated, deleted, returned)."""
        status = self.direct(member or self.wait_primary()).admin.command("serverStatus")
        return {**status["opcounters"], **status["metrics"]["document"]}

    def cpu_seconds(self):
        """User and system, of all members that run, since each one's start."""
        ticks = 0
        for member in self.members:
            if pid := member.pid:
                words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")
