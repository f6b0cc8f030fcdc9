"""POST /v1/chosen: the choice of a place whose direct link stands in a page is a share, counted as one of /add/to is."""

import re
import socket
import urllib.parse

import pytest

from buttond import wait_until

URL = "https://example.com/a"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def path(place="bluesky", url=URL, id="0.123456789", **more):
    named = {"place": place, "url": url, "id": id, **more}
    return "/v1/chosen?" + urllib.parse.urlencode({name: value for name, value in named.items() if value is not None})


def choose(server, *arguments, headers=None, body=None, method="POST", **named):
    return server.get(path(*arguments, **named), method=method, headers=headers, body=body)


def shares(server):
    return server.export().get("example.com/a", {"shares": 0})["shares"]


def test_a_choice_is_one_share_of_the_link(server):
    answer = choose(server, url="http://www.example.com/a/?utm_source=x#top")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert shares(server) == 1
    assert server.buttons(URL) == [1]
    assert server.metrics()['buttond_requests_total{route="chosen",code="204"}'] == 1


def test_an_id_counts_once_for_a_link_and_a_place(server):
    for _ in range(3):
        assert choose(server).status == 204
    assert shares(server) == 1
    choose(server, id="0.2")
    assert shares(server) == 2
    choose(server, place="x")
    assert shares(server) == 3


def test_without_an_id_each_choice_counts(server):
    for _ in range(3):
        assert choose(server, id=None).status == 204
    assert shares(server) == 3


def test_an_id_of_the_page_is_neither_a_signed_one_nor_a_reported_one(server):
    page = server.get("/add?" + urllib.parse.urlencode({"url": URL})).text
    signed = re.search(r"id=([\w-]{40})", page)[1]
    assert choose(server, id=signed).status == 204
    assert server.get(f"/add/to?place=bluesky&id={signed}&url={urllib.parse.quote(URL, safe='')}").status == 302
    assert server.report_shares({"url": URL, "id": f"{signed}-bluesky"}).json == {"counted": 1, "repeated": 0}
    assert shares(server) == 3


@pytest.mark.parametrize("id", ["1", "a" * 64, "0.1e-7", "A_z.9"])
def test_which_ids_do(server, id):
    assert choose(server, id=id).status == 204
    assert shares(server) == 1


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"place": None}, "no_such_place"),
        ({"place": ""}, "no_such_place"),
        ({"place": "nowhere"}, "no_such_place"),
        ({"id": ""}, "bad_id"),
        ({"id": "a" * 65}, "bad_id"),
        ({"id": "a b"}, "bad_id"),
        ({"id": "~1"}, "bad_id"),
        ({"id": "\u00e9"}, "bad_id"),
        ({"id": "a\0"}, "bad_id"),
        ({"url": None}, "url_missing"),
        ({"url": ""}, "url_missing"),
        ({"url": "mailto:a@example.com"}, "url_invalid"),
        ({"url": "https://user:secret@example.com/"}, "url_invalid"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_not_counted(server, wrong, code):
    answer = choose(server, **wrong)
    assert (answer.status, answer.json["error"]["code"]) == (400, code)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert server.export() == {}


def test_the_place_is_one_that_this_server_offers(servers):
    server = servers("--place", "x")
    assert choose(server, "x").status == 204
    assert choose(server, "bluesky").status == 400


def test_without_a_share_page_there_is_no_place(servers):
    server = servers("--composer-url", "https://app.example.com/?u={url}")
    answer = choose(server)
    assert (answer.status, answer.json["error"]["code"]) == (404, "no_such_place")
    assert server.export() == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_post_is_taken(server, method):
    answer = choose(server, method=method)
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert server.export() == {}


def test_a_page_of_any_origin_may_ask_whether_it_may(server):
    answer = choose(server, method="OPTIONS", headers={"Origin": "https://blog.example", "Access-Control-Request-Method": "POST"})
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": BOT},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"},  # somebody's form
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
def test_who_is_no_reader_and_what_is_no_script_does_not_count(server, headers):
    assert choose(server, headers=headers).status == 204
    assert server.export() == {}


