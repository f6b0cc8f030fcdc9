"""deploy/haproxy.cfg and deploy/nginx.conf as they are, before servers that misbehave on purpose."""

import contextlib
import socket
import subprocess
import sys
import threading

import pytest
from buttond import ROOT, wait_until

sys.path.insert(0, str(ROOT / "bench"))
from rig.balancers import Balancer  # noqa: E402
from rig.processes import free_port  # noqa: E402

BALANCERS = ("haproxy", "nginx")
pytestmark = pytest.mark.release  # nothing of ours is compiled into these


def read_head(lines):
    """A request up to its empty line; nothing at the end of the connection."""
    head = b""
    while line := lines.readline():
        if line == b"\r\n":
            return head.decode()
        head += line
    return ""


class Upstream:
    """A server that notes every request but health checks, and answers, or hangs up after having read it."""

    def __init__(self, hangs_up=False):
        self.hangs_up = hangs_up
        self.requests = []
        self.checks = []
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as lines:
            while request := read_head(lines):
                if request.startswith("GET /readyz"):
                    self.checks.append(request)
                else:
                    self.requests.append(request)
                    if self.hangs_up:
                        return
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)  # ends the accept() that waits
        self.socket.close()


def ask(port, headers="", version="1.1"):
    """The status of one GET."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        host = "Host: buttons.example\r\n" if version == "1.1" else ""
        connection.sendall(f"GET /v1/buttons?url=http%3A%2F%2Fa.example HTTP/{version}\r\n{host}{headers}\r\n".encode())
        return int(connection.recv(65536).split()[1])


def test_haproxy_accepts_its_configuration_as_delivered():
    checked = subprocess.run(["haproxy", "-c", "-f", ROOT / "deploy/haproxy.cfg"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stderr


def test_nginx_accepts_its_configuration_as_delivered(tmp_path):
    checked = subprocess.run(["nginx", "-t", "-c", ROOT / "deploy/nginx.conf"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


@pytest.mark.parametrize("kind", BALANCERS)
def test_what_a_reader_says_of_its_own_address_is_replaced(kind, tmp_path):
    with Upstream() as upstream, Balancer(kind, tmp_path, [upstream.port]) as balancer:
        assert ask(balancer.port, "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 203.0.113.8\r\n") == 200
        (request,) = upstream.requests
        forwarded = [line for line in request.splitlines() if line.lower().startswith("x-forwarded-for:")]
        assert [line.split(": ")[1] for line in forwarded] == ["127.0.0.1"]


@pytest.mark.parametrize("kind", BALANCERS)
def test_a_request_that_may_have_been_counted_is_not_sent_again(kind, tmp_path):
    with Upstream(hangs_up=True) as one, Upstream(hangs_up=True) as other:
        with Balancer(kind, tmp_path, [one.port, other.port]) as balancer:
            assert ask(balancer.port) == 502
            assert len(one.requests) + len(other.requests) == 1


def test_haproxy_asks_another_node_where_none_listens(tmp_path):
    with Upstream() as one:
        with Balancer("haproxy", tmp_path, [free_port(), one.port]) as balancer:
            assert [ask(balancer.port) for _ in range(6)] == [200] * 6
            assert len(one.requests) == 6


def test_nginx_leaves_out_a_node_that_is_gone(tmp_path):
    with Upstream() as one:
        with Balancer("nginx", tmp_path, [free_port(), one.port]) as balancer:
            statuses = [ask(balancer.port) for _ in range(10)]
            assert statuses[-1] == 200
            assert statuses.count(502) <= len(statuses) // 2


def test_haproxy_checks_readiness_and_nothing_else(tmp_path):
    with Upstream() as upstream, Balancer("haproxy", tmp_path, [upstream.port]):
        wait_until(lambda: upstream.checks, what="a health check")
        assert upstream.checks[0].startswith("GET /readyz HTTP/1.1\r\n")
        assert "host: " in upstream.checks[0].lower()


@pytest.mark.parametrize("kind", BALANCERS)
def test_connections_to_a_node_are_kept(kind, tmp_path):
    with Upstream() as upstream, Balancer(kind, tmp_path, [upstream.port]) as balancer:
        with socket.create_connection(("127.0.0.1", balancer.port), timeout=10) as connection:
            for _ in range(3):
                connection.sendall(b"GET /pixel.gif HTTP/1.1\r\nHost: buttons.example\r\n\r\n")
                assert b"200" in connection.recv(65536)
        assert all("connection: close" not in request.lower() for request in upstream.requests)


@pytest.mark.parametrize("kind", BALANCERS)
def test_a_request_without_a_host_is_passed_on_with_one(kind, tmp_path):
    with Upstream() as upstream, Balancer(kind, tmp_path, [upstream.port]) as balancer:
        if kind == "nginx":
            assert ask(balancer.port, version="1.0") == 200
            assert "host: any" in upstream.requests[0].lower()
        else:
            assert ask(balancer.port, "Host: buttons.example\r\n", version="1.0") == 200
