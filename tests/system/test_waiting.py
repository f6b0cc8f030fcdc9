"""What a stranger can make the server keep in memory, and whom he can keep waiting: connections that hold much, that
hold a place, or that send without end."""

import socket
import sys
import time

import pytest
from buttond import ROOT, TOKEN, wait_until
from raw_http import HIT, Reader, open_connections

sys.path.insert(0, str(ROOT / "bench"))
from rig.processes import free_port  # noqa: E402

MEBIBYTE = 1 << 20
PAGE = b"GET /?url=https://example.com/a HTTP/1.1\r\nHost: a\r\n\r\n"


def resident(server):
    """Bytes of memory that the process has."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def connect_with_small_buffer(server):
    """To a reader that takes as little as it can."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(server.address)
    connection.settimeout(10)
    return connection


def ask_much(connection):
    connection.setblocking(False)
    try:
        for _ in range(100):
            connection.send(PAGE * 200)
    except OSError:
        pass


def post(token=None, length=200_000):
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"POST /v1/shares HTTP/1.1\r\nHost: a\r\n{authorization}Content-Length: {length}\r\n\r\n".encode()


class TestMemory:
    @pytest.mark.release  # a sanitizer keeps what was freed for a while
    def test_readers_that_take_nothing_cost_no_more_than_the_budget(self, servers):
        server = servers("--max-waiting-bytes", "8MiB", "--write-timeout", "60s")
        before = resident(server)
        idle = server.connect()
        idle.sendall(HIT)
        assert Reader(idle).answer()[0] == 200
        greedy = [connect_with_small_buffer(server) for _ in range(200)]
        try:
            for connection in greedy:
                ask_much(connection)
            wait_until(lambda: server.metrics()['buttond_connections_closed_total{reason="memory"}'] > 0,
                       what="connections that are closed")
            # A loop that is filled in this moment is a turn ahead of the closing.
            wait_until(lambda: server.metrics()["buttond_waiting_bytes"] <= 8 * MEBIBYTE, what="room within the budget")
            idle.sendall(HIT)  # who keeps nothing stays
            assert Reader(idle).answer()[0] == 200
            assert server.get("/healthz").status == 200
            assert resident(server) - before < 40 * MEBIBYTE
        finally:
            for connection in [idle, *greedy]:
                connection.close()
        wait_until(lambda: server.metrics()["buttond_waiting_bytes"] == 0, what="the memory that is given back")

    def test_who_keeps_the_most_goes_first(self, servers):
        server = servers("--max-waiting-bytes", "1MiB", "--threads", "1")
        small = server.connect()
        small.sendall(b"GET /healthz HT")
        large = [server.connect() for _ in range(8)]
        for connection in large:
            connection.sendall(post(TOKEN) + b"[" * 190_000)
        wait_until(lambda: server.metrics()['buttond_connections_closed_total{reason="memory"}'] > 0,
                   what="connections that are closed")
        small.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
        assert Reader(small).answer()[0] == 200
        for connection in [small, *large]:
            connection.close()

    def test_the_connections_of_a_peer_are_taken_together(self, servers):
        server = servers("--max-waiting-bytes", "1MiB", "--threads", "1")
        large = server.connect()
        large.sendall(post(TOKEN) + b"[" * 150_000)
        many = [socket.create_connection(server.address, 10, ("127.0.0.2", 0)) for _ in range(12)]
        for connection in many:
            connection.sendall(post(TOKEN) + b"[" * 100_000)
        wait_until(lambda: server.metrics()['buttond_connections_closed_total{reason="memory"}'] > 0,
                   what="connections that are closed")
        large.sendall(b"[" * 50_000)
        assert Reader(large).answer()[0] == 400  # all of it was read: it is no JSON
        for connection in [large, *many]:
            connection.close()

    def test_one_that_keeps_more_than_the_budget_by_itself_is_closed(self, servers):
        server = servers("--max-waiting-bytes", "64KiB", "--threads", "1")
        with server.connect() as connection:
            with pytest.raises(OSError):
                connection.sendall(post(TOKEN) + b"[" * 190_000)
                if connection.recv(1) == b"":
                    raise ConnectionError
        assert server.get("/healthz").status == 200
        assert server.metrics()["buttond_waiting_bytes"] == 0


class TestBodies:
    @pytest.mark.parametrize(
        "sent, status",
        [
            (post(), 401),
            (post("another-token-altogether"), 401),
            (post(TOKEN).replace(b"Content-Length", b"Expect: 100-continue\r\nContent-Length").replace(b"Bearer t", b"Bearer u"), 401),
            (post(TOKEN).replace(b"/v1/shares", b"/v1/counts"), 405),
            (post(TOKEN).replace(b"/v1/shares", b"/nothing"), 404),
        ],
        ids=["no-token", "wrong-token", "expect", "wrong-route", "no-route"],
    )
    def test_a_body_that_nobody_wants_is_not_waited_for(self, servers, sent, status):
        server = servers()
        with server.connect() as connection:
            connection.sendall(sent + b"x" * 1000)
            answers = Reader(connection)
            answered = answers.answer()
            assert answered[0] == status
            assert (b"Connection: close" in answered[1]) == (b"Expect" in sent)
            if b"Expect" not in sent:
                connection.sendall(b"x" * 199_000 + HIT)
                assert answers.answer()[0] == 200

    def test_a_body_with_the_right_token_is_read_in_pieces(self, servers):
        server = servers()
        body = b'{"url":"https://example.com/a","id":"1"}' + b" " * 100_000
        with server.connect() as connection:
            connection.sendall(post(TOKEN, len(body)))
            for at in range(0, len(body), 10_000):
                connection.sendall(body[at : at + 10_000])
                time.sleep(0.005)
            status, _, answer = Reader(connection).answer()
            assert (status, answer) == (200, b'{"counted":1,"repeated":0}')

    @pytest.mark.release
    def test_hundreds_of_unfinished_bodies_of_strangers_cost_next_to_nothing(self, servers):
        server = servers()
        before = resident(server)
        held = []
        try:
            for _ in range(300):
                connection = server.connect()
                connection.sendall(post() + b"[" * 190_000)
                held.append(connection)
            for connection in held:
                assert Reader(connection).answer()[0] == 401
            assert server.metrics()["buttond_waiting_bytes"] == 0
            assert resident(server) - before < 16 * MEBIBYTE
        finally:
            for connection in held:
                connection.close()


