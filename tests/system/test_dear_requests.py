"""What a small request may cost: no answer but the script is over 64 KB, no field of one over 4 KB."""

import urllib.parse

import pytest

MOST_BODY = 64 * 1024
MOST_FIELD = 4 * 1024
ID = "a" * 32

# 16 KiB are the longest request line.
LONG = 15_000
QUOTES = "%22" * (LONG // 3)
AMPERSANDS_IN_URL = "http%3A%2F%2Fa.com%2F%3F" + "%26" * 2_030
PARAMETERS = urllib.parse.quote("http://a.com/?" + "&".join(["utm_source=x&%7e=%22"] * 95), safe="")
SPECIAL_URL = "https%3A%2F%2Fa.com%2F%3F" + "%22" * 900
CHINESE = urllib.parse.quote("\u4e2d" * 800)
LONG_HOST = "http%3A%2F%2F" + urllib.parse.quote("\u00e9" * 2_000) + ".com%2F"
INTERNATIONAL_HOST = urllib.parse.quote(".".join("".join(map(chr, range(0x100 + 63 * i, 0x100 + 63 * (i + 1)))) for i in range(4)))
REFERENCES = urllib.parse.quote("https://a.com/?" + "&amp;b" * 300, safe="")

DEAREST = {
    "home, empty parameters": "/?url=" + AMPERSANDS_IN_URL,
    "home, parameters": "/?url=" + PARAMETERS,
    "home, quotes": "/?url=" + SPECIAL_URL + "&text=" + "%22" * 2_000 + "&label=" + "%22" * 100,
    "home, a long label": "/?label=" + QUOTES,
    "home, long words": "/?text=" + QUOTES,
    "home, a long URL": "/?url=https%3A%2F%2Fa.com%2F" + QUOTES,
    "explain, empty parameters": "/v1/explain?url=" + AMPERSANDS_IN_URL,
    "explain, parameters": "/v1/explain?url=" + PARAMETERS,
    "explain, a long URL": "/v1/explain?url=https%3A%2F%2Fa.com%2F" + QUOTES,
    "explain, a long host": "/v1/explain?url=" + LONG_HOST,
    "dialog, long words": "/add?url=https%3A%2F%2Fa.com%2F&text=" + QUOTES,
    "dialog, Chinese words": "/add?url=https%3A%2F%2Fa.com%2F&text=" + CHINESE,
    "dialog, a long picture": "/add?url=https%3A%2F%2Fa.com%2F&picture=" + QUOTES,
    "dialog, a long account": "/add?url=https%3A%2F%2Fa.com%2F&via=" + QUOTES,
    "dialog, quotes": "/add?url=" + SPECIAL_URL + "&text=" + "%22" * 2_000,
    "dialog, a long URL": "/add?url=https%3A%2F%2Fa.com%2F" + QUOTES,
    "dialog, no URL": "/add?text=" + QUOTES,
    "dialog, a URL of ampersands": "/add?url=" + AMPERSANDS_IN_URL + "&text=x",
    **{f"place {place}, {name}": f"/add/to?place={place}&id={ID}&url=https%3A%2F%2Fa.com%2F{rest}"
       for place in ["bluesky", "email", "copy", "x"]
       for name, rest in {"1,400 !": "&text=" + "!" * 1_400, "Chinese words": "&text=" + CHINESE,
                          "a long account": "&via=" + QUOTES, "a URL of quotes": "%22" * 1_900}.items()},
    "place mastodon, a long server": f"/add/to?place=mastodon&id={ID}&url=https%3A%2F%2Fa.com%2F&server=" + QUOTES,
    "place mastodon, Chinese words": f"/add/to?place=mastodon&id={ID}&url=https%3A%2F%2Fa.com%2F&server=a.example&text=" + CHINESE,
    "no such place": "/add/to?place=" + QUOTES,
    "frame, long words": "/button/?url=https%3A%2F%2Fa.com%2F&text=" + QUOTES,
    "frame, a long label": "/button/?url=https%3A%2F%2Fa.com%2F&label=" + QUOTES,
    "frame, a long picture": "/button/?url=https%3A%2F%2Fa.com%2F&picture=" + QUOTES,
    "frame, a long URL": "/button/?url=https%3A%2F%2Fa.com%2F" + QUOTES,
    "drawing, a long label": "/button.svg?url=https%3A%2F%2Fa.com%2F&label=" + QUOTES,
    "counts": "/v1/counts?" + "&".join(["url=a.com"] * 1_000),
    "buttons": "/v1/buttons?" + "&".join(["url=a.com"] * 50),
    "buttons, international hosts": "/v1/buttons?" + "&".join([f"url=http%3A%2F%2F{INTERNATIONAL_HOST}.com"] * 9),
    "buttons, references": "/v1/buttons?" + "&".join(["url=" + REFERENCES] * 4),
    "buttons, encoded again": "/v1/buttons?" + "&".join(["url=https%252525253A" + "%252525252541" * 120] * 9),
    "server": "/v1/server?" + QUOTES,
    "chosen": "/v1/chosen?place=x&id=1&url=https%3A%2F%2Fa.com%2F" + QUOTES,
    "nothing there": "/" + QUOTES,
}  # fmt: skip


@pytest.fixture(scope="module", params=["page", "composer"])
def asked(request, tmp_path_factory):
    """A server with the share page, or with a dialog elsewhere."""
    from buttond import Servers

    servers = Servers(tmp_path_factory.mktemp("dear"))
    composer = ["--composer-url", "https://app.example.com/?u={url}&t={text}&v={via}&p={picture}"]
    yield servers(*(composer if request.param == "composer" else []))
    servers.close()


@pytest.mark.parametrize("name", DEAREST)
def test_the_dearest_request_of_a_route_is_cheap(asked, name):
    answer = asked.get(DEAREST[name])
    assert answer.status < 500
    assert len(answer.body) <= MOST_BODY
    for field, value in answer.headers.items():
        assert len(field) + len(value) + 4 <= MOST_FIELD, f"{field} has {len(value)} bytes"


def test_words_that_are_cut_say_so(server):
    page = server.get("/add?url=https%3A%2F%2Fa.com%2F&text=" + CHINESE).text
    assert "\u4e2d\u2026</textarea>" in page
    answer = server.get(f"/add/to?place=bluesky&id={ID}&url=https%3A%2F%2Fa.com%2F&text=" + CHINESE)
    assert answer.status == 302
    assert answer.headers["Location"].endswith("%E4%B8%AD%E2%80%A6%20https%3A%2F%2Fa.com%2F")


def test_a_url_that_no_place_takes_is_there_to_be_copied(server):
    page = server.get("/add?url=" + AMPERSANDS_IN_URL)
    assert page.status == 200
    assert "too long for the places" in page.text
    assert "data-place" not in page.text
