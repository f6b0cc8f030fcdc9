"""No part of a store's password is told: not in the log, at whatever level, nor in /metrics, nor where the start is
refused."""

import subprocess

import pytest

from buttond import BINARY, wait_until
from mongo import Mongo

PART = "Zq7Zq"
AWAY = "serverSelectionTimeoutMS=200"

REFUSED = [
    f"mongodb://u:a@{PART}@host/db",
    f"mongodb://u:{PART}@@host/db",
    f"mongodb://u:a@b@{PART}@h1,h2:27018/db?replicaSet=r",
    f"mongodb://u:a@{PART}@[::1]:27017/db",
    f"mongodb://u@{PART}:a@host/db",
    f"mongodb://u:a/{PART}@host/db",
    f"mongodb://u:1/{PART}@host/db",
    f"mongodb://u:a?{PART}@host/db",
    f"mongodb://u:1/{PART}?{PART}={PART}@host/db",
    f"mongodb://u:a#{PART}@host/db",
    f"mongodb://u:a:{PART}@host/db",
    f"mongodb://u:a%{PART}@host/db",
    f"mongodb://u:{PART}%@host/db",
    f"mongodb+srv://u:a@{PART}@cluster.example.com/db",
]
WRONG = [
    f"mongodb://u:{PART}/db",
    f"mongodb://u:{PART}@/db",
    f"mongodb://u:{PART}@host:port/db",
    f"mongodb://u:{PART}@host",
    f"mongodb://u:{PART}@host/db?{PART}",
    f"mongodb+srv://u:{PART}@cluster.example.com:1/db",
    f"mongodb://u:{PART}@host/db?tlsInsecure={PART}",
    f"mongodb://u:{PART}@host/db?readPreferenceTags={PART}",
    f"mongodb://u:{PART}@host/db?readPreference={PART}",
    f"mongodb://u:{PART}@host/db?maxPoolSize={PART}",
    f"MONGODB://u:{PART}@host/db",
    f"mongo://u:{PART}@host/db",
    f"mongodb:/u:{PART}@host/db",
]
TAKEN = [
    f"mongodb://u:{PART}%40%3A%2F%3F%23%25@127.0.0.1:1/db?{AWAY}",
    f"mongodb://u:{PART}@[::1]:1,127.0.0.1:1/db?{AWAY}&replicaSet=r",
    f"mongodb://127.0.0.1:1/db?{AWAY}&tls=true&tlsCertificateKeyFile=/nowhere&tlsCertificateKeyFilePassword={PART}",
    f"mongodb://u:{PART}@127.0.0.1:1/db?{AWAY}&authMechanism=MONGODB-AWS"
    f"&authMechanismProperties=AWS_SESSION_TOKEN:{PART}",
    f"mongodb://u:{PART}@127.0.0.1:1/db?{AWAY}&authMechanismProperties={PART}&unheard={PART}&compressors={PART}",
    f"mongodb://u:{PART}@127.0.0.1:1/db?{AWAY}&tlsCertificateKeyFilePassword={PART}"
    f"&tlsCertificateKeyFilePassword={PART}",
    f"mongodb+srv://u:{PART}@cluster.no-such-host.invalid/db?{AWAY}",
]


def refused(tmp_path, uri):
    flags = ["--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--admin", "off", "--log-level", "debug"]
    ended = subprocess.run([BINARY, *flags, "--store", uri], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    told = ended.stdout + ended.stderr
    assert PART[:3] not in told, told
    return told


@pytest.mark.parametrize("uri", REFUSED)
def test_a_uri_with_a_password_that_is_not_percent_encoded_showed_parts_of_it(tmp_path, uri):
    told = refused(tmp_path, uri)
    assert "percent-encode" in told and "%40" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("uri", WRONG)
def test_a_uri_that_is_wrong_elsewhere(tmp_path, uri):
    assert "--store" in refused(tmp_path, uri)


@pytest.mark.parametrize("uri", TAKEN)
def test_a_store_that_is_away(servers, uri):
    node = servers("--epoch", "50ms", "--flush-deadline", "100ms", "--log-level", "debug", store=uri)
    node.buttons("https://example.com/a")
    wait_until(lambda: "counting goes on" in node.log, 20, what="a word about the store")
    for path in ("/metrics", "/healthz"):
        assert PART[:3] not in node.get(path, base=node.admin_url).text
    for path in ("/v1/server", "/"):
        assert PART[:3] not in node.get(path).text
    node.terminate()
    assert PART[:3] not in node.log


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    started = Mongo(tmp_path_factory.mktemp("secrets"), auth=True, election_ms=30_000)
    yield started
    started.close()


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "MONGODB-AWS"])
def test_a_server_that_says_no_to_a_password(servers, locked, mechanism):
    user, _, rest = locked.uri(options=AWAY).removeprefix("mongodb://").partition(":")
    hosts = rest.partition("@")[2]
    if mechanism == "PLAIN":
        hosts = hosts.replace("authSource=admin", "authSource=$external")
    if mechanism == "MONGODB-AWS":
        hosts = hosts.replace("authSource=admin", "authSource=$external") + (
            f"&authMechanismProperties=AWS_SESSION_TOKEN:{PART}"
        )
    uri = f"mongodb://{user}:{PART}%40{PART}@{hosts}&authMechanism={mechanism}"
    node = servers("--epoch", "50ms", "--flush-deadline", "100ms", "--log-level", "debug", store=uri)
    wait_until(lambda: "counting goes on" in node.log, 20, what="a word about the store")
    assert "does not let this user in" in node.log
    node.terminate()
    assert PART[:3] not in node.log
