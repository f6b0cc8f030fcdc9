"""What the tests of the dashboard's page share."""

import re

ROBOT = {"User-Agent": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}


def open_page(browser, server, query="", base=None):
    """Opens the dashboard and waits until it shows what the server says."""
    browser.open((base or server.admin_url) + "/stats" + query)
    browser.wait("document.getElementById('live')?.textContent == 'live'", 20)
    browser.wait("document.getElementById('sites-note').textContent != ''", 20)


def text(browser, identifier):
    return browser.script("return document.getElementById(arguments[0]).textContent", identifier)


def rows(browser, identifier):
    """The texts of a table's cells, by the text of the first."""
    found = browser.script(
        "return [...document.getElementById(arguments[0]).rows].map(r => [...r.cells].map(c => c.textContent))", identifier
    )
    return {row[0]: row[1:] for row in found}


def wait_row(browser, identifier, first, what=None, seconds=30):
    """Waits until a table has a row that begins so, and returns its other cells."""
    code = (
        f"[...document.getElementById('{identifier}').rows].map(r => [...r.cells].map(c => c.textContent))"
        f".find(r => r[0] == {first!r})"
    )
    return browser.wait(code, seconds, what or f"{first} in {identifier}")[1:]


def asked(browser):
    """What the page asked for since it was opened, in order: (path, when it began, in ms)."""
    found = browser.script("return performance.getEntriesByType('resource').map(e => [e.name, e.startTime])")
    return [(re.sub(r"^https?://[^/]*", "", name), start) for name, start in found]
