"""The replica set of the tests fails as a test tells it, and asks for what a real one asks for."""

import os
import signal

import pymongo
import pytest

from mongo import Mongo

X509 = "authMechanism=MONGODB-X509&authSource=%24external"  # the name is the certificate's


def test_each_way_to_lose_a_primary_makes_another_one(own_mongo):
    assert sorted(own_mongo.states()) == ["PRIMARY", "SECONDARY", "SECONDARY"]
    links = own_mongo.database().links

    first = own_mongo.primary()
    assert own_mongo.step_down() is not first

    killed = own_mongo.primary()
    own_mongo.kill(killed)
    assert killed.pid is None
    assert own_mongo.wait_primary() is not killed
    links.insert_one({"_id": "while one is dead"})
    own_mongo.start_member(killed)
    own_mongo.wait_followed()

    halted = own_mongo.primary()
    own_mongo.halt(halted)
    assert own_mongo.wait_primary() is not halted
    own_mongo.go_on(halted)
    own_mongo.wait_followed()

    restarted = own_mongo.primary()
    own_mongo.restart(restarted)
    assert restarted.pid
    own_mongo.wait_primary()
    own_mongo.wait_followed()

    own_mongo.halt()
    own_mongo.go_on()
    own_mongo.stop()
    assert [member.pid for member in own_mongo.members] == [None] * 3
    own_mongo.start()
    assert [document["_id"] for document in links.find()] == ["while one is dead"]


def test_what_the_set_does_and_takes_is_counted(mongo, database):
    before, cpu = mongo.counters(), mongo.cpu_seconds()
    mongo.database(database).links.insert_many([{"_id": number} for number in range(10_000)])
    after = mongo.counters()
    for counter in ("insert", "inserted"):  # a set writes a little for itself
        assert 10_000 <= after[counter] - before[counter] < 10_050
    assert mongo.cpu_seconds() > cpu


def test_nothing_is_left_behind(tmp_path):
    mongo = Mongo(tmp_path)
    started = [member.pid for member in mongo.members]
    os.kill(started[0], signal.SIGKILL)
    mongo.halt(mongo.members[1])
    mongo.close()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in started)
    assert (tmp_path / "pids").read_text() == ""


def test_a_server_with_a_password_and_a_certificate(servers, tmp_path):
    mongo = Mongo(tmp_path / "mongo", tls=True, auth=True)
    try:
        for uri in (mongo.uri("buttond"), mongo.uri("buttond", X509, user=None)):
            node = servers("--epoch", "50ms", "--fresh", "100ms", store=uri)
            node.buttons("https://example.com/a")
            node.wait_stored()
            node.terminate()
        assert mongo.tallies()["example.com/a"][0] == 2
        reader = pymongo.MongoClient(mongo.uri("buttond", user="reader"))
        assert reader.buttond.links.count_documents({}) == 1
        with pytest.raises(pymongo.errors.OperationFailure, match="not authorized"):
            reader.buttond.links.delete_one({})
        with pytest.raises(pymongo.errors.OperationFailure, match="requires authentication"):
            pymongo.MongoClient(mongo.uri("buttond", user=None)).buttond.links.find_one()
        with pytest.raises(pymongo.errors.ServerSelectionTimeoutError):
            pymongo.MongoClient(*mongo.members[0].address, serverSelectionTimeoutMS=500).admin.command("ping")
    finally:
        mongo.close()
