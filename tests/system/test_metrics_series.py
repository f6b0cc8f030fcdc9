"""What /metrics is made of: at most 300 series whatever is asked, the same ones from the start, and texts that stand alone."""

import re
import urllib.parse

from buttond import TOKEN, wait_until
from test_metrics_links import REFUSED

LINK = urllib.parse.quote("https://example.com/a", safe="")
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "made-up"]
PATHS = ["/v1/buttons", "/v1/counts", "/1/links/shares.json", "/1/links/shares.xml", "/1/nothing", "/button/", "/button.svg",
         "/seen.gif", "/pixel.gif", "/add", "/add/to", "/js/button.js", "/js/nothing.js", "/assets/nothing", "/", "/favicon.svg",
         "/robots.txt", "/v1/shares", "/v1/chosen", "/v1/explain", "/v1/server", "/nothing", "//v1//buttons", "*"]  # fmt: skip
QUERIES = ["", f"url={LINK}", f"url={LINK}&url={LINK}", f"url={LINK}&place=x&id=1", "place=nowhere", "callback=alert",
           "&".join([f"url={LINK}"] * 60), *("url=" + urllib.parse.quote(link, safe="") for link, _ in REFUSED.values())]  # fmt: skip
BODIES = [b"", b"{", b"[]", b'{"url":"https://example.com/a","id":"1"}', b'{"url":"mailto:a","id":"1"}',
          b"[" + b",".join(b'{"url":"https://example.com/a","id":"%d"}' % i for i in range(300)) + b"]"]  # fmt: skip
# What the engine refuses itself, and an ETag, which the script answers by 304.
OTHERS = [b"\0\r\n\r\n", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 20_000,
          b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000, b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
          b"POST /v1/shares HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\nContent-Length: 99999999\r\n\r\n",
          b"GET /v1/buttons HT"]  # fmt: skip


def ask(server, request):
    """Sends it on a connection of its own, and reads until the server closes it; whether it was answered."""
    return server.raw(request).startswith(b"HTTP/1.1 ")


def ask_everything(server):
    """Returns how many requests were answered."""
    etags = {path: server.get(path).headers["ETag"] for path in ("/js/button.js", "/", "/v1/server")}
    answered = len(etags)
    for path, etag in etags.items():
        answered += server.get(path, headers={"If-None-Match": etag}).status == 304
    for path in PATHS:
        for method in METHODS:
            for query in QUERIES:
                head = f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n"
                answered += ask(server, f"{head}\r\n".encode())
    for token in ("", f"Authorization: Bearer {TOKEN}\r\n", "Authorization: Bearer wrong\r\n"):
        for body in BODIES:
            head = f"POST /v1/shares HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n{token}Content-Length: {len(body)}\r\n\r\n"
            answered += ask(server, head.encode() + body)
    for request in OTHERS:
        answered += ask(server, request)
    return answered


def samples(server):
    """[(series, value)] as they are printed."""
    text = server.get("/metrics", base=server.admin_url).text
    return [tuple(line.rsplit(" ", 1)) for line in text.splitlines() if line and not line.startswith("#")]


def test_whatever_is_asked_there_are_300_series_at_most_and_no_new_ones(servers, tmp_path):
    server = servers("--header-timeout", "1s", "--site", "example.com", "--threads", "2", "--miss-wait", "10s",
                     store=f"sqlite:{tmp_path}/missing/buttond.db", private_hosts=False)  # fmt: skip
    before = [series for series, _ in samples(server)]
    answered = ask_everything(server)
    (tmp_path / "missing").mkdir()
    wait_until(lambda: server.report_shares({"url": "https://example.com/a", "id": "2"}).status == 200, 40, what="the store")
    after = samples(server)
    assert [series for series, _ in after] == before
    assert len(set(before)) == len(before) <= 300
    requests = {series: int(value) for series, value in after if series.startswith("buttond_requests_total{")}
    assert requests['buttond_requests_total{route="none",code="other"}'] == 0, "a route answers what it does not declare"
    assert sum(requests.values()) >= answered + 1
    observed = sum(int(value) for series, value in after if series.startswith("buttond_request_duration_seconds_count{"))
    assert observed == sum(requests.values())
    never = [series for series, value in requests.items() if value == 0 and "other" not in series]
    print(len(before), "series;", answered, "answers; never answered:", never)


def test_the_first_503_is_one_more_than_before(servers, tmp_path):
    server = servers(store=f"sqlite:{tmp_path}/missing/buttond.db")
    name = 'buttond_requests_total{route="shares",code="503"}'
    assert server.metrics()[name] == 0
    server.report_shares({"url": "https://example.com/a", "id": "1"})
    assert server.metrics()[name] == 1


def test_both_names_of_the_pixel_are_one_series(server):
    """There were two of one name, and Prometheus takes no page that has a series twice."""
    for path in ("/seen.gif", "/pixel.gif"):
        server.get(f"{path}?url={LINK}")
    assert [value for series, value in samples(server) if 'route="pixel"' in series] == ["2"]


def test_each_help_says_by_itself_what_is_counted(server):
    text = server.get("/metrics", base=server.admin_url).text
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE))
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert helps.keys() == types.keys()
    assert len(set(helps.values())) == len(helps)
    for name, words in helps.items():
        assert not re.match(r"(Those|Of these|These|The same)\b", words), (name, words)
        assert words.endswith(".") and len(words) >= 40, (name, words)
        assert name.endswith("_total") == (types[name] == "counter"), name
        unit = re.search(r"_(seconds|bytes)(_total|_limit)?$", name)
        assert not unit or unit[1] in words.lower() or (unit[1] == "bytes" and "--" in words), (name, words)
