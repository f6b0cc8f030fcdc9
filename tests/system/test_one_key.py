"""One page has one key on every route, however its link is sent, and what is shared is that page."""

import html
import re
import urllib.parse

import pytest

KEY = "a.example/p?color=red&id=5&size=9&label=x&title=t&source=s&place=p&server=q&form=f&t=1&_=2&url=z"
RAW = "https://" + KEY
ENCODED = urllib.parse.quote(RAW, safe="")

COUNTED = ["/button/?", "/button.svg?", "/pixel.gif?", "/v1/buttons?"]
# Behind a raw link these are the route's, whichever it is.
BEHIND = ["", "&text=Some+words", "&count=vertical&size=large", "&via=me&picture=https://b.example/p.png", "&callback=f&t=3"]

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
