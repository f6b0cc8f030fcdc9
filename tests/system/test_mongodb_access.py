"""A MongoDB with passwords: a wrong one, and a user who may only read, store nothing and lose nothing."""

import subprocess

import pytest
from buttond import BINARY, wait_until
from mongo import Mongo

FLAGS = ("--epoch", "50ms", "--fold", "50ms")
MISTAKEN = "s3cret-of-nobody"
QUICK = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000"


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A replica set that asks for a password."""
    started = Mongo(tmp_path_factory.mktemp("locked"), auth=True, election_ms=30_000)
    yield started
    started.close()


def counts(node, times):
    for _ in range(times):
        node.buttons("https://example.com/a")


def goes_on_with(node, uri):
    node.terminate()
    node.store = uri
    node.start()
    node.wait_stored(30)


def stored_before(mongo):
    return mongo.impressions().get("example.com/a", 0)


def test_with_a_wrong_password_all_waits_in_the_journal_until_it_is_right(servers, locked):
    before = stored_before(locked)
    right = locked.uri(options=QUICK)
    user, _, rest = right.removeprefix("mongodb://").partition(":")
    node = servers(*FLAGS, "--flush-deadline", "100ms", store=f"mongodb://{user}:{MISTAKEN}@{rest.partition('@')[2]}")
    counts(node, 5)
    wait_until(lambda: "uthentication failed" in node.log, 20, what="a word about the password")
    assert node.books()["pending"] == 5
    assert MISTAKEN not in node.log
    goes_on_with(node, right)
    assert locked.wait_folded()["example.com/a"] == before + 5


def test_who_may_only_read_answers_counts_and_stores_nothing(servers, locked):
    link = {"site": "example.com", "impressions": 0, "clicks": 0, "shares": 7}
    locked.database().links.update_one({"_id": "example.com/b"}, {"$set": link}, upsert=True)
    before = stored_before(locked)
    reading = locked.uri(options=QUICK, user="reader")
    node = servers(*FLAGS, "--miss-wait", "5s", "--flush-deadline", "100ms", store=reading)
    answer = node.get("/v1/counts?url=https://example.com/b")
    assert answer.json == {"counts": [7]}
    counts(node, 3)
    wait_until(lambda: "not authorized" in node.log, 20, what="a word about the right to write")
    assert node.books()["pending"] == 3
    assert stored_before(locked) == before

    # An export adds nothing to the links either, says so, and writes what is there.
    command = [str(word) for word in (BINARY, "export", "--data", node.data, "--store", reading)]
    exported = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '{"key":"example.com/b","impressions":0,"clicks":0,"shares":7}' in exported.stdout
    assert exported.stderr

    goes_on_with(node, locked.uri(options=QUICK))
    assert locked.wait_folded()["example.com/a"] == before + 3
