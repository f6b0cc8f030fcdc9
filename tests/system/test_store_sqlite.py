"""What the server says of an embedded store that cannot be written: its disk full, read-only, gone, held by another
program, damaged. Nothing is lost, and `buttond_store_up` is 0 meanwhile."""

import sqlite3
import subprocess

import pytest

from buttond import wait_until
from store_troubles import complaint, complaints, fill, lines_about, scrapes, small_disk

FLAGS = ("--epoch", "50ms", "--miss-wait", "1ms", "--flush-deadline", "100ms")


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def count(node, times):
    for _ in range(times):
        node.buttons("https://example.com/a")


def remount(folder, how):
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def assert_down(node, seconds, cause):
    """It is down and stays so, and one line says why."""
    wait_until(lambda: complaints(node), 20, what="a word about it")
    assert set(scrapes(node, seconds)) == {0}
    said = complaint(node)
    assert " error store sqlite:" in said and cause in said and "in the journal" in said
    assert not lines_about(node, "again")


def assert_up_again(node, impressions):
    node.wait_stored(30)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 20)
    wait_until(lambda: len(lines_about(node, "written again")) == 1, what="one word about its end")
    assert node.impressions() == {"example.com/a": impressions}


def test_a_full_disk(servers, disk):
    node = servers(*FLAGS, store=f"sqlite:{disk}/buttond.db")
    count(node, 1)
    node.wait_stored()
    ballast = fill(disk)
    for number in range(200):  # what the file has left is used first
        node.buttons(f"https://example.com/{number}/{'x' * 1500}")
    assert_down(node, 3, "the store's disk is full")
    ballast.unlink()
    node.wait_stored(30)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 20)
    assert sum(node.impressions().values()) == 201


def test_an_idle_node_says_that_the_disk_is_full(servers, disk):
    node = servers(*FLAGS, store=f"sqlite:{disk}/buttond.db")
    count(node, 1)
    node.wait_stored()
    fill(disk)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
    said = complaint(node)
    assert "can_write failed: the store's disk is full" in said


@pytest.mark.parametrize("there", [False, True], ids=["before it is made", "with counts in it"])
def test_a_file_system_that_is_read_only(servers, disk, there):
    if not there:
        remount(disk, "ro")
    node = servers(*FLAGS, store=f"sqlite:{disk}/buttond.db")
    if there:
        count(node, 1)
        node.wait_stored()
        node.terminate()
        remount(disk, "ro")
        node.start()
    count(node, 2)
    assert_down(node, 3, "read")
    assert sorted(path.name for path in disk.iterdir()) == (["buttond.db"] if there else [])
    remount(disk, "rw")
    assert_up_again(node, 3 if there else 2)


def test_a_directory_that_is_gone(servers, tmp_path):
    folder = tmp_path / "later"
    node = servers(*FLAGS, store=f"sqlite:{folder}/buttond.db")
    count(node, 2)
    wait_until(lambda: complaints(node), 20)
    assert set(scrapes(node, 3)) == {0}
    assert "see that the directory is there" in complaint(node)
    assert not folder.exists()
    folder.mkdir()
    assert_up_again(node, 2)


def test_another_program_that_holds_the_file_for_long(servers, tmp_path):
    """Reading goes on: it hid that nothing was written."""
    node = servers(*FLAGS, store=f"sqlite:{tmp_path}/buttond.db")
    count(node, 1)
    node.wait_stored()
    holder = sqlite3.connect(tmp_path / "buttond.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    count(node, 2)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
    assert set(scrapes(node, 8)) == {0}
    said = complaint(node)
    assert " warning store sqlite:" in said and "did not answer in time" in said
    assert "see which other program holds the file" in said
    assert not lines_about(node, "again")
    holder.execute("ROLLBACK")
    holder.close()
    assert_up_again(node, 3)


def test_a_damaged_file(servers, tmp_path):
    file = tmp_path / "buttond.db"
    node = servers(*FLAGS, store=f"sqlite:{file}")
    for number in range(300):
        node.buttons(f"https://example.com/{number}")
    node.wait_stored()
    node.terminate()
    size = file.stat().st_size
    with open(file, "r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (size - 4096))
    node.start()
    count(node, 2)
    assert_down(node, 3, "the store's file or its disk is damaged")
    assert node.books()["pending"] == 2
