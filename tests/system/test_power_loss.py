"""Power failures on a real disk: an ext4 whose device is recorded write by write while the server counts on it. Then the
disk is made again as the power failure would have left it at many moments, a server starts on that, and what the store
has in the end is compared with what readers were answered before that moment."""

import os
import random
import shutil
import socket
import sqlite3
import threading
import time
from bisect import bisect_left
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from buttond import Server
from knowing_client import read_answer
from recorded_disk import RecordedDisk, Remains, all_of, any_of, missing_here, mounted, none_of

pytestmark = pytest.mark.alone  # losses are measured by the clock

POINTS = int(os.environ.get("BUTTOND_POWER_LOSS_POINTS", 16))  # power failures a test
SYNC = 0.1
# For the sync itself on a busy machine, where a quiet one loses no more than SYNC. Without syncs, what is lost is all of
# the last 5 s (ext4) to 30 s (the kernel).
MARGIN = 2.0
LIFE = 4
FLAGS = ("--threads", "1", "--sync", f"{SYNC * 1000:g}ms", "--new-links", "0", "--miss-wait", "1ms")


class Reader:
    """Asks for the buttons of one new link and one of ten old ones at a time, and keeps when it asked and was answered."""

    def __init__(self, server):
        self.asked = []  # (when, the request's links)
        self.answered = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._read, args=(server.address,))
        self.thread.start()

    def _read(self, address):
        with socket.create_connection(address, timeout=20) as connection:
            answers = connection.makefile("rb")
            number = 0
            while not self.stopping.is_set():
                links = (f"example.com/new/{number}", f"example.com/old/{number % 10}")
                number += 1
                query = "&".join(f"url=https://{link}" for link in links)
                self.asked.append((time.monotonic(), links))
                connection.sendall(f"GET /v1/buttons?{query} HTTP/1.1\r\nHost: a.example\r\nUser-Agent: M\r\n\r\n".encode())
                assert read_answer(answers) == 200
                self.answered.append((time.monotonic(), links))
                time.sleep(0.001)

    def stop(self):
        self.stopping.set()
        self.thread.join()


class Heartbeat:
    """How long a thread of the server's priority had to wait for a core of this machine at most."""

    def __init__(self):
        self.longest_wait = 0.0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._beat)
        self.thread.start()

    def _beat(self):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        while not self.stopping.is_set():
            begun = time.monotonic()
            time.sleep(0.01)
            self.longest_wait = max(self.longest_wait, time.monotonic() - begun - 0.01)

    def stop(self):
        self.stopping.set()
        self.thread.join()


def up_to(events, moment):
    """{link: how often it is in those events}"""
    counts = {}
    for _, links in events[: bisect_left(events, (moment,))]:
        for link in links:
            counts[link] = counts.get(link, 0) + 1
    return counts


def live(folder, data, store, disks, epoch):
    """A life of a server on recorded disks, with a store that takes nothing for a third of it. Returns its reader,
    what came to each disk, and how long a thread may have waited for its core."""
    with ExitStack() as end:
        heartbeat = Heartbeat()
        end.callback(heartbeat.stop)
        server = Server(folder, *FLAGS, "--epoch", epoch, data=data, store=f"sqlite:{store}")
        end.callback(server.close)
        end.callback(server.kill)
        reader = Reader(server)
        end.callback(reader.stop)
        time.sleep(LIFE / 3)
        with closing(sqlite3.connect(store, isolation_level=None)) as busy:
            busy.execute("BEGIN IMMEDIATE")
            time.sleep(LIFE / 3)
            busy.execute("ROLLBACK")
        time.sleep(LIFE / 3)
        reader.stop()
        return reader, [disk.steps() for disk in disks], heartbeat.longest_wait


def recovered(folder, data, store):
    """What the store has once a server has started on what is left, and whether that had anything to complain of."""
    server = Server(folder, *FLAGS, data=data, store=f"sqlite:{store}")
    try:
        server.wait_stored(60)
        errors = server.metrics()["buttond_journal_errors_total"]
    finally:
        server.kill()
        server.process.stderr.close()
    assert errors == 0, server.log
    with closing(sqlite3.connect(store)) as database:
        return dict(database.execute("SELECT key, impressions FROM links WHERE impressions > 0"))


def failures(steps, begin, end, chance):
    """POINTS times, in their order: a moment in that time, how many steps came before it, and what survives of the
    unflushed ones."""
    flushes = [number for number, step in enumerate(steps) if step.is_flush and begin < step.at < end]
    quarter = POINTS // 4
    found = [(steps[number].at, number + 1, none_of) for number in chance.sample(flushes, min(quarter, len(flushes)))]
    found += [(steps[number].at, number, none_of) for number in chance.sample(flushes, min(quarter, len(flushes)))]
    for number in range(POINTS - len(found)):
        moment = chance.uniform(begin, end)
        survives = all_of if number < quarter else any_of(chance)
        found.append((moment, bisect_left(steps, moment, key=lambda step: step.at), survives))
    return sorted(found, key=lambda failure: failure[:2])


