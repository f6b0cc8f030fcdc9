"""What the public routes answer: the counts API, share reports, explain, health, and the rules for all of them."""

import base64
import hashlib
import json
import re
import subprocess
import time
import urllib.parse

import pytest

from buttond import BINARY, ROOT, TOKEN, wait_until

EMBEDDABLE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


def query(*urls):
    return urllib.parse.urlencode([("url", url) for url in urls])


def test_the_readme_lists_the_routes_of_the_table_and_no_others():
    table = (ROOT / "button/handlers/site_handler.cpp").read_text()
    routes = re.findall(r'"(/[^"]*)",\s*"\w+",\s*match::(\w+)', table)
    rows = re.findall(r"^\| (`(?:GET|POST) /.*?`) \| ", (ROOT / "README.md").read_text(), re.MULTILINE)
    paths = [path for row in rows for path in re.findall(r"`(?:GET |POST )?(/[^?`]*)", row)]

    def answers(route, path):
        return path == route[0] or route[1] == "prefix" and path.startswith(route[0])

    assert [path for path in paths if not any(answers(route, path) for route in routes)] == []
    # Nobody has to know these: our own pages name what they load, and crawlers know where to look.
    unlisted = {route[0] for route in routes if not any(answers(route, path) for path in paths)}
    assert unlisted == {"/assets/", "/favicon.svg", "/robots.txt"}


class TestButtons:
    def test_counts_come_in_the_order_asked(self, server):
        server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 12}])
        assert server.buttons("https://example.com/b", "https://example.com/a") == [0, 12]

    def test_an_impression_is_stored_under_the_key_of_the_link(self, server):
        server.buttons("https://WWW.Example.com/post/?utm_source=feed#top")
        server.wait_stored()
        assert server.impressions() == {"example.com/post": 1}

    def test_a_link_asked_twice_counts_twice(self, server):
        server.buttons("https://example.com/a", "http://www.example.com/a/")
        server.wait_stored()
        assert server.impressions() == {"example.com/a": 2}

    def test_a_link_that_cannot_be_a_key_is_null_and_the_others_count(self, server):
        assert server.buttons("ftp://example.com/", "https://example.com/a") == [None, 0]
        server.wait_stored()
        assert server.impressions() == {"example.com/a": 1}

    def test_only_links_that_cannot_be_keys_are_refused(self, server):
        answer = server.get("/v1/buttons?" + query("mailto:someone@example.com", "x:y"))
        assert answer.status == 400
        assert answer.json["error"] == {"code": "url_invalid", "message": "only http and https URLs can be shared"}

    def test_no_link_is_refused(self, server):
        answer = server.get("/v1/buttons")
        assert (answer.status, answer.json["error"]["code"]) == (400, "url_missing")

    def test_fifty_links_are_answered_and_fifty_one_refused(self, server):
        links = [f"https://example.com/{i}" for i in range(51)]
        assert server.buttons(*links[:50]) == [0] * 50
        answer = server.get("/v1/buttons?" + query(*links))
        assert (answer.status, answer.json["error"]["code"]) == (400, "too_many_urls")
        assert server.wait_stored()["accepted"] == 50

    def test_head_answers_as_get_and_never_counts(self, server):
        got = server.get("/v1/buttons?" + query("https://example.com/a"))
        head = server.get("/v1/buttons?" + query("https://example.com/a"), method="HEAD")
        assert head.body == b""
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
        assert server.books()["seen"] == 1

    def test_the_answer_is_for_every_origin_and_nobody_keeps_it(self, server):
        answer = server.get("/v1/buttons?" + query("https://example.com/a"))
        assert EMBEDDABLE.items() <= dict(answer.headers).items()
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "application/json"
        assert "Set-Cookie" not in answer.headers
        assert answer.body == b'{"counts":[0]}'

    def test_a_raw_and_an_encoded_spelling_of_a_link_count_as_one(self, server):
        raw = "https://example.com/story?id=7&page=2"
        assert server.get("/v1/buttons?url=" + raw).status == 200
        assert server.get("/v1/buttons?" + query(raw)).status == 200
        server.wait_stored()
        assert server.impressions() == {"example.com/story?id=7&page=2": 2}


