"""A data directory that is there twice: copied cold, copied while its server runs, put back from a backup. The links
are exact, or an alarm says how many impressions were set aside."""

import shutil
import time
from collections import Counter

from knowing_client import KnowingClient

FLAGS = ("--epoch", "200ms", "--fold", "100ms", "--miss-wait", "1ms")
AWAY = "mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=100"


def copy(data, to):
    """As `cp -r` does it: what goes away meanwhile is not there."""
    shutil.copytree(data, to, copy_function=copy_one, dirs_exist_ok=True)


def copy_one(source, to):
    try:
        shutil.copyfile(source, to)
    except FileNotFoundError:
        pass


def add(*counts):
    return sum((Counter(one) for one in counts), Counter())


def bring_two_cold_copies(servers, mongo, database, tmp_path, client, *flags):
    """Of a node that could not bring anything, and was killed. Returns both and what was set aside."""
    node = servers(*FLAGS, *flags, store=AWAY)
    client.read_for(node, 1)
    node.kill()
    for number in (1, 2):
        copy(node.data, tmp_path / f"copy-{number}")
    copies = [servers(*FLAGS, store=mongo.uri(database), data=tmp_path / f"copy-{number}") for number in (1, 2)]
    for one in copies:
        one.wait_stored()
    client.check(mongo.wait_folded(database))
    return copies, mongo.set_aside(database)


def test_two_cold_copies_of_a_file_bring_each_impression_once(servers, mongo, database, tmp_path):
    client = KnowingClient(links=1_500)
    _, set_aside = bring_two_cold_copies(servers, mongo, database, tmp_path, client, "--epoch", "1h", "--threads", "1")
    assert set_aside == {}


def test_two_cold_copies_of_several_files_bring_each_impression_once(servers, mongo, database, tmp_path):
    """Each merges them while they wait, and may cut them into other batches than the other one."""
    client = KnowingClient(links=1_500)
    copies, set_aside = bring_two_cold_copies(servers, mongo, database, tmp_path, client)
    assert any("set aside" in one.log for one in copies) == (set_aside.total() > 0)


def test_a_copy_made_while_its_server_runs_and_started_beside_it(servers, mongo, database, tmp_path):
    client = KnowingClient()
    original = servers(*FLAGS, store=mongo.uri(database))
    client.start(original)
    copies = []
    for number in range(4):
        time.sleep(0.3)
        copy(original.data, tmp_path / f"copy-{number}")
        copies.append(servers(*FLAGS, store=mongo.uri(database), data=tmp_path / f"copy-{number}"))
    time.sleep(1)
    client.stop()
    for node in [original, *copies]:
        node.wait_stored()
    stored = mongo.wait_folded(database)
    set_aside = mongo.set_aside(database)
    for key in client.keys:
        assert stored.get(key, 0) <= client.answered[key], f"{key} was counted twice"
        assert stored.get(key, 0) + set_aside[key] >= client.answered[key], f"{key} was lost in silence"
    told = "".join(node.log for node in [original, *copies])
    assert ("set aside" in told) == (set_aside.total() > 0)

    # The original counts on, under a name that nobody else has.
    later = KnowingClient(links=5, prefix="later.example")
    time.sleep(0.5)
    later.read_for(original, 0.5)
    original.wait_stored()
    stored = mongo.wait_folded(database)
    later.check({key: count for key, count in stored.items() if key.startswith("later.")})


def test_a_backup_of_an_hour_ago_is_put_back_under_load(servers, mongo, database, tmp_path):
    client = KnowingClient()
    node = servers(*FLAGS, store=mongo.uri(database))
    client.start(node)
    time.sleep(0.7)
    copy(node.data, tmp_path / "backup")
    time.sleep(1)
    client.stop()
    node.terminate()
    shutil.rmtree(node.data / "journal")
    copy(tmp_path / "backup", node.data)
    node.start()
    client.read_for(node, 1)
    node.wait_stored()
    client.check(mongo.wait_folded(database))


def test_a_journal_of_one_machine_is_brought_by_another(servers, mongo, database, tmp_path):
    """A disk that was moved: what it holds goes out under its own node's name, beside what the new node counts."""
    before, after = KnowingClient(links=10), KnowingClient(links=10)
    first = servers(*FLAGS, store=AWAY)
    before.read_for(first, 0.5)
    first.kill()
    second = servers(*FLAGS, store=mongo.uri(database), data=first.data)
    after.read_for(second, 0.5)
    second.wait_stored()
    stored = mongo.wait_folded(database)
    assert stored == add(before.answered, after.answered)
    marks = mongo.database(database).fold.find_one()["marks"]
    assert len(marks) == 2
