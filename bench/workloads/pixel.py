"""An impression without script: our pixel, and the page view that GoatCounter counts where its binary is given."""

from rig.bench import SERVER_CORE
from rig.contestants import captured_answer, floor, goatcounter, nginx

from .buffer_count import QUERY
from .hot import seeded

TITLE = "The pixel"

PATH = "/pixel.gif?" + QUERY
PAGE_VIEW = "/count?p=%2F2012%2F09%2Fan-article-about-buttons-0&t=An%20article"


def run(bench):
    starters = [seeded, lambda folder: nginx(folder, SERVER_CORE, "return")]
    if bench.goatcounter:
        starters.append(lambda folder: goatcounter(folder, SERVER_CORE, bench.goatcounter))
    with bench.stage(*starters) as contestants:
        answer = captured_answer(contestants[0].port, PATH)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            paths = {contestant.name: PATH for contestant in contestants + bare} | {"goatcounter": PAGE_VIEW}
            bench.closed_loop("pixel", "one link", contestants + bare, paths)
