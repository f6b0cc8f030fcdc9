"""The books of shares in /metrics: reported = counted + repeated + failed + waiting, on each way a share can take."""

import re
import urllib.parse

import pytest

from buttond import wait_until

QUICK = ("--epoch", "50ms", "--fresh", "100ms", "--miss-wait", "5s")
LINK = "https://example.com/a"
NAMES = ("reported", "recovered", "counted", "repeated", "failed", "lost")


def shares(server):
    """The books; asserts that they balance."""
    metrics = server.metrics()
    books = {name: int(metrics[f"buttond_shares_{name}_total"]) for name in NAMES}
    books["waiting"] = int(metrics["buttond_shares_waiting"])
    assert books["reported"] == books["counted"] + books["repeated"] + books["failed"] + books["waiting"], books
    return books


def has(server, **expected):
    return shares(server) == {**dict.fromkeys([*NAMES, "waiting"], 0), **expected}


def choose(server, id):
    query = urllib.parse.urlencode({"place": "x", "url": LINK, "id": id})
    assert server.get("/v1/chosen?" + query, method="POST").status == 204


def follow(server, page):
    """The link of a share page that leads to a place."""
    link = re.search(r'href="(/add/to[^"]+)" data-place="bluesky"', page)[1].replace("&amp;", "&")
    assert server.get(link).status == 302


def in_store(server):
    return server.export().get("example.com/a", {"shares": 0})["shares"]


@pytest.fixture
def away(servers, tmp_path):
    """A node whose store is in a folder that is not there."""
    return servers(*QUICK, store=f"sqlite:{tmp_path}/missing/buttond.db")


def bring_back_the_store_of(away):
    (away.folder.parent / "missing").mkdir()


@pytest.fixture
def server(servers):
    return servers(*QUICK)


def test_what_the_application_reports(server):
    assert has(server)
    server.report_shares([{"url": LINK, "id": "1", "shares": 5}, {"url": LINK, "id": "2"}, {"url": LINK, "id": "1"}])
    assert has(server, reported=3, counted=2, repeated=1)
    server.report_shares({"url": LINK, "id": "2"})
    assert has(server, reported=4, counted=2, repeated=2)
    assert in_store(server) == 6


def test_a_report_that_is_refused_or_not_authorized_did_not_come_in(server):
    server.report_shares([{"url": LINK, "id": "1"}, {"url": "mailto:a", "id": "2"}])
    server.report_shares([{"url": LINK, "id": str(i)} for i in range(257)])
    server.get("/v1/shares", method="POST", body=b'{"url":"https://example.com/a","id":"1"}')
    assert has(server)


def test_what_readers_share(server):
    page = server.get("/add?url=" + urllib.parse.quote(LINK, safe="")).text
    follow(server, page)
    assert has(server, reported=1, counted=1)
    follow(server, page)
    choose(server, "1")
    choose(server, "1")
    assert has(server, reported=4, counted=2, repeated=2)
    assert in_store(server) == 2


def test_a_robots_share_did_not_come_in(server):
    query = urllib.parse.urlencode({"place": "x", "url": LINK, "id": "1"})
    server.get("/v1/chosen?" + query, method="POST", headers={"User-Agent": "Googlebot/2.1"})
    assert has(server)


def test_with_the_store_away_reports_fail_and_readers_shares_wait(away):
    assert away.report_shares([{"url": LINK, "id": "1"}, {"url": LINK, "id": "2"}]).status == 503
    assert has(away, reported=2, failed=2)
    follow(away, away.get("/add?url=" + urllib.parse.quote(LINK, safe="")).text)
    choose(away, "1")
    choose(away, "1")
    assert has(away, reported=5, failed=2, repeated=1, waiting=2)
    bring_back_the_store_of(away)
    wait_until(lambda: has(away, reported=5, failed=2, repeated=1, counted=2), 40, what="the shares")
    assert in_store(away) == 2


def test_over_kills_what_came_in_is_reported_less_recovered(away):
    came_in = 0
    for life in range(4):
        choose(away, f"life-{life}")
        choose(away, f"life-{life}")
        wait_until(lambda: shares(away)["waiting"] == life + 1, what="what waits, that of earlier lives included")
        books = shares(away)
        assert books["recovered"] == life
        came_in += books["reported"] - books["recovered"]
        away.kill()
        away.start()
    assert came_in == 8
    bring_back_the_store_of(away)
    wait_until(lambda: has(away, reported=4, recovered=4, counted=4), 40, what="the shares")
    assert in_store(away) == 4


def test_a_damaged_file_fails_and_one_that_another_process_took_is_repeated(servers, away):
    choose(away, "1")
    away.kill()
    (away.data / "shares" / "0123.json").write_text("no share")
    away.start()
    wait_until(lambda: has(away, reported=2, recovered=2, failed=1, waiting=1), 20, what="the files")
    bring_back_the_store_of(away)
    wait_until(lambda: has(away, reported=2, recovered=2, failed=1, counted=1), 40, what="the share")
