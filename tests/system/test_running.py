"""Starting, stopping, configuring and watching the server."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from buttond import BINARY, ROOT, Server, wait_until


def run(*arguments, env=None, **options):
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, **(env or {})},
        **options,
    )


class TestCommandLine:
    def test_version_names_the_commit_and_the_libraries(self):
        done = run("--version")
        assert done.returncode == 0
        assert re.match(r"buttond \d+\.\d+\.\d+ \(\S+\)\n", done.stdout)
        for library in ("Boost", "libmongoc", "SQLite", "fmt", "spdlog", "libsodium"):
            assert re.search(library + r" \d+\.", done.stdout)

    def test_every_link_of_the_readme_leads_somewhere(self):
        text = (ROOT / "README.md").read_text()
        titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
        files = re.findall(r"\]\((?!#|https?:)([^)#]+)", text)
        assert [file for file in files if not (ROOT / file).exists()] == []

    def test_help_lists_every_flag_of_the_readme(self):
        listed = set(re.findall(r"--[a-z-]+", run("--help").stdout))
        readme = (ROOT / "README.md").read_text()
        documented = set(re.findall(r"^\| `(--[a-z-]+)", readme, re.MULTILINE))
        assert documented
        assert documented - listed == set()
        assert listed - documented - {"--help", "--version", "--config"} == set()

    @pytest.mark.parametrize(
        "arguments, message",
        [
            (["--epoch", "soon"], "--epoch: 'soon' is not a duration; write for example 500ms, 10s or 5m"),
            (["--epoch", "1ms"], "--epoch: 1ms is too short; 10ms is the least"),
            (["--cache-bytes", "lots"], "--cache-bytes: 'lots' is not a size; write for example 16KiB or 64MiB"),
            (["--cache-bytes", "1"], "--cache-bytes: 1 does not do; take 64KiB to"),
            (["--trusted-proxy", "10.0.0.0/99"], "--trusted-proxy: '10.0.0.0/99' is not a network"),
            (["--threads", "0"], "--threads"),
            (["--rate", "-1"], "--rate"),
            (["--rate", "3"], "--rate: client addresses are not known"),
            (["--listen", "nowhere"], "nowhere"),
            (["--listen", "127.0.0.1:99999"], "127.0.0.1:99999"),
            (["--store", "postgres://db/x"], "--store is neither sqlite:FILE nor mongodb://HOST/DATABASE"),
            (["--store", "mongodb://localhost"], "database"),
            (["--composer-url", "https://example.com/"], "--composer-url: https://example.com/ has no {url}"),
            (["--composer-url", "https://example.com/?u={url}&x={x}"], "asks for {x}; there are {url}, {text}, {via} and {picture}"),
            (["--public-url", "share.example.com"], "--public-url: share.example.com is not a URL that begins with https://"),
            (["--public-url", "ftp://example.com"], "is not a URL that begins with https:// or http://"),
            (["--public-url", "https://"], "https:// has no host"),
            (["--public-url", "https:///x"], "has no host"),
            (["--public-url", "https://me:secret@example.com"], "has credentials"),
            (["--public-url", "https://example.com/?a=b"], "has a query or a fragment"),
            (["--public-url", "https://example.com/#a"], "has a query or a fragment"),
            (["--public-url", "https://example.com/buttons"], "has a path"),
            (["--public-url", "https://a'b.example"], "has a host that is no plain name or address"),
            (["--admin-host", "node1.example.com:8081"], "--admin-host: node1.example.com:8081 is not a host name"),
            (["--admin-host", "http://a.example"], "is not a host name; write it without scheme and port"),
            (["--admin-host", ""], "is not a host name"),
            (["--api-token-file", "/nowhere/token"], "--api-token-file"),
            (["--log-level", "loud"], "--log-level"),
            (["--no-such-flag"], "--no-such-flag"),
            (["frobnicate"], "frobnicate"),
        ],
    )
    def test_a_wrong_value_stops_the_start_with_one_line(self, tmp_path, arguments, message):
        done = run("--data", tmp_path, "--admin", "127.0.0.1:0", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("buttond: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""

    def test_a_port_in_use_stops_the_start_and_is_named(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            done = run("--data", tmp_path, "--admin", "off", "--listen", address)
        assert done.returncode == 2
        assert address in done.stderr
        assert "in use" in done.stderr

    def test_a_weak_token_is_refused(self, tmp_path):
        token = tmp_path / "token"
        token.write_text("short\n")
        done = run("--data", tmp_path, "--api-token-file", token)
        assert done.returncode == 2
        assert "at least 16 characters" in done.stderr

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_line_of_the_log_is_one_line_and_obeyed_by_no_terminal(self, tmp_path, servers, form):
        data = tmp_path / "a\n2026-01-01 error forged\x1b[2J\u202e\x9b"
        server = servers("--log-format", form, data=data)
        server.terminate()
        assert not set("\x1b\u202e\x9b") & set(server.log)
        said = [json.loads(line)["message"] if form == "json" else line for line in server.log.splitlines()]
        assert r"/a\x0a2026-01-01 error forged\x1b[2J\u{202e}\x9b" in said[0]
        assert not any(line.startswith("2026-01-01 error") for line in said)

    def test_flags_come_from_the_environment_too(self, servers):
        server = servers(env={"BUTTOND_SITE": "example.com", "BUTTOND_EPOCH": "50ms"})
        server.buttons("https://example.org/")
        assert server.metrics()['buttond_impressions_filtered_total{reason="site"}'] == 1

    def test_flags_come_from_a_file_and_the_command_line_wins(self, tmp_path, servers):
        file = tmp_path / "buttond.toml"
        file.write_text('site = ["example.com", "example.net"]\nfresh = "45s"\nlog-format = "json"\n')
        server = servers("--config", file, "--fresh", "50s")
        server.buttons("https://example.net/", "https://example.org/")
        assert server.books()["filtered"] == 1
        answer = server.get("/v1/counts?url=https%3A%2F%2Fexample.com%2F")
        assert answer.headers["Cache-Control"] == "public, max-age=50"
        assert json.loads(server.log.splitlines()[0])["level"] == "info"

    def test_the_environment_wins_over_the_file_and_the_command_line_over_both(self, tmp_path, servers):
        file = tmp_path / "buttond.toml"
        file.write_text('site = ["example.net"]\nfresh = "45s"\nrate = 1000\nproxy-protocol = true\n')
        env = {"BUTTOND_SITE": "example.com", "BUTTOND_FRESH": "50s", "BUTTOND_PROXY_PROTOCOL": "false", "BUTTOND_RATE": "0"}
        server = servers("--config", file, env=env)
        server.buttons("https://example.com/", "https://example.net/")
        assert server.books()["filtered"] == 1
        assert server.get("/v1/counts?url=https%3A%2F%2Fexample.com%2F").headers["Cache-Control"] == "public, max-age=50"
        server = servers("--config", file, "--fresh", "55s", env=env)
        assert server.get("/v1/counts?url=https%3A%2F%2Fexample.com%2F").headers["Cache-Control"] == "public, max-age=55"

    def test_the_environment_names_the_file_too_and_the_command_line_wins(self, tmp_path):
        wrong, right = tmp_path / "wrong.toml", tmp_path / "right.toml"
        wrong.write_text('epohc = "10s"\n')
        right.write_text('epoch = "10s"\n')
        explain = ("explain", "https://example.com/")
        assert "epohc" in run(*explain, env={"BUTTOND_CONFIG": str(wrong)}).stderr
        assert run("--config", right, *explain, env={"BUTTOND_CONFIG": str(wrong)}).returncode == 0
        missing = run(*explain, env={"BUTTOND_CONFIG": str(tmp_path / "nowhere.toml")})
        assert (missing.returncode, "nowhere.toml" in missing.stderr) == (2, True)

    def test_an_unknown_key_in_the_file_is_refused_by_name(self, tmp_path):
        file = tmp_path / "buttond.toml"
        file.write_text('epohc = "10s"\n')
        done = run("--config", file, "--data", tmp_path)
        assert done.returncode == 2
        assert "epohc" in done.stderr

    def test_the_example_file_is_accepted_as_it_is_and_with_every_line_in_force(self, tmp_path, servers):
        example = (ROOT / "deploy/buttond.toml").read_text()
        servers("--config", ROOT / "deploy/buttond.toml")
        assignments = re.sub(r"^# ?([a-z-]+ = )", r"\1", example, flags=re.MULTILINE)
        token = tmp_path / "token-of-the-example"
        token.write_text("0123456789abcdef0123456789abcdef")
        assignments = re.sub(r'^api-token-file = .*$', f'api-token-file = "{token}"', assignments, flags=re.MULTILINE)
        sites = tmp_path / "sites-of-the-example"
        sites.write_text("example.com\n")
        assignments = re.sub(r'^site-file = .*$', f'site-file = "{sites}"', assignments, flags=re.MULTILINE)
        store = tmp_path / "store-of-the-example"
        store.write_text(f"sqlite:{tmp_path}/counts.sqlite\n")
        store.chmod(0o600)
        assignments = re.sub(r'^store-file = .*$', f'store-file = "{store}"', assignments, flags=re.MULTILINE)
        assignments = re.sub(r'^(store|data|listen|admin|proxy-protocol) = .*$', "", assignments, flags=re.MULTILINE)
        file = tmp_path / "all.toml"
        file.write_text(assignments)
        server = servers("--config", file)
        assert server.get("/healthz").status == 200
        keys = set(re.findall(r"^# ?([a-z-]+) = ", example, re.MULTILINE))
        flags = {flag.removeprefix("--") for flag in re.findall(r"--[a-z-]+", run("--help").stdout)}
        assert flags - {"help", "version", "config"} == keys

    def test_explain_prints_the_steps_and_the_key(self):
        done = run("explain", "https://WWW.Example.com/a/?utm_source=x")
        assert done.returncode == 0
        assert "key   example.com/a\n" in done.stdout
        refused = run("explain", "mailto:a@example.com")
        assert refused.returncode == 1
        assert "only http and https URLs can be shared" in refused.stdout


class TestStopping:
    def test_sigterm_flushes_what_is_counted_and_exits_zero(self, servers):
        server = servers("--epoch", "1h")
        server.buttons("https://example.com/a")
        assert server.export() == {}
        server.terminate()
        assert server.impressions() == {"example.com/a": 1}
        assert "everything counted is stored" in server.log

    def test_with_the_store_down_it_says_what_is_left_and_the_next_start_stores_it(self, servers, tmp_path):
        down = "mongodb://127.0.0.1:1/buttond?serverSelectionTimeoutMS=100"
        server = servers("--flush-deadline", "200ms", store=down)
        server.buttons("https://example.com/a", "https://example.com/b")
        server.terminate()
        assert "2 impressions are kept in " in server.log
        again = servers("--epoch", "50ms", data=server.data)
        assert again.wait_stored()["accepted"] == 2
        assert again.impressions() == {"example.com/a": 1, "example.com/b": 1}

    def test_while_draining_readyz_is_503_and_buttons_are_answered(self, servers):
        server = servers("--drain-delay", "1s")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.get("/readyz").status == 503, what="503 from /readyz")
        assert server.get("/healthz").status == 200
        assert server.buttons("https://example.com/a") == [0]
        server.process.wait(10)
        assert server.process.returncode == 0
        assert server.impressions() == {"example.com/a": 1}

    def test_what_is_in_flight_is_answered_with_connection_close(self, servers):
        server = servers("--drain-delay", "0s")
        with server.connect() as connection:
            connection.sendall(b"GET /v1/buttons?url=https://example.com/a HTTP/1.1\r\nHost: x\r\n")
            wait_until(lambda: server.metrics()["buttond_connections"] == 1, what="the connection")
            time.sleep(0.1)  # until the bytes are read; nothing outside the server shows it
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: "stopping" in server.log, what="the stop")
            time.sleep(0.1)
            connection.sendall(b"\r\n")
            received = b""
            while chunk := connection.recv(4096):
                received += chunk
        assert b"200 OK" in received
        assert b"Connection: close" in received
        server.process.wait(10)
        assert server.impressions() == {"example.com/a": 1}

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self, servers):
        server = servers("--drain-delay", "1h")
        server.buttons("https://example.com/a")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "stopping" in server.log, what="the stop")
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(5)
        again = servers(data=server.data)
        again.terminate()
        assert again.impressions() == {"example.com/a": 1}

    def test_stopping_a_server_that_did_nothing_leaves_nothing(self, server):
        server.terminate()
        assert server.export() == {}


class TestActivation:
    def test_readiness_and_stopping_are_told_to_the_service_manager(self, servers, tmp_path):
        path = tmp_path / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(10)
            server = servers(env={"NOTIFY_SOCKET": str(path)})
            assert manager.recv(4096) == b"READY=1"
            server.process.send_signal(signal.SIGTERM)
            assert manager.recv(4096) == b"STOPPING=1"

    def test_a_socket_handed_in_outlives_a_restart_without_a_refused_connection(self, tmp_path):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(1024)
            address = listener.getsockname()
            listener.set_inheritable(True)
            failures, answers, done = [], [], threading.Event()

            def ask():
                while not done.is_set():
                    try:
                        with socket.create_connection(address, timeout=20) as connection:
                            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                            received = b""
                            while chunk := connection.recv(4096):
                                received += chunk
                            answers.append(b"200 OK" in received)
                    except OSError as error:
                        failures.append(error)

            def start():
                # As systemd does: the socket is descriptor 3, and LISTEN_PID is the server's own.
                script = f'exec 3<&{listener.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@"'
                return subprocess.Popen(
                    ["/bin/bash", "-c", script, BINARY, "--data", tmp_path / "data", "--admin", "off"],
                    pass_fds=[listener.fileno()],
                    stderr=subprocess.DEVNULL,
                )

            client = threading.Thread(target=ask)
            first = start()
            client.start()
            wait_until(lambda: len(answers) > 20, what="answers")
            first.terminate()
            first.wait(30)
            second = start()
            seen = len(answers)
            wait_until(lambda: len(answers) > seen + 20, what="answers of the second process")
            done.set()
            client.join()
            second.terminate()
            second.wait(30)
        assert failures == []
        assert all(answers)


class TestLog:
    def test_json_lines(self, servers):
        server = servers("--log-format", "json")
        server.terminate()
        lines = [json.loads(line) for line in server.log.splitlines()]
        assert {"time", "level", "message"} == set(lines[0])
        assert any("listening on" in line["message"] for line in lines)

    def test_a_start_that_fails_is_told_as_json_too(self):
        for arguments, env in (
            (("--log-format", "json"), {}),
            (("--log-format=json",), {}),
            ((), {"BUTTOND_LOG_FORMAT": "json"}),
        ):
            done = run("--epoch", "soon", *arguments, env=env)
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            said = json.loads(line)
            assert said["level"] == "error" and "'soon' is not a duration" in said["message"]

    def of_journal(self, tmp_path, *flags, wait_for):
        """What it writes to a standard error that is systemd's journal, which says so by JOURNAL_STREAM."""
        reading, writing = os.pipe()
        stream = os.fstat(writing)
        process = subprocess.Popen(
            [str(word) for word in (BINARY, "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--admin", "off", *flags)],
            stderr=writing, env={**os.environ, "JOURNAL_STREAM": f"{stream.st_dev}:{stream.st_ino}"},
        )  # fmt: skip
        os.close(writing)
        with open(reading) as log:
            lines = []
            for line in log:
                lines.append(line.rstrip("\n"))
                if wait_for in line:
                    process.terminate()
        process.wait(30)
        return lines

    def test_journald_gets_priorities_and_no_second_time(self, tmp_path):
        lines = self.of_journal(
            tmp_path, "--store", "mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=100", "--flush-deadline", "0s",
            "--log-level", "debug", wait_for="listening on",
        )  # fmt: skip
        assert any(line.startswith("<6>listening on http://127.0.0.1:") for line in lines), lines
        assert any(line.startswith("<4>") for line in lines), lines  # the store is away
        assert all(re.match(r"<[3467]>(?!20\d\d-)", line) for line in lines), lines

    def test_json_for_journald_is_json_behind_its_priority(self, tmp_path):
        lines = self.of_journal(tmp_path, "--log-format", "json", wait_for="listening on")
        assert all(json.loads(line.removeprefix("<6>"))["level"] == "info" for line in lines), lines
        failed = self.of_journal(tmp_path, "--epoch", "soon", wait_for="epoch")
        assert len(failed) == 1 and failed[0].startswith("<3>--epoch: 'soon' is not a duration"), failed

    def test_another_standard_error_than_journald_named_is_no_journal(self, servers):
        server = servers(env={"JOURNAL_STREAM": "1:2"})
        assert re.match(r"20\d\d-", server.log)

    def test_the_start_says_its_limits_and_what_differs_from_the_defaults(self, servers):
        server = servers("--threads", "2", "--max-connections", "77", "--epoch", "10s", env={"BUTTOND_FRESH": "7s"})
        assert "2 event loops, at most 77 connections, 64MiB of cache" in server.log
        (settings,) = (line for line in server.log.splitlines() if "settings: " in line)
        assert "--max-connections 77 (the command line)" in settings
        assert "--fresh 7s (BUTTOND_FRESH)" in settings
        assert "--epoch" not in settings  # given, and the default

    def test_nothing_is_logged_for_a_request(self, server):
        before = server.log
        server.buttons("https://example.com/a")
        server.get("/nothing")
        server.raw(b"nonsense\r\n\r\n")
        assert server.log == before

    def test_a_password_is_never_logged(self, servers):
        server = servers(store="mongodb://reader:hunter2@127.0.0.1:1/buttond?serverSelectionTimeoutMS=100")
        server.buttons("https://example.com/a")
        server.close()
        assert "hunter2" not in server.log


