"""buttond on every route that a reader or the main application asks, each with what it usually gets."""

import re
from pathlib import Path

from rig.bench import SERVER_CORE, buttons_path
from rig.contestants import buttond, captured_answer, seed_shares

from .buffer_count import QUERY
from .hot import LINKS

TITLE = "Every route"

ROUNDS = 5
TOKEN = "a-token-of-the-benchmarks"
SHARE = "0123456789abcdef0123456789abcdef"


def with_token(folder):
    seed_shares(folder, LINKS)
    token = Path(folder) / "token"
    token.write_text(TOKEN)
    return buttond(folder, SERVER_CORE, "--api-token-file", token)


def routes(port):
    """{case: (path, headers, JSON to post)}"""
    home = captured_answer(port, "/").decode()
    hashed = re.search(r"/js/button\.[0-9a-f]+\.js", home)[0]
    one = "?" + QUERY
    share_id = re.search(rb"id=([\w-]{40})", captured_answer(port, "/add" + one))[1].decode()
    report = f'{{"url":"{LINKS[0]}","id":"{SHARE}","shares":1}}'
    return {
        "/v1/buttons, one link": (buttons_path(LINKS[:1]), {}, None),
        "/v1/buttons, ten links": (buttons_path(LINKS), {}, None),
        "/v1/counts, one link": ("/v1/counts" + one, {}, None),
        "/1/links/shares.json": ("/1/links/shares.json" + one, {}, None),
        "/1/links/shares.json, JSONP": ("/1/links/shares.json" + one + "&callback=f", {}, None),
        "/button/": ("/button/" + one + "&count=horizontal&text=An%20article", {}, None),
        "/button.svg": ("/button.svg" + one, {}, None),
        "/pixel.gif": ("/pixel.gif" + one, {}, None),
        "/js/button.js, brotli": ("/js/button.js", {"Accept-Encoding": "br"}, None),
        "/js/button.<hash>.js, brotli": (hashed, {"Accept-Encoding": "br"}, None),
        "/add": ("/add" + one + "&text=An%20article", {}, None),
        "/add/to, a share that is there already": (f"/add/to{one}&place=x&id={share_id}", {}, None),
        "POST /v1/shares, a share that is there already":
            ("/v1/shares", {"Authorization": f"Bearer {TOKEN}"}, report),
        "/v1/explain": ("/v1/explain" + one, {}, None),
        "/": ("/", {}, None),
        "/, one link": ("/" + one, {}, None),
        "/healthz": ("/healthz", {}, None),
        "/readyz": ("/readyz", {}, None),
    }


def run(bench):
    with bench.stage(with_token) as contestants:
        port = contestants[0].port
        for link in LINKS:
            captured_answer(port, buttons_path([link]))
        for case, (path, headers, post) in routes(port).items():
            bench.closed_loop("routes", case, contestants, path, headers=headers, rounds=ROUNDS, post=post)
