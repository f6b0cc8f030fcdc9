"""The Buffer API's count, byte for byte as its old clients read it."""

from rig.bench import SERVER_CORE
from rig.contestants import captured_answer, floor, nginx

from .hot import LINKS, seeded

TITLE = "The Buffer count"

QUERY = "url=" + LINKS[0].replace(":", "%3A").replace("/", "%2F")
PATH = "/1/links/shares.json?" + QUERY


def run(bench):
    with bench.stage(seeded, lambda folder: nginx(folder, SERVER_CORE, "return")) as contestants:
        captured_answer(contestants[0].port, PATH)
        answer = captured_answer(contestants[0].port, PATH)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            bench.closed_loop("buffer_count", "one link", contestants + bare, PATH)
