"""Signals: SIGHUP, which has a running server read its settings again; the last words and the exit status of one
that stops; Ctrl-C in a terminal."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import subprocess
import termios
import threading

import pytest

from buttond import BINARY, ROOT, TOKEN, wait_until
from store_troubles import fill
from test_counting_disk import small_disk  # noqa: F401

LINK = "https://example.com/a"
OTHER_TOKEN = "another-token-0123456789"


class TestReload:
    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "buttond.toml"

    @pytest.fixture
    def server(self, servers, file, tmp_path):
        """A node of two loops with its settings in a file."""
        self.token = servers.token_file
        self.sites = tmp_path / "sites"
        self.sites.write_text("example.com\n")
        self.settings = {
            "epoch": '"50ms"',
            "threads": "2",
            "miss-wait": '"10s"',
            "site-file": f'"{self.sites}"',
            "place": '["mastodon", "copy"]',
            "log-level": '"info"',
        }
        self.write(file)
        return servers("--config", file)

    def write(self, file, **changes):
        self.settings.update({name.replace("_", "-"): value for name, value in changes.items()})
        file.write_text("".join(f"{name} = {value}\n" for name, value in self.settings.items() if value))

    def hang_up(self, server, words):
        """SIGHUP; what the server logs of it, up to these words."""
        before = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: words in server.log[before:], what=f"'{words}' in the log")
        return server.log[before:]

    def report(self, server, token):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps({"url": LINK, "id": os.urandom(8).hex()}).encode()
        return server.get("/v1/shares", method="POST", headers=headers, body=body).status

    def places(self, server):
        return [place["id"] for place in server.get("/v1/server").json["places"]]

    def test_the_token_is_read_again(self, server):
        assert (self.report(server, TOKEN), self.report(server, OTHER_TOKEN)) == (200, 401)
        self.token.write_text(OTHER_TOKEN + "\n")
        said = self.hang_up(server, "the token of POST /v1/shares is another one now")
        assert TOKEN not in said and OTHER_TOKEN not in said
        assert [self.report(server, TOKEN) for _ in range(8)] == [401] * 8
        assert [self.report(server, OTHER_TOKEN) for _ in range(8)] == [200] * 8

    def test_places_sites_and_the_log_level_are_taken_from_the_file(self, server, file):
        assert self.places(server) == ["mastodon"]
        self.write(file, place='["bluesky", "email"]', site='["example.org"]', log_level='"debug"')
        said = self.hang_up(server, "--log-level")
        assert "--place is bluesky, email now" in said or "--place is bluesky,email now" in said
        assert f"{file}:" in said
        assert "the site list has 2 hosts: 1 added, 0 removed" in server.log
        assert self.places(server) == ["bluesky", "email"]
        page = server.get("/add?url=" + LINK).text
        assert "place=bluesky" in page and "place=mastodon" not in page
        assert server.get("/add/to?place=mastodon&url=" + LINK).status == 404
        self.write(file, log_level='"error"')
        self.hang_up(server, "--log-level is error now")
        self.sites.write_text("example.com\nexample.net\n")
        self.hang_up(server, "1 added")  # whoever asks is told, whatever the level
        server.terminate()
        assert "everything counted is stored" not in server.log

    def test_what_needs_a_restart_is_named_and_goes_on_as_it_was(self, server, file):
        self.write(file, epoch='"7s"', max_connections="99")
        said = self.hang_up(server, "--max-connections")
        assert "--epoch is 7s now" in said and "needs a restart, and is 50ms until then" in said
        assert f"{file}:1" in said
        said = self.hang_up(server, "--max-connections")  # as long as it is so
        assert "--epoch is 7s now" in said
        server.buttons(LINK)
        assert server.stored() == {"example.com/a": 1}

    @pytest.mark.parametrize("mistake", ["no such setting", "wrong value", "no token", "no place", "no site", "no file"])
    def test_a_mistake_anywhere_changes_nothing(self, server, file, mistake):
        self.token.write_text(OTHER_TOKEN)
        self.sites.write_text("example.org\n")
        self.write(file, place='["bluesky"]', log_level='"debug"')
        if mistake == "no such setting":
            self.write(file, epohc='"5s"')
        elif mistake == "wrong value":
            self.write(file, fresh='"soon"')
        elif mistake == "no token":
            self.token.write_text("short")
        elif mistake == "no place":
            self.write(file, place='["myspace"]')
        elif mistake == "no site":
            self.sites.write_text("no host\n")
        else:
            file.unlink()
        said = self.hang_up(server, "nothing is changed")
        assert "error" in said
        assert str({"no token": self.token, "no site": self.sites}.get(mistake, file)) in said
        assert self.places(server) == ["mastodon"]
        assert self.report(server, TOKEN) == 200
        assert server.buttons(LINK, "https://example.org/") == [2 - 1, None]
        server.terminate()

    def test_a_share_that_waits_meanwhile_is_answered(self, servers, own_mongo, tmp_path):
        """Its answer points into the share page of before."""
        sites = tmp_path / "sites"
        sites.write_text("example.com\n")
        server = servers("--site-file", sites, store=own_mongo.uri("db"))
        page = server.get("/add?url=" + LINK).text
        place = re.search(r'href="(/add/to\?place=mastodon[^"]*|[^"]*place=bluesky[^"]*)"', page)[1].replace("&amp;", "&")
        answers = []
        own_mongo.halt()
        try:
            asking = threading.Thread(target=lambda: answers.append(server.get("/add/to" + place[place.index("?") :])))
            asking.start()
            for i in range(20):
                sites.write_text(f"example.com\nblog{i}.example\n")
                self.hang_up(server, "1 added")
            asking.join(30)
        finally:
            own_mongo.go_on()
        assert [answer.status for answer in answers] == [302]

    def test_a_hundred_of_them_lose_no_request(self, server):
        failures = []
        stop = threading.Event()

        def ask():
            while not stop.is_set():
                if server.get("/v1/server").status != 200 or server.buttons(LINK) == [None]:
                    failures.append(server.log)

        readers = [threading.Thread(target=ask) for _ in range(2)]
        for reader in readers:
            reader.start()
        for i in range(100):
            self.sites.write_text(f"example.com\nblog{i}.example\n")
            server.process.send_signal(signal.SIGHUP)
        self.hang_up(server, "SIGHUP: ")
        stop.set()
        for reader in readers:
            reader.join()
        assert not failures
        server.terminate()


class TestLastWords:
    """One true sentence, and an exit status that a supervisor sees."""

    def last_words(self, server):
        return [line.partition("stopped: ")[2] for line in server.log.splitlines() if "stopped: " in line]

    def test_with_nothing_left(self, server):
        server.buttons(LINK)
        server.terminate()
        assert self.last_words(server) == ["everything counted is stored"]

    def test_with_the_store_away_it_is_kept(self, servers):
        server = servers("--flush-deadline", "100ms", store="mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=100")
        server.buttons(LINK, LINK)
        server.get("/add?url=" + LINK)
        server.terminate()
        assert self.last_words(server) == [
            f"2 impressions and 1 click are kept in {server.data}, for the store at the next start"]  # fmt: skip

    def test_with_disk_and_store_away_it_is_lost_and_the_status_says_so(self, servers, small_disk):  # noqa: F811
        fill(small_disk)
        server = servers("--flush-deadline", "100ms", data=small_disk,
                         store="mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=100")  # fmt: skip
        server.buttons(LINK, LINK)
        server.terminate(status=3)
        assert self.last_words(server) == [
            f"2 impressions are lost: neither {server.data} nor the store has them"]  # fmt: skip

    def test_with_a_disk_that_became_full_each_part_is_named(self, servers, small_disk):  # noqa: F811
        subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
        server = servers("--flush-deadline", "100ms", "--epoch", "10m", "--threads", "1", data=small_disk,
                         store="mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=100")  # fmt: skip
        server.buttons(LINK)
        fill(small_disk)
        links = [f"https://example.com/{i:05}/{'x' * 900}" for i in range(20_000)]
        for i in range(0, len(links), 10):
            server.buttons(*links[i : i + 10])
            if i % 1000 == 0 and server.metrics()["buttond_impressions_at_risk"] > 0:
                break
        fill(small_disk)  # with a sheet that could not be made whole, a part of the disk became free again
        asked = i + 10 + 1
        server.terminate(status=3)
        (words,) = self.last_words(server)
        lost, kept = (int(re.search(rf"(\d+) impressions? (?:is|are) {what}", words)[1]) for what in ("lost", "kept"))
        assert (lost > 0, kept > 0, lost + kept) == (True, True, asked), words


@pytest.mark.release
class TestTerminal:
    """deploy/run on a terminal, where a Ctrl-C goes to all that runs there."""

    @pytest.fixture
    def on_terminal(self, tmp_path):
        """(the process of deploy/run, what it has shown so far, the terminal's other end); one link was counted."""
        terminal, end = os.openpty()
        command = [ROOT / "deploy/run", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--admin", "off",
                   "--epoch", "10m", "--drain-delay", "500ms"]  # fmt: skip
        process = subprocess.Popen(
            [str(word) for word in command], stdin=end, stdout=end, stderr=end, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(end)
        shown = []

        def read():
            with contextlib.suppress(OSError, ValueError):  # it is closed
                while True:
                    if select.select([terminal], [], [], 0.05)[0]:  # a read that waits would keep it open
                        shown.append(os.read(terminal, 4096).decode())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            wait_until(lambda: "Ctrl-C" in "".join(shown), 60, what="the start")
            url = re.search(r"curl '([^']+)'", "".join(shown))[1]
            assert subprocess.run(["curl", "-sS", url], capture_output=True, text=True).stdout == '{"counts":[0]}'
            yield process, shown, terminal
        finally:
            process.terminate()
            process.wait(30)
            with contextlib.suppress(OSError):
                os.close(terminal)

    def stored(self, tmp_path):
        done = subprocess.run([BINARY, "export", "--data", tmp_path / "data"], capture_output=True, text=True)
        return [json.loads(line)["impressions"] for line in done.stdout.splitlines()]

    def test_ctrl_c_comes_once_and_the_last_epoch_is_flushed(self, on_terminal, tmp_path):
        process, shown, terminal = on_terminal
        os.write(terminal, b"\x03")
        assert process.wait(30) == 0, "".join(shown)
        wait_until(lambda: "everything counted is stored" in "".join(shown), what="its last words")
        assert self.stored(tmp_path) == [1]

    def test_a_second_ctrl_c_ends_it_at_once_and_loses_nothing(self, on_terminal, servers, tmp_path):
        process, shown, terminal = on_terminal
        os.write(terminal, b"\x03")
        wait_until(lambda: "stopping" in "".join(shown), what="the first Ctrl-C")
        os.write(terminal, b"\x03")
        assert process.wait(30) == 128 + signal.SIGTERM
        assert self.stored(tmp_path) == []
        servers(data=tmp_path / "data").terminate()
        assert self.stored(tmp_path) == [1]

    def test_a_hangup_has_the_server_read_again(self, on_terminal):
        process, shown, _ = on_terminal
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "SIGHUP: " in "".join(shown), what="the server's word")
        assert process.poll() is None

    def test_a_terminal_that_is_closed_stops_it(self, on_terminal, tmp_path):
        process, _, terminal = on_terminal
        os.close(terminal)
        assert process.wait(30) == 0
        assert self.stored(tmp_path) == [1]
