"""The page of one site: what it says, to whom, and by which link."""

import csv
import hashlib
import html
import io
import re
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from buttond import BINARY, wait_until
from tcp_proxy import Proxy

FLAGS = ("--epoch", "50ms", "--fold", "50ms", "--flush-deadline", "100ms")
QUICK = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000&heartbeatFrequencyMS=500"
SITE = "blog.example"


def today():
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")


def stats_link(*arguments, data, store=None):
    """`buttond stats-link`, as an operator runs it."""
    words = [BINARY, "stats-link", *arguments, "--data", data, *(["--store", store] if store else [])]
    return subprocess.run([str(word) for word in words], capture_output=True, text=True)


def link_of(node, *arguments, site=SITE):
    """Its path and query, once there is a store."""
    node.wait_stored()
    done = stats_link(site, *arguments, data=node.data, store=node.store)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def key_of(node):
    """The key in the store, which a link of `buttond stats-link` has put there."""
    link_of(node)
    with sqlite3.connect(node.data / "buttond.sqlite") as database:
        return bytes.fromhex(database.execute("SELECT key FROM keys WHERE name = 'site_links'").fetchone()[0])


def signed(key, site, until):
    """A link made by hand, as README says what is signed."""
    text = b"buttond site link 1\0%d\0%s" % (until, site.encode())
    signature = hashlib.blake2b(text, key=key, digest_size=16).hexdigest()
    return "/site?" + urlencode({"name": site, "until": until, "signature": signature})


def operators(node, site=SITE, **parameters):
    return node.get("/dashboard/site?" + urlencode({"name": site, **parameters}), base=node.admin_url)


