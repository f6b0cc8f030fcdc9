"""Fixtures of the system tests: the real server, in a folder of the test's own."""

import re

import pytest

from browser import Running, Site, start_browser
from buttond import BINARY, Servers
from commands import Commands
from engines import STARTERS
from mongo import Mongo


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: run ./tests/run, or build it first", returncode=4)


@pytest.fixture
def servers(tmp_path, request):
    """servers("--epoch", "100ms", store=...) starts a node; all are stopped at the end of the test."""
    for store in {"commands", "database", "own_mongo", "proxy"} & set(request.fixturenames):
        request.getfixturevalue(store)  # they end after the nodes, which would wait for them in vain
    started = Servers(tmp_path)
    yield started
    started.close()


@pytest.fixture
def server(servers):
    """One node with quick epochs on its embedded store, which waits for a count even on a busy machine."""
    return servers("--epoch", "50ms", "--miss-wait", "10s")


@pytest.fixture(scope="session")
def mongo(tmp_path_factory):
    """The replica set of all tests that do it no harm; nothing but its end makes it elect another primary."""
    started = Mongo(tmp_path_factory.mktemp("mongo"), election_ms=30_000)
    yield started
    started.close()


@pytest.fixture
def database(mongo, request):
    """The name of an empty database of the test's own, in `mongo`."""
    name = re.sub(r"\W+", "_", request.node.name)[-50:]
    yield name
    mongo.client().drop_database(name)


@pytest.fixture(params=["sqlite", "mongodb"])
def commands(request, tmp_path):
    """The commands on each kind of store, an empty one of the test's own."""
    if request.param == "sqlite":
        return Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    mongo, database = request.getfixturevalue("mongo"), request.getfixturevalue("database")
    return Commands(tmp_path, mongo.uri(database), mongo.database(database))


@pytest.fixture
def own_mongo(tmp_path):
    """A replica set of the test's own, for what does it harm; it elects another primary in a second or two."""
    started = Mongo(tmp_path / "mongo", election_ms=1_000)
    yield started
    started.close()


@pytest.fixture(scope="session")
def chromium():
    """Starts a browser at its first use, and another one after a crash."""
    browsers = Running(start_browser)
    yield browsers
    browsers.close()


@pytest.fixture
def browser(chromium):
    """A real browser, as a reader's: nothing of an earlier test is open or emulated."""
    return chromium.clean()


@pytest.fixture(scope="session")
def running_engines():
    """The engines of readers' browsers, each started at its first use."""
    engines = {name: Running(start) for name, start in STARTERS.items()}
    yield engines
    for engine in engines.values():
        engine.close()


@pytest.fixture(params=STARTERS)
def engine(running_engines, request):
    """Each engine in turn, with nothing of an earlier test open."""
    return running_engines[request.param].clean()


@pytest.fixture
def site():
    """Somebody's web site, of another origin than any server's."""
    somebodys = Site()
    yield somebodys
    somebodys.close()
