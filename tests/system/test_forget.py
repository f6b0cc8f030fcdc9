"""`buttond forget`: what the store has of a site goes, and nothing of another one, on both stores, also beside servers."""

import contextlib
import json
import re
import sqlite3
import subprocess

import pytest

from buttond import wait_until
from commands import Commands

QUICK = ("--epoch", "50ms", "--fold", "50ms", "--fresh", "100ms", "--miss-wait", "10s")

OWN = ("example.com", "example.com/a", "example.com/b?page=2", "example.com?p=1")
OTHERS = ("example.com.evil.example/a", "example.community/a", "example.com:8080/a", "blog.example.com/a", "example.co/a")


def keys_of(commands):
    return {json.loads(line)["key"] for line in commands.export().splitlines()}


def import_links(commands, keys):
    commands.run("import", "-", text="".join(json.dumps({"key": key, "impressions": 3}) + "\n" for key in keys))


def forget(commands, site="example.com"):
    return commands.run("forget", site).stdout


def test_a_site_goes_while_a_server_counts_and_others_stay(servers, commands):
    node = servers(*QUICK, store=commands.store)
    node.buttons(*(f"https://{key}" for key in (*OWN, *OTHERS)))
    reports = [{"url": f"https://{key}", "id": "1"} for key in ("example.com/a", "example.com/b?page=2", "example.co/a")]
    assert node.report_shares(reports).json == {"counted": 3, "repeated": 0}
    node.wait_stored()
    assert keys_of(commands) == {*OWN, *OTHERS}

    assert forget(commands) == f"forgot {len(OWN)} links, 1 day and 2 share ids of example.com\n"
    assert keys_of(commands) == set(OTHERS)
    assert forget(commands) == "there is nothing of example.com in the store\n"
    # Its shares count as new ones, those of the others as known.
    assert node.report_shares(reports).json == {"counted": 2, "repeated": 1}
    asked = f"/v1/counts?url=https://{OWN[1]}&url=https://{OTHERS[-1]}"
    wait_until(lambda: node.get(asked).json["counts"] == [1, 1], what="the counts from the start")


def test_what_waits_for_a_fold_is_forgotten_too(servers, commands):
    node = servers(*QUICK, "--fold", "1h", store=commands.store)
    node.buttons("https://example.com/a", "https://example.co/a")
    node.wait_stored()
    forget(commands)
    assert keys_of(commands) == {"example.co/a"}


def test_a_site_is_named_as_people_write_it(commands):
    import_links(commands, ["example.com/a", "example.com:8080/a", "xn--nr-via.example/a", "93.184.215.14/a"])
    assert forget(commands, "WWW.Example.COM") == "forgot 1 link, 0 days and 0 share ids of example.com\n"
    assert forget(commands, "n\u00e4r.example").startswith("forgot 1 link, ")
    assert forget(commands, "93.184.215.14").startswith("forgot 1 link, ")
    assert keys_of(commands) == {"example.com:8080/a"}
    assert forget(commands, "example.com:8080") == "forgot 1 link, 0 days and 0 share ids of example.com:8080\n"


@pytest.mark.parametrize(("words", "told"), [
    (("example.com/a",), '"example.com/a" is not a host; write one as in "example.com"'),
    (("ftp://example.com",), "is not a host"),
    (("",), "is not a host"),
    ((), "SITE is required"),
    (("a.example", "b.example"), "one word too many"),
])  # fmt: skip
def test_a_wrong_use_is_told_in_one_line(tmp_path, words, told):
    done = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db").run("forget", *words, status=2)
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_store_is_made_for_it(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    done = commands.run("forget", "example.com", status=1)
    assert "the store cannot be reached" in done.stderr
    assert not (tmp_path / "buttond.db").exists()


def links_in(commands):
    if commands.database is not None:
        return commands.database.links.count_documents({})
    with contextlib.closing(sqlite3.connect(commands.store.removeprefix("sqlite:"))) as file:
        return file.execute("SELECT count(*) FROM links").fetchone()[0]


def test_one_that_is_killed_goes_on_when_it_is_run_again(commands):
    import_links(commands, [*(f"example.com/{i}" for i in range(6_000)), *OTHERS])
    for _ in range(3):
        before = links_in(commands)
        process = subprocess.Popen(commands.arguments("forget", "example.com"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(lambda: process.poll() is not None or links_in(commands) < before, what="the first links to go")
        process.kill()
        process.communicate()
    told = forget(commands)
    assert re.match(r"forgot \d+ links?, |there is nothing of example.com", told), told
    assert keys_of(commands) == set(OTHERS)
