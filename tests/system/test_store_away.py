"""What the server says of a MongoDB that is away, hangs, or has no primary: one cause is one line a minute, and its end
is one line."""

import json
import subprocess
import time

import pytest

from buttond import BINARY, wait_until
from store_troubles import complaint, complaints, lines_about, scrapes

FLAGS = ("--epoch", "50ms", "--fold", "50ms", "--flush-deadline", "100ms")
QUICK = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000&heartbeatFrequencyMS=500"


def count(node, times):
    for _ in range(times):
        node.buttons("https://example.com/a")


def assert_down_in_one_line(node, seconds, *words):
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
    count(node, 2)
    assert set(scrapes(node, seconds)) == {0}
    said = complaint(node)
    for word in (" warning store mongodb://", "counting goes on", *words):
        assert word in said
    assert not lines_about(node, "again")


def assert_up_in_one_line(node, mongo, impressions):
    node.wait_stored(30)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 30)
    wait_until(lambda: lines_about(node, " again, after "), what="a word about its end")
    time.sleep(1)
    assert len(lines_about(node, " again, after ")) == 1
    assert mongo.wait_folded() == {"example.com/a": impressions}


@pytest.mark.alone
@pytest.mark.parametrize("away", ["stopped", "halted"])
def test_one_outage_is_one_line_and_its_end_another_one(servers, own_mongo, away):
    node = servers(*FLAGS, store=own_mongo.uri(options=QUICK))
    count(node, 1)
    node.wait_stored()
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1)
    own_mongo.stop() if away == "stopped" else own_mongo.halt()
    assert_down_in_one_line(node, 8)
    own_mongo.start() if away == "stopped" else own_mongo.go_on()
    assert_up_in_one_line(node, own_mongo, 3)


@pytest.mark.alone
def test_without_a_primary_counts_can_be_read_and_the_store_is_not_up(servers, own_mongo):
    """Each count that was read made it up again."""
    node = servers(*FLAGS, "--miss-wait", "5s", "--fresh", "100ms",
                   store=own_mongo.uri(options=QUICK + "&readPreference=secondaryPreferred"))  # fmt: skip
    assert node.report_shares([{"url": "https://example.com/b", "id": "s1", "shares": 7}]).status == 200
    count(node, 1)
    node.wait_stored()
    primary = own_mongo.wait_primary()
    others = [member for member in own_mongo.members if member is not primary]
    own_mongo.kill(primary)
    own_mongo.kill(others[0])
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
    values = []
    for _ in range(30):
        assert node.get("/v1/counts?url=https://example.com/b").json == {"counts": [7]}
        values.append(node.metrics()["buttond_store_up"])
        time.sleep(0.2)
    assert set(values) == {0}
    assert complaint(node)
    assert not lines_about(node, "again")
    count(node, 2)
    own_mongo.start_member(primary)
    own_mongo.start_member(others[0])
    assert_up_in_one_line(node, own_mongo, 3)


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://127.0.0.1:1/buttond",
        "mongodb://10.255.255.1/buttond",  # packets to it vanish, or there is no way to it
        "mongodb://no-such-host.invalid/buttond",
        "mongodb+srv://cluster.no-such-host.invalid/buttond",
    ],
)
def test_a_store_that_is_not_there_at_the_start_is_one_line_within_seconds(servers, uri):
    start = time.monotonic()
    node = servers(*FLAGS, store=uri)
    wait_until(lambda: complaints(node), 15, what="a word about it")
    assert time.monotonic() - start < 10
    count(node, 2)
    assert set(scrapes(node, 5)) == {0}
    said = complaint(node)
    assert "the store cannot be reached" in said and "counting goes on" in said and "journal" in said


def test_the_drivers_first_line_was_not_json(tmp_path):
    """It comes while the driver is loaded, where /dev/shm cannot be written."""
    command = "mount -t tmpfs -o ro tmpfs /dev/shm && exec \"$@\""
    flags = ["--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-format", "json",
             "--store", "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100&tlss=true"]  # fmt: skip
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command, "sh", "timeout", "2", BINARY, *flags],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert any('Unsupported URI option "tlss"' in line["message"] for line in lines)
    assert any(line["message"].startswith("store mongodb://") for line in lines)
