"""Our own pages and files over HTTP: caching, validators, variants, policies."""

import gzip
import html
import json
import hashlib
import base64
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree

import pytest

from buttond import ROOT, wait_until

FRAME = "/button/?url=https%3A%2F%2Fexample.com%2Fa"
SHARE = "/add?url=https%3A%2F%2Fexample.com%2Fa"
PAGES = ["/", "/add", "/add?url=https%3A%2F%2Fexample.com%2Fa", FRAME]


def hashed_loader(server):
    """The address and the integrity of the current loader, as the snippet gives them."""
    page = server.get("/").text
    found = re.search(r"(/js/button\.[0-9a-f]{16}\.js)&quot;\s+integrity=&quot;(sha384-[^&]+)&quot;", page)
    return found[1], found[2]


def decoded(answer):
    coding = answer.headers["Content-Encoding"]
    if coding == "gzip":
        return gzip.decompress(answer.body)
    if coding == "br":
        return subprocess.run(["brotli", "--decompress"], input=answer.body, capture_output=True, check=True).stdout
    return answer.body


def test_the_loader_is_revalidated_after_minutes_and_immutable_under_its_hash(server):
    address, integrity = hashed_loader(server)
    current, immutable = server.get("/js/button.js"), server.get(address)
    assert current.body == immutable.body
    assert "max-age=600" in current.headers["Cache-Control"]
    assert "immutable" not in current.headers["Cache-Control"]
    assert immutable.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    digest = base64.b64encode(hashlib.sha384(immutable.body).digest()).decode()
    assert integrity == f"sha384-{digest}"
    assert server.get("/js/button.js?_=1700000000").body == current.body


def test_an_unknown_hash_is_not_found(server):
    answer = server.get("/js/button.0123456789abcdef.js")
    assert answer.status == 404
    assert answer.json["error"]["code"] == "not_found"


def test_every_released_loader_is_served_for_ever(server):
    released = sorted((ROOT / "assets/released").glob("button.*.js"))
    assert released
    for file in released:
        answer = server.get(f"/js/{file.name}")
        assert answer.status == 200
        assert answer.body == file.read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        assert hashlib.sha384(answer.body).hexdigest()[:16] == file.name.split(".")[1]


