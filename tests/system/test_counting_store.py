"""The store away, refusing, hanging, cut in the middle of a batch, answering too late: readers notice nothing, and
each impression is counted once."""

import threading
import time
from contextlib import suppress

import pytest

from buttond import wait_until
from knowing_client import KnowingClient
from tcp_proxy import Proxy

QUICK = ("--epoch", "100ms", "--fold", "100ms", "--miss-wait", "1ms")
TIMEOUTS = "serverSelectionTimeoutMS=500&connectTimeoutMS=500&socketTimeoutMS=1000"


@pytest.fixture
def proxy(mongo):
    between = Proxy(mongo.address)
    yield between
    between.close()


@pytest.fixture
def node(servers, mongo, proxy, database):
    """A node whose way to its store is the proxy."""
    server = servers(*QUICK, store=mongo.uri(database, TIMEOUTS, proxy.address))
    server.stored = lambda: mongo.wait_folded(database)
    return server


def assert_all_stored(node, client, seconds=60):
    node.wait_stored(seconds)
    client.check(node.stored())


FAULTS = [
    {"mode": "refuse"},
    {"mode": "hang"},
    {"mode": "delay", "seconds": 1.5},  # longer than the client waits: what it sent is done all the same
]


def read_through(node, proxy, client, faults, seconds):
    """Readers come before, while and after the store fails, for `seconds` in each way."""
    client.read_for(node, 0.5)
    for fault in faults:
        proxy.behave(**fault)
        client.read_for(node, seconds)
        assert node.metrics()["buttond_store_up"] == 0
        assert node.books()["pending"] > 0
    proxy.behave("pass")
    client.read_for(node, 0.5)
    assert_all_stored(node, client)
    assert client.open.total() == 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["mode"])
def test_a_store_that_fails_for_a_while(node, proxy, fault):
    read_through(node, proxy, KnowingClient(), [fault], 4)


@pytest.mark.release
def test_a_store_that_is_away_for_minutes(node, proxy):
    read_through(node, proxy, KnowingClient(), FAULTS, 45)


def test_connections_that_break_in_the_middle_of_batches(node, proxy):
    client = KnowingClient(links=300)
    for size in (200, 2_000, 5_000, 9_000, 14_000, 20_000, 40_000):
        client.start(node)
        proxy.behave("cut", bytes=size)
        wait_until(lambda: proxy.mode == "pass", 30, what="the cut")
        client.stop()
    assert_all_stored(node, client)


def test_a_way_too_slow_for_eight_batches_gets_fewer_at_a_time(node, proxy):
    """One takes some 0.6 s; eight of them take more than the client waits."""
    links = [f"https://example.com/{number}" for number in range(8_000)]
    proxy.behave("refuse")
    for first in range(0, len(links), 50):
        assert len(node.buttons(*links[first : first + 50])) == 50
    proxy.behave("slow", seconds=0.03)
    node.wait_stored(60)
    proxy.behave("pass")
    assert node.stored() == {link.removeprefix("https://"): 1 for link in links}
    timeouts = node.metrics()['buttond_store_errors_total{operation="bring",cause="timeout"}']
    assert timeouts > 0, "the way was never too slow"


def bytes_that_wait(node):
    """Of what is not in a tally sheet any more; without files that go meanwhile."""
    sizes = 0
    for file in (node.data / "journal").glob("*/deltas-*"):
        with suppress(FileNotFoundError):
            sizes += file.stat().st_size
    return sizes


def test_the_journal_of_an_outage_grows_by_links_not_by_time(node, proxy):
    client = KnowingClient(links=50)
    client.read_for(node, 0.5)
    proxy.behave("refuse")
    sizes = []
    for _ in range(6):
        client.read_for(node, 1)
        sizes.append(bytes_that_wait(node))
    one_file = 200 + 50 * (28 + len("example.com/00"))
    assert max(sizes) < 6 * one_file, sizes
    proxy.behave("pass")
    assert_all_stored(node, client)


def test_a_node_that_dies_during_an_outage(node, proxy):
    client = KnowingClient()
    client.read_for(node, 0.3)
    proxy.behave("refuse")
    for _ in range(5):
        client.start(node)
        time.sleep(0.4)
        node.kill()
        client.stop()
        node.start()
    assert node.books()["pending"] > 0
    proxy.behave("pass")
    assert_all_stored(node, client)


def test_two_nodes_and_the_same_fresh_links_at_the_same_moment(servers, mongo, database):
    uri = mongo.uri(database)
    nodes = [servers("--epoch", "20ms", "--fold", "20ms", "--miss-wait", "0s", store=uri) for _ in range(2)]
    asked = {}
    for round_ in range(200):
        links = [f"https://example.com/{round_}/{number}" for number in range(20)]
        readers = [threading.Thread(target=node.buttons, args=links) for node in nodes]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        asked.update({link.removeprefix("https://"): 2 for link in links})
    for node in nodes:
        node.wait_stored(60)
    assert mongo.wait_folded(database) == asked
    assert len(mongo.database(database).fold.find_one()["marks"]) == 2
