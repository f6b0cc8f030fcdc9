"""`buttond check` says what the settings are, where each is from, and whether the server would start."""

import os
import socket
import stat
import subprocess

import pytest

from buttond import BINARY, wait_until


@pytest.fixture
def check(tmp_path):
    """check("--epoch", "5s", BUTTOND_FOLD="1s") runs it on free addresses and a data directory of the test's own."""

    def run(*words, **variables):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BUTTOND_")}
        given = ["--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *words]
        for flag in ("--data", "--listen", "--admin"):
            if words.count(flag) or f"BUTTOND_{flag[2:].upper()}" in variables:
                at = given.index(flag)
                del given[at : at + 2]
        return subprocess.run([BINARY, "check", *map(str, given)], capture_output=True, text=True, timeout=30, env={**clean, **variables})

    return run


def lines(done, mark):
    return [line[9:] for line in done.stdout.splitlines() if line.startswith(f"{mark:<8} ")]


def tree(folder):
    return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*"))


def without_clock(found):
    """Whether the machine of the test keeps its clock is not the test's."""
    return [line for line in found if not line.startswith(("clock:", "file system:"))]


def test_it_says_each_setting_and_where_it_is_from(check, tmp_path):
    settings = tmp_path / "buttond.toml"
    settings.write_text('# one\nfresh = "45s"\nepoch = "3s"\nsite = ["example.com", "example.org"]\n')
    done = check("--epoch", "5s", BUTTOND_FOLD="7s", BUTTOND_CONFIG=str(settings), BUTTOND_PLACE="email copy")
    said = lines(done, "setting")
    assert "--epoch = 5s (the command line)" in said
    assert "--fold = 7s (BUTTOND_FOLD)" in said
    assert f"--fresh = 45s ({settings}:2)" in said
    assert f"--site = example.com, example.org ({settings}:4)" in said
    assert "--place = email, copy (BUTTOND_PLACE)" in said
    assert "--sync = 1s (default)" in said
    assert f"--store = sqlite:{tmp_path}/data/buttond.sqlite (default)" in said
    listed = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    assert len(said) == listed.count("\n  --") - len(("--version", "--config"))


def test_where_all_is_well_it_says_so_and_changes_nothing(check, tmp_path):
    done = check()
    assert lines(done, "error") == []
    assert without_clock(lines(done, "warning")) == []
    assert done.returncode == (1 if lines(done, "warning") else 0)
    assert f"data directory: {tmp_path}/data is not there yet; the start makes it" in lines(done, "ok")
    assert tree(tmp_path) == []
    assert done.stderr == ""


def test_all_problems_are_said_and_not_only_the_first(check, tmp_path):
    settings = tmp_path / "buttond.toml"
    settings.write_text('epohc = "3s"\nfold = "soon"\n')
    token = tmp_path / "token"
    token.write_text("short")
    done = check("--epoch", "1ms", "--listen", "8080", "--api-token-file", token, "--site", "a b",
                 BUTTOND_CONFIG=str(settings), BUTTOND_THREADS="two", BUTTOND_EPOHC="1")  # fmt: skip
    assert done.returncode == 2
    told = "\n".join(lines(done, "error"))
    for problem in ("there is no setting epohc; did you mean epoch?", f"{settings}:2: fold: 'soon'", "--epoch: 1ms is too short",
                    "--listen: '8080'", "BUTTOND_THREADS: 'two'", "at least 16 characters", "a b"):  # fmt: skip
        assert problem in told
    assert any("BUTTOND_EPOHC" in line for line in lines(done, "warning"))


@pytest.mark.parametrize("uri", [
    "mongodb://u:hunter2@127.0.0.1:1/d?serverSelectionTimeoutMS=100",
    "mongodb://u:hun%40hunter2@127.0.0.1:1,[::1]:1/d?serverSelectionTimeoutMS=100",
    "mongodb://127.0.0.1:1/d?serverSelectionTimeoutMS=100&tls=true&tlsCertificateKeyFilePassword=hunter2",
    "mongodb://u@127.0.0.1:1/d?serverSelectionTimeoutMS=100&authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:hunter2",
    "mongodb://u:p@hunter2@127.0.0.1:1/d",
    "mongodb://u:hunter2",
    "hunter2",
])  # fmt: skip
def test_no_secret_of_the_store_is_shown(check, tmp_path, uri):
    file = tmp_path / "store"
    file.write_text(uri + "\n")
    file.chmod(0o600)
    for done in (check(BUTTOND_STORE=uri), check("--store-file", file), check("--store", uri)):
        assert "hunter2" not in done.stdout + done.stderr
        assert done.returncode in (1, 2)


def test_a_store_that_is_away_is_said_within_seconds_and_the_server_would_start(check):
    done = check("--store", "mongodb://127.0.0.1:1/buttond")
    assert done.returncode == 1
    assert any(line.startswith("store: mongodb://127.0.0.1:1/buttond cannot be read") for line in lines(done, "warning"))


def test_a_store_that_runs_is_read_and_written_and_is_as_it_was(check, mongo, database):
    uri = mongo.uri(database)
    done = check("--store", uri)
    assert any(line.startswith("store: mongodb://") and line.endswith("can be read and written") for line in lines(done, "ok"))
    assert database not in mongo.client().list_database_names()


def test_beside_the_server_that_runs_its_ports_and_its_data_are_well(servers, check):
    server = servers("--epoch", "50ms")
    server.buttons("https://example.com/a")
    server.wait_stored()
    done = check("--data", server.data, "--listen", server.addresses[0], "--admin", server.admin_addresses[0])
    held = [line for line in lines(done, "ok") if f"is held by a buttond that runs (process {server.process.pid})" in line]
    assert [line.split(":")[0] for line in held] == ["--listen", "--admin"]
    assert lines(done, "error") == []
    assert any("can be read and written" in line for line in lines(done, "ok"))
    assert server.get("/healthz").status == 200


def test_a_port_that_another_program_has_is_an_error(check):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = check("--listen", address)
    assert done.returncode == 2
    assert any(f"--listen: {address} is held by " in line and f"(process {os.getpid()})" in line for line in lines(done, "error"))


def test_a_port_that_is_looked_at_stays_free_for_the_server(servers, check):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    assert f"--listen: {address} is free" in lines(check("--listen", address), "ok")
    assert servers("--listen", address).addresses == [address]


def test_a_data_directory_that_cannot_be_is_a_warning(check, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    done = check("--data", file, "--store", f"sqlite:{tmp_path}/counts.sqlite")
    assert done.returncode == 1
    assert any(line.startswith(f"data directory: {file} is not a directory") for line in lines(done, "warning"))


def test_a_token_that_everybody_reads_is_a_warning(check, tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef")
    for mode, mark in ((0o644, "warning"), (0o640, "ok")):
        token.chmod(mode)
        assert [line for line in lines(check("--api-token-file", token), mark) if line.startswith(f"token: {token}")]


def test_an_address_that_systemds_socket_holds_says_so(tmp_path, check):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        address = f"127.0.0.1:{held.getsockname()[1]}"
        script = f'exec 3<&{held.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@"'
        words = ["/bin/bash", "-c", script, BINARY, "--data", tmp_path / "data", "--admin", "off", "--listen", address]
        for command in ([], ["check"]):
            done = subprocess.run([*words, *command], pass_fds=[held.fileno()], capture_output=True, text=True, timeout=30)
            assert done.returncode == 2
            assert "systemd's socket has" in done.stdout + done.stderr
            assert "leave it out here" in done.stdout + done.stderr


def test_a_port_alone_is_every_address_of_both_families(servers):
    server = servers("--listen", ":0")
    port = int(server.addresses[0].rsplit(":", 1)[1])
    for host in ("127.0.0.1", "::1"):
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert b"200 OK" in connection.recv(4096)


def test_an_admin_socket_is_for_its_user_and_group_only(servers, tmp_path):
    path = tmp_path / "admin.sock"
    server = servers("--admin", f"unix:{path}", ready=False)
    wait_until(lambda: "metrics on" in server.log, what="the start")
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_repeatable_flags_are_lists_in_the_environment(servers, tmp_path):
    env = {"BUTTOND_SITE": "example.com, example.org", "BUTTOND_LISTEN": f"127.0.0.1:0\tunix:{tmp_path}/site.sock,[::1]:0"}
    server = servers("--listen", "127.0.0.1:0", "--site", "example.net", env=env)
    assert len(server.addresses) == 1  # the command line wins as a whole
    server = servers("--epoch", "50ms", env={"BUTTOND_SITE": "example.com, example.org"})
    server.buttons("https://example.com/", "https://example.org/", "https://example.net/")
    assert server.books()["filtered"] == 1


def test_help_is_a_command_too():
    def told(*words):
        return subprocess.run([BINARY, *words], capture_output=True, text=True, check=True).stdout

    assert told("help") == told("--help")
    for command in ("serve", "check", "explain", "import", "export", "move", "forget", "refused"):
        assert told("help", command) == told(command, "--help")
        assert f"\n  {command} " in told("help")
