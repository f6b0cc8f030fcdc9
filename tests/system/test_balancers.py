"""deploy/haproxy.cfg and deploy/nginx.conf as they are, before servers that misbehave on purpose."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from buttond import ROOT, wait_until
from raw_http import Reader
from test_dear_requests import DEAREST, MOST_FIELD

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
    """A server that notes every request but health checks, and answers, or hangs up after having read it.

    What it is asked for as /broken it answers with a header that is none, as /long with one of the longest field.
    """

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
                    if request.startswith("GET /broken"):
                        connection.sendall(b"HTTP/1.1 200 OK\r\nno field\r\n\r\n")
                        return
                field = b"X: %s\r\n" % (b"a" * MOST_FIELD) if request.startswith("GET /long") else b""
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + field + b"Content-Length: 2\r\n\r\nok")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)  # ends the accept() that waits
        self.socket.close()


def ask(port, headers="", version="1.1", target="/v1/buttons?url=http%3A%2F%2Fa.example"):
    """The status of one GET."""
    host = "Host: buttons.example\r\n" if version == "1.1" else ""
    return answer_of(port, f"GET {target} HTTP/{version}\r\n{host}{headers}\r\n".encode())[0]


def answer_of(port, request):
    """(status, header, body) of a request in raw bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        with contextlib.suppress(ConnectionError):  # it may answer, and close, before it has read all
            connection.sendall(request)
        return Reader(connection).answer()


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


@pytest.mark.parametrize("kind", BALANCERS)
def test_another_node_is_asked_where_none_listens(kind, tmp_path):
    with Upstream() as one:
        with Balancer(kind, tmp_path, [free_port(), one.port]) as balancer:
            with ThreadPoolExecutor(8) as readers:
                assert set(readers.map(lambda _: ask(balancer.port), range(200))) == {200}
            assert len(one.requests) == 200


@pytest.mark.parametrize("kind", BALANCERS)
def test_another_node_is_asked_where_none_answers_a_connection(kind, tmp_path):
    with contextlib.ExitStack() as gone, Upstream() as one:
        deaf = gone.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # its queue is full: whoever connects from here on waits
            waiting = gone.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        with Balancer(kind, tmp_path, [deaf.getsockname()[1], one.port]) as balancer:
            began = time.monotonic()
            assert [ask(balancer.port) for _ in range(8)] == [200] * 8
            assert time.monotonic() - began < 12


def test_a_share_report_is_sent_whole_to_the_node_that_is_asked_next(tmp_path):
    # nginx keeps the body for the second node; one that is sent without it would wait for it.
    report = b'[{"url":"https://example.com/","id":"1"}]'
    request = b"POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(report), report)
    with Upstream() as one, Balancer("nginx", tmp_path, [free_port(), one.port]) as balancer:
        assert [answer_of(balancer.port, request)[0] for _ in range(4)] == [200] * 4
        assert all(f"content-length: {len(report)}" in asked.lower() for asked in one.requests if "POST" in asked)


@pytest.mark.parametrize("kind", BALANCERS)
def test_an_answer_that_cannot_be_read_takes_no_node_out(kind, tmp_path):
    with Upstream() as one, Upstream() as other, Balancer(kind, tmp_path, [one.port, other.port]) as balancer:
        assert ask(balancer.port, target="/broken") == 502
        assert [ask(balancer.port) for _ in range(11)] == [200] * 11
        assert len(one.requests) == len(other.requests) == 6


@pytest.mark.parametrize("kind", BALANCERS)
def test_the_longest_field_of_an_answer_is_passed_on(kind, tmp_path):
    with Upstream() as upstream, Balancer(kind, tmp_path, [upstream.port]) as balancer:
        status, header, _ = answer_of(balancer.port, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        assert status == 200
        assert b"a" * MOST_FIELD in header


@pytest.mark.parametrize("kind", BALANCERS)
def test_many_answers_that_cannot_be_read_leave_readers_alone(kind, tmp_path):
    with Upstream() as one, Upstream() as other, Balancer(kind, tmp_path, [one.port, other.port]) as balancer:
        for _ in range(20):
            assert ask(balancer.port, target="/broken") == 502
        assert [ask(balancer.port) for _ in range(10)] == [200] * 10
        assert sum("GET /broken" in asked for asked in one.requests + other.requests) == 20  # none was sent twice


def longest(what):
    """A request line, or a field, of 16 KiB, which is as much as buttond takes."""
    if what == "line":
        line = b"GET /v1/buttons?url=https%3A%2F%2Fexample.com%2F&text="
        return line + b"a" * (16 * 1024 - len(line) - len(" HTTP/1.1\r\n")) + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    return b"GET /v1/buttons?url=example.com HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * (16 * 1024 - 200) + b"\r\n\r\n"


REFUSED = {
    "a long line": (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {400, 414}),
    "a long field": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 60_000 + b"\r\n\r\n", {400, 431}),
    "many fields": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: %s\r\n" % (b"a" * 700) * 40 + b"\r\n", {400, 431}),
    "a long body": (b"POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + b"a" * 300_000, {413}),
    "no such method": (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", {405, 501}),
}  # fmt: skip


def requests_of(node):
    return sum(value for name, value in node.metrics().items() if name.startswith("buttond_requests_total"))


@pytest.mark.parametrize("kind", BALANCERS)
def test_the_dearest_requests_of_strangers_cost_no_other_reader_anything(kind, tmp_path, servers):
    nodes = [servers("--trusted-proxy", "127.0.0.1", "--rate", "0") for _ in range(2)]
    with Balancer(kind, tmp_path, [node.address[1] for node in nodes]) as balancer:
        for name, target in DEAREST.items():
            direct = nodes[0].get(target)
            for _ in nodes:
                request = f"GET {target} HTTP/1.1\r\nHost: {nodes[0].addresses[0]}\r\n\r\n".encode()
                status, header, body = answer_of(balancer.port, request)
                assert (status, len(body)) == (direct.status, len(direct.body)), name
                if location := direct.headers["Location"]:
                    assert location.encode() in header
        for what in ("line", "field"):
            assert {answer_of(balancer.port, longest(what))[0] for _ in nodes} == {200}, what
        for name, (request, statuses) in REFUSED.items():
            assert {answer_of(balancer.port, request)[0] for _ in nodes} <= statuses, name
        before = [requests_of(node) for node in nodes]
        assert [ask(balancer.port) for _ in range(20)] == [200] * 20
        assert [requests_of(node) - was for node, was in zip(nodes, before)] == [10, 10]


@pytest.mark.parametrize("kind", BALANCERS)
def test_a_node_that_is_killed_is_left_before_readers_notice(kind, tmp_path, servers):
    nodes = [servers("--trusted-proxy", "127.0.0.1", "--rate", "0") for _ in range(2)]
    with Balancer(kind, tmp_path, [node.address[1] for node in nodes]) as balancer:
        with ThreadPoolExecutor(8) as readers:
            assert set(readers.map(lambda _: ask(balancer.port), range(100))) == {200}
            nodes[0].kill()  # between requests: one under way may have been counted, and is not sent again
            assert set(readers.map(lambda _: ask(balancer.port), range(400))) == {200}


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
