"""The data directory: full, read-only, damaged, in use by another process. Serving goes on, and the books say what
is at risk."""

import resource
import subprocess

import pytest

from buttond import wait_until
from knowing_client import KnowingClient

QUICK = ("--epoch", "50ms", "--miss-wait", "1ms")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """Writes to a file until there is no room; returns it."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            return ballast


def at_risk(server):
    return server.metrics()["buttond_impressions_at_risk"]


def test_a_full_disk_from_the_start(servers, small_disk, tmp_path):
    fill(small_disk)
    store = f"sqlite:{tmp_path / 'elsewhere.db'}"
    server = servers(*QUICK, store=store, data=small_disk)
    client = KnowingClient()
    client.read_for(server, 1)
    server.wait_stored()
    assert server.metrics()["buttond_journal_errors_total"] > 0
    server.wait_log("No space left on device")
    client.check(server.impressions())


def test_a_disk_that_gets_full_and_has_room_again(servers, tmp_path, small_disk):
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    store = f"sqlite:{tmp_path / 'elsewhere.db'}"
    server = servers(*QUICK, store=store, data=small_disk)
    client = KnowingClient()
    client.read_for(server, 0.3)
    ballast = fill(small_disk)
    client.read_for(server, 1)

    def failed():
        fill(small_disk)  # again: the journal has removed files since, and uses their room
        client.read_for(server, 0.2)
        return server.metrics()["buttond_journal_errors_total"] > 0

    wait_until(failed, what="an error")
    ballast.unlink()
    client.read_for(server, 0.3)
    server.wait_stored()
    wait_until(lambda: at_risk(server) == 0, what="safety")
    client.start(server)
    wait_until(lambda: server.books()["seen"] > 100)
    server.kill()
    client.stop()
    server.start()
    server.wait_stored()
    client.check(server.impressions())


def test_files_that_must_not_grow(servers):
    """RLIMIT_FSIZE, as `LimitFSIZE=` of systemd sets it: an error, not the end of the process."""
    down = "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100"
    server = servers(*QUICK, "--flush-deadline", "0s", store=down)
    client = KnowingClient()
    client.read_for(server, 0.3)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1000, 1000))
    client.read_for(server, 1)
    wait_until(lambda: server.metrics()["buttond_journal_errors_total"] > 0, what="an error")
    books = server.books()
    assert books["lost"] == 0
    assert books["pending"] == books["accepted"] == client.answered.total()


def test_a_read_only_data_directory(servers, tmp_path, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    store = f"sqlite:{tmp_path / 'elsewhere.db'}"
    server = servers(*QUICK, store=store, data=small_disk)
    client = KnowingClient()
    client.read_for(server, 0.5)
    server.wait_stored()
    server.wait_log("Read-only file system")
    server.wait_log("in memory only")
    client.check(server.impressions())


def test_a_restart_that_overlaps_its_predecessor(servers, tmp_path):
    store = f"sqlite:{tmp_path / 'both.db'}"
    data = tmp_path / "data"
    first = servers(*QUICK, store=store, data=data)
    second = servers(*QUICK, store=store, data=data)
    client = KnowingClient()
    client.read_for(first, 0.3)
    client.read_for(second, 0.3)
    client.start(first)
    wait_until(lambda: first.books()["seen"] > 200)
    first.kill()
    client.stop()
    # The one that lives flushes what the dead one left.
    expected = client.answered.total()
    wait_until(lambda: sum(second.impressions().values()) >= expected, what="what was left behind")
    second.wait_stored()
    # Of the dead one nothing is left but what a reader counted since.
    wait_until(lambda: len(list((data / "journal").iterdir())) == 1, what="the end of its directory")
    client.check(second.impressions())


@pytest.fixture
def left_behind(servers):
    """A node that stopped with a batch that its store never saw."""
    down = "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=50"
    server = servers("--epoch", "50ms", "--flush-deadline", "0s", store=down)
    server.buttons("https://example.com/a", "https://example.com/a")
    wait_until(lambda: server.metrics()["buttond_journal_batches"] == 1, what="a batch")
    server.terminate()
    server.store = None
    return server


def only_batch(server):
    (batch,) = (server.data / "journal").glob("*/deltas-*")
    return batch


def test_pending_batches_are_stored_after_a_restart(left_behind):
    left_behind.start()
    left_behind.wait_stored()
    assert left_behind.books()["seen"] == 2
    assert left_behind.impressions() == {"example.com/a": 2}


@pytest.mark.parametrize("damage", ["truncated", "torn", "other version", "other node"])
def test_a_damaged_file_is_refused_and_left_as_it_is(left_behind, damage):
    batch = only_batch(left_behind)
    content = bytearray(batch.read_bytes())
    if damage == "truncated":
        del content[-5:]
    elif damage == "torn":
        content[100:] = bytes(len(content) - 100)
    elif damage == "other version":
        content[8] = 200
    else:
        batch = batch.parent.rename(batch.parent.with_name(32 * "0")) / batch.name
    batch.write_bytes(content)
    left_behind.start()
    left_behind.buttons("https://example.com/b")
    left_behind.wait_stored()
    assert left_behind.impressions() == {"example.com/b": 1}
    assert left_behind.metrics()["buttond_journal_errors_total"] == 1
    left_behind.wait_log(f"{batch} is not used")
    assert batch.read_bytes() == content
    assert left_behind.books()["lost"] == 0