def test_the_version_that_is_built_is_released_when_it_is_tagged(server):
    tags = subprocess.run(["git", "tag", "--points-at", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    name = hashed_loader(server)[0].rsplit("/", 1)[1]
    assert not any(tag.startswith("v") for tag in tags) or (ROOT / "assets/released" / name).exists(), (
        "this commit is tagged as a version, but its loader is not among the released ones: run assets/release"
    )


@pytest.mark.parametrize(
    "accepted, coding",
    [
        (None, None),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("identity", None),
        ("*", "br"),
        ("deflate", None),
    ],
)
def test_the_variant_is_the_one_that_is_preferred(server, accepted, coding):
    plain = server.get("/js/button.js")
    answer = server.get("/js/button.js", headers={"Accept-Encoding": accepted} if accepted else {})
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert decoded(answer) == plain.body
    assert (answer.headers["ETag"] == plain.headers["ETag"]) == (coding is None)


def static_paths(server):
    style = re.search(r'/assets/site\.[0-9a-f]{16}\.css', server.get("/").text)[0]
    return ["/", "/?url=https://example.com/a", "/js/button.js", hashed_loader(server)[0], style, "/favicon.svg", "/robots.txt"]


def test_a_validator_saves_the_body_and_head_equals_get(server):
    for path in static_paths(server):
        for accepted in ("identity", "gzip", "br"):
            headers = {"Accept-Encoding": accepted}
            full = server.get(path, headers)
            assert full.status == 200
            again = server.get(path, {**headers, "If-None-Match": f'"x", W/{full.headers["ETag"]}'})
            assert (again.status, again.body) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert again.headers[name] == full.headers[name]
            assert server.get(path, {**headers, "If-None-Match": "*"}).status == 304
            assert server.get(path, {**headers, "If-None-Match": '"other"'}).status == 200
            head = server.get(path, headers, method="HEAD")
            assert head.body == b""
            changing = ("Date",)
            assert {k: v for k, v in head.headers.items() if k not in changing} == {
                k: v for k, v in full.headers.items() if k not in changing
            }


def test_ranges_are_refused_cleanly(server):
    full = server.get("/js/button.js")
    part = server.get("/js/button.js", {"Range": "bytes=0-9"})
    assert (part.status, part.body) == (200, full.body)
    assert part.headers["Accept-Ranges"] == "none"
    assert part.headers["Content-Range"] is None


def test_what_is_embedded_may_be_read_from_anywhere(server):
    for path in ["/js/button.js", "/button.svg?url=https%3A%2F%2Fexample.com%2Fa", "/seen.gif", "/pixel.gif"]:
        headers = server.get(path).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Timing-Allow-Origin"] == "*"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_strict_policy(server, path):
    headers = server.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "form-action" in policy
    assert policy["frame-ancestors"] == ("*" if path == FRAME else "'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    # Who opened the page keeps no hold on it; a frame has none, and shows where pages isolate themselves.
    assert headers["Cross-Origin-Opener-Policy"] == (None if path == FRAME else "same-origin")
    assert headers["Cross-Origin-Embedder-Policy"] == ("require-corp" if path == FRAME else None)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Set-Cookie"] is None


@pytest.mark.parametrize("path", ["/seen.gif", "/pixel.gif"])
def test_the_pixel_is_a_gif_of_43_bytes_that_counts(server, path):
    answer = server.get(path + "?url=https%3A%2F%2Fexample.com%2Fa")
    assert (answer.status, len(answer.body), answer.body[:6]) == (200, 43, b"GIF89a")
    assert answer.headers["Cache-Control"] == "no-store"
    assert server.get(path + "?url=https%3A%2F%2Fexample.com%2Fa", method="HEAD").body == b""
    assert server.get(path + "?url=nonsense%20url").status == 200
    server.wait_stored()
    assert server.impressions() == {"example.com/a": 1}


@pytest.mark.parametrize("path", ["/button/", "/button.svg"])
def test_a_button_without_script_shows_the_count_and_counts(server, path):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 12345}])
    answer = server.get(path + "?url=https%3A%2F%2Fexample.com%2Fa&count=vertical")
    assert "Share this page, 12,345 shares" in answer.text
    assert "12K" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    server.wait_stored()
    assert server.impressions() == {"example.com/a": 1}


@pytest.mark.parametrize("name", ["Sec-Purpose", "X-Sec-Purpose"])
def test_a_frame_that_is_fetched_ahead_says_so_and_is_not_counted(server, name):
    assert "data-unseen" in server.get(FRAME, {name: "prefetch;prerender"}).text
    assert server.books()["accepted"] == 0
    assert "data-unseen" not in server.get(FRAME).text
    assert server.books()["accepted"] == 1


def test_the_frame_holds_the_span_of_the_contract(server):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 90000000}])
    body = server.get(FRAME + "&id=1&text=t&count=vertical&via=v&picture=&placement=p&source=s&utm_source=x").text
    assert re.findall(r'<span id="buffer_count">(\d+)</span>', body) == ["90000000"]
    assert '<span id="buffer_count">0</span>' in server.get("/button/?url=").text


@pytest.mark.parametrize(
    "composer, expected",
    [
        ("https://app.example.com/compose?u={url}&t={text}&v={via}&p={picture}",
         "https://app.example.com/compose?u=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d&t=x%20%26%20y&v=me&p=https%3A%2F%2Fexample.com%2Fp.png"),
        ("https://app.example.com/{via}?{url}", "https://app.example.com/me?https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d"),
    ],
)
def test_the_dialog_of_the_main_application_gets_what_was_asked_for(servers, composer, expected):
    server = servers("--epoch", "50ms", "--composer-url", composer)
    query = "url=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d&text=x+%26+y&via=@me&picture=https%3A%2F%2Fexample.com%2Fp.png"
    answer = server.get("/add?" + query)
    assert (answer.status, answer.headers["Location"]) == (302, expected)
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert server.get("/add?" + query, method="HEAD").headers["Location"] == expected
    server.wait_stored()
    assert server.export()["example.com/a?b=c&d"]["clicks"] == 1


