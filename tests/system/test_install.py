"""What `cmake --install` puts where Debian has it, and that it works from there."""

import re
import shutil
import subprocess

import pytest

from buttond import BINARY, Server


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An installation of the build that is tested."""
    folder = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", BINARY.parent, "--prefix", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def flags_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_everything_is_where_debian_has_it(prefix):
    assert {str(file.relative_to(prefix)) for file in prefix.rglob("*") if file.is_file()} == {
        "bin/buttond",
        "lib/systemd/system/buttond.service",
        "lib/systemd/system/buttond.socket",
        "share/doc/buttond/crawler-user-agents.LICENSE",
        "share/doc/buttond/examples/buttond.rules.test.yml",
        "share/doc/buttond/examples/buttond.rules.yml",
        "share/doc/buttond/examples/buttond.toml",
        "share/doc/buttond/examples/grafana.json",
        "share/doc/buttond/examples/haproxy.cfg",
        "share/doc/buttond/examples/nginx.conf",
        "share/doc/buttond/examples/prometheus.yml",
        "share/man/man1/buttond.1",
    }


def test_the_installed_binary_counts_with_the_example_of_its_settings(prefix, tmp_path):
    server = Server(tmp_path, "--config", prefix / "share/doc/buttond/examples/buttond.toml", "--epoch", "50ms",
                    binary=prefix / "bin/buttond")  # fmt: skip
    try:
        server.buttons("https://example.com/a")
        assert server.wait_stored()["stored"] == 1
        server.terminate()
    finally:
        server.close()


def test_systemd_takes_the_units_as_they_are(prefix):
    assert shutil.which("systemd-analyze"), "install systemd"
    units = prefix / "lib/systemd/system"
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", units / "buttond.service", units / "buttond.socket"],
        capture_output=True, text=True, timeout=60)  # fmt: skip
    # It looks at every unit of the machine, and may have something to say of those.
    assert [line for line in done.stderr.splitlines() if "buttond" in line] == []
    assert done.returncode == 0, done.stderr


def test_the_service_is_shut_in(prefix):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=12", prefix / "lib/systemd/system/buttond.service"],
        capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stdout  # above 1.2 of 10


def test_the_service_starts_the_binary_of_its_own_installation(prefix):
    assert f"\nExecStart={prefix}/bin/buttond\n" in (prefix / "lib/systemd/system/buttond.service").read_text()


@pytest.fixture(scope="module")
def man_page(prefix):
    """The man page as a reader sees it."""
    page = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww", prefix / "share/man/man1/buttond.1"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert page.stderr == ""
    return page.stdout


COMMANDS = ("serve", "check", "explain", "import", "export", "move", "forget", "refused", "stats-link", "help")


def test_the_man_page_has_every_command(man_page):
    told = subprocess.run([BINARY, "help"], capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  ([a-z-]+) ", told[told.index("Subcommands:") :], re.MULTILINE)) == set(COMMANDS)
    for command in COMMANDS:
        assert re.search(rf"^ +{command}\b", man_page, re.MULTILINE), command
        assert command == "serve" or re.search(rf"^ +buttond +{command}\b", man_page, re.MULTILINE), command


@pytest.mark.parametrize("command", ((), *((name,) for name in COMMANDS)), ids=" ".join)
def test_the_man_page_has_every_flag_of_the_help(man_page, command):
    told = subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, check=True).stdout
    assert flags_of(told) - flags_of(man_page) == set()


def test_the_man_page_has_no_flag_that_is_not_there(man_page):
    told = "".join(subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, check=True).stdout
                   for command in ((), ("import",), ("move",), ("forget",), ("refused",), ("stats-link",)))  # fmt: skip
    assert flags_of(man_page) - flags_of(told) == set()
