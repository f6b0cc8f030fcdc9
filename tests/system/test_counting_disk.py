"""The data directory: full, read-only, damaged, in use by another process. Serving goes on, and the books say what
is at risk."""

import itertools
import resource
import shutil
import subprocess
import time

import pytest

import store_troubles
from buttond import wait_until
from knowing_client import KnowingClient
from recorded_disk import RecordedDisk, missing_here
from store_troubles import fill

QUICK = ("--epoch", "50ms", "--miss-wait", "1ms")


@pytest.fixture
def small_disk(tmp_path):
    with store_troubles.small_disk(tmp_path / "small", "1m") as folder:
        yield folder


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
    server.wait_log("are not on the disk")
    client.check(server.impressions())


@pytest.fixture
def mortal_disk(tmp_path):
    if why := missing_here():
        pytest.fail(f"no disk can die here: {why}", pytrace=False)
    disk = RecordedDisk(tmp_path / "disk")
    yield disk
    disk.close()


def test_what_a_disk_that_dies_did_not_take_is_at_risk_and_the_store_gets_what_comes_then(servers, tmp_path, mortal_disk):
    store = f"sqlite:{tmp_path / 'elsewhere.db'}"
    server = servers("--epoch", "300ms", "--sync", "50ms", "--new-links", "0", store=store, data=mortal_disk.mount / "data")
    client = KnowingClient()
    client.read_for(server, 1)
    server.wait_stored()
    mortal_disk.die()
    links = (f"https://example.com/of/a/length/that/makes/pages/{number}" for number in range(5_000))
    while some := list(itertools.islice(links, 50)):  # so that new pages of the dead disk are written to
        server.buttons(*some)
    wait_until(lambda: at_risk(server) > 0, what="the risk")
    server.wait_log("Input/output error: see to its disk")
    server.wait_log("are not on the disk")
    assert server.log.count("Input/output error") == 1
    later = "https://example.com/later"
    wait_until(lambda: server.buttons(later) and server.impressions().get("example.com/later"), 20, what="later counts")

    def settled():
        before = at_risk(server)
        time.sleep(1)  # epochs, in which the store takes what is in memory
        return before == at_risk(server) == server.books()["pending"] and before

    lost = wait_until(settled, what="the store to have all the others")
    assert 0 < lost < 5_000
    server.terminate(status=3)
    words = f"stopped: {lost:.0f} impressions are lost: neither {server.data} nor the store has them"
    assert words in server.log, [line for line in server.log.splitlines() if "stopped: " in line]


def test_a_data_directory_that_is_removed_is_said_to_be_and_what_comes_then_is_counted(servers, tmp_path):
    server = servers(*QUICK, "--flush-deadline", "2s", store=f"sqlite:{tmp_path / 'elsewhere.db'}")
    client = KnowingClient()
    client.read_for(server, 0.5)
    server.wait_stored()  # else it is lost with the directory
    shutil.rmtree(server.data)
    server.wait_log("was removed while buttond ran")
    client.read_for(server, 0.5)
    server.wait_stored()
    wait_until(lambda: at_risk(server) == 0, what="safety")
    before = server.books()["seen"]
    client.start(server)
    wait_until(lambda: server.books()["seen"] > before + 100)
    server.kill()
    client.stop()
    server.start()
    server.wait_stored()
    client.check(server.impressions())


@pytest.fixture
def mount_point(tmp_path):
    """A folder that is mounted elsewhere; called, it is mounted again."""
    folder, place = tmp_path / "folder", tmp_path / "place"
    folder.mkdir()
    place.mkdir()

    def mount():
        subprocess.run(["mount", "--bind", folder, place], check=True)
        return place

    yield mount
    subprocess.run(["umount", "--lazy", place], check=False)


@pytest.mark.parametrize("killed", [False, True], ids=["runs on", "is killed"])
def test_a_data_directory_that_is_unmounted_for_a_while_loses_nothing(servers, tmp_path, mount_point, killed):
    data = mount_point()
    server = servers(*QUICK, store=f"sqlite:{tmp_path / 'elsewhere.db'}", data=data)
    client = KnowingClient()
    client.read_for(server, 0.5)
    subprocess.run(["umount", "--lazy", data], check=True)
    client.read_for(server, 1)
    server.wait_log("see that its disk is mounted")
    if killed:
        server.kill()
    mount_point()
    if killed:
        server.start()
    client.read_for(server, 0.5)
    server.wait_stored()
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


def test_a_file_that_is_no_journals_is_told_of_once_and_left_alone(servers, tmp_path):
    foreign = tmp_path / "data" / "journal" / (32 * "0") / "notes"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("by hand")
    server = servers(*QUICK, data=tmp_path / "data")
    server.wait_log(f"{foreign} is no file of a journal")
    KnowingClient().read_for(server, 0.5)  # ten epochs
    server.wait_stored()
    assert server.log.count("is no file of a journal") == 1
    assert foreign.read_text() == "by hand"


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
