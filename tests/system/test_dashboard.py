"""The dashboard on the admin listener: what it says is what was counted, on either store and without one."""

import asyncio
import csv
import io
import re
import resource
import socket
import time
from collections import Counter
from urllib.parse import quote

import pytest
from buttond import wait_until

LINK = "https://blog.example/one"
KEY = "blog.example/one"
QUICK = ("--epoch", "50ms", "--fold", "100ms", "--miss-wait", "10s")
ANSWERED = 4  # seconds: what is waited for the store, and room for a busy machine
PATHS = (
    "/stats", "/dashboard/now", "/dashboard/line?range=24h", "/dashboard/line?range=7d", "/dashboard/line?range=30d",
    "/dashboard/sites?range=30d", "/dashboard/link?url=" + LINK, "/dashboard/shared.csv", "/dashboard/nodes.csv",
    "/dashboard/not-counted.csv", "/dashboard/line.csv?range=7d", "/dashboard/sites.csv?range=7d",
)


def ask(node, path, **options):
    return node.get(path, base=node.admin_url, **options)


def look(node, path):
    answer = ask(node, path)
    assert answer.status == 200, answer.body
    return answer.json


def table(node, path):
    answer = ask(node, path)
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.csv"', answer.headers["Content-Disposition"])
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.fixture(params=["sqlite", "mongodb"])
def node(request, servers):
    """A node on each kind of store."""
    if request.param == "sqlite":
        return servers(*QUICK)
    mongo, database = request.getfixturevalue("mongo"), request.getfixturevalue("database")
    return servers(*QUICK, store=mongo.uri(database))


def count(node, times, link=LINK):
    """Has it counted so many times, and waits until the store has that."""
    before = node.export().get(KEY, {}).get("impressions", 0)
    for _ in range(times):
        node.buttons(link)
    wait_until(lambda: node.export().get(KEY, {}).get("impressions", 0) == before + times, what="counts in the store")


def test_what_is_shared_now_is_what_was_counted(node):
    count(node, 3)
    def known():
        links = look(node, "/dashboard/now")["shared"]["links"]
        return links if links and links[0]["all"] else None
    links = wait_until(known, what="a link that is shared now, with all that was counted")
    assert [(link["key"], link["url"], link["impressions"]) for link in links] == [(KEY, LINK, 3)]
    assert links[0]["all"]["impressions"] == 3
    rows = table(node, "/dashboard/shared.csv")
    assert [(row["key"], row["impressions"], row["all_impressions"]) for row in rows] == [(KEY, "3", "3")]


def test_a_node_that_is_well_says_so(node):
    count(node, 1)
    def well():
        now = look(node, "/dashboard/now")
        return now if now["verdict"]["state"] == now["fleet"] == "ok" else None
    now = wait_until(well, what="an ok")
    assert now["verdict"]["problems"] == []
    assert re.match(r"nothing at risk, oldest batch \d+ s, store answers in ", now["verdict"]["words"])
    assert [each["here"] for each in now["nodes"]] == [True]


def test_sites_are_what_was_counted_today(node):
    count(node, 3)
    sites = look(node, "/dashboard/sites?range=24h")
    assert sites["state"] == "ok"
    assert sites["of"] == 1
    assert sites["sites"] == [{"site": "blog.example", "impressions": 3, "clicks": 0, "shares": 0, "change": None}]
    assert table(node, "/dashboard/sites.csv?range=24h")[0]["site"] == "blog.example"


def test_the_line_of_a_month_ends_with_what_was_counted_today(node):
    count(node, 3)
    line = look(node, "/dashboard/line?range=30d")
    assert (line["state"], line["step"], len(line["points"])) == ("ok", "day", 30)
    assert line["points"][:-1] == [None] * 29
    assert line["points"][-1] == [3, 0, 0]
    assert table(node, "/dashboard/line.csv?range=30d")[-1]["impressions"] == "3"


def test_lines_have_a_point_for_each_minute_and_hour(node):
    count(node, 1)
    day, week = (look(node, f"/dashboard/line?range={span}") for span in ("24h", "7d"))
    assert (day["state"], day["step"], len(day["points"])) == ("ok", "minute", 1440)
    assert (week["state"], week["step"], len(week["points"])) == ("ok", "hour", 168)


