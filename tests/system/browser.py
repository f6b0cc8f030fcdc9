"""A real Chromium, and pages of other sites for it to show."""

import functools
import http.server
import json
import subprocess
import tempfile
import threading
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from buttond import ROOT, wait_until

FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --hide-scrollbars --lang=en-US""".split()

# A headless Chromium says so, and its impressions would be filtered as a bot's.
READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"

# What a page's script needs to look into a button; the names of parts are documented.
PROBE = """
const host = (element) => element.localName == 'a' ? element.nextElementSibling : element;
const part = (element, name) => host(element)?.shadowRoot?.querySelector(`[part=${name}]`);
"""


# Whatever the loader makes a button of.
BUTTONS = "a.buttond,a.buffer-add-button,buttond-button,share-button"


@functools.cache
def npm_file(path):
    """A file of the packages in tests/web/package.json, installed at its first use."""
    subprocess.run([ROOT / "tests/web/install"], check=True)
    return (ROOT / "build/web/node_modules" / path).read_text()


class Site:
    """Somebody's web site: pages by path, on a port of its own. What it was asked for is in `requests`."""

    def __init__(self, host="localhost"):
        self.pages = {}
        self.requests = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.requests.append((self.path, dict(self.headers)))
                body, headers = site.pages.get(urllib.parse.urlsplit(self.path).path, (None, {}))
                self.send_response(404 if body is None else 200)
                content = (body or "").encode()
                headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content)), **headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.origin = f"http://{host}:{self.http.server_port}"
        self.page("/favicon.ico", "", **{"Content-Type": "image/x-icon"})

    def page(self, path, body, **headers):
        """Serves `body` at `path`; returns the page's address."""
        self.pages[path] = (body, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.origin + path

    def html(self, path, body, head="", lang="en", attributes="", **headers):
        """Serves a complete page."""
        text = (
            f'<!DOCTYPE html><html lang="{lang}"{attributes}><head><meta charset="utf-8"><title>A page</title>'
            f'<meta name="viewport" content="width=device-width">{head}</head><body>{body}</body></html>'
        )
        return self.page(path, text, **headers)

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


class Page:
    """What tests ask of the page that a browser shows, by that browser's `script`."""

    def wait(self, code, seconds=10.0, what=None):
        """Waits until `return <code>` is true in the page, and returns it."""
        return wait_until(lambda: self.script(f"return {code}"), seconds, what=what or code)

    def counts(self, selector=BUTTONS):
        """The count that each button shows; None where it shows none."""
        return self.script(
            "return [...document.querySelectorAll(arguments[0])].map(e => part(e, 'count')?.dataset.shown ?? null)",
            selector,
        )

    def wait_counts(self, expected, selector=BUTTONS):
        wait_until(lambda: self.counts(selector) == expected, 10, what=f"counts {expected}, not {self.counts(selector)}")


class Browser(Page):
    """One Chromium for many tests; `reset` takes back what a test changed."""

    def __init__(self, folder, *flags):
        options = webdriver.ChromeOptions()
        for flag in [*FLAGS, f"--user-data-dir={folder}", "--window-size=1000,800", f"--user-agent={READER}", *flags]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)
        self.main = self.driver.current_window_handle

    def open(self, address):
        self.driver.get(address)
        return self

    def script(self, code, *arguments):
        """Runs `code` with PROBE's functions at hand."""
        return self.driver.execute_script(PROBE + code, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def command(self, name, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def media(self, kind="", **features):
        """Emulates a medium and features such as prefers_color_scheme="dark"."""
        self.command(
            "Emulation.setEmulatedMedia",
            media=kind,
            features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()],
        )

    def speak(self, languages):
        """Asks for pages in these languages, "de-AT,de;q=0.9"; empty: as Chromium does by itself."""
        self.command("Network.setExtraHTTPHeaders", headers={"Accept-Language": languages} if languages else {})

    def size(self, width, height, mobile=False):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile
        )

    def console(self):
        """What the console got since the last call."""
        return self.driver.get_log("browser")

    def requests(self):
        """The requests since the last call, as DevTools has them; "sent" are the header fields on the wire."""
        found, sent = {}, {}
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            event = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                found[event["requestId"]] = event["request"]
            if message["method"] == "Network.requestWillBeSentExtraInfo":
                sent[event["requestId"]] = {name.lower(): value for name, value in event["headers"].items()}
        for key, request in found.items():
            request["sent"] = sent.get(key, {})
        return list(found.values())

    def violations(self):
        """What axe-core finds wrong with the page, in short."""
        self.driver.execute_script(npm_file("axe-core/axe.min.js"))
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        return [
            f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]
        ]

    def wait_buttons(self, number):
        """Waits until so many buttons are drawn."""
        code = f"return [...document.querySelectorAll('{BUTTONS}')].filter(e => part(e, 'button')).length"
        wait_until(lambda: self.script(code) == number, 10, what=f"{number} buttons, not {self.script(code)}")

    def reset(self):
        driver = self.driver
        for handle in driver.window_handles:
            if handle != self.main:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(self.main)
        self.media()
        self.speak("")
        self.command("Emulation.clearDeviceMetricsOverride")
        self.command("Emulation.setScriptExecutionDisabled", value=False)
        self.command("Emulation.setPageScaleFactor", pageScaleFactor=1)
        driver.get("about:blank")
        self.console()
        driver.get_log("performance")

    def close(self):
        self.driver.quit()


class Running:
    """The browser of a whole run, which the generator `start` yields; another one after a crash."""

    def __init__(self, start):
        self.start = start
        self.started = None

    def clean(self):
        """The browser, reset; a new one where it does not answer any more."""
        if self.started:
            try:
                self.browser.reset()
                return self.browser
            except (WebDriverException, OSError):
                self.close()
        self.started = self.start()
        self.browser = next(self.started)
        self.browser.reset()
        return self.browser

    def close(self):
        if self.started:
            self.started.close()
            self.started = None


def start_browser(*flags):
    """A Chromium in a folder that goes away with it; use as a generator."""
    with tempfile.TemporaryDirectory(prefix="buttond-chromium-", ignore_cleanup_errors=True) as folder:
        browser = Browser(folder, *flags)
        try:
            yield browser
        finally:
            browser.close()