def test_a_fetch_of_another_origin_counts(server):
    choose(server, headers={"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"})
    assert shares(server) == 1


def test_a_link_off_the_site_list_does_not_count(servers):
    server = servers("--site", "example.org")
    assert choose(server).status == 204
    assert server.export() == {}


def test_no_more_count_than_the_rate_of_an_address(servers):
    server = servers("--trusted-proxy", "127.0.0.1", "--rate", "1", "--threads", "1", "--miss-wait", "10s")
    for i in range(30):
        assert choose(server, id=f"0.{i}", headers={"X-Forwarded-For": "192.0.2.1"}).status == 204
    assert 10 <= shares(server) <= 15


def test_made_up_links_have_their_budget(servers):
    server = servers("--new-links", "20", "--threads", "1")
    for i in range(60):
        assert choose(server, url=f"https://example.com/{i}").status == 204
    assert 20 <= len(server.export()) <= 22


class TestBody:
    def send(self, server, head, *bodies):
        """Sends each part by itself, and returns what came."""
        with server.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(f"POST {path()} HTTP/1.1\r\nHost: a.example\r\n{head}\r\n".encode())
            for body in bodies:
                connection.settimeout(0.3)
                try:
                    early = connection.recv(65536)
                except TimeoutError:
                    early = b""
                connection.settimeout(10)
                connection.sendall(body)
                if early:
                    return early
            return connection.recv(65536)

    @pytest.mark.parametrize("head", ["", "Content-Length: 0\r\n", "Content-Type: text/plain\r\nContent-Length: 0\r\n"])
    def test_none_is_needed(self, server, head):
        assert self.send(server, head).startswith(b"HTTP/1.1 204 ")
        assert shares(server) == 1

    @pytest.mark.parametrize("size", [1, 100, 200_000])
    def test_one_that_is_sent_all_the_same_is_thrown_away(self, server, size):
        assert self.send(server, f"Content-Length: {size}\r\n", b"x" * size).startswith(b"HTTP/1.1 204 ")
        wait_until(lambda: shares(server) == 1, what="the share")
        answer = choose(server, id="0.2", body=b"x" * size)
        assert answer.status == 204
        wait_until(lambda: shares(server) == 2, what="the second share")

    def test_one_that_comes_behind_takes_from_the_readers_rate(self, servers):
        server = servers("--trusted-proxy", "127.0.0.1", "--rate", "0.1", "--threads", "1", "--miss-wait", "10s")
        assert choose(server, id="0.1", headers={"X-Forwarded-For": "192.0.2.1"}).status == 204
        assert self.send(server, "X-Forwarded-For: 192.0.2.1\r\nContent-Length: 9\r\n", b"x" * 9).startswith(b"HTTP/1.1 204 ")
        assert self.send(server, "X-Forwarded-For: 192.0.2.2\r\nContent-Length: 9\r\n", b"x" * 9).startswith(b"HTTP/1.1 204 ")
        wait_until(lambda: shares(server) == 2, what="the shares of two readers")

    def test_one_that_is_too_long_is_refused(self, server):
        assert self.send(server, "Content-Length: 10000000\r\n").startswith(b"HTTP/1.1 413 ")
        assert server.export() == {}


def test_while_the_store_is_away_a_choice_is_kept_and_counted_later_once(servers, tmp_path):
    server = servers("--epoch", "50ms", "--fresh", "100ms", store=f"sqlite:{tmp_path}/missing/buttond.db")
    for _ in range(2):
        assert choose(server).status == 204
    assert len(list((server.data / "shares").glob("*"))) == 1
    server.kill()
    (tmp_path / "missing").mkdir()
    server.start()
    wait_until(lambda: not list((server.data / "shares").glob("*")), 40, what="no file")
    assert shares(server) == 1
    assert choose(server).status == 204
    assert shares(server) == 1