def test_a_link_is_looked_up(node):
    count(node, 3)
    link = look(node, "/dashboard/link?url=" + quote(LINK + "#part", safe=""))
    assert (link["key"], link["known"], link["listed"], link["state"]) == (KEY, True, True, "ok")
    assert link["counts"] == {"impressions": 3, "clicks": 0, "shares": 0}
    assert link["last_counted"]["of"] == "link"
    assert link["steps"]


def test_a_link_that_nobody_saw_is_not_known(node):
    count(node, 1)
    link = look(node, "/dashboard/link?url=https://blog.example/other")
    assert (link["key"], link["known"], link["counts"]) == ("blog.example/other", False, None)


def test_whom_it_did_not_count_is_said(servers):
    node = servers(*QUICK, "--site", "blog.example")
    node.get("/v1/buttons?url=" + LINK, headers={"User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2)"})
    node.buttons("https://other.example/")
    said = look(node, "/dashboard/now")["not_counted"]
    assert said["agents"] == [{"word": "GPTBot", "events": 1}]
    assert {"host": "other.example", "events": 1, "reasons": {"site": 1}} in said["hosts"]
    rows = table(node, "/dashboard/not-counted.csv")
    assert ("agent", "GPTBot", "1") in [(row["of"], row["name"], row["events"]) for row in rows]


def test_a_link_that_is_not_listed_says_why(servers):
    node = servers(*QUICK, "--site", "blog.example")
    link = look(node, "/dashboard/link?url=https://other.example/")
    assert link["listed"] is False
    assert "other.example" in link["why_unlisted"]


def test_sites_that_are_allowed_anew_are_known(servers, tmp_path):
    listed = tmp_path / "sites"
    listed.write_text("blog.example\n")
    node = servers(*QUICK, "--site-file", listed)
    listed.write_text("blog.example\nother.example\n")
    node.process.send_signal(1)
    wait_until(
        lambda: look(node, "/dashboard/link?url=https://other.example/" + str(time.monotonic()))["listed"],
        what="the new list",
    )


@pytest.mark.release
def test_without_its_store_a_node_shows_what_it_knows(servers, own_mongo):
    node = servers(*QUICK, store=own_mongo.uri())
    count(node, 3)
    own_mongo.stop()
    for path in PATHS:
        begun = time.monotonic()
        answer = ask(node, path)
        assert answer.status == 200, (path, answer.body)
        assert time.monotonic() - begun < ANSWERED, path
    def trouble():
        now = look(node, "/dashboard/now")
        return now["fleet"] != "ok" and now["verdict"]["problems"] and now
    now = wait_until(trouble, what="a store that is away")
    assert [link["impressions"] for link in now["shared"]["links"]] == [3]
    assert now["verdict"]["problems"][0]["more"] in (
        "the-store-does-not-take-what-is-counted", "a-button-shows-no-number-or-an-old-one")
    link = wait_until(
        lambda: (said := look(node, "/dashboard/link?url=" + LINK))["state"] != "ok" and said, what="a link without store"
    )
    assert link["counts"] is None
    assert link["last_counted"]["of"] == "link"


@pytest.mark.release
def test_a_store_that_hangs_is_slow_on_its_panels_alone(servers, own_mongo):
    node = servers(*QUICK, store=own_mongo.uri())
    count(node, 3)
    own_mongo.halt()
    try:
        states = {}
        for path in ("/dashboard/link?url=" + LINK, "/dashboard/line?range=24h", "/dashboard/now"):
            begun = time.monotonic()
            states[path] = look(node, path)
            assert time.monotonic() - begun < ANSWERED, path
        assert states["/dashboard/link?url=" + LINK]["state"] in ("slow", "away")
        assert states["/dashboard/line?range=24h"]["state"] in ("slow", "away")
        for number in range(20):  # more than a desk has threads
            with socket.create_connection(node.admin_url[7:].split(":"), timeout=10) as connection:
                connection.sendall(b"GET /dashboard/link?url=https://blog.example/%d HTTP/1.1\r\nHost: a\r\n\r\n" % number)
        begun = time.monotonic()
        now = look(node, "/dashboard/now")
        assert time.monotonic() - begun < ANSWERED
        assert now["fleet"] in ("slow", "away")
        assert [link["impressions"] for link in now["shared"]["links"]] == [3]
    finally:
        own_mongo.go_on()