def words(answer):
    """What a reader reads of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def rows(answer):
    """Of CSV, without its header."""
    return list(csv.reader(io.StringIO(answer.text)))[1:]


def seen(node, *paths, site=SITE):
    for path in paths:
        node.buttons(f"https://{site}{path}")


@pytest.fixture
def node(servers):
    return servers(*FLAGS, "--miss-wait", "10s", "--public-url", "https://share.example.org")


# What it says


def test_what_was_counted_is_on_the_operators_page_by_day_now_and_of_all_time(node):
    seen(node, "/one", "/one", "/two")
    seen(node, "/other", site="other.example")
    assert node.get("/add?url=https://blog.example/one").status == 200
    node.wait_stored()
    assert node.report_shares([{"url": "https://blog.example/two", "id": "s1", "shares": 4}]).status == 200

    def table(name):
        return rows(node.get(f"/dashboard/site.csv?name={SITE}&range=7d&table={name}", base=node.admin_url))

    wait_until(lambda: table("days")[-1] == [today(), "3", "1", "4"], what="the day")
    assert [row[1:] for row in table("days")[:-1]] == [["0", "0", "0"]] * 6
    assert table("links") == [["blog.example/one", "2", "1", "0"], ["blog.example/two", "1", "0", "4"]]
    wait_until(lambda: sorted(table("now")) == [["blog.example/one", "2", "1", "0"], ["blog.example/two", "1", "0", "4"]],
               what="the links that are shared now")  # fmt: skip
    wait_until(lambda: "Impressions 3 Clicks 1 Shares 4" in words(operators(node)), what="the sums")
    page = operators(node)
    assert f"<th scope=\"row\">{today()}</th><td>3</td><td>1</td><td>4</td>" in page.text
    assert "/other" not in page.text
    assert "Days are UTC" in words(page)


def test_a_site_with_nothing_is_told_so_and_what_to_do(node):
    page = operators(node)
    assert page.status == 200
    assert f"Nothing was counted of {SITE} yet" in words(page)
    assert "https://share.example.org/js/button.js" in html.unescape(page.text)


def test_a_site_is_named_as_people_write_it(node):
    seen(node, "/one")
    node.wait_stored()
    wait_until(lambda: "/one" in operators(node, "https://WWW.Blog.Example/").text, what="the link")
    assert f"<h1 dir=\"ltr\">{SITE}</h1>" in operators(node, "WWW.Blog.Example.").text


def test_what_was_not_counted_is_said_with_its_reason(servers):
    node = servers(*FLAGS, "--site", "listed.example")
    seen(node, "/one", "/two")
    node.get("/v1/buttons?url=https://listed.example/", headers={"User-Agent": "Googlebot/2.1"})
    assert "The site is not on this server’s list (--site) 2" in words(operators(node))
    assert "Robots: search engines, monitoring and the like 1" in words(operators(node, "listed.example"))


@pytest.mark.parametrize("query", ["", "name=", "name=a%20b", "name=blog.example/path", "name=blog.example&range=1d", "name=blog.example&table=x",
                                   "name=%3Cscript%3E"])  # fmt: skip
def test_a_question_that_is_none_is_answered_by_a_page_that_says_what_would_do(node, query):
    page = node.get("/dashboard/site?" + query, base=node.admin_url)
    assert page.status == 400
    assert re.search(r"write a host|take 7d, 30d or 400d|take days, links or now", words(page))
    assert "<script" not in page.text


def test_texts_of_attackers_are_texts(node):
    seen(node, "/%3Cscript%3Ealert(1)%3C/script%3E", "/a?x=%22%3E%3Cimg%20src=x%3E", "/=cmd()")
    node.wait_stored()
    wait_until(lambda: "alert" in operators(node).text, what="the link")
    page = operators(node).text
    assert "<script" not in page and "<img" not in page


# The link that is signed


def test_the_command_prints_the_link_alone_which_opens_the_page(node):
    seen(node, "/one")
    node.wait_stored()
    done = stats_link(SITE, "--for", "30d", "--public-url", "https://share.example.org", data=node.data)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    link = urlsplit(done.stdout.strip())
    assert (link.scheme, link.netloc, link.path) == ("https", "share.example.org", "/site")
    until = int(parse_qs(link.query)["until"][0])
    assert abs(until - (datetime.now(timezone.utc) + timedelta(days=30)).timestamp()) < 60
    page = node.get(f"{link.path}?{link.query}")
    assert page.status == 200
    assert f"<h1 dir=\"ltr\">{SITE}</h1>" in page.text
    assert "Whoever has this link sees this page" in words(page)


def test_without_a_public_url_the_command_prints_the_path_and_a_note(node):
    seen(node, "/one")
    node.wait_stored()
    done = stats_link("Blog.Example", data=node.data)
    assert done.stdout.startswith("/site?name=blog.example&until=")
    assert "--public-url" in done.stderr


@pytest.mark.parametrize("arguments, said", [
    (["blog.example/path"], "is not a host"),
    ([""], "is not a host"),
    ([SITE, "--for", "soon"], "--for: 'soon' does not do"),
    ([SITE, "--for", "401d"], "--for: '401d' does not do"),
    ([SITE, "--for", "0s"], "--for: '0s' does not do"),
    ([], "SITE"),
])  # fmt: skip
def test_what_is_no_site_or_no_time_is_refused_in_one_line(tmp_path, arguments, said):
    done = stats_link(*arguments, data=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_the_link_goes_on_to_every_range_and_table(node):
    seen(node, "/one")
    link = link_of(node)
    links = [html.unescape(one) for one in re.findall(r'href="(site\?[^"]+)"', node.get(link).text)]
    assert len(links) == 6
    for one in links:
        answer = node.get("/" + one)
        assert answer.status == 200
        if "table=" in one:
            assert answer.headers["Content-Type"].startswith("text/csv")
            assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{SITE}-')
    wait_until(lambda: rows(node.get(link + "&table=links")) == [["blog.example/one", "1", "0", "0"]], what="the link")


def test_nobody_changes_a_link_to_another_site_or_another_end(node):
    seen(node, "/one")
    query = {name: values[0] for name, values in parse_qs(urlsplit(link_of(node)).query).items()}
    others = {name: values[0] for name, values in parse_qs(urlsplit(link_of(node, site="other.example")).query).items()}
    changes = [
        {"name": "other.example"},
        {"until": str(int(query["until"]) + 1)},
        {"signature": others["signature"]},
        {"signature": query["signature"].upper()},
        {"signature": query["signature"][:-1] + ("0" if query["signature"][-1] != "0" else "1")},
        {"until": str(int(query["until"]) + 800 * 86_400)},
    ]
    for change in changes:
        answer = node.get("/site?" + urlencode(query | change))
        assert answer.status == 403, change
        assert "This link is not good" in words(answer)
        assert "/one" not in answer.text
    assert node.get("/site?" + urlencode(query)).status == 200


@pytest.mark.parametrize("change", [{"name": ""}, {"name": "<script>"}, {"until": ""}, {"until": "soon"}, {"until": "-1"}, {"until": "1e9"},
                                    {"until": "9" * 30}, {"signature": ""}, {"signature": "ab"}, {"signature": "a" * 33},
                                    {"range": "1d"}, {"table": "x"}])  # fmt: skip
def test_a_link_that_is_not_whole_is_answered_by_a_page_that_says_so(node, change):
    query = {"name": SITE, "until": "2000000000", "signature": "a" * 32} | change
    answer = node.get("/site?" + urlencode(query))
    assert answer.status == 400
    assert "This link is not complete" in words(answer)
    assert "<script" not in answer.text


def test_a_link_ends_and_its_page_says_when_and_whom_to_ask(node):
    seen(node, "/one")
    key = key_of(node)
    until = int(time.time()) - 10
    answer = node.get(signed(key, SITE, until))
    assert answer.status == 410
    end = datetime.fromtimestamp(until, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    assert f"It opened the page of {SITE} until {end}" in words(answer)
    assert "Ask whoever runs share.example.org" in words(answer)
    assert node.get(signed(key, SITE, int(time.time()) + 60)).status == 200


def test_nothing_else_of_the_dashboard_is_on_the_public_listener(node):
    for path in ("/stats", "/dashboard/now", "/dashboard/site?name=blog.example", "/dashboard/site.csv?name=blog.example", "/dashboard/sites?range=7d"):
        assert node.get(path).status == 404, path
    assert node.get("/site", method="POST", body=b"").status == 405


def test_the_page_is_for_nobody_but_its_reader(node):
    seen(node, "/one")
    link = link_of(node)
    answers = [node.get(link), node.get(link + "&table=days"), node.get(link[:-1]), operators(node)]
    for answer in answers:
        fields = answer.headers
        assert fields["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert fields["X-Robots-Tag"] == "noindex"
        assert fields["Referrer-Policy"] == "no-referrer"
        assert fields["Cache-Control"] == "private, no-store"
        assert "Access-Control-Allow-Origin" not in fields
        assert "<script" not in answer.text and "style=" not in answer.text


def test_head_says_what_get_would(node):
    seen(node, "/one")
    link = link_of(node)
    assert node.get(link, method="HEAD").status == 200
    assert node.get(link[:-1] + "x", method="HEAD").status == 403


# More nodes, and a store in trouble


def test_two_nodes_of_one_database_take_each_others_links_and_know_each_others_numbers(servers, mongo, database):
    one, two = (servers(*FLAGS, store=mongo.uri(database)) for _ in range(2))
    seen(one, "/one")
    seen(two, "/two")
    two.wait_stored()
    mongo.wait_folded(database)
    link = link_of(one)
    for node in (one, two):
        wait_until(lambda: node.get(link).status == 200, what="the page")
        wait_until(lambda: len(rows(node.get(link + "&table=links"))) == 2, what="both links")


@pytest.mark.alone
@pytest.mark.parametrize("trouble", ["refuse", "hang"])
def test_while_the_store_is_in_trouble_the_page_says_so_and_buttons_are_answered(servers, mongo, database, trouble):
    host, port = mongo.address.rsplit(":", 1)
    proxy = Proxy((host, int(port)))
    try:
        node = servers(*FLAGS, "--threads", "1", store=mongo.uri(database, QUICK, address="%s:%d" % proxy.address))
        seen(node, "/one")
        link = link_of(node)
        assert node.get(link).status == 200
        proxy.behave(trouble)
        pages = [node.connect(30) for _ in range(8)]
        for page in pages:
            page.sendall(f"GET {link}&range=7d HTTP/1.1\r\nHost: share.example.org\r\n\r\n".encode())
        began = time.monotonic()
        seen(node, "/two")
        assert time.monotonic() - began < 1
        for page in pages:
            answer = page.recv(65536)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nRetry-After: 10\r\n" in answer
            page.close()
        assert node.get(link[:-1] + "x").status == 403
        proxy.behave("pass")
        wait_until(lambda: node.get(link).status == 200, 60, what="the page")
    finally:
        proxy.behave("pass")
        proxy.close()


# What it looks like


def test_the_page_has_no_violation_light_dark_and_on_a_phone(node, browser):
    seen(node, *(f"/a-post-with-a-longer-name-{i}/of/2026" for i in range(12)))
    link = link_of(node)
    wait_until(lambda: len(rows(node.get(link + "&table=now"))) == 12, what="the links")
    empty, ended = link_of(node, site="empty.example"), signed(key_of(node), SITE, int(time.time()) - 10)
    operator = f"/dashboard/site?name={SITE}"
    for base, path in ((node.url, link), (node.url, link + "&range=400d"), (node.url, empty), (node.url, ended), (node.admin_url, operator)):
        for scheme, width in (("light", 1100), ("dark", 1100), ("light", 360), ("dark", 360)):
            browser.media(prefers_color_scheme=scheme)
            browser.size(width, 800, mobile=width < 500)
            browser.open(base + path)
            assert browser.violations() == [], (path, scheme, width)
            assert browser.script("return document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert browser.script("return [...document.styleSheets].length") == 2
            assert [one for one in browser.console() if "410" not in one["message"]] == []


def test_by_the_keyboard_every_link_and_table_is_reached(node, browser):
    seen(node, "/one")
    link = link_of(node)
    wait_until(lambda: len(rows(node.get(link + "&table=now"))) == 1, what="the links")
    browser.open(node.url + link)
    reached = browser.script(
        "return [...document.querySelectorAll('a[href], [tabindex=\"0\"]')].filter(e => e.tabIndex == 0 && e.getClientRects().length).length"
    )
    assert reached == browser.script("return document.querySelectorAll('a, .scroll').length")


def test_printed_all_rows_are_there_and_no_links(node, browser):
    seen(node, *(f"/{i}" for i in range(40)))
    link = link_of(node)
    wait_until(lambda: len(rows(node.get(link + "&table=links"))) == 40, what="the links")
    browser.open(node.url + link)
    browser.media("print")
    assert browser.script("return [...document.querySelectorAll('.scroll')].every(e => e.scrollHeight <= e.clientHeight + 1)")
    assert browser.script("return getComputedStyle(document.querySelector('nav')).display") == "none"
