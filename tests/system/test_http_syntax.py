"""What the parser of the real server refuses, in raw bytes: the smuggling set, and the bounds."""

import re

import pytest

GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /v1/shares HTTP/1.1\r\nHost: a\r\n"

SMUGGLING = {
    "Transfer-Encoding": POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding on GET": GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding after a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "Content-Length and Transfer-Encoding": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding and Content-Length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "two Content-Length": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "two equal Content-Length": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of Content-Length": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "signed Content-Length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a body on GET": GET + b"Content-Length: 5\r\n\r\nhello",
    "bare LF": b"GET /healthz HTTP/1.1\nHost: a\n\n",
    "bare LF in a field": b"GET /healthz HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    "bare CR in a field": GET + b"X: a\rb\r\n\r\n",
    "obs-fold": GET + b"X: a\r\n b\r\n\r\n",
    "obs-fold of an empty line": GET + b"X:\r\n\tb\r\n\r\n",
    "space before the colon": GET + b"X : a\r\n\r\n",
    "space before the colon of Content-Length": POST + b"Content-Length : 5\r\n\r\nhello",
    "two Hosts": GET + b"Host: b\r\n\r\n",
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "bad Host": b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
    "Host of two proxies": b"GET /healthz HTTP/1.1\r\nHost: a,b\r\n\r\n",
    "NUL in a value": GET + b"X: a\0b\r\n\r\n",
    "field without colon": GET + b"X\r\n\r\n",
    "another scheme": b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


def statuses(received):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize("raw", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_what_two_parsers_could_read_in_two_ways_is_refused_and_ends_the_connection(server, raw):
    received = server.raw(raw + GET + b"\r\n")
    assert statuses(received) == [400]
    assert b"Connection: close\r\n" in received
    assert b"Access-Control-Allow-Origin: *\r\n" in received
    assert b'{"error":{"code":"bad_request","message":"' in received


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (GET + b"X: " + b"a" * 17_000 + b"\r\n\r\n", 431),
        (GET + b"X: a\r\n" * 4000 + b"\r\n", 431),
        (POST + b"Content-Length: 262145\r\n\r\n", 413),
        (b"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ],
    ids=["414", "431 by one field", "431 by many", "413", "505", "505 for HTTP/2"],
)
def test_a_request_beyond_a_bound_is_refused_and_ends_the_connection(server, raw, status):
    received = server.raw(raw)
    assert statuses(received) == [status]
    assert b"Connection: close\r\n" in received


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
        (b"GET http://other/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
        (b"\r\nGET /healthz HTTP/1.0\r\n\r\n", 200),
        (b"GET //healthz HTTP/1.0\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.0\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n\r\n", 200),
        (b"GET /v1/counts?url=%00 HTTP/1.0\r\n\r\n", 400),
        (b"GET /nothing%2Fhere HTTP/1.0\r\n\r\n", 404),
        (b"BREW /healthz HTTP/1.0\r\n\r\n", 405),
        (b"PUT /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 405),
        (b"OPTIONS /v1/buttons HTTP/1.0\r\n\r\n", 204),
        (b"OPTIONS * HTTP/1.0\r\n\r\n", 204),
    ],
    ids=lambda value: value.split(b"\r\n")[0].decode() if isinstance(value, bytes) else str(value),
)
def test_the_odd_but_valid_is_answered(server, raw, status):
    assert statuses(server.raw(raw)) == [status]


def test_the_server_as_a_whole_says_its_methods(server):
    received = server.raw(b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 204 ")
    assert b"\r\nAllow: GET, HEAD, POST, OPTIONS\r\n" in received


def test_persistence_follows_the_version_and_connection(server):
    keep = b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    received = server.raw(keep + keep + b"GET /healthz HTTP/1.0\r\n\r\n" + keep)
    assert statuses(received) == [200, 200, 200]
    assert received.count(b"Connection: keep-alive\r\n") == 2
    assert received.count(b"Connection: close\r\n") == 1


def test_expect_is_answered_before_the_body(server):
    with server.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"[]")
        assert connection.recv(4096).startswith(b"HTTP/1.1 401 ")
