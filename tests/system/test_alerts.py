"""deploy/prometheus: rules that are well written, and each alert by a real fault, as a real Prometheus sees it.

What these tests wait for is that an alert is pending: the expression holds, and `for` runs. When it fires, and when it does
not though something like it happens, deploy/prometheus/buttond.rules.test.yml shows by made-up numbers.
"""

import datetime
import re
import resource
import time

import pytest

from buttond import ROOT, wait_until
from knowing_client import KnowingClient
from mongo import Mongo
from prometheus import DEPLOYED, RULES, Prometheus, headings, promtool
from raw_http import HIT, Reader, open_connections
from store_troubles import fill, small_disk
from tcp_proxy import Proxy

pytestmark = pytest.mark.release  # of the server they ask nothing that other tests do not

QUICK = ("--epoch", "50ms", "--fold", "50ms", "--flush-deadline", "100ms")
TIMEOUTS = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000"
EVERYTHING = ["find", "insert", "update", "remove", "createCollection", "createIndex"]
LINK = "https://example.com/a"


@pytest.fixture
def watch(tmp_path, servers):
    """watch(node, ..) starts a Prometheus over nodes, and returns it when it has scraped them and raises nothing; at once
    where they are not `well`, for a fault that is there from the start."""
    running = []

    def start(*nodes, well=True):
        folder = tmp_path / "prometheus"
        folder.mkdir(exist_ok=True)
        running.append(Prometheus(folder, *nodes))
        if well:
            running[-1].wait_ready()
        return running[-1]

    yield start
    for each in running:
        each.close()


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A replica set that asks for a password."""
    started = Mongo(tmp_path_factory.mktemp("alerts"), auth=True, election_ms=30_000)
    yield started
    started.close()


@pytest.fixture
def database(locked, request):
    """The name of an empty database, and of its user."""
    name = "alerts_" + request.node.name[-30:].strip("_")
    yield name
    locked.client().drop_database(name)


def privileges(database, actions):
    return [{"resource": {"db": database, "collection": ""}, "actions": actions}]


def uri_of_user(mongo, database):
    """Of a user whose rights are in a role of the same name."""
    admin = mongo.client().admin
    admin.command("createRole", database, privileges=privileges(database, EVERYTHING), roles=[])
    admin.command("createUser", database, pwd=f"{database}:p@ss/word", roles=[database])
    return mongo.uri(database, TIMEOUTS, user=database)


class TestFiles:
    def test_promtool_takes_the_rules_and_the_example(self):
        promtool("check", "rules", RULES)
        promtool("check", "config", DEPLOYED / "prometheus.yml")

    def test_each_alert_fires_when_it_should_and_does_not_when_it_should_not(self):
        promtool("test", "rules", DEPLOYED / "buttond.rules.test.yml")

    def test_the_table_of_the_readme_has_each_alert(self):
        in_readme = re.findall(r"^\| `(Buttond\w+)` \| (\w+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
        assert in_readme == re.findall(r"- alert: (\w+)\n(?:.*\n)*?\s+severity: (\w+)", RULES.read_text())

    def test_each_alert_says_what_it_means_what_to_do_and_where_more_is_written(self, watch, servers):
        rules = watch(servers()).ask("rules")["groups"][0]["rules"]
        assert 8 <= len({rule["name"] for rule in rules}) <= 10
        for rule in rules:
            assert rule["labels"]["severity"] in ("page", "ticket"), rule["name"]
            assert set(rule["annotations"]) == {"summary", "description", "runbook"}, rule["name"]
            page, _, anchor = rule["annotations"]["runbook"].partition("#")
            assert page == "README.md" and anchor in headings(), rule["name"]


def yesterday(of_minute):
    """Samples of half an hour around this time yesterday: of a node that counted `of_minute` impressions a minute."""
    first = time.time() - 86_400 - 1_800
    lines = []
    for name, each in (("accepted", of_minute), ("recovered", 0)):
        lines.append(f"# TYPE buttond_impressions_{name} counter")
        lines += [f'buttond_impressions_{name}_total{{job="buttond",instance="before"}} {each * minute} {first + 60 * minute:.3f}'
                  for minute in range(60)]  # fmt: skip
    return "\n".join([*lines, "# EOF", ""])


class TestNodes:
    def test_one_that_is_killed_and_then_the_last_one(self, servers, watch):
        nodes = [servers(), servers()]
        prometheus = watch(*nodes)
        nodes[0].kill()
        prometheus.wait_raised("ButtondDown", "ticket", nodes[0])
        assert prometheus.raised() == {("ButtondDown", "ticket", nodes[0].admin_addresses[0])}
        nodes[1].kill()
        prometheus.wait_raised("ButtondDown", "page")

    def test_a_site_list_by_which_nothing_counts_though_all_answers_are_well(self, servers, tmp_path, watch):
        """A day cannot be waited for: what Prometheus knows of yesterday is written beforehand."""
        samples = tmp_path / "yesterday"
        samples.write_text(yesterday(of_minute=100))
        promtool("tsdb", "create-blocks-from", "openmetrics", samples, tmp_path / "prometheus/data")
        sites = tmp_path / "sites"
        sites.write_text("example.org\n")  # another one's
        node = servers("--site-file", sites)
        prometheus = watch(node, well=False)
        for _ in range(3):
            assert node.get("/v1/buttons?url=" + LINK).status == 200
        prometheus.wait_raised("ButtondCountsNothing", "page")
        assert node.metrics()['buttond_impressions_filtered_total{reason="site"}'] == 3

    def test_more_connections_than_it_may_have(self, servers, watch):
        node = servers("--max-connections", "1", "--threads", "1")
        prometheus = watch(node)

        def turned_away():
            with node.connect() as busy:  # with a request that has just begun; a little later it would make room
                busy.sendall(b"GET /v1/counts HTTP/1.1\r\nHo")
                wait_until(lambda: open_connections(node) == 1, what="the connection")
                with node.connect() as one_more:
                    one_more.sendall(HIT)
                    answered = Reader(one_more).answer()
            return answered[0] == 503 and prometheus.raised()

        wait_until(turned_away, 60, every=0.2, what="an alert")
        assert prometheus.raised() == {("ButtondTurnsReadersAway", "page", node.admin_addresses[0])}

    def test_descriptors_that_are_used_up(self, servers, watch):
        node = servers("--threads", "1")
        prometheus = watch(node)
        held = [node.connect() for _ in range(200)]
        wait_until(lambda: node.metrics()["buttond_connections"] == len(held), what="the connections")
        limit = int(node.metrics()["process_open_fds"]) + 1
        resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
        prometheus.wait_raised("ButtondTurnsReadersAway", "page", node)
        for connection in held:
            connection.close()

    def test_a_store_that_readers_wait_for(self, servers, locked, database, watch):
        proxy = Proxy(locked.address)
        node = servers(*QUICK, "--miss-wait", "500ms", "--new-links", "0", store=locked.uri(database, TIMEOUTS, proxy.address, user="root"))
        prometheus = watch(node)
        readers = KnowingClient(links=100_000, threads=20)  # hardly one of them twice
        proxy.behave("delay", seconds=0.3)
        readers.start(node)
        try:
            prometheus.wait_raised("ButtondSlow", "ticket", node)
        finally:
            readers.stop()
            proxy.behave("pass")
            node.terminate()
            proxy.close()


class TestCounts:
    def test_a_disk_that_never_had_room(self, servers, tmp_path, watch):
        with small_disk(tmp_path / "small", "1m") as disk:
            fill(disk)
            node = servers(*QUICK, store=f"sqlite:{tmp_path}/missing/buttond.db", data=disk)
            node.buttons(LINK)
            watch(node, well=False).wait_raised("ButtondCountsAtRisk", "page", node)
            (tmp_path / "missing").mkdir()  # so that it loses nothing by its end
            node.wait_stored()

    def test_a_disk_that_others_fill(self, servers, tmp_path, watch):
        with small_disk(tmp_path / "small", "64m") as disk:
            node = servers("--threads", "1", store=f"sqlite:{tmp_path}/buttond.db", data=disk)
            prometheus = watch(node)
            fill(disk)
            prometheus.wait_raised("ButtondDiskFillsUp", "page", node)
            assert prometheus.raised() == {("ButtondDiskFillsUp", "page", node.admin_addresses[0])}

    def test_a_disk_that_what_waits_for_the_store_will_fill(self, servers, tmp_path, watch):
        with small_disk(tmp_path / "small", "64m") as disk:
            node = servers(*QUICK, "--threads", "1", "--new-links", "0", store=f"sqlite:{tmp_path}/missing/buttond.db",
                           data=disk)  # fmt: skip
            prometheus = watch(node, well=False)
            links = iter(range(1_000_000))

            def grows():
                node.buttons(*(f"https://example.com/an/article/of/some/length/{next(links)}" for _ in range(50)))
                return ("ButtondDiskFillsUp", "page", node.admin_addresses[0]) in prometheus.raised()

            wait_until(grows, 60, what="the alert")
            assert prometheus.query("buttond_data_free_bytes > buttond_journal_bytes / 2"), "there is room still"

    def test_a_batch_that_is_damaged_while_it_waits(self, servers, tmp_path, watch):
        node = servers("--epoch", "50ms", store=f"sqlite:{tmp_path}/missing/buttond.db")
        prometheus = watch(node, well=False)
        node.buttons(LINK)
        wait_until(lambda: prometheus.query("buttond_journal_batches == 1"), 30, what="a batch")
        (batch,) = (node.data / "journal").glob("*/deltas-*")
        batch.write_bytes(batch.read_bytes()[:-5])
        (tmp_path / "missing").mkdir()
        prometheus.wait_raised("ButtondCountsLost", "page", node)
        assert prometheus.query("increase(buttond_impressions_lost_total[1h]) > 0")

    def test_a_power_failure_before_the_first_scrape(self, servers, watch):
        """It took the links of a tally sheet, and no counter is seen to grow by that."""
        node = servers("--epoch", "1h")
        node.buttons(LINK)
        node.kill()
        for file in (node.data / "journal").rglob("sheet*"):
            file.write_bytes(file.read_bytes().replace(b"example.com/a", bytes(13)))
        node.start()
        prometheus = watch(node, well=False)
        prometheus.wait_raised("ButtondCountsLost", "page", node)
        assert not prometheus.query("increase(buttond_impressions_lost_total[1h]) > 0")


class TestStore:
    def test_a_right_that_is_taken_away(self, servers, locked, database, watch):
        node = servers(*QUICK, store=uri_of_user(locked, database))
        prometheus = watch(node)
        locked.client().admin.command("updateRole", database, privileges=privileges(database, ["find"]))
        node.buttons(LINK)
        prometheus.wait_raised("ButtondStoreDown", "ticket", node)
        locked.client().admin.command("updateRole", database, privileges=privileges(database, EVERYTHING))
        node.wait_stored(30)

    def test_one_that_hangs(self, servers, locked, database, watch):
        node = servers(*QUICK, store=locked.uri(database, TIMEOUTS, user="root"))
        prometheus = watch(node)
        locked.halt()
        try:
            node.buttons(LINK)
            prometheus.wait_raised("ButtondStoreDown", "ticket", node)
        finally:
            locked.go_on()

    def test_a_batch_that_waits_for_one_that_is_not_there(self, servers, locked, database, watch):
        """For twenty minutes, as its own time says. (The age of what waits in a journal cannot be made up like that: it
        runs from a start on, whatever the clock says.)"""
        node = servers(*QUICK, store=locked.uri(database, TIMEOUTS, user="root"))
        prometheus = watch(node)
        then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=20)
        locked.database(database).batches.insert_one(
            {"_id": 32 * "a" + "|7", "node": 32 * "a", "number": 7, "after": 6, "after_sum": 32 * "b", "sum": 32 * "c", "at": then,
             "day": then.replace(hour=0, minute=0, second=0, microsecond=0), "size": 1,
             "links": [{"k": "example.com/a", "i": 1, "c": 0, "s": 0}]})  # fmt: skip
        prometheus.wait_raised("ButtondCountsLate", "ticket", node)
        assert prometheus.raised() == {("ButtondCountsLate", "ticket", node.admin_addresses[0])}

    def test_a_link_that_a_validator_does_not_take(self, servers, locked, database, watch):
        locked.database(database).create_collection("links", validator={"_id": {"$ne": "example.com/a"}})
        node = servers(*QUICK, store=locked.uri(database, TIMEOUTS, user="root"))
        prometheus = watch(node)
        node.buttons(LINK)
        prometheus.wait_raised("ButtondCountsSetAside", "ticket")
        assert prometheus.raised() == {("ButtondCountsSetAside", "ticket", None)}
