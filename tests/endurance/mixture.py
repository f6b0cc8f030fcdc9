"""The requests of the soak's clients, as pages, mails, applications, robots and the mistaken send them."""

import json
import random
import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
KEYS = [f"site-{number % 7}.example/{number}" for number in range(150)]


@dataclass
class Request:
    """`events` are (noun, key) that it makes, once it is answered as it should be."""

    target: str
    statuses: tuple = (200,)
    events: tuple = ()
    method: str = "GET"
    body: bytes = b""
    fields: str = ""
    patience: str = "page"  # whose bound of time it has: "page", "share", "report"
    agent: str = AGENT
    closes: bool = False  # the server may close the connection behind its answer

    def bytes(self):
        length = f"Content-Length: {len(self.body)}\r\n" if self.body else ""
        head = f"{self.method} {self.target} HTTP/1.1\r\nHost: buttons.example\r\nUser-Agent: {self.agent}\r\n"
        return f"{head}{length}{self.fields}\r\n".encode() + self.body


def a_key():
    """One of the known links, or now and then a new one."""
    return random.choice(KEYS) if random.random() < 0.97 else f"new.example/{secrets.token_hex(6)}"


def a_url(key):
    return quote("https://" + key, safe="")


def buttons():
    keys = [a_key() for _ in range(random.choice((1, 1, 1, 3, 10)))]
    query = "&".join("url=" + a_url(key) for key in keys)
    return Request(f"/v1/buttons?{query}", events=tuple(("impressions", key) for key in keys))


def counts():
    return Request("/v1/counts?" + "&".join("url=" + a_url(a_key()) for _ in range(5)))


def shown_by(target):
    """An impression without our script."""

    def request():
        key = a_key()
        return Request(target.format(url=a_url(key)), events=(("impressions", key),))

    return request


def dialog():
    key = a_key()
    return Request(f"/add?url={a_url(key)}&text=Words", events=(("clicks", key),))


def chosen():
    key = a_key()
    target = f"/v1/chosen?place=bluesky&url={a_url(key)}&id={secrets.token_hex(8)}"
    return Request(target, (204,), (("shares", key),), method="POST", patience="share")


def report(token):
    """A share that the application reports; where the store does not take it, it is reported again with the same id."""

    def request():
        key = a_key()
        body = json.dumps({"url": "https://" + key, "id": secrets.token_hex(8)}).encode()
        fields = f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        return Request("/v1/shares", (200, 503), (("shares", key),), "POST", body, fields, "report")

    return request


def buffer():
    return Request(f"/1/links/shares.json?url={a_url(a_key())}&callback=buffer.count")


def robot():
    """Is answered, and not counted."""
    made = buttons()
    made.events, made.agent = (), "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    return made


def static():
    return Request(random.choice(("/js/button.js", "/", "/v1/server", "/healthz", "/v1/explain?url=https://a.example/")))


def mistaken():
    return random.choice((
        Request("/v1/buttons", (400,)),
        Request("/v1/buttons?url=mailto:ann@example.com", (400,)),
        Request("/v1/buttons?" + "url=https://a.example/&" * 51, (400,)),
        Request("/nothing", (404,)),
        Request("/v1/chosen", (405,)),
        Request("/v1/shares", (401,), method="POST", body=b"[]", fields="Authorization: Bearer wrong\r\n", closes=True),
        Request("/v1/buttons?url=" + "a" * 20_000, (414,), closes=True),
        Request("/v1/counts?url=https://a.example/", (400,), fields="Host: two.example\r\n", closes=True),
        Request("/v1/counts?url=https://a.example/", (400, 431), fields="X: " + "a" * 20_000 + "\r\n", closes=True),
    ))  # fmt: skip


def share_link(page):
    """Where the share page's own link to a place leads, with its signed id."""
    return re.search(rb'href="(/add/to[^"]*place=bluesky[^"]*)"', page)[1].decode().replace("&amp;", "&")


def kinds():
    """(weight, maker), by name."""
    return {
        "buttons": (40, buttons),
        "counts": (12, counts),
        "frame": (6, shown_by("/button/?url={url}&count=horizontal")),
        "svg": (6, shown_by("/button.svg?url={url}")),
        "pixel": (6, shown_by("/seen.gif?url={url}")),
        "dialog": (5, dialog),
        "chosen": (3, chosen),
        "buffer": (5, buffer),
        "robot": (3, robot),
        "static": (6, static),
        "mistaken": (5, mistaken),
    }
