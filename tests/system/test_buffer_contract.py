"""The Buffer API as its third-party clients use it, byte for byte."""

import http.client
import urllib.parse

import pytest

SHARES = "/1/links/shares.json?url="


@pytest.fixture
def shared(server):
    """A node that knows 12 shares of https://example.com/a?b=1&c=2."""
    server.report_shares({"url": "https://example.com/a?b=1&c=2", "id": "1", "shares": 12})
    return server


ENCODED = urllib.parse.quote("https://example.com/a?b=1&c=2", safe="")


def test_a_count_is_json_without_white_space(shared):
    answer = shared.get(SHARES + ENCODED)
    assert (answer.status, answer.body) == (200, b'{"shares":12}')
    assert answer.headers["Content-Type"] == "application/json"


def test_a_link_that_was_never_shared_is_zero(shared):
    assert shared.get(SHARES + "https%3A%2F%2Fexample.com%2Fother").body == b'{"shares":0}'


def test_a_count_that_is_not_known_now_is_zero_and_not_kept(servers):
    server = servers("--miss-wait", "0s", store="mongodb://127.0.0.1:1/buttond")
    answer = server.get(SHARES + ENCODED)
    assert answer.body == b'{"shares":0}'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    [
        "/1/links/shares.json?url=" + ENCODED + "&callback=jQuery123_456",
        "/1/links/shares.json?callback=jQuery123_456&url=" + ENCODED,
        "/1/links/shares.json?_=1&callback=jQuery123_456&t=7&access_token=x&url=" + ENCODED,
    ],
)
def test_jsonp_wherever_the_callback_stands(shared, target):
    answer = shared.get(target)
    assert answer.body == b'/**/jQuery123_456({"shares":12});'
    assert answer.headers["Content-Type"] == "application/javascript"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["a", "jQuery17208_1359", "_jqjsp", "angular.callbacks._0", "$_", "documents.x", "x" * 128])
def test_callback_names_that_are_fine(shared, name):
    answer = shared.get(SHARES + ENCODED + "&callback=" + urllib.parse.quote(name))
    assert answer.body == b"/**/" + name.encode() + b'({"shares":12});'


@pytest.mark.parametrize("name", ["", "x" * 129, "a b", "alert(1)", "a;b", "<script>", "é", "a\nb", "a-b", "Buffer.cb[0]",
                                  "document.forms[0].submit", "document.forms.f.submit", "alert", "f.submit"])
def test_callback_names_that_are_refused(shared, name):
    answer = shared.get(SHARES + ENCODED + "&callback=" + urllib.parse.quote(name))
    assert answer.status == 400
    assert answer.json["code"] == 1006


@pytest.mark.parametrize(
    "target",
    [
        "/1/links/shares.json?url=https://example.com/a?b=1&c=2",
        "//1///links/shares.json?url=" + ENCODED,
        "/1/links/shares.json?access_token=1%2Fabc&url=" + ENCODED,
        "/1/links/shares.json?foo=bar&url=" + ENCODED + "&foo=bar",
    ],
)
def test_tolerated_spellings_get_the_same_count(shared, target):
    assert shared.get(target).body == b'{"shares":12}'


def test_tolerated_header_fields(shared):
    host, port = shared.address
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.putrequest("GET", SHARES + ENCODED, skip_accept_encoding=True)
    connection.putheader("Authorization", "Bearer somebody-elses")
    connection.putheader("Content-Length", "0")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.endheaders()
    assert connection.getresponse().read() == b'{"shares":12}'
    connection.close()


def test_a_request_with_nothing_but_a_host(shared):
    answer = shared.raw(f"GET {SHARES}{ENCODED} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.endswith(b'\r\n\r\n{"shares":12}')


def test_errors_have_the_form_of_that_api(shared):
    def check(target, status, code, text, method="GET"):
        answer = shared.get(target, method=method)
        assert answer.status == status
        assert answer.json["code"] == code
        assert text in answer.json["error"]
        assert set(answer.json) == {"code", "error"}

    check("/1/links/shares.json", 400, 1004, "missing")
    check("/1/links/shares.json?url=", 400, 1006, "Invalid url")
    check("/1/links/shares.json?url=nonsense%3A%2F%2F", 400, 1006, "Invalid url")
    check(SHARES + ENCODED + "&url=" + ENCODED, 400, 1006, "one at a time")
    check("/1/links/shares.xml?url=" + ENCODED, 406, 1005, "format")
    check("/1/links/nothing.json", 404, 404, "Not found")
    check(SHARES + ENCODED, 405, 405, "not allowed", method="DELETE")


def test_a_count_is_no_impression(shared):
    shared.get(SHARES + ENCODED)
    assert shared.books()["seen"] == 0


def test_without_jsonp_a_callback_is_refused_and_json_is_not(servers):
    server = servers("--no-jsonp")
    assert server.get(SHARES + ENCODED + "&callback=cb").status == 400
    assert server.get(SHARES + ENCODED).json == {"shares": 0}
