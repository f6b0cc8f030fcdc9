"""buttond_links_refused_total: each link that was asked for and has no answer is counted once, by its reason."""

import json
import urllib.parse

import pytest

from buttond import TOKEN

GOOD = "https://example.com/a"
# A link of each reason, and what /v1/explain says of it.
REFUSED = {
    "empty": ("", "the URL is empty"),
    "too_long": ("https://example.com/" + "a" * 2100, "the URL is longer than 2048 bytes"),
    "scheme": ("mailto:ann@example.com", "only http and https URLs can be shared"),
    "credentials": ("https://ann:secret@example.com/", "a URL with a user name or password cannot be shared"),
    "no_host": ("/a/b", "the URL has no host"),
    "bad_host": ("http://example..com/", "the host of the URL is not valid"),
    "private_host": ("http://intranet/", "private and loopback hosts are not counted"),
}
ONE_LINK = ["/button/", "/button.svg", "/seen.gif", "/pixel.gif", "/add", "/1/links/shares.json", "/v1/buttons", "/v1/counts"]


@pytest.fixture
def server(servers):
    return servers("--epoch", "50ms", "--miss-wait", "10s", "--threads", "2", private_hosts=False)


def refused(server):
    """{reason: links} that are not 0."""
    found = {name.split('"')[1]: value for name, value in server.metrics().items() if name.startswith("buttond_links_refused_total{")}
    assert set(found) == {*REFUSED, "too_many", "site"}
    return {reason: value for reason, value in found.items() if value}


def ask(server, path, *links, **named):
    return server.get(path + "?" + urllib.parse.urlencode([("url", link) for link in links]), **named)


@pytest.mark.parametrize("path", ONE_LINK)
def test_a_link_without_a_key_is_counted_by_what_explain_says_of_it(server, path):
    for reason, (link, message) in REFUSED.items():
        before = refused(server)
        assert ask(server, "/v1/explain", link).json["error"]["message"] == message
        ask(server, path, link)
        assert refused(server) == {**before, reason: before.get(reason, 0) + 1}, (path, reason)
    assert server.books()["seen"] == server.books("clicks")["seen"] == 0


@pytest.mark.parametrize("path", ["/v1/buttons", "/v1/counts"])
def test_a_null_among_other_links_was_counted_nowhere(server, path):
    links = [GOOD, *(link for link, _ in REFUSED.values()), "https://example.com/b", "http://intranet/"]
    counts = ask(server, path, *links).json["counts"]
    assert counts == [0, *[None] * len(REFUSED), 0, None]
    assert refused(server) == {**dict.fromkeys(REFUSED, 1), "private_host": 2}
    assert server.books()["seen"] == (2 if path == "/v1/buttons" else 0)


@pytest.mark.parametrize("path", [*ONE_LINK, "/v1/chosen"])
def test_no_link_at_all_is_an_empty_one(server, path):
    server.get(path + "?place=x", method="POST" if path == "/v1/chosen" else "GET")
    assert refused(server) == {"empty": 1}


@pytest.mark.parametrize("path", [path for path in ONE_LINK if not path.startswith("/v1/")])
def test_each_button_without_script_is_seen_or_refused(server, path):
    """So that what pages show is in one of two numbers."""
    for link in (GOOD, "", "http://intranet/", "https://example.com/b"):
        ask(server, path, link)
    seen = server.books("clicks" if path == "/add" else "impressions")["seen"]
    assert seen + sum(refused(server).values()) == (2 if path == "/1/links/shares.json" else 4)


@pytest.mark.parametrize("path", ["/v1/buttons", "/v1/counts"])
def test_a_request_for_too_many_links_refuses_all_of_them_for_that(server, path):
    assert ask(server, path, *[GOOD] * 48, "", "http://intranet/").status == 200
    assert refused(server) == {"empty": 1, "private_host": 1}
    assert ask(server, path, *[GOOD] * 49, "", "http://intranet/").status == 400
    assert refused(server) == {"empty": 1, "private_host": 1, "too_many": 51}


def test_the_buffer_api_takes_one(server):
    assert ask(server, "/1/links/shares.json", GOOD, GOOD, "").status == 400
    assert refused(server) == {"too_many": 3}


@pytest.mark.parametrize("path, noun", [("/v1/buttons", "impressions"), ("/button/", "impressions"), ("/add", "clicks")])
def test_a_link_off_the_site_list_is_filtered_where_it_is_seen_and_not_counted_twice(servers, path, noun):
    server = servers("--site", "example.org")
    ask(server, path, GOOD)
    assert refused(server) == {}
    assert server.metrics()[f'buttond_{noun}_filtered_total{{reason="site"}}'] == 1


@pytest.mark.parametrize("path", ["/v1/counts", "/1/links/shares.json"])
def test_a_link_off_the_site_list_is_refused_where_only_its_count_is_asked(servers, path):
    server = servers("--site", "example.org", "--miss-wait", "10s")
    ask(server, path, GOOD)
    ask(server, path, "https://example.org/a")
    assert refused(server) == {"site": 1}
    assert server.books()["seen"] == 0


@pytest.mark.parametrize("path", ["/v1/buttons", "/v1/counts", "/seen.gif", "/add", "/1/links/shares.json", "/add/to"])
def test_a_head_counts_no_refused_link_either(server, path):
    for link in ("", "http://intranet/"):
        ask(server, path, link, method="HEAD")
    ask(server, path, *[GOOD] * 51, method="HEAD")
    assert refused(server) == {}


def test_a_reader_who_only_changed_the_words_is_counted_once(server):
    ask(server, "/add", "http://intranet/")
    server.get("/add?url=http%3A%2F%2Fintranet%2F&edited&text=x")
    assert refused(server) == {"private_host": 1}


def test_links_that_lead_to_a_place_and_choices(server):
    server.get("/add/to?place=x&url=http%3A%2F%2Fintranet%2F")
    server.get("/v1/chosen?place=x&url=mailto:a", method="POST")
    assert refused(server) == {"private_host": 1, "scheme": 1}
    server.get("/add/to?place=nowhere&url=http%3A%2F%2Fintranet%2F")  # refused for its place
    assert refused(server) == {"private_host": 1, "scheme": 1}


def test_each_link_of_a_report_that_is_refused(server):
    links = [GOOD, *(link for link, _ in REFUSED.values()), "http://intranet/"]
    answer = server.report_shares([{"url": link, "id": str(i)} for i, link in enumerate(links)])
    assert (answer.status, answer.json["error"]["code"]) == (400, "bad_report")
    assert answer.json["error"]["message"].startswith("report 2: ")
    assert refused(server) == {**dict.fromkeys(REFUSED, 1), "private_host": 2}
    assert server.metrics()["buttond_shares_reported_total"] == 0


def test_what_is_no_link_is_none_that_was_refused(server):
    for body in (b"no json", b"[]", b"[7]", b'{"id":"1"}', json.dumps({"url": 7, "id": "1"}).encode()):
        server.get("/v1/shares", method="POST", body=body, headers={"Authorization": f"Bearer {TOKEN}"})
    ask(server, "/v1/explain", "http://intranet/")
    ask(server, "/", "http://intranet/")
    assert refused(server) == {}
