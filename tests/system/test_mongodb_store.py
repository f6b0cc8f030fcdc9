"""The server on MongoDB: what one that is away, hung or restarted does to readers (nothing) and to the counts
(nothing). Keys are counted by the test itself, from the answers it got whole."""

import collections
import time
from pathlib import Path

import pytest
from buttond import wait_until

QUICK = "serverSelectionTimeoutMS=500&connectTimeoutMS=500&socketTimeoutMS=700&heartbeatFrequencyMS=500"


def count(node, links, rounds, expected):
    """Shows the buttons of `links` for `rounds` times; `expected` gets what the answers acknowledged."""
    for _ in range(rounds):
        node.buttons(*[f"https://{link}" for link in links])
        expected.update(links)


def test_counts_reach_mongodb_as_documented(servers, mongo, database):
    node = servers("--epoch", "50ms", "--fold", "50ms", store=mongo.uri(database))
    expected = collections.Counter()
    count(node, ["example.com/a", "example.com/b"], 3, expected)
    assert node.get("/add?url=https://example.com/a").status in (200, 302)
    assert node.report_shares([{"url": "https://example.com/a", "id": "s1", "shares": 2}]).json == {
        "counted": 1,
        "repeated": 0,
    }
    node.wait_stored()
    assert mongo.wait_folded(database) == expected
    assert mongo.tallies(database)["example.com/a"] == (3, 1, 2)
    documents = mongo.database(database)
    document = documents.links.find_one({"_id": "example.com/a"})
    assert document["site"] == "example.com"
    assert document["recent"] == ["s1"]
    assert 0 < document["folded"] <= documents.fold.find_one()["n"]
    day = documents.site_days.find_one()
    assert day["_id"] == time.strftime("example.com|%Y-%m-%d", time.gmtime())
    assert (day["site"], day["day"].strftime("%Y-%m-%d")) == tuple(day["_id"].split("|"))
    wait_until(lambda: documents.site_days.find_one()["shares"] == 2, what="the shares of the day")
    assert (day["impressions"], day["clicks"]) == (6, 1)
    assert mongo.wait_folded(database) == expected
    assert not Path(f"/dev/shm/mongoc-{node.process.pid}").exists(), "a kill would leave it there"


def test_a_server_starts_and_serves_with_mongodb_away_and_stores_when_it_is_there(servers, own_mongo):
    own_mongo.stop()
    node = servers("--epoch", "50ms", "--fold", "50ms", store=own_mongo.uri(options=QUICK))
    expected = collections.Counter()
    count(node, ["example.com/a"], 20, expected)
    assert node.books()["pending"] == 20
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, what="the alarm")
    answer = node.report_shares([{"url": "https://example.com/a", "id": "s1"}])
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    node.wait_log("store mongodb://")

    own_mongo.start()
    node.wait_stored(30)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 20)
    wait_until(lambda: node.report_shares([{"url": "https://example.com/a", "id": "s1"}]).status == 200, 20)
    assert node.report_shares([{"url": "https://example.com/a", "id": "s1"}]).json["repeated"] == 1
    assert own_mongo.wait_folded() == expected
    assert own_mongo.tallies()["example.com/a"][2] == 1


@pytest.mark.alone
def test_a_hung_mongodb_holds_nobody_and_counts_once_what_it_does_later(servers, own_mongo):
    """Commands that timed out are still run by the server when it goes on."""
    node = servers("--epoch", "50ms", "--fold", "50ms", "--fresh", "100ms", store=own_mongo.uri(options=QUICK))
    expected = collections.Counter()
    links = [f"example.com/{i}" for i in range(20)]
    count(node, links, 2, expected)
    node.wait_stored()
    for _ in range(3):
        own_mongo.halt()
        start = time.monotonic()
        count(node, links, 10, expected)
        assert time.monotonic() - start < 5, "readers waited for the store"
        wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
        own_mongo.go_on()
        count(node, links, 2, expected)
        node.wait_stored(30)
    assert own_mongo.wait_folded() == expected


def test_mongodb_restarts_under_a_running_server(servers, own_mongo):
    node = servers("--epoch", "50ms", "--fold", "50ms", store=own_mongo.uri(options=QUICK))
    expected = collections.Counter()
    for _ in range(2):
        count(node, ["example.com/a", "example.com/b"], 5, expected)
        own_mongo.stop()
        count(node, ["example.com/b", "example.com/c"], 5, expected)
        own_mongo.start()
        node.wait_stored(30)
    assert own_mongo.wait_folded() == expected


def test_a_uri_that_cannot_work_stops_the_start_and_shows_no_password(servers):
    for uri, told in (
        ("mongodb://127.0.0.1:27017", "names no database"),
        ("mongodb://app:s3:cret@127.0.0.1/buttond", "percent-encode"),
    ):
        node = servers(store=uri, ready=False)
        assert node.process.wait(10) == 2
        node.reader.join()
        assert told in node.log
        assert "s3" not in node.log
        assert len(node.log.splitlines()) == 1
