"""Which sites count: what --site, --site-file and --block name, what the others are answered, and SIGHUP, which reads the file again."""

import os
import re
import signal
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from buttond import BINARY, wait_until

LISTED = "https://example.com/a"
UNLISTED = "https://example.org/b"


def query(*urls):
    return urllib.parse.urlencode([("url", url) for url in urls])


class TestUnlisted:
    """A link off the list has no count, rather than 0."""

    @pytest.fixture
    def server(self, servers):
        return servers("--site", "example.com", "--epoch", "50ms", "--miss-wait", "10s")

    def test_its_count_is_null_and_the_others_are_as_ever(self, server):
        server.report_shares({"url": LISTED, "id": "1", "shares": 12})
        assert server.buttons(UNLISTED, LISTED, "https://blog.example.com/") == [None, 12, 0]
        counts = server.get("/v1/counts?" + query(LISTED, UNLISTED))
        assert counts.json == {"counts": [12, None]}
        assert counts.headers["Cache-Control"] == "no-store"
        server.wait_stored()
        assert set(server.impressions()) == {"example.com/a", "blog.example.com"}

    def test_alone_it_is_null_too_and_no_mistake(self, server):
        assert server.buttons(UNLISTED) == [None]
        assert server.metrics()['buttond_impressions_filtered_total{reason="site"}'] == 1

    def test_the_store_is_not_asked_for_it(self, server):
        server.buttons(UNLISTED, UNLISTED)
        server.get("/button/?" + query(UNLISTED))
        metrics = server.metrics()
        assert metrics["buttond_cache_hits_total"] + metrics["buttond_cache_misses_total"] == 0
        assert server.buttons(LISTED) == [0]
        assert server.metrics()["buttond_cache_misses_total"] == 1

    def test_its_shares_that_the_application_reported_are_not_told(self, server):
        server.report_shares({"url": UNLISTED, "id": "1", "shares": 12})
        assert server.buttons(UNLISTED) == [None]

    @pytest.mark.parametrize("path", ["/button/", "/button.svg"])
    def test_frame_and_drawing_show_no_count(self, server, path):
        assert "0 shares" in server.get(f"{path}?{query(LISTED)}").text
        answer = server.get(f"{path}?{query(UNLISTED)}")
        assert answer.status == 200
        assert "0 shares" not in answer.text

    def test_the_buffer_api_says_0_which_nobody_keeps(self, server):
        answer = server.get("/1/links/shares.json?" + query(UNLISTED))
        assert (answer.status, answer.body) == (200, b'{"shares":0}')
        assert answer.headers["Cache-Control"] == "no-store"

    def test_explain_says_why(self, server):
        listed = server.get("/v1/explain?" + query(LISTED)).json
        assert listed["counted"] is True
        assert "why" not in listed
        answer = server.get("/v1/explain?" + query(UNLISTED))
        assert answer.status == 200
        assert answer.json["key"] == "example.org/b"
        assert answer.json["counted"] is False
        assert answer.json["why"] == "example.org is not on the server's site list (--site, --site-file)"

    def test_the_home_page_says_why(self, server):
        assert "example.org is not on the server&#39;s site list" in server.get("/?" + query(UNLISTED)).text
        assert "site list" not in server.get("/?" + query(LISTED)).text

    def test_without_a_list_every_link_is_counted(self, servers):
        server = servers("--miss-wait", "10s")
        assert server.buttons(UNLISTED) == [0]
        assert server.get("/v1/explain?" + query(UNLISTED)).json["counted"] is True