def test_with_a_dialog_of_the_main_application_nobody_shares_past_it(servers):
    server = servers("--epoch", "50ms", "--composer-url", "https://app.example.com/?u={url}")
    answer = server.get("/add/to?place=bluesky&id=" + "a" * 32 + "&url=https%3A%2F%2Fexample.com%2Fa")
    assert (answer.status, answer.json["error"]["code"]) == (404, "no_such_place")
    assert "Location" not in answer.headers
    assert server.export() == {}


def share_links(server, query="url=https%3A%2F%2Fexample.com%2Fa&text=Words"):
    page = server.get("/add?" + query).text
    return {name: link.replace("&amp;", "&") for link, name in re.findall(r'href="(/add/to[^"]+)" data-place="([a-z]+)"', page)}


def test_following_a_place_counts_one_share_however_often(server):
    links = share_links(server)
    for _ in range(3):
        answer = server.get(links["bluesky"])
        assert answer.status == 302
        assert answer.headers["Location"] == "https://bsky.app/intent/compose?text=Words%20https%3A%2F%2Fexample.com%2Fa"
    assert server.get(links["email"]).headers["Location"].startswith("mailto:?subject=Words&body=https%3A%2F%2F")
    assert server.get(links["reddit"], method="HEAD").status == 302
    assert server.get(links["copy"]).status == 200
    assert server.get(share_links(server)["bluesky"]).status == 302
    assert server.export()["example.com/a"]["shares"] == 4
    assert server.get("/v1/counts?url=https%3A%2F%2Fexample.com%2Fa").json == {"counts": [4]}


def test_a_share_without_an_id_of_ours_or_by_a_bot_is_not_counted(server):
    links = share_links(server)
    other = re.search(r"id=[\w-]{40}", share_links(server, "url=https%3A%2F%2Fexample.com%2Fb")["x"])[0]
    for wrong in ("id=1", "id=" + "0" * 32, "id=" + "A" * 40, other):
        assert server.get(re.sub(r"id=[\w-]+", wrong, links["x"])).status == 302
    assert server.get(links["x"], {"User-Agent": "Googlebot/2.1"}).status == 302
    assert server.get(links["x"], {"Sec-Purpose": "prefetch"}).status == 302
    server.wait_stored()
    assert server.export()["example.com/a"]["shares"] == 0


EMBEDDED = [
    {"Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"},
]


def test_what_a_page_embeds_is_no_click_and_no_share(server):
    link = share_links(server)["x"]
    for headers in EMBEDDED:
        assert server.get("/add?url=https%3A%2F%2Fexample.com%2Fa", headers).status == 200
        assert server.get(link, headers).status == 302
    assert server.metrics()['buttond_clicks_filtered_total{reason="embedded"}'] == len(EMBEDDED)
    assert 'buttond_impressions_filtered_total{reason="embedded"}' not in server.metrics()  # there is no such thing
    assert server.books("clicks")["accepted"] == 1
    server.wait_stored()
    assert server.export()["example.com/a"] == {"impressions": 0, "clicks": 1, "shares": 0}
    navigation = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    assert server.get(link, navigation).status == 302
    by_script = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert server.get(share_links(server)["copy"], by_script).status == 200
    assert server.export()["example.com/a"]["shares"] == 2


def test_a_share_of_a_link_beyond_the_budget_of_new_ones_is_not_counted(servers):
    server = servers("--new-links", "1", "--epoch", "50ms", "--threads", "1")
    for name in ("a", "b", "c", "d"):
        assert server.get(share_links(server, f"url=https%3A%2F%2Fexample.com%2F{name}")["x"]).status == 302
    shared = [row["shares"] for row in server.export().values()]
    assert sum(shared) == len(shared) < 4


def mastodon(server, name):
    query = "place=mastodon&url=https%3A%2F%2Fexample.com%2Fa&text=Words&server="
    share = re.search(r"id=[\w-]{40}", server.get("/add?url=https%3A%2F%2Fexample.com%2Fa").text)[0]
    return f"/add/to?{query}{urllib.parse.quote(name, safe='')}&{share}"


SHARED_WORDS = "/share?text=Words%20https%3A%2F%2Fexample.com%2Fa"