@pytest.fixture
def disk(quick_folder):
    """disk("name"): a recorded disk; disk("name", image): with what an image has."""
    if why := missing_here():
        pytest.fail(f"power failures cannot be tried here: {why}", pytrace=False)
    with ExitStack() as end:

        def start(name, image=None):
            made = RecordedDisk(quick_folder / "disks" / name, image)
            end.callback(made.close)
            return made

        yield start


@pytest.fixture
def quick_folder(tmp_path_factory):
    """In memory where there is such a place: disks of a test need not be safe, nor wait for others."""
    shared = Path("/dev/shm")
    folder = tmp_path_factory.mktemp("images") if not shared.is_dir() else shared / f"buttond-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder)


class Comparison:
    """What the store has after a power failure, against what readers know."""

    def __init__(self, reader, machine_waits):
        self.reader = reader
        self.margin = MARGIN + 2 * machine_waits
        self.longest_loss = 0.0

    def check(self, stored, moment, what):
        """The power failed then."""
        asked = up_to(self.reader.asked, moment)
        invented = {link: (count, asked.get(link, 0)) for link, count in stored.items() if count > asked.get(link, 0)}
        assert not invented, f"{what}: (stored, asked) {invented}"
        answered = up_to(self.reader.answered, moment - SYNC - self.margin)
        lost = {link: (stored.get(link, 0), count) for link, count in answered.items() if stored.get(link, 0) < count}
        whens = [moment - when for when, links in self.reader.answered if when < moment and links[0] not in stored]
        assert not lost, f"{what}: answered {whens[0]:.2f} to {whens[-1]:.2f} s before, {len(whens)} times, not stored"
        missing = (when for when, links in self.reader.answered if links[0] not in stored)
        self.longest_loss = max(self.longest_loss, moment - next(missing, moment))


@pytest.mark.parametrize(
    "epoch, store_on", [("300ms", "the same disk"), ("300ms", "another disk"), ("1h", "the same disk")]
)
def test_a_power_failure_loses_no_more_than_a_sync_and_invents_nothing(disk, quick_folder, tmp_path, epoch, store_on):
    """The other disk has power: the store has all that it was brought, and batches that the journal still holds. Where
    no epoch ends, nothing is on the disk but by syncs."""
    disks = [disk("journal")] if store_on == "the same disk" else [disk("journal"), disk("store")]
    data, store = disks[0].mount / "data", disks[-1].mount / "store.sqlite"
    reader, recordings, machine_waits = live(tmp_path, data, store, disks, epoch)
    steps = recordings[0]
    remains = [Remains(each.first, recording) for each, recording in zip(disks, recordings)]
    places = [quick_folder / each.folder.name for each in disks]
    images = [place.with_suffix(".image") for place in places]
    comparison = Comparison(reader, machine_waits)
    chance = random.Random(14)
    for moment, number, survives in failures(steps, reader.answered[0][0], reader.answered[-1][0], chance):
        remains[0].go_to(number)
        remains[0].write(images[0], survives)
        for other, image in zip(remains[1:], images[1:]):
            other.go_to(bisect_left(other.steps, moment, key=lambda step: step.at))
            other.write(image, all_of)
        with ExitStack() as end:
            mounts = [mounted(image, place, end) for image, place in zip(images, places)]
            stored = recovered(tmp_path, mounts[0] / "data", mounts[-1] / "store.sqlite")
        comparison.check(stored, moment, f"step {number} of {len(steps)}, {survives.__name__}")
    print(f"{len(reader.answered)} requests, {len(steps)} steps: lost were {comparison.longest_loss:.3f} s at most")
    assert comparison.longest_loss > 0  # a disk that loses nothing proves nothing


def test_a_power_failure_while_a_journal_is_read_back_changes_nothing_of_it(disk, quick_folder, tmp_path):
    one = disk("one")
    _, (steps,), _ = live(tmp_path, one.mount / "data", one.mount / "store.sqlite", [one], "300ms")
    image, place = quick_folder / "image", quick_folder / "place"

    def stored_after(remains, number, survives):
        remains.go_to(number)
        remains.write(image, survives)
        with ExitStack() as end:
            mount = mounted(image, place, end)
            return recovered(tmp_path, mount / "data", mount / "store.sqlite")

    # While the store takes nothing: so there are batches that wait, and sheets.
    first = Remains(one.first, steps)
    number = bisect_left(steps, steps[-1].at - LIFE / 2, key=lambda step: step.at)
    expected = stored_after(first, number, none_of)
    assert expected
    first.write(quick_folder / "broken", none_of)
    second = disk("second", quick_folder / "broken")
    recovered(tmp_path, second.mount / "data", second.mount / "store.sqlite")
    steps = second.steps()
    remains = Remains(second.first, steps)
    for _, number, survives in failures(steps, steps[0].at, steps[-1].at, random.Random(14)):
        assert stored_after(remains, number, survives) == expected, f"step {number} of {len(steps)}, {survives.__name__}"