class TestCounts:
    def test_counts_are_cacheable_and_count_no_impression(self, server):
        server.report_shares({"url": "https://example.com/a", "id": "1"})
        answer = server.get("/v1/counts?" + query("https://example.com/a"))
        assert answer.json == {"counts": [1]}
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        assert server.books()["seen"] == 0

    def test_an_unknown_count_is_not_cacheable(self, servers):
        server = servers("--miss-wait", "0s", store="mongodb://127.0.0.1:1/buttond")
        answer = server.get("/v1/counts?" + query("https://example.com/a"))
        assert answer.json == {"counts": [None]}
        assert answer.headers["Cache-Control"] == "no-store"


class TestRoutesOfOneLink:
    """They take the first `url` that is not empty, and count and show that one."""

    TWO = query("https://example.com/a", "https://example.com/b")
    EMPTY_FIRST = query("", "https://example.com/a")

    @pytest.mark.parametrize("urls", [TWO, EMPTY_FIRST])
    @pytest.mark.parametrize("path", ["/button/", "/button.svg", "/seen.gif", "/pixel.gif"])
    def test_a_second_url_is_no_second_impression(self, server, path, urls):
        assert server.get(f"{path}?{urls}").status == 200
        server.wait_stored()
        assert server.impressions() == {"example.com/a": 1}

    @pytest.mark.parametrize("urls", [TWO, EMPTY_FIRST])
    @pytest.mark.parametrize("path", ["/button/", "/button.svg"])
    def test_a_button_shows_the_count_and_opens_the_dialog_of_the_link_it_counts(self, server, path, urls):
        server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 12}])
        page = server.get(f"{path}?{urls}").text
        assert "12 shares" in page
        assert "example.com%2Fb" not in page

    @pytest.mark.parametrize("urls", [TWO, EMPTY_FIRST])
    def test_the_dialog_shows_the_link_whose_click_it_counts(self, server, urls):
        page = server.get("/add?" + urls).text
        assert "https://example.com/a" in page
        assert "https://example.com/b" not in page
        assert "cannot be shared" not in page
        server.wait_stored()
        assert {key: row["clicks"] for key, row in server.export().items()} == {"example.com/a": 1}

    def test_a_first_url_that_cannot_be_shared_is_shown_and_not_counted(self, server):
        page = server.get("/add?" + query("mailto:someone@example.com", "https://example.com/b")).text
        assert "cannot be shared" in page
        assert server.books("clicks")["seen"] == 0

    @pytest.mark.parametrize("urls", [TWO, EMPTY_FIRST])
    def test_a_place_gets_the_link_whose_share_it_counts(self, server, urls):
        share = re.search(r"id=[\w-]{40}", server.get("/add?" + urls).text)[0]
        answer = server.get(f"/add/to?place=bluesky&{share}&{urls}")
        assert answer.headers["Location"] == "https://bsky.app/intent/compose?text=%20https%3A%2F%2Fexample.com%2Fa"
        assert {key: row["shares"] for key, row in server.export().items()} == {"example.com/a": 1}

    @pytest.mark.parametrize("urls", [TWO, EMPTY_FIRST])
    def test_one_link_is_explained(self, server, urls):
        assert server.get("/v1/explain?" + urls).json["key"] == "example.com/a"

    def test_a_snippet_is_of_one_link(self, server):
        page = server.get("/?" + self.TWO).text
        assert "https://example.com/a" in page
        assert "https://example.com/b" not in page