@pytest.mark.alone
@pytest.mark.release
class TestSetUp:
    def test_deploy_run_again_starts_in_under_a_second_and_says_what_to_try(self, tmp_path):
        command = [
            ROOT / "deploy/run", "--data", tmp_path, "--listen", "127.0.0.1:0", "--admin", "off",
        ]  # fmt: skip
        began = time.monotonic()
        process = subprocess.Popen(map(str, command), cwd="/", stderr=subprocess.PIPE, text=True)
        told = ""
        for line in process.stderr:
            told += line
            if "Ctrl-C" in line:
                break
        seconds = time.monotonic() - began
        curl = re.search(r"curl '([^']+)'", told)
        assert curl, told
        answer = subprocess.run(["curl", "-sS", curl[1]], capture_output=True, text=True)
        process.terminate()
        process.wait(30)
        process.stderr.close()
        assert answer.stdout == '{"counts":[0]}'
        assert '<script async src="http://127.0.0.1:' in told
        assert process.returncode == 0
        assert seconds < 3, f"{seconds:.2f} s"


def test_what_it_writes_is_for_its_user_and_for_its_group_to_read(servers, tmp_path):
    server = servers("--epoch", "50ms", "--admin", f"unix:{tmp_path}/admin", data=tmp_path / "made" / "data")
    server.get("/v1/buttons?url=https%3A%2F%2Fexample.com%2Fa")
    wait_until(lambda: server.export(), what="the first flush")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [server.data.parent, *server.data.parent.rglob("*")]}
    assert {modes[path] for path in modes if path.is_dir()} == {0o750}
    assert {modes[path] for path in modes if path.is_file()} == {0o640}
    assert len(modes) > 4
    assert stat.S_IMODE((tmp_path / "admin").stat().st_mode) == 0o660


