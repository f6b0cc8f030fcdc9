"""Fixtures of the system tests: the real server, in a folder of the test's own."""

import pytest

from browser import RunningBrowser, Site
from buttond import BINARY, Servers


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: run ./tests/run, or build it first", returncode=4)


@pytest.fixture
def servers(tmp_path):
    """servers("--epoch", "100ms", store=...) starts a node; all are stopped at the end of the test."""
    started = Servers(tmp_path)
    yield started
    started.close()


@pytest.fixture
def server(servers):
    """One node with quick epochs on its embedded store, which waits for a count even on a busy machine."""
    return servers("--epoch", "50ms", "--miss-wait", "10s")


@pytest.fixture(scope="session")
def chromium():
    """Starts a browser at its first use, and another one after a crash."""
    browsers = RunningBrowser()
    yield browsers
    browsers.close()


@pytest.fixture
def browser(chromium):
    """A real browser, as a reader's: nothing of an earlier test is open or emulated."""
    return chromium.clean()


@pytest.fixture
def site():
    """Somebody's web site, of another origin than any server's."""
    somebodys = Site()
    yield somebodys
    somebodys.close()
