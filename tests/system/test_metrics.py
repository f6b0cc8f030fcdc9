"""What /metrics prints: the list in README, requests, the cache, the store. The books: test_counting_*.py."""

import itertools
import json
import os
import re
import socket
import subprocess
import time
from collections import Counter

import pytest

from buttond import ROOT, wait_until
from tcp_proxy import Proxy

TIMEOUTS = "serverSelectionTimeoutMS=500&connectTimeoutMS=500&socketTimeoutMS=1000"


def spelled_out(name):
    """a_{b,c}_d is a_b_d and a_c_d."""
    pieces = [piece.split(",") for piece in re.split(r"[{}]", name)]
    return ["".join(choice) for choice in itertools.product(*pieces)]


def metrics_of_the_readme():
    """{name: (type, names of its labels)} of the table of metrics."""
    listed = {}
    for row in re.finditer(r"^\| (`(?:buttond|process)_.*`) \| (\w+) \| .+ \|$", (ROOT / "README.md").read_text(), re.MULTILINE):
        for names, labels in re.findall(r"`([a-z_]+(?:(?<=_){[a-z_,]+}[a-z_]*)*)(?:{([a-z,]+)})?`", row[1]):
            for name in spelled_out(names):
                assert name not in listed
                listed[name] = (row[2], set(filter(None, labels.split(","))))
    return listed


def metrics_of(server):
    """{name: (type, names of its labels)} of what /metrics prints."""
    text = server.get("/metrics", base=server.admin_url).text
    printed = {name: (kind, set()) for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)}
    for sample, labels in re.findall(r"^([a-z_]+)(?:{(.*)})? ", text, re.MULTILINE):
        name = sample if sample in printed else re.sub("_(bucket|sum|count)$", "", sample)
        printed[name][1].update(set(re.findall(r'([a-z]+)="', labels)) - {"le"})
    return printed


def test_the_table_of_the_readme_is_what_is_printed(server):
    server.buttons("https://example.com/a")
    assert metrics_of(server) == metrics_of_the_readme()


def test_every_metric_that_the_readme_names_elsewhere_is_in_its_table():
    named = re.findall(r"`(buttond_[a-z_]+)`", (ROOT / "README.md").read_text())
    assert set(named) <= set(metrics_of_the_readme())


def test_requests_are_counted_by_route_and_code(server):
    server.buttons("https://example.com/a")
    server.get("/v1/buttons")
    server.get("/nothing")
    metrics = server.metrics()
    assert metrics['buttond_requests_total{route="buttons",code="200"}'] == 1
    assert metrics['buttond_requests_total{route="buttons",code="400"}'] == 1
    assert metrics['buttond_requests_total{route="none",code="404"}'] == 1
    assert metrics['buttond_request_duration_seconds_count{group="counts"}'] == 2
    assert metrics['buttond_request_duration_seconds_count{group="other"}'] == 1


def test_a_deferred_answer_is_counted_under_its_route(server):
    server.buttons("https://example.com/never-seen-before")
    assert server.metrics()['buttond_requests_total{route="buttons",code="200"}'] == 1


@pytest.fixture
def proxy(mongo):
    between = Proxy(mongo.address)
    yield between
    between.close()


@pytest.mark.alone
@pytest.mark.parametrize("fault, least, most", [({"mode": "delay", "seconds": 0.026}, 0.025, 0.035), ({"mode": "hang"}, 0.05, 0.06)])
def test_a_store_that_takes_26_ms_is_told_from_a_wait_in_vain(servers, mongo, database, proxy, fault, least, most):
    """Both were in one bucket with all that is between them, and a wait of 50 ms in one with those of 200 ms."""
    server = servers("--threads", "1", store=mongo.uri(database, TIMEOUTS, proxy.address))
    server.buttons("https://example.com/first")  # connects
    wait_until(lambda: server.metrics()["buttond_store_up"] == 1, what="the store")
    links = (f"https://example.com/{number}" for number in itertools.count())

    def within():
        """Answers that took longer than `least`, and no longer than `most`."""
        metrics = server.metrics()
        longest, shortest = (metrics[f'buttond_request_duration_seconds_bucket{{group="counts",le="{le}"}}'] for le in (most, least))
        return longest - shortest

    def one_more_is_within():
        wait_until(lambda: server.buttons(next(links)) == [0], what="the store")
        before = within()
        proxy.behave(**fault)
        server.buttons(next(links))
        proxy.behave("pass")
        return within() > before

    wait_until(lambda: sum(one_more_is_within() for _ in range(3)) >= 2, 30, what=f"answers between {least} and {most} s")


