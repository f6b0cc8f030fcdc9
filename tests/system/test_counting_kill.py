"""kill -9 under load: what was answered is counted, once."""

import random
import time

import pytest

from buttond import wait_until
from knowing_client import KnowingClient

EPOCH = ("--epoch", "50ms", "--miss-wait", "1ms")


def live_and_die(server, client, cycles):
    for cycle in range(cycles):
        if cycle > 0:
            server.start()
        client.start(server)
        time.sleep(random.uniform(0.05, 0.4))
        server.kill()
        client.stop()
    server.start()
    server.wait_stored(60)


def test_fifty_kills_on_the_embedded_store(servers):
    server = servers(*EPOCH)
    client = KnowingClient()
    live_and_die(server, client, 50)
    client.check(server.impressions())


def test_kills_on_mongodb(servers, mongo, database):
    server = servers(*EPOCH, "--fold", "50ms", store=mongo.uri(database))
    client = KnowingClient()
    live_and_die(server, client, 10)
    client.check(mongo.wait_folded(database))


def test_a_kill_in_the_middle_of_the_first_request_counts_nothing_twice(servers):
    server = servers("--epoch", "1h")
    client = KnowingClient(threads=8)
    for _ in range(5):
        client.start(server)
        wait_until(lambda: client.answered.total() > 0 or not any(t.is_alive() for t in client.running))
        server.kill()
        client.stop()
        server.start()
    server.terminate()
    client.check(server.impressions())


@pytest.mark.parametrize("signals", [1, 2])
def test_a_stop_loses_nothing(servers, signals):
    server = servers("--epoch", "1h", "--drain-delay", "100ms")
    client = KnowingClient()
    client.read_for(server, 0.5)
    server.process.terminate()
    if signals == 2:
        time.sleep(0.05)
        server.process.terminate()
    server.process.wait(30)
    server.reader.join()
    server.start()
    server.wait_stored()
    client.check(server.impressions())
