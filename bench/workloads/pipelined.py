"""Sixteen requests on a connection at once."""

from rig.bench import SERVER_CORE, buttons_path
from rig.contestants import beast, captured_answer, floor, nginx, nginx_lua

from .hot import LINKS, seeded

TITLE = "A hot impression, pipelined by sixteen"


def run(bench):
    path = buttons_path(LINKS[:1])
    with bench.stage(seeded,
                     lambda folder: nginx(folder, SERVER_CORE, "return"),
                     lambda folder: nginx_lua(folder, SERVER_CORE, LINKS),
                     lambda folder: beast(folder, SERVER_CORE)) as contestants:
        captured_answer(contestants[0].port, path)
        answer = captured_answer(contestants[0].port, path)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            bench.closed_loop("pipelined", "x16", contestants + bare, path, pipeline=16)