@pytest.mark.parametrize(
    "named, host",
    [
        ("@me@Mastodon.Social", "mastodon.social"),
        ("mastodon.example:8443", "mastodon.example:8443"),
        ("@me@mastodon.example:8443", "mastodon.example:8443"),
        ("https://mastodon.example:8443/", "mastodon.example:8443"),
        ("https://mastodon.example/", "mastodon.example"),
        ("m\u0430stodon.social", "xn--mstodon-2fg.social"),  # with a Cyrillic letter
    ],
)
def test_a_page_says_where_a_server_of_the_readers_choice_is_and_goes_nowhere_by_itself(server, named, host):
    answer = server.get(mastodon(server, named))
    assert (answer.status, answer.headers["Location"], answer.headers["Refresh"]) == (200, None, None)
    links = re.findall(r'<a class="way[^"]*" href="([^"]+)"([^>]*)>', answer.text)
    assert [html.unescape(link) for link, _ in links][0] == f"https://{host}{SHARED_WORDS}"
    assert "noreferrer" in links[0][1]
    assert f'<p class="destination" id="destination" dir="ltr">{host}</p>' in answer.text
    assert ("letters beyond a to z" in answer.text) == host.startswith("xn--")
    assert "<script" not in answer.text and "http-equiv" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "form-action 'none'; frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert server.export()["example.com/a"]["shares"] == 1


def test_the_way_back_leads_to_the_same_share_page_without_a_click(server):
    page = server.get(mastodon(server, "mastodon.social")).text
    back = html.unescape(re.search(r'href="(/add\?[^"]+)"', page)[1])
    clicks = server.books("clicks")["seen"]
    shown = server.get(back).text
    assert 'value="https://example.com/a"' in shown and ">Words</textarea>" in shown and 'value="mastodon.social"' in shown
    assert server.books("clicks")["seen"] == clicks


def test_a_share_at_a_server_of_the_readers_choice_counts_once(server):
    address = mastodon(server, "mastodon.social")
    for _ in range(3):
        assert server.get(address).status == 200
    assert server.export()["example.com/a"]["shares"] == 1


@pytest.mark.parametrize(
    "wrong",
    ["", "not a host", "example.com/path", "example.com\r\nSet-Cookie:x", "javascript:alert(1)", "127.0.0.1", "10.0.0.1:8080",
     "localhost", "[::1]", "mastodon.example:99999", "mastodon.example:x", "https://me:pw@mastodon.example/"],
)  # fmt: skip
def test_mastodon_asks_for_a_server_and_goes_nowhere_else(servers, wrong):
    server = servers("--epoch", "50ms", private_hosts=False)
    answer = server.get(mastodon(server, wrong))
    assert (answer.status, answer.headers["Location"]) == (200, None)
    assert "not the name of a server" in answer.text
    assert 'class="way' not in answer.text
    server.wait_stored()
    assert server.export()["example.com/a"]["shares"] == 0


def test_a_private_server_is_gone_to_where_private_hosts_are_allowed(server):
    assert f'href="https://10.0.0.1:8080{SHARED_WORDS}"' in html.unescape(server.get(mastodon(server, "10.0.0.1:8080")).text)


def test_places_are_chosen_by_configuration(servers):
    server = servers("--place", "email", "--place", "copy")
    assert list(share_links(server)) == ["copy", "email"]  # which stands beside the link
    assert 'class="copy"' not in servers("--place", "email").get("/add?url=https%3A%2F%2Fexample.com%2Fa").text
    assert server.get("/add/to?place=x&url=https%3A%2F%2Fexample.com%2Fa").status == 404


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://user:pw@example.com/"])
def test_what_is_no_page_on_the_web_gets_no_places(server, url):
    page = server.get("/add?url=" + url).text
    assert "cannot be shared" in page
    assert "/add/to" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/button/?url=https://example.com/a",
        "/button.svg?url=https://example.com/a",
        "/v1/explain?url=https://example.com/a",
        "/v1/explain?url=mailto:a",
        "/add?url=https://example.com/a",
        "/add",
        "/add/to?place=copy&url=https://example.com/a",
        "/add/to?place=mastodon&server=mastodon.example&url=https://example.com/a",
        "/add/to?place=mastodon&server=?&url=https://example.com/a",
    ],
)
def test_head_makes_no_page(server, path):
    full = server.get(path, {"Accept-Language": "ja"})
    head = server.get(path, {"Accept-Language": "ja"}, method="HEAD")
    assert (head.status, head.body) == (full.status, b"")
    assert head.headers["Content-Length"] is None  # which only the page itself would tell
    changing = ("Date", "Content-Length")
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in full.headers.items() if k not in changing
    }


