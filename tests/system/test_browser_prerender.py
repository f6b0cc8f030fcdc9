"""What of a page that Chromium makes ahead of its display is counted: what of it is looked at, once."""

import http.server
import threading

import pytest

from buttond import wait_until

PAGE = "https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26c%3D%2526"
RULES = '<script type="speculationrules">{"prerender":[{"urls":["/shown"],"eagerness":"immediate"}]}</script>'


def filtered(server):
    return server.metrics().get('buttond_impressions_filtered_total{reason="prefetch"}', 0)


def requests(server, route):
    return server.metrics().get(f'buttond_requests_total{{route="{route}",code="200"}}', 0)


def stored(server):
    return sum(server.stored().values())


class Front:
    """Somebody's web site that hands on what it does not have, so that buttons are of its own origin."""

    def __init__(self, server, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path in pages:
                    fields, body = {"Content-Type": "text/html; charset=utf-8"}, pages[self.path].encode()
                else:
                    answer = server.get(self.path, {name: value for name, value in self.headers.items() if name != "Host"})
                    fields = {name: answer.headers[name] for name in ("Content-Type", "Content-Security-Policy", "Cache-Control")}
                    body = answer.body
                self.send_response(200)
                for name, value in {**fields, "Content-Length": len(body)}.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.origin = f"http://localhost:{self.http.server_port}"

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def front(server):
    fronts = []

    def make(body):
        pages = {"/": f'<!DOCTYPE html><title>A</title><a id="go" href="/shown">Go</a>{RULES}',
                 "/plain": '<!DOCTYPE html><title>A</title><a id="go" href="/shown">Go</a>',
                 "/shown": f"<!DOCTYPE html><title>B</title>{body}", "/favicon.ico": ""}  # fmt: skip
        fronts.append(Front(server, pages))
        return fronts[-1].origin

    yield make
    for each in fronts:
        each.close()


def show(browser):
    browser.find("#go").click()
    browser.wait("document.title == 'B'")
    assert browser.script("return performance.getEntriesByType('navigation')[0].activationStart > 0")


def test_a_frame_of_the_pages_own_origin_counts_when_its_page_is_shown(server, browser, front):
    browser.open(front(f'<iframe src="/button/?url={PAGE}"></iframe>') + "/")
    wait_until(lambda: filtered(server) == 1, what="the frame's request ahead")
    assert stored(server) == 0
    show(browser)
    wait_until(lambda: requests(server, "pixel") == 1, what="the frame's report")
    server.wait_stored()
    assert server.impressions() == {"example.com/a?b=1&c=%26": 1}
    assert (filtered(server), requests(server, "button")) == (1, 1)
    assert browser.console() == []


def test_a_frame_of_a_page_that_is_never_shown_does_not_count(server, browser, front):
    origin = front(f'<iframe src="/button/?url={PAGE}"></iframe>')
    browser.open(origin + "/")
    wait_until(lambda: filtered(server) == 1, what="the frame's request ahead")
    browser.open(origin + "/plain")
    assert (stored(server), requests(server, "pixel")) == (0, 0)


def test_a_frame_of_a_page_that_was_not_made_ahead_counts_by_its_own_request(server, browser, front):
    browser.open(front(f'<iframe src="/button/?url={PAGE}"></iframe>') + "/shown")
    wait_until(lambda: stored(server) == 1, what="an impression")
    assert (requests(server, "button"), requests(server, "pixel")) == (1, 0)


def test_a_frame_of_another_origin_counts_once_when_its_page_is_shown(server, browser, front):
    """Chromium 156 asks for it only then, and says all the same that it asks ahead."""
    body = f'<iframe src="{server.url}/button/?url={PAGE}"></iframe><img src="{server.url}/js/button.js" alt="">'
    browser.open(front(body) + "/")
    wait_until(lambda: requests(server, "loader") == 1, what="the page made ahead")
    assert stored(server) == 0
    show(browser)
    wait_until(lambda: stored(server) == 1, what="an impression")
    assert requests(server, "button") == 1
    assert requests(server, "pixel") == filtered(server)


def test_an_image_of_a_page_that_is_made_ahead_does_not_count(server, browser, front):
    """It cannot know that its page is shown; README says so."""
    browser.open(front(f'<img src="{server.url}/button.svg?url={PAGE}" alt="Share">') + "/")
    wait_until(lambda: filtered(server) == 1, what="the image's request ahead")
    show(browser)
    assert (stored(server), filtered(server), requests(server, "button_svg")) == (0, 1, 1)
