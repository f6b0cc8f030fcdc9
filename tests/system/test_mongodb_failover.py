"""A replica set that fails under load: its primary killed, hung, deposed, its members rolled or short of one. Readers
notice nothing, and each link is exact."""

import time

import pytest

from buttond import wait_until
from knowing_client import KnowingClient

FLAGS = ("--epoch", "100ms", "--fold", "100ms", "--miss-wait", "1ms")
QUICK = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000&heartbeatFrequencyMS=500"


@pytest.fixture
def nodes(servers, own_mongo):
    """Two nodes, both of which fold."""
    return [servers(*FLAGS, store=own_mongo.uri(options=QUICK)) for _ in range(2)]


@pytest.fixture
def client(nodes):
    """Readers of the first node, with readers of the second one beside them."""
    readers = [KnowingClient(prefix="example.com") for _ in nodes]
    for reader, node in zip(readers, nodes):
        reader.start(node)
    yield readers
    for reader in readers:
        reader.stop()


def check_all(readers, nodes, mongo):
    for reader in readers:
        reader.stop()
    for node in nodes:
        node.wait_stored(60)
    stored = mongo.wait_folded(seconds=60)
    both = KnowingClient(prefix="example.com")
    for reader in readers:
        both.answered += reader.answered
        both.open += reader.open
        both.errors += reader.errors
    both.check(stored)
    assert both.open.total() == 0
    assert mongo.database().refused.count_documents({}) == 0


def kill(mongo):
    killed = mongo.wait_primary()
    mongo.kill(killed)
    mongo.wait_primary(other_than=killed)
    mongo.start_member(killed)
    mongo.wait_followed(60)


def hang(mongo):
    for seconds in (1, 3, 8):
        halted = mongo.wait_primary()
        mongo.halt(halted)
        time.sleep(seconds)
        mongo.go_on(halted)
        mongo.wait_followed(60)


def restart_each(mongo):
    for member in mongo.members:
        mongo.restart(member)
        mongo.wait_followed(60)


def step_down(mongo):
    mongo.step_down()
    mongo.wait_followed(60)


def in_release(fail):
    """With sanitizers one kind of failure will do."""
    return pytest.param(fail, marks=pytest.mark.release)


@pytest.mark.parametrize(
    "fail", [kill, in_release(hang), in_release(restart_each), in_release(step_down)], ids=lambda fail: fail.__name__
)
def test_a_primary_that_fails_under_load(nodes, client, own_mongo, fail):
    time.sleep(0.5)
    for _ in range(1 if fail in (hang, restart_each) else 3):
        fail(own_mongo)
        time.sleep(0.5)
    check_all(client, nodes, own_mongo)


def test_with_one_of_three_members_down_batches_are_stored_and_folded(nodes, client, own_mongo):
    down = next(member for member in own_mongo.members if member is not own_mongo.wait_primary())
    own_mongo.kill(down)
    time.sleep(1)
    check_all(client, nodes, own_mongo)


def test_without_a_majority_nothing_is_called_stored(nodes, client, own_mongo):
    wait_until(lambda: nodes[0].books()["stored"] > 0, what="the first flush")
    primary = own_mongo.wait_primary()
    for member in own_mongo.members:
        if member is not primary:
            own_mongo.halt(member)
    time.sleep(0.5)  # what a secondary has confirmed already is stored, and may be said so
    stored = nodes[0].books()["stored"]
    time.sleep(2)
    assert nodes[0].books()["stored"] == stored
    assert nodes[0].books()["pending"] > 0
    own_mongo.go_on()
    check_all(client, nodes, own_mongo)


@pytest.mark.release
def test_nodes_and_folders_that_are_killed_again_and_again(servers, own_mongo, nodes, client):
    """The readers' two nodes live; three others, which fold beside them, die at any step of it."""
    quick = ("--epoch", "20ms", "--fold", "20ms", "--miss-wait", "1ms")
    folders = [servers(*quick, store=own_mongo.uri(options=QUICK)) for _ in range(3)]
    own = [KnowingClient(links=10, prefix=f"of-{number}.example") for number in range(3)]
    for round_ in range(12):
        dying = round_ % 3
        own[dying].start(folders[dying])
        time.sleep(0.15 + 0.01 * round_)
        folders[dying].kill()
        own[dying].stop()
        folders[dying].start()
    for node in folders:
        node.wait_stored(60)
    for reader in client:
        reader.stop()
    for node in nodes:
        node.wait_stored(60)
    # A node that was killed within a transaction locks its links until MongoDB gives it up, after 60 s.
    stored = own_mongo.wait_folded(seconds=120)
    for number, reader in enumerate(own):
        reader.check({key: count for key, count in stored.items() if key.startswith(f"of-{number}.")})
    for key in client[0].keys:
        assert stored.get(key, 0) == sum(reader.answered[key] for reader in client)
