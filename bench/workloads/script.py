"""The script that every page loads: whole, compressed, and not at all because it has not changed."""

import re

from rig.bench import SERVER_CORE
from rig.contestants import buttond, caddy, captured_answer, nginx_file, publish_script

TITLE = "The script: full, brotli, 304"

PATH = "/js/button.js"
FORMS = {"full": {"Accept-Encoding": "identity"}, "brotli": {"Accept-Encoding": "br"}}


def etag(port):
    head = captured_answer(port, PATH).partition(b"\r\n\r\n")[0].decode()
    return re.search(r'(?i)^etag: (.*?)\r?$', head, re.MULTILINE)[1]


def run(bench):
    with bench.stage(lambda folder: buttond(folder, SERVER_CORE)) as ours:
        with bench.stage(lambda folder: site_of(folder, ours[0].port, nginx_file),
                         lambda folder: site_of(folder, ours[0].port, caddy)) as peers:
            contestants = ours + peers
            if len({captured_answer(contestant.port, PATH).partition(b"\r\n\r\n")[2] for contestant in contestants}) != 1:
                raise RuntimeError("the contestants do not serve the same script")
            for case, headers in FORMS.items():
                bench.closed_loop("script", case, contestants, PATH, headers=headers)
            tags = {contestant.name: {"Accept-Encoding": "identity", "If-None-Match": etag(contestant.port)}
                    for contestant in contestants}
            bench.closed_loop("script", "304", contestants, PATH, headers=tags)


def site_of(folder, port, start):
    publish_script(folder, port, PATH)
    return start(folder, SERVER_CORE, folder)
