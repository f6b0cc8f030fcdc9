"""Shares of readers while the store is away: the reader goes on, and each share is counted later, once."""

import datetime
import json
import re
import sqlite3
import time

import pytest

from buttond import wait_until

QUICK = ("--epoch", "50ms", "--fresh", "100ms", "--miss-wait", "5s")
URL = "url=https%3A%2F%2Fexample.com%2Fa"


def share_links(server):
    """The links of a share page: each of them is another share."""
    page = server.get(f"/add?{URL}&text=Words").text
    links = re.findall(r'href="(/add/to[^"]+)" data-place="[a-z]+"', page)
    assert links
    return [link.replace("&amp;", "&") for link in links]


def files(server):
    return sorted((server.data / "shares").glob("*"))


def waiting(server):
    return server.metrics()["buttond_shares_waiting"]


def shares(server):
    return server.export().get("example.com/a", {"shares": 0})["shares"]


def follow(server, link):
    """As a reader does; returns the seconds that it took."""
    began = time.monotonic()
    answer = server.get(link)
    assert answer.status in (200, 302), answer.body
    return time.monotonic() - began


def share_everywhere(server):
    """Follows every link of a share page; returns how many shares these are."""
    links = share_links(server)
    for link in links:
        follow(server, link)
    return len(links)


def bring_back_the_store_of(away):
    (away.folder.parent / "missing").mkdir()


def wait_until_all_are_sent(server):
    wait_until(lambda: files(server) == [], 40, what="no file")


class Lock:
    """Another process's transaction, which keeps everybody else from writing."""

    def __init__(self, file):
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.execute("BEGIN IMMEDIATE")

    def end(self):
        self.database.rollback()
        self.database.close()


@pytest.fixture
def server(servers):
    started = servers(*QUICK)
    assert started.report_shares({"url": "https://example.com/b", "id": "1"}).status == 200  # makes the store
    return started


@pytest.fixture
def away(servers, tmp_path):
    """A node whose store is in a folder that is not there."""
    return servers(*QUICK, store=f"sqlite:{tmp_path}/missing/buttond.db")


@pytest.mark.alone
def test_a_share_that_the_store_does_not_take_in_time_is_counted_later(server):
    links = share_links(server)
    lock = Lock(server.data / "buttond.sqlite")
    assert follow(server, links[0]) < 3
    assert len(files(server)) == 1
    assert waiting(server) == 1
    lock.end()
    wait_until(lambda: waiting(server) == 0, 30, what="the share")
    assert files(server) == []
    assert shares(server) == 1
    follow(server, links[0])
    assert shares(server) == 1


def test_a_share_is_a_file_before_its_answer_and_outlives_a_kill(away):
    shared = share_everywhere(away)
    away.kill()
    kept = [json.loads(file.read_text()) for file in files(away)]
    assert len(kept) == shared
    assert {share["key"] for share in kept} == {"example.com/a"}
    assert {share["shares"] for share in kept} == {1}

    bring_back_the_store_of(away)
    away.start()
    wait_until_all_are_sent(away)
    assert shares(away) == shared
    assert waiting(away) == 0


def test_kills_before_and_after_the_store_comes_back_count_each_share_once(away):
    links = share_links(away)
    for link in links:
        follow(away, link)
        away.kill()
        away.start()
        follow(away, link)  # again, as a reader who saw the first one fail
    bring_back_the_store_of(away)
    for _ in range(3):
        away.kill()
        away.start()
    wait_until_all_are_sent(away)
    assert shares(away) == len(links)


def test_a_copy_of_the_data_directory_counts_no_share_twice(servers, away):
    shared = share_everywhere(away)
    copied = {file.name: file.read_text() for file in files(away)}
    bring_back_the_store_of(away)
    wait_until_all_are_sent(away)
    for name, text in copied.items():
        (away.data / "shares" / name).write_text(text)
    again = servers(*QUICK, store=away.store, data=away.data)
    wait_until_all_are_sent(again)
    assert shares(again) == shared


def test_a_stop_says_what_waits(away):
    follow(away, share_links(away)[0])
    away.terminate()
    assert f"stopped: 1 click and 1 share are kept in {away.data}, for the store at the next start" in away.log


def test_a_file_that_is_no_share_is_said_once_and_left(server):
    server.kill()
    (server.data / "shares").mkdir()
    wrong = server.data / "shares" / "0123.json"
    wrong.write_text('{"key":"example.com/a"')
    server.start()
    wait_until(lambda: str(wrong) in server.log, what="a line of it")
    follow(server, share_links(server)[0])
    server.terminate()
    assert server.log.count(str(wrong)) == 1
    assert files(server) == [wrong]
    assert shares(server) == 1


def test_where_the_disk_takes_nothing_a_share_waits_in_memory(away):
    (away.data / "shares").write_text("no directory")
    follow(away, share_links(away)[0])
    assert away.metrics()["buttond_shares_at_risk"] == 1
    away.wait_log("cannot be written")
    bring_back_the_store_of(away)
    wait_until(lambda: waiting(away) == 0, 40, what="the share")
    assert shares(away) == 1
    assert away.metrics()["buttond_shares_at_risk"] == 0


def test_the_application_is_told_that_its_report_was_not_stored(away):
    assert away.report_shares({"url": "https://example.com/a", "id": "1"}).status == 503
    assert files(away) == []


def test_a_day_has_the_shares_of_its_sites(server):
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    links = share_links(server)
    follow(server, links[0])
    follow(server, links[0])
    lock = Lock(server.data / "buttond.sqlite")
    follow(server, links[1])
    lock.end()
    wait_until(lambda: waiting(server) == 0, 30, what="the share")
    server.report_shares([{"url": "https://example.com/c", "id": "1", "shares": 5}])
    server.report_shares([{"url": "https://example.com/c", "id": "1", "shares": 5}])
    server.wait_stored()
    server.terminate()
    with sqlite3.connect(server.data / "buttond.sqlite") as database:
        days = database.execute("SELECT site, day, clicks, shares FROM site_days").fetchall()
    # Of example.com/b one when the server was made, two by readers, five by the application.
    assert days == [("example.com", today, 1, 8)]


@pytest.fixture
def pair(servers, tmp_path):
    """Two nodes of one store, which is not there yet."""
    store = f"sqlite:{tmp_path}/missing/buttond.db"
    return servers(*QUICK, store=store), servers(*QUICK, store=store)


def count_elsewhere(link, *nodes):
    for node in nodes:
        follow(node, link)
    return shares(nodes[0])


def test_any_node_of_a_store_counts_what_another_ones_page_led_to(pair):
    one, two = pair
    bring_back_the_store_of(one)
    wait_until(lambda: (one.data / "share_key").read_text() == (two.data / "share_key").read_text(), 60, what="one key")
    assert (one.data / "share_key").stat().st_mode & 0o777 == 0o640
    assert count_elsewhere(share_links(one)[0], two, one) == 1
    assert count_elsewhere(share_links(two)[0], one, two) == 2


def test_a_node_that_is_started_anew_while_the_store_is_away_knows_its_pages(away):
    link = share_links(away)[0]
    wait_until(lambda: (away.data / "share_key").exists(), 40, what="the key")
    away.kill()
    away.start()
    follow(away, link)
    assert waiting(away) == 1