def test_pages_of_others_get_nothing(server):
    for path in (*PATHS, "/metrics"):
        for field, value in (("Host", "attacker.example"), ("Origin", "https://attacker.example"), ("Origin", "null")):
            assert ask(server, path, headers={field: value}).status == 421, (path, field, value)
        assert ask(server, path, headers={"Origin": server.admin_url}).status == 200, path


def test_health_is_told_to_everybody(server):
    for path in ("/healthz", "/readyz"):
        assert ask(server, path, headers={"Host": "a.example", "Origin": "https://b.example"}).status == 200


def test_nothing_here_takes_another_method(server):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path in ("/stats", "/dashboard/now", "/dashboard/sites?range=7d"):
            answer = ask(server, path, method=method)
            assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD"), (method, path)


def test_head_is_get_without_a_body(server):
    for path in PATHS:
        answer = ask(server, path, method="HEAD")
        assert (answer.status, answer.body) == (200, b""), path
        assert int(answer.headers["Content-Length"]) > 0, path


def test_answers_are_nobody_elses(server):
    for path in (*PATHS, "/stats/", "/metrics", "/nothing", "/dashboard/line"):
        headers = ask(server, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert not [name for name in headers if name.startswith("Access-Control")], path


def test_the_page_allows_itself_nothing_but_its_own_files(server):
    policy = ask(server, "/stats").headers["Content-Security-Policy"]
    for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                      "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
        assert directive in policy


def test_the_files_of_the_page_are_there(server):
    page = ask(server, "/stats").text
    files = re.findall(r'(?:src|href)="(dashboard/[^"?]+\.[0-9a-f]{16}\.(?:js|css|svg))"', page)
    assert files
    for file in files:
        answer = ask(server, "/" + file)
        assert answer.status == 200, file
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_page_with_a_slash_leads_to_the_one_without(server):
    answer = ask(server, "/stats/")
    assert (answer.status, answer.headers["Location"]) == (302, "../stats")


def test_a_range_that_is_none_is_refused(server):
    for path in ("line", "sites", "line.csv", "sites.csv"):
        for query in ("", "?range=", "?range=12h", "?range=7d%00", "?range=" + 5000 * "7"):
            answer = ask(server, f"/dashboard/{path}{query}")
            assert (answer.status, answer.json["error"]["code"]) == (400, "unknown_range"), (path, query)
            assert "24h, 7d, 30d or 400d" in answer.json["error"]["message"]


def test_a_link_that_is_none_says_why(server):
    for url in ("x", "ftp://a.example/", "https://%00/", "https://a.example/" + 5000 * "a", "https://a.example/%ff%fe"):
        link = look(server, "/dashboard/link?url=" + url)
        assert (link["key"] is None) == (link["why"] is not None), url
    answer = ask(server, "/dashboard/link")
    assert (answer.status, answer.json["error"]["code"]) == (400, "url_missing")


def test_what_is_not_there_says_what_is(server):
    answer = ask(server, "/nothing")
    assert answer.status == 404
    assert "/stats" in answer.json["error"]["message"]


def test_nothing_of_it_is_on_the_public_listener(server):
    for path in ("/stats", "/dashboard/now", "/dashboard/shared.csv"):
        assert server.get(path).status == 404


@pytest.mark.release
def test_each_of_ten_thousand_readers_at_once_is_answered_or_told_to_wait(server):
    host, port = server.admin_url[7:].split(":")
    count(server, 1)

    async def read():
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /dashboard/now HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1])

    async def crowd():
        readers = asyncio.gather(*(read() for _ in range(10_000)))
        while not readers.done():  # who loads a page does not wait
            assert await asyncio.to_thread(server.buttons, LINK)
        return Counter(await readers)

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
    try:
        statuses = asyncio.run(crowd())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert statuses.keys() <= {200, 503}
    assert statuses[200] > 0
    assert look(server, "/dashboard/now")["server"]["store"] == "sqlite"
