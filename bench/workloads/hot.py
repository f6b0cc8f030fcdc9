"""A link that is in the cache, again and again: 64 connections, a browser's headers, the journal on."""

from rig.bench import SERVER_CORE, buttons_path
from rig.contestants import beast, buttond, captured_answer, floor, nginx, nginx_lua, seed_shares

TITLE = "A hot impression: one link, and ten links in one request"

LINKS = [f"https://blog{i}.example.com/2012/09/an-article-about-buttons-{i}" for i in range(10)]


# Of the first link: who counts, must count them as one.
SPELLINGS = [
    "http://WWW.Blog0.example.com:80/2012/09/an-article-about-buttons-0/#top",
    "https://blog0.example.com/2012/09/%61n-article-about-buttons-0?utm_source=x&fbclid=1",
]


def require_same_counts(contestants):
    """All of them answer the same to every spelling of a link, and to all links at once."""
    for path in [buttons_path([spelling]) for spelling in SPELLINGS] + [buttons_path(LINKS)]:
        bodies = set()
        for contestant in contestants:
            captured_answer(contestant.port, path)  # now it is in the cache
            bodies.add(captured_answer(contestant.port, path).partition(b"\r\n\r\n")[2])
        if len(bodies) != 1:
            raise RuntimeError(f"the contestants do not count alike: {bodies} for {path}")


def seeded(folder):
    seed_shares(folder, LINKS)
    return buttond(folder, SERVER_CORE)


def run(bench):
    one, ten = buttons_path(LINKS[:1]), buttons_path(LINKS)
    with bench.stage(seeded,
                     lambda folder: nginx(folder, SERVER_CORE, "return"),
                     lambda folder: nginx_lua(folder, SERVER_CORE, LINKS),
                     lambda folder: beast(folder, SERVER_CORE)) as contestants:
        require_same_counts([contestants[0], contestants[2]])
        answer = captured_answer(contestants[0].port, one)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            bench.closed_loop("hot", "one link", contestants + bare, one)
            bench.closed_loop("hot", "ten links", [contestants[0], contestants[2]], ten)
