"""The life of a connection, in raw bytes against the real server: splits, pipelining, half-closes, resets, slow
readers, time-outs and limits."""

import socket
import struct

import pytest

from buttond import wait_until
from raw_http import HIT, Reader, open_connections

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def at_once(connection):
    """Each send is a packet of its own."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class TestSplits:
    @pytest.mark.parametrize(
        "request_bytes",
        [
            HIT,
            b"HEAD /v1/counts?url=http://example.com/a HTTP/1.1\r\nHost: a\r\n\r\n",
            b"\r\nGET http://b/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            b"POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
        ],
        ids=["GET", "HEAD", "absolute", "POST"],
    )
    def test_a_request_split_at_every_byte_is_the_same_request(self, server, request_bytes):
        head = request_bytes.startswith(b"HEAD")
        with at_once(server.connect()) as connection:
            answers = Reader(connection)
            connection.sendall(request_bytes)
            whole = answers.answer(head)
            for at in range(1, len(request_bytes)):
                connection.sendall(request_bytes[:at])
                connection.sendall(request_bytes[at:])
                status, _, body = answers.answer(head)
                assert (at, status, body) == (at, whole[0], whole[2])
            for byte in request_bytes:
                connection.sendall(bytes([byte]))
            status, _, body = answers.answer(head)
            assert (status, body) == (whole[0], whole[2])

    def test_a_thousand_pipelined_requests_are_answered_in_order(self, server):
        with server.connect() as connection:
            connection.sendall(
                b"".join(
                    b"GET /v1/explain?url=https://example.com/%d HTTP/1.1\r\nHost: a\r\n\r\n" % i for i in range(1000)
                )
            )
            answers = Reader(connection)
            for i in range(1000):
                status, _, body = answers.answer()
                assert status == 200
                assert b"example.com/%d\"" % i in body

    def test_each_pipelined_impression_is_counted(self, server):
        with server.connect() as connection:
            connection.sendall(HIT * 1000)
            answers = Reader(connection)
            assert {answers.answer()[0] for _ in range(1000)} == {200}
        server.wait_stored()
        assert server.impressions() == {"example.com/post": 1000}


class TestEnds:
    def test_a_client_that_shuts_down_its_side_gets_its_answers_and_then_the_end(self, server):
        with server.connect() as connection:
            connection.sendall(HEALTH + HIT + HEALTH)
            connection.shutdown(socket.SHUT_WR)
            answers = Reader(connection)
            assert [answers.answer()[0] for _ in range(3)] == [200, 200, 200]
            assert answers.answer() is None

    @pytest.mark.parametrize("sent", [b"", b"GET / HT", HIT, HIT * 100], ids=["nothing", "part", "one", "many"])
    def test_a_reset_in_the_middle_costs_its_connection_only(self, server, sent):
        for _ in range(20):
            connection = server.connect()
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        assert server.get("/healthz").status == 200
        wait_until(lambda: open_connections(server) <= 1, what="the end of the connections")

    def test_a_request_before_a_bad_one_is_answered_and_nothing_after_it(self, server):
        with server.connect() as connection:
            connection.sendall(HIT + b"GET /\nHost: a\r\n\r\n" + HIT)
            answers = Reader(connection)
            assert answers.answer()[0] == 200
            status, header, _ = answers.answer()
            assert (status, b"Connection: close" in header) == (400, True)
            assert answers.answer() is None
        assert server.wait_stored()["accepted"] == 1

    def test_a_refusal_reaches_a_client_that_is_still_sending(self, server):
        with server.connect() as connection:
            connection.sendall(b"POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + b"x" * 200_000)
            status, header, _ = Reader(connection).answer()
            assert (status, b"Connection: close" in header) == (413, True)


class TestLimits:
    def test_a_header_that_does_not_end_in_time_is_answered_408(self, servers):
        server = servers("--header-timeout", "1s")
        with server.connect() as connection:
            connection.sendall(HEALTH + b"GET /healthz HTTP/1.1\r\nHo")
            answers = Reader(connection)
            assert answers.answer()[0] == 200
            status, header, body = answers.answer()
            assert (status, b"Connection: close" in header) == (408, True)
            assert b"request_timeout" in body
            assert answers.answer() is None

    def test_an_idle_connection_is_closed_without_a_word(self, servers):
        server = servers("--idle-timeout", "1s")
        with server.connect() as fresh, server.connect() as used:
            used.sendall(HEALTH)
            assert Reader(used).answer()[0] == 200
            assert used.recv(1) == b""
            assert fresh.recv(1) == b""

    def test_a_reader_that_takes_nothing_is_dropped(self, servers):
        server = servers("--write-timeout", "1s")
        with server.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)
            request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100
            try:
                for _ in range(1000):
                    connection.send(request)
            except BlockingIOError:
                pass
            wait_until(lambda: open_connections(server) == 0, 15, what="the end of the slow reader's connection")

    def test_one_connection_too_many_is_answered_503(self, servers):
        server = servers("--max-connections", "10")
        held = [server.connect() for _ in range(10)]
        for connection in held:
            connection.sendall(b"GET /healthz HT")  # one that is idle would make room
        wait_until(lambda: open_connections(server) == 10, what="ten connections")
        with server.connect() as one_more:
            one_more.sendall(HEALTH)
            status, header, body = Reader(one_more).answer()
            assert (status, b"Connection: close" in header) == (503, True)
            assert b"error" in body
        held.pop().close()
        wait_until(lambda: open_connections(server) == 9, what="room for one connection")
        assert server.get("/healthz").status == 200
        for connection in held:
            connection.close()


class TestAddresses:
    def test_a_unix_socket_is_served_and_its_file_removed(self, servers, tmp_path):
        path = tmp_path / "s"
        server = servers("--listen", f"unix:{path}")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(path))
            connection.sendall(HIT)
            assert Reader(connection).answer()[0] == 200
        server.terminate()
        assert not path.exists()

    def test_the_proxy_protocol_is_demanded_where_it_is_expected(self, servers):
        server = servers("--proxy-protocol", "--rate", "1", "--epoch", "50ms")

        def ask(header):
            with server.connect() as connection:
                connection.sendall(header + HIT)
                answer = Reader(connection).answer()
                return answer and answer[0]

        signature = b"\r\n\r\n\0\r\nQUIT\n"
        version_2 = signature + b"\x21\x11\0\x0c" + bytes([192, 0, 2, 9, 198, 51, 100, 1]) + b"\x12\x34\x01\xbb"
        assert ask(b"PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\n") == 200
        assert ask(version_2) == 200
        assert ask(b"PROXY UNKNOWN\r\n") == 200
        assert ask(b"") is None

    def test_each_client_behind_a_trusted_proxy_has_its_own_rate(self, servers):
        server = servers("--trusted-proxy", "127.0.0.1", "--rate", "1", "--epoch", "50ms")
        with server.connect() as connection:
            answers = Reader(connection)
            for client in range(3):
                for _ in range(30):  # a burst of ten is allowed
                    forwarded = b"X-Forwarded-For: 10.0.0.1, 192.0.2.%d\r\n\r\n" % client
                    connection.sendall(HIT[:-2] + forwarded)
                    assert answers.answer()[0] == 200
        books = server.wait_stored()
        assert 30 <= books["accepted"] <= 36
        assert books["seen"] == 90

    def test_x_forwarded_for_of_anybody_is_not_believed(self, servers):
        server = servers("--trusted-proxy", "192.0.2.1", "--rate", "1", "--epoch", "50ms")
        with server.connect() as connection:
            answers = Reader(connection)
            for i in range(60):
                connection.sendall(HIT[:-2] + b"X-Forwarded-For: 192.0.2.%d\r\n\r\n" % i)
                assert answers.answer()[0] == 200
        assert server.wait_stored()["accepted"] <= 15