HOST_OF_STRANGER = {"Host": "evil.example"}


@pytest.mark.parametrize("form", ["html", "element", "iframe", "markdown", "wordpress"])
def test_the_snippets_name_the_public_url_whatever_the_host_says(servers, form):
    server = servers("--public-url", "https://share.example.com/")
    page = server.get(f"/?form={form}&url=https%3A%2F%2Fexample.com%2Fa", headers=HOST_OF_STRANGER).text
    assert "https://share.example.com/" in page
    assert "https://share.example.com//" not in page
    assert "evil.example" not in page


def test_nothing_but_the_snippets_of_the_home_page_repeats_the_host(servers):
    server = servers("--public-url", "http://[::1]:8080")
    for path in [*PAGES, "/button.svg?url=a.example", "/js/button.js", "/add/to?place=bluesky&url=a.example", "/nowhere",
                 "/v1/explain?url=a.example"]:  # fmt: skip
        answer = server.get(path, headers=HOST_OF_STRANGER)
        assert b"evil.example" not in answer.body
        assert "evil.example" not in str(answer.headers)
    assert "http://[::1]:8080/js/button." in server.get("/").text


@pytest.mark.parametrize("host, origin", [
    ("share.example.com", "https://share.example.com"),
    ("share.example.com:8080", "http://share.example.com:8080"),
    ("[::1]:8080", "http://[::1]:8080"),
    ("a)](javascript", None),
    ("a'.phpinfo().'", None),
    ("a%22.example", "http://localhost"),
    ("a&lt;b", None),
    ("a!$&()*+;=~b", "http://localhost"),
])  # fmt: skip
@pytest.mark.parametrize("form", ["html", "markdown", "wordpress"])
def test_of_a_host_only_names_and_addresses_are_repeated(server, form, host, origin):
    answer = server.get(f"/?form={form}", headers={"Host": host})
    if answer.status == 200:
        assert f"{origin or 'http://localhost'}/" in answer.text
        assert origin is not None and host in origin or host not in answer.text
    else:
        assert (answer.status, origin) == (400, None)


# Percent-encoded bytes that must not get into a page or a drawing as they are.
NASTY = {
    "U+FFFF": "%EF%BF%BF", "U+FFFE": "%EF%BF%BE", "U+FFFE between others": "a%EF%BF%BEb%EF%BF%BD%EF%BF%BC", "NUL": "a%00b",
    "control characters": "%01%02%08%0B%0C%0E%1B%1F%7F", "line ends": "a%0D%0Ab%09c", "C1": "%C2%85%C2%9B", "a surrogate": "%ED%A0%80",
    "a pair of surrogates": "%ED%A0%BD%ED%B8%80", "half a character": "%E4%B8", "a continuation": "%80%BF", "an overlong slash": "%C0%AF",
    "past Unicode": "%F4%90%80%80", "no UTF-8": "%FF%FE", "markup": "%3C%2Ftext%3E%3Cscript%3E%26%22%27", "CDATA": "%5D%5D%3E%3C%21%5BCDATA%5B",
    "an entity": "%26lt%3B%26%23x0%3B%26nosuch%3B", "a cut label": "a" * 59 + "%EF%BF%BF", "a character on the cut": "a" * 59 + "%E4%B8%AD",
    "directions": "%E2%80%AE%E2%81%A6a", "noncharacters of other planes": "%F0%9F%BF%BE%EF%B7%90", "a raw byte": "\xff\xfe",
}  # fmt: skip
PARAMETERS = ["label", "text", "title", "url", "via", "picture", "count", "size", "id", "placement", "source", "form", "place", "server",
              "callback"]  # fmt: skip
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def asked_with(server, path, nasty):
    """The answer's text for each parameter that holds `nasty`; it must be UTF-8."""
    for parameter in PARAMETERS:
        rest = "" if parameter == "url" else "url=https%3A%2F%2Fa.example%2F&"
        request = f"GET {path}?{rest}{parameter}={nasty} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode("latin-1")
        head, _, body = server.raw(request).partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200"):
            yield parameter, body.decode()


