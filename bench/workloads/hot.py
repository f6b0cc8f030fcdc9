"""A link that is in the cache, again and again: 64 connections, a browser's headers, the journal on."""

from rig.bench import SERVER_CORE, buttons_path
from rig.contestants import beast, buttond, captured_answer, floor, nginx, nginx_lua, seed_shares

TITLE = "A hot impression: one link, and ten links in one request"

LINKS = [f"https://blog{i}.example.com/2012/09/an-article-about-buttons-{i}" for i in range(10)]


def seeded(folder):
    seed_shares(folder, LINKS)
    return buttond(folder, SERVER_CORE)


def run(bench):
    one, ten = buttons_path(LINKS[:1]), buttons_path(LINKS)
    with bench.stage(seeded,
                     lambda folder: nginx(folder, SERVER_CORE, "return"),
                     lambda folder: nginx_lua(folder, SERVER_CORE, LINKS),
                     lambda folder: beast(folder, SERVER_CORE)) as contestants:
        for link in LINKS:
            captured_answer(contestants[0].port, buttons_path([link]))  # now it is in the cache
        answer = captured_answer(contestants[0].port, one)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            bench.closed_loop("hot", "one link", contestants + bare, one)
            bench.closed_loop("hot", "ten links", [contestants[0], contestants[2]], ten)
