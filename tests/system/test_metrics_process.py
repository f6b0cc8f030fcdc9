"""What /metrics says of the process itself: as Prometheus' own clients do, limits beside their gauges, draining."""

import os
import resource
import signal
import time

import pytest

from buttond import wait_until


def test_the_process_is_described_as_by_the_clients_of_prometheus(server):
    metrics = server.metrics()
    with open(f"/proc/{server.process.pid}/statm") as statm:
        virtual, resident = (int(pages) * os.sysconf("SC_PAGESIZE") for pages in statm.read().split()[:2])
    assert metrics["process_virtual_memory_bytes"] == pytest.approx(virtual, rel=0.1)
    assert metrics["process_resident_memory_bytes"] == pytest.approx(resident, rel=0.1)
    with open(f"/proc/{server.process.pid}/stat") as stat:
        ticks = sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
    assert metrics["process_cpu_seconds_total"] == pytest.approx(ticks / os.sysconf("SC_CLK_TCK"), abs=0.5)
    assert time.time() - 60 < metrics["process_start_time_seconds"] <= time.time()


def test_the_start_stays_until_the_next_one(server):
    started = server.metrics()["process_start_time_seconds"]
    time.sleep(0.3)
    assert server.metrics()["process_start_time_seconds"] == started
    server.terminate()
    server.start()
    assert server.metrics()["process_start_time_seconds"] > started


def test_cpu_seconds_grow_with_what_is_asked(server):
    before = server.metrics()["process_cpu_seconds_total"]
    for number in range(200):
        server.buttons(f"https://example.com/{number}")
    spent = server.metrics()["process_cpu_seconds_total"] - before
    assert 0.001 < spent < 60


def test_connections_are_file_descriptors_and_both_have_their_limits(servers):
    server = servers("--max-connections", "50", "--threads", "1")
    before = server.metrics()
    connections = [server.connect() for _ in range(45)]
    wait_until(lambda: server.metrics()["buttond_connections"] == 45, what="the connections")
    metrics = server.metrics()
    assert metrics["buttond_connections_limit"] == 50
    # Meanwhile the store and the journal open files, too.
    assert metrics["process_open_fds"] - before["process_open_fds"] == pytest.approx(45, abs=12)
    assert metrics["process_open_fds"] < metrics["process_max_fds"]
    for connection in connections:
        connection.close()


def test_where_open_files_allow_no_more_the_limit_says_so(servers):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, hard))
    try:
        server = servers("--max-connections", "100000")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    metrics = server.metrics()
    assert metrics["buttond_connections_limit"] <= metrics["process_max_fds"]
    if hard < 100_000:
        assert metrics["buttond_connections_limit"] < 100_000


def test_each_limit_is_what_was_set(servers):
    metrics = servers("--max-waiting-bytes", "3MiB", "--cache-bytes", "8MiB").metrics()
    assert metrics["buttond_waiting_bytes_limit"] == 3 << 20
    assert metrics["buttond_cache_bytes_limit"] == 8 << 20
    assert metrics["buttond_cache_bytes"] <= metrics["buttond_cache_bytes_limit"]


def test_a_node_that_drains_says_so(servers):
    server = servers("--drain-delay", "2s")
    assert server.metrics()["buttond_draining"] == 0
    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: server.metrics()["buttond_draining"] == 1, 1.5, what="buttond_draining")
    assert server.get("/readyz").status == 503
    server.process.wait(30)
