"""The soak's stores, each with the troubles that it can have."""

import contextlib
import json
import sqlite3
import subprocess
import sys

from disks import Disk

from buttond import BINARY, ROOT, wait_until

sys.path.insert(0, str(ROOT / "tests/system"))
from mongo import Mongo  # noqa: E402


class Sqlite:
    """On a disk of its own."""

    name = "sqlite"

    def __init__(self, folder):
        self.disk = Disk(folder / "store", 64)
        self.file = self.disk.folder / "buttond.sqlite"
        self.uri = f"sqlite:{self.file}"

    def close(self):
        self.disk.unmount(lazily=True)

    def _connection(self):
        return contextlib.closing(sqlite3.connect(self.file, isolation_level=None, timeout=20))

    @contextlib.contextmanager
    def stalled(self):
        """Another process holds it with a transaction that does not end."""
        with self._connection() as database:
            database.execute("BEGIN EXCLUSIVE")
            yield
            database.rollback()

    @contextlib.contextmanager
    def refusing(self):
        """Somebody renamed its tables."""
        tables = ("links", "site_days")
        with self._connection() as database:
            database.execute("PRAGMA legacy_alter_table = ON")
            for table in tables:
                database.execute(f"ALTER TABLE {table} RENAME TO away_{table}")
            yield
            for table in tables:
                database.execute(f"ALTER TABLE away_{table} RENAME TO {table}")

    @contextlib.contextmanager
    def full(self):
        with self._connection() as database:  # its log has no room of its own from here on
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.disk.fill()
        yield
        self.disk.empty()

    def stored(self):
        return exported(self.uri, self.disk.folder)

    def days(self):
        """{noun: sum over all days}."""
        with self._connection() as database:
            row = database.execute("SELECT sum(impressions), sum(clicks), sum(shares) FROM site_days").fetchone()
        return dict(zip(("impressions", "clicks", "shares"), (count or 0 for count in row)))


class MongoDb:
    """A replica set of three members."""

    name = "mongodb"

    def __init__(self, folder):
        self.folder = folder
        self.set = Mongo(folder / "mongo", auth=True, election_ms=1_000)
        self.uri = self.set.uri(options="serverSelectionTimeoutMS=2000&socketTimeoutMS=5000&connectTimeoutMS=1000")

    def close(self):
        self.set.close()

    @contextlib.contextmanager
    def stalled(self):
        """Nothing answers, and connections stand."""
        self.set.halt()
        yield
        self.set.go_on()

    @contextlib.contextmanager
    def refusing(self):
        """Nobody listens."""
        self.set.kill_all()
        yield
        self.set.start()

    @contextlib.contextmanager
    def full(self):
        """What it says where it has no room: buttond's user may only read."""
        admin = self.set.client()["admin"]
        roles = [{"role": "readWrite", "db": "buttond"}]
        admin.command("revokeRolesFromUser", "app", roles=roles)
        admin.command("grantRolesToUser", "app", roles=[{"role": "read", "db": "buttond"}])
        yield
        admin.command("grantRolesToUser", "app", roles=roles)

    def stored(self):
        wait_until(self._is_folded, 60, every=0.2, what="an empty collection of batches")
        return exported(self.uri, self.folder)

    def _is_folded(self):
        database = self.set.database()
        fold = database.fold.find_one() or {"take": []}
        return not fold["take"] and not database.batches.estimated_document_count()

    def days(self):
        sums = {noun: {"$sum": "$" + noun} for noun in ("impressions", "clicks", "shares")}
        (row,) = self.set.database().site_days.aggregate([{"$group": {"_id": None, **sums}}])
        return {noun: row[noun] for noun in sums}


def exported(uri, folder):
    """{key: {noun: count}}."""
    done = subprocess.run([BINARY, "export", "--data", folder, "--store", uri], capture_output=True, text=True, check=True)
    return {row.pop("key"): row for row in map(json.loads, done.stdout.splitlines())}


STORES = {store.name: store for store in (Sqlite, MongoDb)}