def test_the_first_start_finds_its_store_at_once(server):
    assert server.report_shares({"url": "https://example.com/a", "id": "1"}).status == 200
    assert server.get("/v1/counts?url=https%3A%2F%2Fexample.com%2Fa").json == {"counts": [1]}
    assert "warning" not in server.log


PLAIN_USER = 65534


@pytest.fixture
def plain_folder():
    """A folder of a plain user's, where pytest's own are for us only."""
    with tempfile.TemporaryDirectory(prefix="buttond-") as folder:
        if os.geteuid() == 0:
            os.chown(folder, PLAIN_USER, PLAIN_USER)
        yield folder


@pytest.mark.parametrize("flags, may_look", [((), False), (("--core-dumps",), True)])
def test_the_memory_is_for_nobody_to_read_or_dump(plain_folder, flags, may_look):
    user = {"user": PLAIN_USER, "group": PLAIN_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [BINARY, "--data", plain_folder, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *flags]
    # Where a core file is allowed at all.
    allowed = ["/bin/bash", "-c", 'ulimit -c "$(ulimit -Hc)"; exec "$@"', "bash", *command]
    process = subprocess.Popen([str(word) for word in allowed], stderr=subprocess.PIPE, text=True, **user)
    try:
        assert any("listening on" in line for line in process.stderr)
        own = os.stat(f"/proc/{process.pid}/environ").st_uid == (PLAIN_USER if user else os.geteuid())
        (limit,) = re.findall(r"^Max core file size +(\S+) +(\S+)", Path(f"/proc/{process.pid}/limits").read_text(), re.MULTILINE)
        assert own == may_look
        assert may_look or limit == ("0", "0")
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()