class TestBlocked:
    """A host that --block names is as one that is not on the list, whatever the list says."""

    @pytest.fixture
    def server(self, servers):
        return servers("--block", "spam.example", "--block", "bad.example.com", "--epoch", "50ms", "--miss-wait", "10s")

    def test_its_links_and_those_of_its_subdomains_have_no_count_and_all_others_do(self, server):
        assert server.buttons("https://spam.example/", "https://a.spam.example/x", LISTED, "https://notspam.example/") == [None, None, 0, 0]
        assert server.metrics()['buttond_impressions_filtered_total{reason="site"}'] == 2
        assert set(server.stored()) == {"example.com/a", "notspam.example"}

    def test_it_is_blocked_below_a_host_that_is_on_the_list_too(self, servers):
        server = servers("--site", "example.com", "--block", "bad.example.com", "--miss-wait", "10s")
        assert server.buttons(LISTED, "https://blog.example.com/", "https://bad.example.com/", "https://very.bad.example.com/",
                              UNLISTED) == [0, 0, None, None, None]  # fmt: skip

    def test_explain_says_that_it_is_blocked(self, server):
        answer = server.get("/v1/explain?" + query("https://a.spam.example/x")).json
        assert (answer["counted"], answer["why"]) == (False, "a.spam.example is blocked (--block)")
        assert server.get("/v1/explain?" + query(LISTED)).json["counted"] is True

    def test_the_home_page_says_it_too(self, server):
        assert "spam.example is blocked (--block)" in server.get("/?" + query("https://spam.example/")).text

    def test_what_the_application_reports_is_stored_and_not_told(self, server):
        server.buttons(LISTED)
        assert server.report_shares({"url": "https://spam.example/", "id": "1", "shares": 12}).json == {"counted": 1, "repeated": 0}
        assert server.buttons("https://spam.example/") == [None]
        assert server.export()["spam.example"]["shares"] == 12

    def test_a_readers_share_of_it_is_not_counted(self, server):
        for url in ("https://spam.example/", LISTED):
            assert server.get("/v1/chosen?place=bluesky&" + query(url), method="POST").status == 204
        wait_until(lambda: server.metrics()["buttond_shares_counted_total"] == 1, what="the other link's share")
        assert server.metrics()["buttond_shares_reported_total"] == 1

    def test_what_is_no_host_stops_the_start(self, tmp_path):
        done = subprocess.run([BINARY, "--block", "spam.example/path", "--data", tmp_path / "data", "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=30)  # fmt: skip
        assert (done.returncode, done.stderr) == (2, 'buttond: --block: "spam.example/path" is not a host; write one as in "example.com"\n')

    def test_sighup_takes_another_one(self, servers, tmp_path):
        settings = tmp_path / "settings.toml"
        settings.write_text('block = ["spam.example"]\n')
        server = servers("--config", settings, "--miss-wait", "10s")
        assert server.buttons("https://spam.example/", "https://other.example/") == [None, 0]
        settings.write_text('block = ["other.example"]\n')
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.buttons("https://spam.example/", "https://other.example/") == [0, None], what="the other block")
        server.wait_log("--block is")


class TestFile:
    @pytest.fixture
    def sites(self, tmp_path):
        return tmp_path / "sites"

    def start(self, servers, sites, *flags):
        return servers("--site-file", sites, "--threads", "2", "--miss-wait", "10s", *flags)

    def write(self, sites, text):
        """As an operator is told to: beside it, then in its place."""
        beside = sites.with_suffix(".new")
        beside.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.rename(beside, sites)

    def hang_up(self, server, words):
        """SIGHUP; the line that the server logs of it."""
        before = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: words in server.log[before:], what=f"'{words}' in the log")
        return server.log[before:]

    def refused(self, sites):
        done = subprocess.run([BINARY, "--site-file", sites, "--data", sites.parent / "data", "--admin", "off",
                               "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=30)  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        return done.stderr

    def test_it_is_read_whatever_editor_wrote_it_and_is_one_list_with_the_flags(self, servers, sites):
        self.write(sites, b"\xef\xbb\xbf# our blogs\r\n\r\nWWW.Example.com\r\nb\xc3\xbccher.example # one more\r\nshop.example:8443")
        server = self.start(servers, sites, "--site", "example.net")
        assert server.buttons(LISTED, "https://xn--bcher-kva.example/", "https://de.shop.example:8443/", "https://example.net/",
                              "https://shop.example/", UNLISTED) == [0, 0, 0, 0, None, None]  # fmt: skip

    def test_twenty_thousand_hosts_are_taken(self, servers, sites):
        self.write(sites, "".join(f"blog{i}.example\n" for i in range(20_000)))
        server = self.start(servers, sites)
        assert server.buttons("https://blog19999.example/", "https://blog20000.example/") == [0, None]

    def test_a_mistake_stops_the_start_and_is_named(self, sites):
        self.write(sites, "example.com\nexample.org/blog\n")
        assert f'{sites}:2: "example.org/blog" is not a host; write one a line' in self.refused(sites)
        self.write(sites, "# none\n")
        assert f"{sites} names no host; write one a line, or leave --site-file out to count all" in self.refused(sites)
        sites.unlink()
        assert f"{sites} cannot be read: No such file or directory" in self.refused(sites)
        os.mkfifo(sites)
        assert f"{sites} cannot be read: " in self.refused(sites)

    def test_sighup_reads_it_again_at_once_for_every_loop(self, servers, sites):
        self.write(sites, "example.com\n")
        server = self.start(servers, sites)
        connections = [server.connect() for _ in range(16)]  # of both loops
        request = f"GET /v1/counts?{query(LISTED, UNLISTED)} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode()

        def counts():
            found = set()
            for connection in connections:
                connection.sendall(request)
                answer = b""
                while not answer.endswith(b"}"):
                    answer += connection.recv(65536)
                found.add(answer.partition(b"\r\n\r\n")[2])
            return found

        try:
            assert counts() == {b'{"counts":[0,null]}'}
            self.write(sites, "example.org\nexample.net\n")
            assert "the site list has 2 hosts: 2 added, 1 removed" in self.hang_up(server, "added")
            assert counts() == {b'{"counts":[null,0]}'}
            self.write(sites, "example.org\nexample.com\nexample.net\n")
            assert "3 hosts: 1 added, 0 removed" in self.hang_up(server, "added")
            assert counts() == {b'{"counts":[0,0]}'}
        finally:
            for connection in connections:
                connection.close()

    @pytest.mark.parametrize("wrong", ["example.net\nno host\n", "", "# none", None, "folder", "unreadable"])
    def test_what_is_wrong_by_then_changes_nothing(self, servers, sites, wrong):
        self.write(sites, "example.com\n")
        server = self.start(servers, sites)
        if wrong is None:
            sites.unlink()
        elif wrong == "folder":
            sites.unlink()
            sites.mkdir()
        elif wrong == "unreadable":
            sites.unlink()
            sites.symlink_to(sites.name)  # to itself: what not even root can read
        else:
            self.write(sites, wrong)
        said = self.hang_up(server, "nothing is changed")
        assert str(sites) in said
        if wrong and "no host" in wrong:
            assert f'{sites}:2: "no host" is not a host' in said
        assert server.buttons(LISTED, "https://example.net/") == [0, None]

    def test_sighup_ends_no_server_that_has_no_file(self, servers):
        server = servers("--site", "example.com")
        self.hang_up(server, "nothing changed that a running server takes")
        assert server.buttons(UNLISTED) == [None]
        server.terminate()

    def test_many_sighups_end_in_the_last_list(self, servers, sites):
        self.write(sites, "example.com\n")
        server = self.start(servers, sites)
        for i in range(50):
            self.write(sites, f"blog{i}.example\n")
            server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.buttons("https://blog49.example/") == [0], what="the last list")
        assert server.buttons(LISTED, "https://blog48.example/") == [None, None]
        server.terminate()

    def test_sighup_while_it_starts_and_while_it_stops_ends_nothing(self, sites):
        self.write(sites, "".join(f"blog{i}.example\n" for i in range(20_000)))
        arguments = [BINARY, "--site-file", sites, "--data", sites.parent / "data", "--admin", "off",
                     "--listen", "127.0.0.1:0", "--drain-delay", "300ms"]  # fmt: skip
        with subprocess.Popen([str(word) for word in arguments], stderr=subprocess.PIPE, text=True) as process:
            try:
                wait_until(lambda: minds_hangups(process), what="the start")
                process.send_signal(signal.SIGHUP)
                log = ""
                while "listening on" not in log:
                    log += process.stderr.readline()
                process.send_signal(signal.SIGHUP)
                process.send_signal(signal.SIGTERM)
                while "stopping" not in log:
                    log += process.stderr.readline()
                process.send_signal(signal.SIGHUP)
                assert process.wait(30) == 0, log + process.stderr.read()
            finally:
                process.kill()


def minds_hangups(process):
    """Whether it holds SIGHUP back, or waits for it."""
    masks = re.findall(r"^Sig(?:Blk|Cgt):\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return any(int(mask, 16) & 1 << (signal.SIGHUP - 1) for mask in masks)
