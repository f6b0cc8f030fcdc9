"""A mongod that stands alone, without a replica set: for a blog's own server."""

import json
import subprocess
import sys

import pymongo
import pytest
from buttond import ROOT, wait_until
from commands import Commands
from knowing_client import KnowingClient

sys.path.insert(0, str(ROOT / "tests/mongo"))
from mongod import mongod  # noqa: E402
from replica_set import free_ports  # noqa: E402


@pytest.fixture
def alone(tmp_path):
    """Its URI, without a database."""
    (port,) = free_ports(1)
    data = tmp_path / "mongod"
    data.mkdir()
    configuration = tmp_path / "mongod.conf"
    configuration.write_text(
        json.dumps(
            {
                "net": {"bindIp": "127.0.0.1", "port": port, "unixDomainSocket": {"enabled": False}},
                "storage": {"dbPath": str(data), "wiredTiger": {"engineConfig": {"cacheSizeGB": 0.25}}},
            }
        )
    )
    with open(tmp_path / "mongod.log", "w") as log:
        process = subprocess.Popen([mongod(), "--config", str(configuration)], stdout=log, stderr=log)
    try:
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_counts_are_stored_and_folded(alone, servers):
    node = servers("--epoch", "50ms", "--fold", "50ms", "--miss-wait", "1ms", store=f"{alone}/buttond")
    client = KnowingClient()
    client.read_for(node, 1)
    node.wait_stored(30)
    database = pymongo.MongoClient(alone).buttond
    wait_until(lambda: database.batches.count_documents({}) == 0, 30, what="the fold")
    client.check({link["_id"]: link["impressions"] for link in database.links.find()})
    node.terminate()


def test_a_move_says_what_it_needs_and_changes_nothing(alone, tmp_path):
    pymongo.MongoClient(alone).admin.command("ping")  # it waits for the server's start
    commands = Commands(tmp_path, f"{alone}/buttond")
    commands.run("import", "-", text='{"key":"old.example/x","shares":1}\n')
    done = commands.run("move", "old.example/x", "new.example/x", status=1)
    assert "this MongoDB stands alone and has no transactions; make it a replica set" in done.stderr
    assert done.stdout == ""
    assert commands.export() == '{"key":"old.example/x","impressions":0,"clicks":0,"shares":1}\n'