class TestRoom:
    def test_who_is_idle_longest_makes_room(self, servers):
        server = servers("--max-connections", "10", "--threads", "1")
        held = [server.connect() for _ in range(10)]
        answers = [Reader(connection) for connection in held]
        for connection, answer in zip(held, answers, strict=True):
            connection.sendall(HIT)
            assert answer.answer()[0] == 200
        time.sleep(2.2)  # the order of connections is kept to the second
        for connection, answer in list(zip(held, answers, strict=True))[1:]:
            connection.sendall(HIT)
            assert answer.answer()[0] == 200
        time.sleep(2.2)
        with server.connect() as one_more:
            one_more.sendall(HIT)
            assert Reader(one_more).answer()[0] == 200
            assert answers[0].answer() is None  # the first one was closed, and no other
            for connection, answer in list(zip(held, answers, strict=True))[1:]:
                connection.sendall(HIT)
                assert answer.answer()[0] == 200
            metrics = server.metrics()
            assert metrics['buttond_connections_closed_total{reason="room"}'] == 1
            assert metrics["buttond_connections"] == 10
        for connection in held:
            connection.close()

    @pytest.mark.parametrize(
        "sent, since",
        [(b"", 0), (HIT, 0), (b"GET / HTTP/1.1\r\nHo", 2.2)],
        ids=["nothing", "a-request", "half-a-request"],
    )
    def test_a_client_that_holds_every_place_keeps_nobody_out(self, servers, sent, since):
        server = servers("--max-connections", "50")
        held = [server.connect() for _ in range(50)]
        for connection in held:
            connection.sendall(sent)
        if sent == HIT:  # who waits for an answer is not idle
            assert {Reader(connection).answer()[0] for connection in held} == {200}
        wait_until(lambda: open_connections(server) == 50, what="fifty connections")
        time.sleep(since)
        for _ in range(100):
            assert server.get("/healthz").status == 200
        for connection in held:
            connection.close()
        wait_until(lambda: open_connections(server) == 0, what="no connection left over")

    def test_who_waits_for_an_answer_is_not_closed_for_another(self, servers):
        server = servers("--max-connections", "1", "--threads", "1")
        with server.connect() as busy:
            busy.sendall(b"POST /v1/counts HTTP/1.1\r\nHost: a\r\nContent-Le")  # just begun
            wait_until(lambda: open_connections(server) == 1, what="the connection")
            with server.connect() as one_more:
                one_more.sendall(HIT)
                assert Reader(one_more).answer()[0] == 503
            busy.sendall(b"ngth: 0\r\n\r\n")
            assert Reader(busy).answer()[0] == 405


def test_requests_without_end_of_one_keep_nobody_waiting(servers):
    """A turn of a connection is --max-pipeline requests, not all that it sent."""
    server = servers("--threads", "1")
    with server.connect() as greedy, server.connect() as reader:
        answers = Reader(reader)
        greedy.setblocking(False)
        request = b"GET /v1/explain?url=a.example HTTP/1.1\r\nHost: a\r\n\r\n"
        try:
            greedy.send(request * 1200)
        except BlockingIOError:
            pass
        reader.sendall(HIT)
        assert answers.answer()[0] == 200
        greedy.setblocking(True)
        answers = Reader(greedy)
        for _ in range(1200):
            assert answers.answer()[0] == 200


class TestProbes:
    @pytest.fixture
    def probed(self, servers):
        port = free_port()
        server = servers("--probes", f"127.0.0.1:{port}", "--threads", "1", "--drain-delay", "2s")
        server.probe_address = ("127.0.0.1", port)
        server.probes = f"http://127.0.0.1:{port}"
        return server

    def test_they_are_answered_there_and_nothing_else_is(self, probed):
        for path, status in [("/healthz", 200), ("/readyz", 200), ("/metrics", 404), ("/", 404), ("/v1/counts?url=a.example", 404)]:
            assert probed.get(path, base=probed.probes).status == status
        assert probed.get("/readyz", base=probed.probes, method="HEAD").status == 200
        assert probed.get("/healthz", base=probed.probes, method="POST").status == 405
        assert probed.get("/readyz").status == 200

    def test_they_say_that_the_node_stops(self, probed):
        probed.process.terminate()
        wait_until(lambda: probed.get("/readyz", base=probed.probes).status == 503, 2, what="503 while draining")
        assert probed.get("/healthz", base=probed.probes).status == 200

    def test_no_crowd_of_readers_holds_them_up(self, probed):
        greedy = [connect_with_small_buffer(probed) for _ in range(100)]
        for connection in greedy:
            ask_much(connection)
        for _ in range(20):
            with socket.create_connection(probed.probe_address, timeout=1) as connection:
                connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        for connection in greedy:
            connection.close()
