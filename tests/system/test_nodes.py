"""What a node tells the others of itself in the store, and what it clears away there: `nodes`, `node_hours`, --keep-days."""

import datetime
import json
import sqlite3

import pytest

from buttond import wait_until

QUICK = ("--epoch", "50ms", "--fold", "50ms", "--miss-wait", "10s")
LINK = "https://example.com/a"


def counted(document):
    return sum(row[0] for row in document["minutes"].values())


def test_two_nodes_on_one_mongodb_say_of_themselves_how_they_are(servers, mongo, database):
    nodes = [servers(*QUICK, store=mongo.uri(database), data=None) for _ in range(2)]
    said = mongo.database(database).nodes
    wait_until(lambda: said.count_documents({}) == 2, 20, what="both nodes' reports")
    for document in said.find():
        report = document["report"]
        assert report["node"] == document["_id"]
        assert len(report["node"]) == 32
        assert report["minute"] is None
        assert {"host", "version", "commit", "started", "at", "state", "pending", "at_risk", "lost", "oldest_seconds", "hits_percent",
                "p99_seconds", "disk_free_bytes", "disk_hours", "top"} <= set(report)  # fmt: skip
        assert abs(document["at"] - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=document["at"].tzinfo)) < datetime.timedelta(minutes=2)
    assert all("dashboard" not in node.log for node in nodes)


def test_a_node_that_stops_says_so_with_what_it_counted_and_each_has_its_own(servers, mongo, database):
    nodes = [servers(*QUICK, store=mongo.uri(database)) for _ in range(2)]
    said = mongo.database(database).nodes
    wait_until(lambda: said.count_documents({}) == 2, 20, what="both nodes' reports")
    for node, impressions in zip(nodes, (3, 4), strict=True):
        for _ in range(impressions):
            node.buttons(LINK)
        node.wait_stored()
        node.terminate()
    assert {document["report"]["state"] for document in said.find()} == {"stopped"}
    assert {document["report"]["pending"] for document in said.find()} == {0}
    hours = list(mongo.database(database).node_hours.find())
    assert len({document["node"] for document in hours}) == 2
    assert sum(counted(document) for document in hours) == 7
    tops = [document["report"]["top"] for document in said.find()]
    assert sorted(top[0][:2] for top in tops) == [["example.com/a", 3], ["example.com/a", 4]]


def test_a_node_on_sqlite_says_it_of_itself_too(servers):
    node = servers(*QUICK)
    node.buttons(LINK)
    node.wait_stored()
    rows = []

    def told():
        with sqlite3.connect(node.data / "buttond.sqlite") as connection:
            rows[:] = connection.execute("SELECT report FROM nodes").fetchall()
        return rows

    wait_until(told, 20, what="the node's report")
    assert json.loads(rows[0][0])["version"]
    assert "dashboard" not in node.log


def days_before(days):
    return datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=days)


class SqliteDays:
    def __init__(self, servers, tmp_path):
        self.file = tmp_path / "counts.sqlite"
        self.store = f"sqlite:{self.file}"
        node = servers(*QUICK, store=self.store)
        node.buttons(LINK)
        node.wait_stored()
        node.terminate()

    def put(self, days):
        with sqlite3.connect(self.file) as connection:
            for each in days:
                connection.execute("INSERT INTO site_days (site, day, impressions, clicks, shares) VALUES ('old.example', ?, 1, 0, 0)",
                                   (f"{days_before(each):%Y-%m-%d}",))  # fmt: skip

    def left(self):
        with sqlite3.connect(self.file) as connection:
            return {row[0] for row in connection.execute("SELECT day FROM site_days WHERE site = 'old.example'")}


class MongoDays:
    def __init__(self, mongo, database):
        self.store = mongo.uri(database)
        self.days = mongo.database(database).site_days

    def put(self, days):
        self.days.insert_many([{"_id": f"old.example|{days_before(each):%Y-%m-%d}", "site": "old.example", "day": days_before(each),
                                "impressions": 1, "clicks": 0, "shares": 0, "folded": 1} for each in days])  # fmt: skip

    def left(self):
        return {f"{document['day']:%Y-%m-%d}" for document in self.days.find({"site": "old.example"})}


@pytest.fixture(params=["sqlite", "mongodb"])
def site_days(request, servers, tmp_path):
    """Days of a site in each kind of store."""
    if request.param == "sqlite":
        return SqliteDays(servers, tmp_path)
    return MongoDays(request.getfixturevalue("mongo"), request.getfixturevalue("database"))


def test_days_that_are_kept_no_longer_go_and_the_others_stay(servers, site_days):
    site_days.put([0, 29, 30, 31, 400])
    node = servers(*QUICK, "--keep-days", "30", store=site_days.store)
    kept = {f"{days_before(each):%Y-%m-%d}" for each in (0, 29, 30)}
    wait_until(lambda: site_days.left() == kept, 20, what="the days that are kept")
    node.wait_log("--keep-days: 2 days of sites from before")


def test_without_the_flag_every_day_is_kept(servers, site_days):
    site_days.put([0, 400, 4000])
    node = servers(*QUICK, store=site_days.store)
    node.buttons(LINK)
    node.wait_stored()
    node.terminate()
    assert len(site_days.left()) == 3
