"""One page has one key on every route, however its link is spelled, and what is shared is that page."""

import html
import json
import re
import urllib.parse

import pytest

KEY = "a.example/p?color=red&id=5&size=9&label=x&title=t&source=s&place=p&server=q&form=f&t=1&_=2&url=z"
RAW = "https://" + KEY
ENCODED = urllib.parse.quote(RAW, safe="")

COUNTED = ["/button/?", "/button.svg?", "/seen.gif?", "/pixel.gif?", "/v1/buttons?"]
# Behind a raw link these are the route's, whichever it is.
BEHIND = ["", "&text=Some+words", "&count=vertical&size=large", "&via=me&picture=https://b.example/p.png", "&callback=f&t=3"]

SPELLINGS = {
    "a reference": ("https://a.example/?page_id=12&#038;lang=de", "https://a.example/?page_id=12&lang=de"),
    "a named reference": ("https://a.example/?page_id=12&amp;lang=fr", "https://a.example/?page_id=12&lang=fr"),
    "encoded twice": ("https%3A%2F%2Fa.example%2F%3Fb%3D1%26c%3D2", "https://a.example/?b=1&c=2"),
    "one slash": ("https:/a.example/b", "https://a.example/b"),
    "backslashes": ("https:\\\\a.example/b", "https://a.example/b"),
    "a line end": ("https://a.exam\nple/b\t", "https://a.example/b"),
    "no scheme": ("a.example/b", "https://a.example/b"),
    "a page behind the hash": ("https://a.example/#!/b", "https://a.example/#!/b"),
}


def key_of(server, url):
    return server.get("/v1/explain?url=" + urllib.parse.quote(url, safe="")).json["key"]


@pytest.mark.parametrize("behind", BEHIND)
def test_a_raw_link_with_a_query_counts_as_itself_on_every_route(server, behind):
    for path in COUNTED:
        for link in (RAW, ENCODED):
            assert server.get(f"{path}url={link}{behind}").status == 200
    assert server.get(f"/add?url={RAW}{behind}").status == 200
    server.wait_stored()
    assert server.export() == {KEY: {"impressions": 2 * len(COUNTED), "clicks": 1, "shares": 0}}
    assert server.get(f"/v1/explain?url={RAW}{behind}").json["key"] == KEY


def test_the_counts_of_a_raw_link_with_a_query_are_its_own(server):
    server.report_shares({"url": RAW, "id": "1", "shares": 7})
    for link in (RAW, ENCODED):
        assert server.get(f"/v1/counts?url={link}&text=x").json == {"counts": [7]}
        assert server.get(f"/1/links/shares.json?url={link}&callback=f").body == b'/**/f({"shares":7});'
        assert "7 shares" in server.get(f"/button.svg?url={link}&count=vertical").text


def test_several_raw_links_stay_several(server):
    for route in ("/v1/buttons", "/v1/counts"):
        for second in ("https://b.example/?c=1&d=2", "https%3A%2F%2Fb.example%2F%3Fc%3D1%26d%3D2"):
            assert server.get(f"{route}?url=https://a.example/?b=1&c=2&url={second}").json == {"counts": [0, 0]}
    server.wait_stored()
    assert server.impressions() == {"a.example?b=1&c=2": 2, "b.example?c=1&d=2": 2}


def test_the_dialog_shows_and_shares_the_whole_raw_link(server):
    page = html.unescape(server.get(f"/add?url={RAW}&text=Words").text)
    assert RAW in page
    assert server.get(re.search(r'href="(/add/to\?place=bluesky[^"]*)"', page)[1]).headers["Location"].endswith("Words%20" + ENCODED)
    identity = re.search(r"id=([\w-]{40})", page)[1]
    answer = server.get(f"/add/to?place=bluesky&id={identity}&url={RAW}&text=Words")
    assert answer.headers["Location"].endswith("Words%20" + ENCODED)
    assert server.export()[KEY]["shares"] == 1


def test_the_main_applications_dialog_gets_the_whole_raw_link(servers):
    server = servers("--composer-url", "https://app.example.com/compose?u={url}")
    assert server.get(f"/add?url={RAW}&text=Words").headers["Location"] == "https://app.example.com/compose?u=" + ENCODED


def test_the_snippet_is_of_the_whole_raw_link(server):
    assert RAW in html.unescape(server.get(f"/?url={RAW}&count=vertical").text)


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_link_is_shared_as_the_page_that_it_counts_for(servers, name):
    spelled, shared = SPELLINGS[name]
    server = servers("--composer-url", "https://app.example.com/compose?u={url}")
    location = server.get("/add?url=" + urllib.parse.quote(spelled, safe="")).headers["Location"]
    assert urllib.parse.unquote(location.partition("u=")[2]) == shared
    assert key_of(server, spelled) == key_of(server, shared)


@pytest.mark.parametrize("nasty", [b"\xff", b"%FF%FE", b"%C3", b"%E4%B8", b"%ED%A0%80", b"%F4%90%80%80", b"%C0%AF", b"?%FF=%FE&%E4%B8%=1"])
@pytest.mark.parametrize("before", [b"", b"https%3A%2F%2Fa.example%2F", b"https://a.example/", b"ftp%3A", b"%E4" * 900])
def test_explain_answers_utf_8_whatever_it_is_asked(server, before, nasty):
    received = server.raw(b"GET /v1/explain?url=" + before + nasty + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    answer = json.loads(received.partition(b"\r\n\r\n")[2].decode())
    assert "\ufffd" in answer["url"] or before == b"https://a.example/" and b"%" in nasty  # which is not decoded


@pytest.mark.parametrize("spelled", ["http://0x7f.1/", "http:/127.1", "http://１２７.1/", "http://%31%32%37.1/", "http://@localhost", "http:\\\\10.0.0.1",
                                     "http://lo\tcalhost/", "http%253A%252F%252Flocalhost%252F", "http&#58;//localhost", "http://0x.0x.0x.0x/"])
def test_no_spelling_of_a_private_host_is_counted(servers, spelled):
    server = servers("--epoch", "50ms", private_hosts=False)
    assert server.get("/v1/explain?url=" + urllib.parse.quote(spelled, safe="")).json["error"]["message"] == "private and loopback hosts are not counted"


@pytest.mark.parametrize("spelled", ["https://other.example\\@a.example/", "https://other.example#!/a.example", "https://a.example.other.example/",
                                     "https://other.example/\n//a.example", "https:other.example?https://a.example/", "https://a.example%2F@other.example"])
def test_no_spelling_of_another_site_is_on_the_list_of_sites(servers, spelled):
    server = servers("--epoch", "50ms", "--site", "a.example")
    server.get("/v1/buttons?url=https%3A%2F%2Fa.example%2F&url=" + urllib.parse.quote(spelled, safe=""))
    server.wait_stored()
    assert server.impressions() == {"a.example": 1}