def test_the_cache_counts_hits_and_misses(server):
    server.buttons("https://example.com/a")
    server.buttons("https://example.com/a")
    metrics = server.metrics()
    assert metrics["buttond_cache_misses_total"] >= 1
    assert metrics["buttond_cache_hits_total"] >= 1
    assert metrics["buttond_cache_entries"] == 1


def test_the_store_is_up_after_the_start_and_says_when_it_is_not(server, servers):
    wait_until(lambda: server.metrics()["buttond_store_up"] == 1, what="buttond_store_up")
    down = servers(store="mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100")
    down.buttons("https://example.com/a")
    assert down.metrics()["buttond_store_up"] == 0


def test_an_operation_of_the_store_that_fails_is_counted_by_its_cause(servers):
    away = servers(store="mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100")
    assert away.report_shares({"url": "https://example.com/a", "id": "1"}).status == 503
    metrics = away.metrics()
    assert metrics['buttond_store_errors_total{operation="record_shares",cause="unreachable"}'] >= 1
    assert metrics["buttond_store_write_up"] == metrics["buttond_store_up"] == 0
    assert metrics["buttond_last_flush_timestamp_seconds"] == 0


def test_the_last_flush_is_when_the_store_took_a_batch(server):
    assert server.metrics()["buttond_last_flush_timestamp_seconds"] == 0
    began = time.time()
    server.buttons("https://example.com/a")
    server.wait_stored()
    flushed = server.metrics()["buttond_last_flush_timestamp_seconds"]
    assert began <= flushed <= time.time()
    time.sleep(0.3)
    assert server.metrics()["buttond_last_flush_timestamp_seconds"] == flushed, "nothing was counted since"


def test_the_room_of_the_data_directory_is_what_this_user_may_write(server):
    room = os.statvfs(server.data)
    free = server.metrics()["buttond_data_free_bytes"]
    assert free == pytest.approx(room.f_bavail * room.f_frsize, rel=0.2)


def test_lines_of_the_log_are_counted_by_their_level(servers):
    server = servers("--log-format", "json", "--log-level", "debug", store="mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100")
    server.buttons("https://example.com/a")
    wait_until(lambda: '"level":"warning"' in server.log or '"level":"error"' in server.log, 20, what="a line about the store")

    def agree():
        printed = Counter(json.loads(line)["level"] for line in server.log.splitlines())
        return {level: server.metrics()[f'buttond_log_lines_total{{level="{level}"}}'] for level in ("debug", "info", "warning", "error")} == {
            level: printed[level] for level in ("debug", "info", "warning", "error")}  # fmt: skip
    wait_until(agree, 10, what="as many lines as are counted")


def test_promtool_finds_nothing_to_improve(server):
    server.buttons("https://example.com/a")
    text = server.get("/metrics", base=server.admin_url).body
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")


OWN_NAMES = ["localhost", "LocalHost:8081", "127.0.0.1", "10.1.2.3:8081", "[::1]", "[fd00::1]:8081", "buttond-1:8081",
             "buttond.default.svc.cluster.local", "node1.internal:8081", "node1.local.", socket.gethostname(),
             "node1.example.com:8081", "NODE1.example.com.", "node2.example.com"]  # fmt: skip
FOREIGN_NAMES = ["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example", "example.com",
                 "x.node1.example.com", "node1.example.com.evil.example", "local.evil.example"]  # fmt: skip


def status_under(server, path, host):
    with socket.create_connection(("127.0.0.1", int(server.admin_addresses[0].rsplit(":", 1)[1])), timeout=10) as asking:
        version = "1.0" if host is None else "1.1"
        asking.sendall(f"GET {path} HTTP/{version}\r\n{f'Host: {host}' if host else 'X: y'}\r\n\r\n".encode())
        return int(asking.recv(65536).split()[1])


def test_metrics_are_for_who_asks_under_a_name_that_no_stranger_can_have(servers):
    server = servers("--admin-host", "node1.example.com", "--admin-host", "Node2.Example.com")
    assert {host: status_under(server, "/metrics", host) for host in OWN_NAMES} == dict.fromkeys(OWN_NAMES, 200)
    assert status_under(server, "/metrics", None) == 200
    assert {host: status_under(server, "/metrics", host) for host in FOREIGN_NAMES} == dict.fromkeys(FOREIGN_NAMES, 421)
    absolute = "http://evil.example/metrics"
    assert status_under(server, absolute, "localhost") == 421


def test_probes_are_answered_under_any_name(server):
    for path in ("/healthz", "/readyz"):
        assert {status_under(server, path, host) for host in [*OWN_NAMES, *FOREIGN_NAMES, None]} == {200}
    refused = server.get("/metrics", base=server.admin_url, headers={"Host": "evil.example"})
    assert refused.json["error"]["code"] == "misdirected"
    assert "evil" not in refused.text