class TestShares:
    def test_a_share_reported_twice_is_counted_once(self, server):
        report = {"url": "https://example.com/a", "id": "order-1", "shares": 3}
        assert server.report_shares(report).json == {"counted": 1, "repeated": 0}
        assert server.report_shares(report).json == {"counted": 0, "repeated": 1}
        assert server.export()["example.com/a"]["shares"] == 3

    def test_more_reports_of_a_link_than_can_be_told_from_repetitions_are_refused(self, server):
        def report(count):
            return server.report_shares([{"url": "https://example.com/a", "id": str(i)} for i in range(count)])

        refused = report(257)
        assert (refused.status, refused.json["error"]["code"]) == (413, "too_many_reports")
        assert report(256).json == {"counted": 256, "repeated": 0}
        assert report(256).json == {"counted": 0, "repeated": 256}

    def test_many_reports_go_in_one_request(self, server):
        reports = [{"url": f"https://example.com/{i % 10}", "id": str(i)} for i in range(100)]
        assert server.report_shares(reports).json == {"counted": 100, "repeated": 0}
        assert {row["shares"] for row in server.export().values()} == {10}

    def test_the_next_reader_gets_the_new_count(self, server):
        assert server.buttons("https://example.com/a") == [0]
        server.report_shares({"url": "https://example.com/a", "id": "1"})
        assert server.buttons("https://example.com/a") == [1]

    @pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer"])
    def test_a_wrong_token_is_refused(self, server, authorization):
        headers = {"Authorization": authorization} if authorization else {}
        answer = server.get("/v1/shares", method="POST", body=b"{}", headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "body, message",
        [
            ("", "not JSON"),
            ("{", "not JSON"),
            ("[]", "1 to 1000"),
            ("7", "report 1: a report is an object"),
            ('{"id":"1"}', 'report 1: "url"'),
            ('{"url":"https://example.com/"}', 'report 1: "id"'),
            ('{"url":"https://example.com/","id":""}', 'report 1: "id"'),
            ('{"url":"https://example.com/","id":"1","shares":0}', 'report 1: "shares"'),
            ('{"url":"https://example.com/","id":"1","shares":1.5}', 'report 1: "shares"'),
            ('[{"url":"https://example.com/","id":"1"},{"url":"ftp://example.com/","id":"2"}]', "report 2:"),
        ],
    )
    def test_a_wrong_report_is_refused_whole_and_says_why(self, server, body, message):
        answer = server.get(
            "/v1/shares", method="POST", body=body.encode(), headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status == 400
        assert message in answer.json["error"]["message"]
        assert server.export() == {}

    def test_while_the_store_is_down_the_answer_is_503_with_retry_after(self, servers):
        server = servers(store="mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=200")
        answer = server.report_shares({"url": "https://example.com/a", "id": "1"})
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json["error"]["code"] == "store_unavailable"


class TestExplain:
    def test_it_shows_each_step_and_the_key(self, server):
        answer = server.get("/v1/explain?" + query("HTTP://WWW.Example.com:80/a/?utm_source=x&b=1#top"))
        assert answer.json["key"] == "example.com/a?b=1"
        assert answer.json["site"] == "example.com"
        assert answer.json["steps"][-1]["url"] == "example.com/a?b=1"
        assert len(answer.json["steps"]) > 3

    def test_it_says_why_there_is_no_key(self, server):
        answer = server.get("/v1/explain?" + query("https://user:secret@example.com/"))
        assert answer.status == 400
        assert answer.json["error"]["message"] == "a URL with a user name or password cannot be shared"


class TestServer:
    def test_it_says_what_a_program_needs_that_puts_buttons_into_pages(self, server):
        answer = server.get("/v1/server")
        assert answer.headers["Content-Type"] == "application/json"
        assert set(answer.json) == {"version", "script", "places", "sizes"}
        version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout
        assert version.split()[1] == answer.json["version"]
        mastodon = answer.json["places"][0]
        assert mastodon == {
            "id": "mastodon",
            "name": "Mastodon",
            "color": "#595aff",
            "address": "https://{server}/share?text={text}%20{url}",
        }
        assert answer.json["sizes"] == {
            "regular": {"horizontal": [110, 20], "vertical": [55, 62], "none": [55, 20]},
            "large": {"horizontal": [165, 30], "vertical": [82.5, 93], "none": [82.5, 30]},
        }

    def test_its_loader_is_served_for_ever_and_has_that_integrity(self, server):
        script = server.get("/v1/server").json["script"]
        loader = server.get(script["path"])
        assert "immutable" in loader.headers["Cache-Control"]
        digest = base64.b64encode(hashlib.sha384(loader.body).digest()).decode()
        assert script["integrity"] == f"sha384-{digest}"
        assert loader.body == server.get("/js/button.js").body

    def test_its_sizes_are_the_room_that_the_snippets_keep(self, server):
        for size, styles in server.get("/v1/server").json["sizes"].items():
            for style, (width, height) in styles.items():
                frame = server.snippet(f"form=iframe&count={style}&size={size}")
                assert f'width="{width}" height="{height}"' in frame, (size, style)

    def test_its_places_are_those_of_the_share_page_in_their_order_without_what_has_no_address(self, server, servers):
        def places(of):
            return [place["id"] for place in of.get("/v1/server").json["places"]]

        table = (ROOT / "button/handlers/pages/places.cpp").read_text()
        assert places(server) == [place for place in re.findall(r'place\{\s*"(\w+)"', table) if place not in ("copy", "system")]
        chosen = servers("--place", "x", "--place", "copy", "--place", "email", "--place", "system")
        assert places(chosen) == ["x", "email"]
        assert places(servers("--composer-url", "https://app.example.com/?u={url}")) == []

    def test_every_origin_may_read_it_and_keep_it_for_minutes(self, server):
        answer = server.get("/v1/server")
        assert EMBEDDABLE.items() <= dict(answer.headers).items()
        assert answer.headers["Cache-Control"] == "public, max-age=600, stale-while-revalidate=86400"
        again = server.get("/v1/server", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
        head = server.get("/v1/server", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(answer.body))
        assert server.metrics()['buttond_requests_total{route="server",code="200"}'] == 2


class TestRulesForAll:
    def test_options_is_a_preflight(self, server):
        answer = server.get("/v1/buttons", method="OPTIONS", headers={"Origin": "https://blog.example"})
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_another_method_is_405_and_says_which_do(self, server, method):
        answer = server.get("/v1/counts?" + query("https://example.com/"), method=method)
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert answer.json["error"]["code"] == "method_not_allowed"

    def test_an_unknown_path_is_404_in_json_with_cors(self, server):
        answer = server.get("/nothing")
        assert (answer.status, answer.json["error"]["code"]) == (404, "not_found")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_health_checks_need_no_host_and_are_never_redirected(self, server, path):
        answer = server.raw(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n") or answer.startswith(b"HTTP/1.0 200 OK\r\n")

    def test_health_checks_are_no_requests_in_the_metrics(self, server):
        for _ in range(3):
            server.get("/healthz")
            server.get("/readyz")
        counted = [name for name, value in server.metrics().items() if re.match("buttond_request(s_total|_duration)", name) and value]
        assert not counted


class TestFilters:
    def test_a_bot_gets_the_button_and_is_not_counted(self, server):
        agent = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
        assert server.get("/v1/buttons?" + query("https://example.com/a"), headers=agent).json == {"counts": [0]}
        assert server.metrics()['buttond_impressions_filtered_total{reason="bot"}'] == 1
        assert server.books()["accepted"] == 0

    @pytest.mark.parametrize("name", ["Sec-Purpose", "X-Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"])
    def test_a_prefetch_is_not_counted(self, server, name):
        server.get("/v1/buttons?" + query("https://example.com/a"), headers={name: "prefetch;prerender"})
        assert server.metrics()['buttond_impressions_filtered_total{reason="prefetch"}'] == 1

    def test_a_site_off_the_allow_list_is_not_counted(self, servers):
        server = servers("--site", "example.com", "--epoch", "50ms")
        server.buttons("https://example.com/a", "https://blog.example.com/b", "https://example.org/c")
        assert server.metrics()['buttond_impressions_filtered_total{reason="site"}'] == 1
        server.wait_stored()
        assert set(server.impressions()) == {"example.com/a", "blog.example.com/b"}

    def test_an_address_over_its_rate_is_not_counted_and_another_one_is(self, servers):
        server = servers("--trusted-proxy", "127.0.0.1", "--rate", "1", "--threads", "1")
        for _ in range(30):
            answer = server.get(
                "/v1/buttons?" + query("https://example.com/a"), headers={"X-Forwarded-For": "192.0.2.1"}
            )
            assert answer.json == {"counts": [0]}
        before = server.books()
        assert 10 <= before["accepted"] <= 15
        server.get("/v1/buttons?" + query("https://example.com/a"), headers={"X-Forwarded-For": "192.0.2.2"})
        assert server.books()["accepted"] == before["accepted"] + 1

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Forwarded-For": "192.0.2.1", "Sec-GPC": "1"},
            {"X-Forwarded-For": "192.0.2.1", "DNT": "1"},
            {"X-Forwarded-For": "unknown"},
            {},
        ],
        ids=["gpc", "dnt", "unknown", "none"],
    )
    def test_who_is_not_told_apart_has_the_rate_of_his_kind(self, servers, headers):
        server = servers("--trusted-proxy", "127.0.0.1", "--rate", "1", "--threads", "1")
        for _ in range(60):
            server.get("/v1/buttons?" + query("https://example.com/a"), headers=headers)
        assert 10 <= server.books()["accepted"] <= 20
        server.get("/v1/buttons?" + query("https://example.com/a"), headers={"X-Forwarded-For": "198.51.100.1"})
        assert 11 <= server.books()["accepted"] <= 21

    def test_a_new_ipv6_network_for_each_request_is_no_way_around_the_rate(self, servers):
        server = servers("--trusted-proxy", "127.0.0.1", "--rate", "1", "--threads", "1")
        for i in range(100):
            server.get("/v1/buttons?" + query("https://example.com/a"), headers={"X-Forwarded-For": f"2001:db8:0:{i:x}::1"})
        assert server.books()["accepted"] <= 50


class TestNewLinks:
    def asked(self, server, links, **headers):
        before = server.books()["accepted"]
        for at in range(0, len(links), 50):
            server.get("/v1/buttons?" + query(*links[at : at + 50]), headers=headers)
        return server.books()["accepted"] - before

    def test_a_site_has_a_budget_of_them(self, servers):
        server = servers("--new-links", "100", "--threads", "1")
        made_up = [f"https://example.com/{i}" for i in range(300)]
        assert 100 <= self.asked(server, made_up) <= 102
        filtered = server.metrics()['buttond_impressions_filtered_total{reason="new_links"}']
        assert 198 <= filtered <= 200
        assert self.asked(server, made_up[:100]) == 100  # what was counted once is counted again
        assert self.asked(server, [f"https://example.org/{i}" for i in range(50)]) == 50  # of another site

    def test_a_reader_has_a_budget_of_them(self, servers):
        server = servers("--new-links", "100", "--rate", "0", "--trusted-proxy", "127.0.0.1", "--threads", "1")
        made_up = [f"https://site{i}.example/" for i in range(300)]
        assert 100 <= self.asked(server, made_up, **{"X-Forwarded-For": "192.0.2.1"}) <= 102
        assert self.asked(server, made_up[200:], **{"X-Forwarded-For": "192.0.2.2"}) == 100

    def test_readers_who_are_unknown_have_one_budget(self, servers):
        server = servers("--new-links", "20", "--threads", "1")
        assert 100 <= self.asked(server, [f"https://site{i}.example/" for i in range(300)]) <= 102

    def test_a_link_that_is_counted_stays_in_the_budget_over_epochs_and_loops(self, servers):
        server = servers("--new-links", "1", "--epoch", "50ms", "--threads", "2")
        for _ in range(20):
            assert self.asked(server, ["https://example.com/a"]) == 1
            time.sleep(0.02)

    def test_none_is_no_limit(self, servers):
        server = servers("--new-links", "0")
        assert self.asked(server, [f"https://example.com/{i}" for i in range(300)]) == 300


def test_answers_to_errors_are_json_that_names_what_to_do(server):
    for path in ("/v1/buttons", "/v1/explain", "/v1/counts?url=x:y", "/nothing"):
        error = json.loads(server.get(path).body)["error"]
        assert set(error) == {"code", "message"}
        assert len(error["message"]) > 10
