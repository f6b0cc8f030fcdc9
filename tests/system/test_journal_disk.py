"""What the journal takes of its disk: as /metrics says, and as README's formula says."""

from contextlib import suppress

import pytest

from buttond import wait_until

SHEET = 7_213_056  # of a thread
SHEET_OF_SHARES = 307_200
LINK = 28  # and its key
SMALL = 64 << 10  # the directory, its lock, what file systems note down of large files


def held(server):
    """Blocks below the journal's directory, as du counts them: without what goes meanwhile."""
    blocks = 0
    for file in (server.data / "journal").rglob("*"):
        with suppress(FileNotFoundError):
            blocks += file.stat().st_blocks
    return blocks * 512


def published(server):
    return server.metrics()["buttond_journal_bytes"]


def wait_published(server):
    """Until /metrics says what is on the disk now."""
    wait_until(lambda: published(server) == held(server), what="the bytes on the disk")
    return published(server)


@pytest.mark.parametrize("threads", [1, 3, 12])
def test_the_bytes_of_a_node_that_has_nothing_to_bring_are_its_tally_sheets(servers, threads):
    server = servers("--threads", str(threads), "--epoch", "100ms")
    sheets = 2 * (threads * SHEET + SHEET_OF_SHARES)
    wait_until(lambda: held(server) >= sheets, what="all sheets")
    for _ in range(20):
        server.buttons("https://example.com/a")
    server.wait_stored()
    wait_until(lambda: sheets <= wait_published(server) <= sheets + SMALL, what="the room of its tally sheets")


def test_the_bytes_of_links_that_wait_for_the_store(servers):
    down = "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100"
    server = servers("--threads", "1", "--epoch", "50ms", "--flush-deadline", "0s", "--new-links", "0", store=down)
    wait_until(lambda: held(server) >= 2 * (SHEET + SHEET_OF_SHARES), what="all sheets")
    before = wait_published(server)
    keys = [f"example.com/articles/of/an/ordinary/length/{number:06}" for number in range(20_000)]
    for _ in range(2):
        for at in range(0, len(keys), 50):
            server.buttons(*("https://" + key for key in keys[at : at + 50]))
    wait_until(lambda: server.books()["accepted"] == server.books()["pending"] == 2 * len(keys), what="all in batches")
    least = sum(LINK + len(key) for key in keys)
    wait_until(lambda: least <= wait_published(server) - before <= 4 * least + SMALL, 30, what="the room of the links")