@pytest.mark.parametrize("name", NASTY)
def test_a_drawing_is_xml_whatever_it_is_asked_with(server, name):
    drawings = dict(asked_with(server, "/button.svg", NASTY[name]))
    assert drawings
    for parameter, text in drawings.items():
        root = xml.etree.ElementTree.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg", parameter
        assert {child.tag.partition("}")[2] for child in root} <= {"title", "style", "rect", "path", "text"}
        assert not NOT_IN_XML.search(text)


@pytest.mark.parametrize("path", ["/", "/add", "/button/"])
def test_pages_hold_no_byte_that_is_no_character(server, path):
    for name, nasty in NASTY.items():
        pages = dict(asked_with(server, path, nasty))
        assert pages
        for parameter, text in pages.items():
            assert not NOT_IN_XML.search(text), f"{name} as {parameter}"


LANGUAGES = {"en": "Share", "de": "Teilen", "fr": "Partager", "es": "Compartir", "pt": "Partilhar", "pt-BR": "Compartilhar",
             "ja": "シェア", "ar": "مشاركة"}  # fmt: skip
LEAVING = "/add/to?place=mastodon&server=mastodon.social&url=https%3A%2F%2Fexample.com%2Fa"


@pytest.mark.parametrize("path", [SHARE, "/add", "/add?url=javascript:x", LEAVING, LEAVING + "&server=?"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_share_page_is_in_the_readers_language_and_says_that_it_is(server, path, tag):
    answer = server.get(path, {"Accept-Language": f"tlh, {tag};q=0.9, en;q=0.5"})
    direction = "rtl" if tag == "ar" else "ltr"
    assert f'<html lang="{tag}" dir="{direction}">' in answer.text
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (tag, "Accept-Language")
    assert "{{" not in answer.text
    if path == SHARE:
        assert f"<button>{LANGUAGES[tag]}</button>" in answer.text


@pytest.mark.parametrize("path", ["/button/", "/button.svg"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_button_without_script_is_in_the_readers_language(server, path, tag):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 12345}])
    asked = path + "?url=https%3A%2F%2Fexample.com%2F"
    label = f">{LANGUAGES[tag]}</b>" if path == "/button/" else f">{LANGUAGES[tag]}</text>"
    for _ in range(2):  # the first one waits for the count
        answer = server.get(asked + "b", {"Accept-Language": tag})
        assert label in answer.text and f'lang="{tag}"' in answer.text
        assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (tag, "Accept-Language")
    assert ("12.345" in server.get(asked + "a", {"Accept-Language": tag}).text) == (tag in ("de", "es", "pt-BR"))
    given = server.get(asked + "b&label=Tell", {"Accept-Language": tag}).text
    assert ">Tell</" in given and label not in given


@pytest.mark.parametrize("wanted", [None, "", "zh-Hant-TW,zh;q=0.9", "de;q=0", "de;q=nonsense", "*", ",;,=", "x" * 9000, "xx," * 3000 + "de"])
def test_who_asks_for_no_language_that_there_is_gets_english(server, wanted):
    answer = server.get(SHARE, {} if wanted is None else {"Accept-Language": wanted})
    assert answer.status == 200
    assert answer.headers["Content-Language"] == "en"
    assert "<h1>Share this page</h1>" in answer.text


@pytest.mark.parametrize("path", ["/", "/v1/counts?url=https%3A%2F%2Fexample.com%2Fa", "/pixel.gif", "/js/button.js",
                                  "/add/to?place=x&url=https%3A%2F%2Fexample.com%2Fa"])  # fmt: skip
def test_what_is_the_same_in_every_language_does_not_vary_by_it(server, path):
    answer = server.get(path, {"Accept-Language": "de"})
    assert "Accept-Language" not in (answer.headers["Vary"] or "")
    assert answer.headers["Content-Language"] is None


def test_large_is_the_size_unless_another_is_asked_for(server):
    large, regular = "data-size=&quot;large&quot;", "data-count=&quot;horizontal&quot;&gt;"
    for path, chosen in (("/", large), ("/?size=large", large), ("/?size=regular", regular), ("/?size=", regular)):
        assert (large in server.get(path).text) == (chosen == large), path


def test_the_home_page_says_what_the_script_weighs(server):
    weight = len(server.get("/js/button.js", {"Accept-Encoding": "br"}).body)
    assert f"<li>{weight / 1000:.1f} kB script</li>" in server.get("/").text


# Of WordPress, what the snippet calls.
WORDPRESS = """<?php
function add_filter($name, $function, $priority = 10, $arguments = 1) { global $hooks; $hooks[$name] = [$function, $arguments]; }
function add_action($name, $function) { add_filter($name, $function); }
function run_hook($name, ...$given) { global $hooks; [$function, $arguments] = $hooks[$name]; return $function(...array_slice($given, 0, $arguments)); }
function wp_enqueue_script($handle, $src, $deps = [], $ver = false, $args = []) { global $enqueued; $enqueued = func_get_args(); }
function is_singular() { return true; }
function get_permalink() { return 'https://b.example/?p=1&x=%41'; }
function esc_url($url) { return htmlspecialchars($url); }
"""


def run_snippet(folder, code, then):
    """What PHP prints when a theme has the snippet, and WordPress does what `then` says."""
    script = folder / "functions.php"
    script.write_text(WORDPRESS + code + "\n" + then)
    run = subprocess.run(["php", "-d", "error_reporting=-1", script], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@pytest.mark.parametrize("label", ["", "100% free", "%s %d %1$s", "it's \\ $x", '<b>"', "共有"])
def test_the_wordpress_snippet_is_php_that_runs_whatever_its_label(server, label, tmp_path):
    code = server.snippet(f"form=wordpress&label={urllib.parse.quote(label)}")
    shown = run_snippet(tmp_path, code, "echo run_hook('the_content', '<p>A post</p>');")
    assert shown.startswith("<p>A post</p><p><a class=\"buttond\"")
    assert 'add?url=https%3A%2F%2Fb.example%2F%3Fp%3D1%26x%3D%2541"' in shown
    assert html.unescape(re.search(r">([^<]*)</text>", shown)[1]) == (label or "Share")


# As WordPress writes the element: 6.1 with quotes of either kind, and 6.8.
SCRIPT_TAGS = [
    "<script type='text/javascript' src='{src}?ver={version}' id='{handle}-js'></script>\n",
    '<script src="{src}?ver={version}" id="{handle}-js"></script>\n',
    '<script type="text/javascript" src="{src}?ver={version}" id="{handle}-js" async="async" data-wp-strategy="async"></script>\n',
]


@pytest.mark.parametrize("tag", SCRIPT_TAGS)
def test_the_wordpress_snippet_loads_the_script_asynchronously_in_each_version(server, tmp_path, tag):
    then = "run_hook('wp_enqueue_scripts'); echo json_encode($enqueued), \"\\n\";"
    handle, src, needs, version, in_footer = json.loads(run_snippet(tmp_path, server.snippet("form=wordpress"), then))
    assert (handle, needs, in_footer) == ("buttond", [], True)
    script = server.get("/v1/server").json["script"]
    assert src == server.url + script["path"]
    assert version == server.get("/v1/server").json["version"]
    written = {name: tag.format(src=src, version=version, handle=name) for name in ("buttond", "jquery")}
    (tmp_path / "tags.json").write_text(json.dumps(written))
    then = f"foreach (json_decode(file_get_contents('{tmp_path}/tags.json'), true) as $handle => $tag) "
    then += "echo run_hook('script_loader_tag', $tag, $handle, 'src');"
    ours, other = run_snippet(tmp_path, server.snippet("form=wordpress"), then).splitlines(keepends=True)
    assert other == written["jquery"]
    attributes = re.sub(r"=\s*(['\"]).*?\1", "", ours)
    assert " async" in attributes.partition(">")[0]
    assert ours.count("<script") == ours.count(" src=") == 1
    assert f'integrity="{script["integrity"]}" crossorigin="anonymous"' in ours
    address = urllib.parse.urlsplit(re.search(r"src=['\"]([^'\"]+)", ours)[1])
    assert server.get(f"{address.path}?{address.query}").body == server.get("/js/button.js").body
