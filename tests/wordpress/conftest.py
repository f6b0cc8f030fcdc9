"""Fixtures of the WordPress tests: real blogs, a real server, a real browser."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from blog import Blog  # noqa: E402
from browser import Running, start_browser  # noqa: E402
from buttond import BINARY, Servers  # noqa: E402


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: run ./tests/run wordpress, or build it first", returncode=4)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Under continuous integration nothing is left out: a skip is a failure."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not take: {report.longrepr}"


@pytest.fixture
def servers(tmp_path):
    """servers("--epoch", "100ms") starts a buttond; all are stopped at the end of the test."""
    started = Servers(tmp_path)
    yield started
    started.close()


@pytest.fixture
def server(servers):
    """One buttond with quick epochs, which takes links of any host."""
    return servers("--epoch", "50ms", "--miss-wait", "10s")


@pytest.fixture(scope="module")
def module_server(tmp_path_factory):
    """The same for all tests of a file."""
    started = Servers(tmp_path_factory.mktemp("server"))
    yield started("--epoch", "50ms", "--miss-wait", "10s")
    started.close()


class Blogs:
    """Starts blogs, and knows for the browser where they are."""

    def __init__(self, factory):
        self.factory = factory
        self.started = {}

    def __call__(self, name="blog", **options):
        """Starts a blog with the options of Blog."""
        assert name not in self.started, f"a second blog of the name {name}"
        self.started[name] = Blog(self.factory.mktemp(name), **options)
        return self.started[name]

    def named(self, name, **options):
        """The blog of this name, as new; started at its first use."""
        if name in self.started:
            self.started[name].reset()
            return self.started[name]
        return self(name, **options)

    def stop(self, name):
        self.started.pop(name).close()

    @property
    def rules(self):
        return [rule for blog in self.started.values() for rule in blog.rules]

    def close(self):
        for name in list(self.started):
            self.stop(name)


@pytest.fixture(scope="session")
def blogs(tmp_path_factory):
    """blogs(NAME, version="6.8", ...) starts a blog that lasts to the end of the session, or to blogs.stop(NAME)."""
    started = Blogs(tmp_path_factory)
    yield started
    started.close()


@pytest.fixture
def blog(blogs):
    """WordPress 6.8 with the plugin active and not set up, as new."""
    return blogs.named("blog", version="6.8")


@pytest.fixture
def old_blog(blogs):
    """WordPress 6.1, the same."""
    return blogs.named("old", version="6.1", host="old-blog.example")


@pytest.fixture(params=["6.8", "6.1"])
def each_blog(request):
    """Each WordPress in turn."""
    return request.getfixturevalue({"6.8": "blog", "6.1": "old_blog"}[request.param])


class Readers:
    """The browser of a session: another one where blogs came or went since, whose names it must know."""

    def __init__(self, blogs):
        self.blogs = blogs
        self.rules = None
        self.running = None

    def clean(self):
        if self.rules != self.blogs.rules:
            self.close()
            self.rules = self.blogs.rules
            flag = "--host-resolver-rules=" + ", ".join([*self.rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])
            self.running = Running(lambda: start_browser(flag))
        browser = self.running.clean()
        browser.command("Network.clearBrowserCookies")
        browser.command("Network.clearBrowserCache")
        return browser

    def close(self):
        if self.running:
            self.running.close()


@pytest.fixture(scope="session")
def readers(blogs):
    started = Readers(blogs)
    yield started
    started.close()


@pytest.fixture
def browser(request, readers):
    """A real browser that finds the test's blogs by their host names, and nothing else but 127.0.0.1. Nothing of an
    earlier test is open, emulated or remembered."""
    for name in request.fixturenames:  # the names of blogs are given to a browser when it starts
        if name.endswith("blog"):
            request.getfixturevalue(name)
    return readers.clean()
