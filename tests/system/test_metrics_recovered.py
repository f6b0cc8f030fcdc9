"""accepted - recovered: what a process counted itself, so that a sum over restarts has each event once."""

import random
import time
from collections import Counter

from knowing_client import KnowingClient

KILLS = 25


def own(metrics, noun="impressions"):
    return int(metrics[f"buttond_{noun}_accepted_total"] - metrics[f"buttond_{noun}_recovered_total"])


def test_a_restart_no_longer_counts_again_what_it_found_in_the_journal(servers):
    """Three lives of 100, 60 and 30 impressions, of which each was brought by a later one, added up to more than 190."""
    server = servers("--epoch", "1h")
    total = 0
    for impressions in (100, 60, 30):
        for number in range(impressions):
            server.buttons(f"https://example.com/{number}")
        server.get("/add?url=https%3A%2F%2Fexample.com%2F0")
        total += own(server.metrics())
        server.books()
        server.books("clicks")
        server.kill()
        server.start()
    metrics = server.metrics()
    assert (total, own(metrics)) == (190, 0)
    assert metrics["buttond_impressions_recovered_total"] >= 30
    assert metrics["buttond_clicks_recovered_total"] >= 1
    server.terminate()
    assert sum(server.impressions().values()) == 190


def test_over_many_kills_the_sum_of_accepted_less_recovered_is_what_is_stored(servers):
    server = servers("--epoch", "50ms", "--miss-wait", "1ms")
    client = KnowingClient()
    total = clicks = 0
    for life in range(KILLS):
        if life > 0:
            server.start()
        client.start(server)
        time.sleep(random.uniform(0.02, 0.2))
        client.stop()  # so that the last moment is known; the epoch goes on
        if life % 3 == 0:
            clicks += server.get("/add?url=https%3A%2F%2Fexample.com%2F0").status == 200
        server.books()
        server.books("clicks")
        metrics = server.metrics()
        total += own(metrics)
        clicks -= own(metrics, "clicks")
        server.kill()
    server.start()
    server.wait_stored(60)
    assert own(server.metrics()) == 0
    assert total == client.answered.total() == sum(server.impressions().values())
    assert clicks == 0


def test_under_load_a_kill_takes_no_more_from_the_sum_than_came_after_the_last_look(servers):
    server = servers("--epoch", "50ms", "--miss-wait", "1ms")
    client = KnowingClient()
    seen = 0
    for life in range(10):
        if life > 0:
            server.start()
        before = Counter(client.answered)
        client.start(server)
        looked = 0
        until = time.monotonic() + random.uniform(0.05, 0.3)
        while time.monotonic() < until:
            server.books()
            looked = own(server.metrics())
        server.kill()
        client.stop()
        assert looked <= client.answered.total() - before.total() + client.open.total()
        seen += looked
    server.start()
    server.wait_stored(60)
    client.check(server.impressions())
    assert 0 < seen <= sum(server.impressions().values())
