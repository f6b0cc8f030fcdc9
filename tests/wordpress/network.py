"""What a page costs its reader, as Chromium counts it."""

import json
import time


class View:
    """One view of a page: its requests, in the order they were sent."""

    def __init__(self, events):
        self.requests, self.bytes, cached = {}, {}, set()
        for event, values in events:
            key = values.get("requestId")
            if event == "Network.requestWillBeSent" and values["request"]["url"].startswith("http"):
                self.requests[key] = values["request"]
            elif event == "Network.requestServedFromCache":
                cached.add(key)
            elif event == "Network.responseReceived" and values["response"].get("fromDiskCache"):
                cached.add(key)
            elif event == "Network.loadingFinished":
                self.bytes[key] = values["encodedDataLength"]
        for key in list(self.requests):
            if key in cached or self.requests[key]["url"].endswith("/favicon.ico"):
                del self.requests[key]

    @property
    def addresses(self):
        return [request["url"] for request in self.requests.values()]

    @property
    def transferred(self):
        """Bytes from the wire, header fields among them."""
        return sum(self.bytes.get(key, 0) for key in self.requests)


def view(browser, address, cold=True):
    """Shows a page and waits until nothing is on its way any more."""
    browser.open("about:blank")
    if cold:
        browser.command("Network.clearBrowserCache")
    browser.driver.get_log("performance")
    browser.open(address)
    events, quiet = [], 0
    while quiet < 4:
        time.sleep(0.1)
        news = [json.loads(entry["message"])["message"] for entry in browser.driver.get_log("performance")]
        news = [(message["method"], message["params"]) for message in news if message["method"].startswith("Network.")]
        quiet = 0 if news else quiet + 1
        events += news
    return View(events)
