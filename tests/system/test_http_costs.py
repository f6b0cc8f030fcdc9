"""What an idle connection and a hit cost: memory, and system calls as strace sees them."""

import collections
import contextlib
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from buttond import wait_until
from raw_http import HIT, Reader, open_connections

pytestmark = [pytest.mark.alone, pytest.mark.release]


def test_ten_thousand_idle_connections_cost_a_kibibyte_each_at_most(servers):
    count = 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 200:
        pytest.skip(f"the limit of open files is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = servers("--core-dumps", "--threads", "1", "--max-connections", str(count + 400))

    def private_bytes():
        with open(f"/proc/{server.process.pid}/smaps_rollup") as rollup:
            return 1024 * sum(int(line.split()[1]) for line in rollup if line.startswith("Private"))

    held = []
    try:
        for _ in range(200):  # what the first connections bring about is not theirs
            held.append(server.connect())
            held[-1].sendall(HIT)
            held[-1].recv(4096)
        before = private_bytes()
        for _ in range(count):
            held.append(server.connect())
            held[-1].sendall(HIT)
            held[-1].recv(4096)
        assert open_connections(server) == len(held)
        each = (private_bytes() - before) / count
        print(f"{each:.0f} bytes a connection")
        assert each <= 1024
        assert server.get("/healthz").status == 200
    finally:
        for connection in held:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class TestSystemCalls:
    @pytest.fixture
    def server(self, servers):
        """One loop that has nothing to do but to answer, with the link of HIT in its cache."""
        assert shutil.which("strace"), "install strace"
        server = servers("--core-dumps", "--threads", "1", "--epoch", "60s", "--sync", "60s")
        wait_until(lambda: server.buttons("https://example.com/post") == [0], what="the link in the cache")
        return server

    @pytest.fixture
    def traced(self, server, tmp_path):
        """traced(work): how often the server's loop made each system call during `work()`."""
        tasks = Path(f"/proc/{server.process.pid}/task")
        loops = [comm.parent.name for comm in tasks.glob("*/comm") if comm.read_text().startswith("loop")]
        assert len(loops) == 1

        def run(work):
            trace = tmp_path / "trace"
            strace = subprocess.Popen(["strace", "-o", trace, "-p", loops[0]], stderr=subprocess.PIPE, text=True)
            try:
                assert "attached" in strace.stderr.readline()
                work()
            finally:
                strace.send_signal(signal.SIGINT)
                strace.wait(10)
                strace.stderr.close()
            lines = trace.read_text().splitlines()
            assert not any("EAGAIN" in line for line in lines), "something was tried in vain"
            return collections.Counter(line.split("(")[0] for line in lines if "(" in line)

        return run

    def test_hits_that_are_ready_together_cost_each_its_read_and_its_write(self, server, traced):
        readers, rounds = 32, 20
        with contextlib.ExitStack() as opened:
            connections = [opened.enter_context(server.connect()) for _ in range(readers)]
            answers = [Reader(connection) for connection in connections]

            def ask_all():
                # All at once: nothing is answered before everything is asked.
                server.process.send_signal(signal.SIGSTOP)
                for connection in connections:
                    connection.sendall(HIT)
                server.process.send_signal(signal.SIGCONT)
                for reader in answers:
                    assert reader.answer()[0] == 200

            ask_all()
            calls = traced(lambda: [ask_all() for _ in range(rounds)])
        assert calls.pop("recvfrom") == readers * rounds
        assert calls.pop("sendto") == readers * rounds
        # The loop's own waiting, shared by all who were ready.
        assert set(calls) <= {"epoll_wait", "epoll_ctl", "restart_syscall", "timerfd_settime", "read"}, calls
        assert calls.total() < readers * rounds / 3, calls

    def test_a_lone_hit_costs_its_read_and_its_write_and_three_calls_to_wait(self, server, traced):
        rounds = 100
        with server.connect() as connection:
            answers = Reader(connection)

            def ask_one_by_one():
                for _ in range(rounds):
                    connection.sendall(HIT)
                    assert answers.answer()[0] == 200

            calls = traced(ask_one_by_one)
        assert calls["recvfrom"] == calls["sendto"] == rounds
        # Two are the request's own; the second's tick makes a few more.
        assert 1.5 * rounds < calls["epoll_wait"] < 2.5 * rounds, calls
        assert calls["epoll_ctl"] < 1.5 * rounds, calls
