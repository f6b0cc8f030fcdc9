"""The wall clock is set while the server runs: by libfaketime, which leaves the monotonic clock alone."""

import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from buttond import wait_until

pytestmark = pytest.mark.release  # a sanitizer's runtime must come first, and so must libfaketime

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class SetClock:
    """The clock of what runs with `environment`. It stands at noon at first, so that no test meets a midnight."""

    def __init__(self, file):
        assert LIBRARY, "libfaketime is missing: apt-get install libfaketime"
        self.file = file
        now = datetime.now(timezone.utc)
        self.ahead = now.replace(hour=12, minute=0, second=0) - now
        self.environment = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.move(timedelta())

    def move(self, by):
        self.ahead += by
        # Renamed: it is read all the time.
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{self.ahead.total_seconds():+.0f}\n")
        beside.rename(self.file)

    def today(self):
        return (datetime.now(timezone.utc) + self.ahead).strftime("%Y-%m-%d")


@pytest.fixture
def clock(tmp_path, servers):
    yield SetClock(tmp_path / "clock")
    for server in servers.started:  # libfaketime leaves these behind
        for left in Path("/dev/shm").glob(f"*faketime_*_{server.process.pid}"):
            left.unlink()


def move(clock, server, by, words):
    """Sets the clock, and waits until the server has seen it."""
    lines = server.log.count(words)
    clock.move(by)
    wait_until(lambda: server.log.count(words) > lines, what=f"'{words}' in the log")


def days(file):
    with closing(sqlite3.connect(file)) as database:
        return dict(database.execute("SELECT day, impressions FROM site_days"))


TWO_DAYS = timedelta(days=2)
A_YEAR = timedelta(days=365)


def test_a_clock_that_jumps_leaves_each_count_in_the_day_that_it_said_then(servers, clock):
    server = servers("--epoch", "1h", env=clock.environment)
    expected = {}

    def count(times):
        for _ in range(times):
            server.buttons("https://example.com/a")
        expected[clock.today()] = expected.get(clock.today(), 0) + times

    count(3)
    move(clock, server, TWO_DAYS, "clock: it went forward by 172800")
    count(5)
    move(clock, server, -A_YEAR, "clock: it went back by 31536000")
    count(7)
    move(clock, server, A_YEAR - TWO_DAYS, "clock: it went forward by 31363200")
    count(11)
    assert len(expected) == 3
    server.terminate()
    assert days(server.data / "buttond.sqlite") == expected
    assert server.log.count("clock: ") == 3
    assert f"is of {clock.today()}" in server.log


@pytest.mark.parametrize("by", [TWO_DAYS, -A_YEAR], ids=["two days on", "a year back"])
def test_batches_that_wait_are_as_old_as_they_are_whatever_the_clock_says(servers, clock, by):
    down = "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100"
    server = servers("--epoch", "50ms", "--flush-deadline", "0s", env=clock.environment, store=down)
    begun = time.monotonic()
    server.buttons("https://example.com/a")
    wait_until(lambda: server.metrics()["buttond_journal_batches"] == 1, what="a batch")
    move(clock, server, by, "clock: it went")
    server.buttons("https://example.com/a")
    wait_until(lambda: server.metrics()["buttond_journal_batches"] == 2, what="a batch of the other day")
    time.sleep(1)
    oldest = server.metrics()["buttond_journal_oldest_seconds"]
    assert 1 <= oldest <= time.monotonic() - begun
