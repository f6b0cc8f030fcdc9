"""What is said of a wrong setting, wherever it is from: one line that names its place, says why and what to write.

A table of inputs with their exact answers. `{folder}` is a folder of the test's own, `{file}` the configuration file.
"""

import os
import subprocess

import pytest

from buttond import BINARY

SECRET = "hunter2"
ENCODE = (
    'percent-encode user name and password: "@" is %40, ":" is %3A, "/" is %2F, "?" is %3F, "#" is %23, "%" is %25'
)
NO_SETTING = (
    'this is no setting; write a key, an equals sign and its value, for example epoch = "10s", and a # before a remark'
)
DURATION = "is not a duration; write for example 500ms, 10s or 5m"
MONGODB = "the MongoDB URI is not valid:"


def flags(*words):
    return words, {}, None


def environment(**variables):
    return (), variables, None


def file(content):
    return (), {}, content


TABLE = [
    # Words that are no flag and no command.
    (flags("--epohc", "1s"), "there is no flag --epohc; did you mean --epoch?"),
    (flags("-epoch", "1s"), "there is no flag -epoch; did you mean --epoch?"),
    (flags("--token-file", "x"), "there is no flag --token-file; did you mean --api-token-file?"),
    (flags("--no-such-flag"), "there is no flag --no-such-flag (buttond --help lists the flags)"),
    (flags("serv"), "'serv' is no command; did you mean serve?"),
    (flags("frobnicate"), "'frobnicate' is no command (buttond --help lists the commands)"),
    (flags("serve", "now"), "serve: 'now' is one word too many (buttond help serve says what it takes)"),
    (flags("help", "serv"), "help: there is no command 'serv'; there are serve, check, explain, import, export, move, forget, refused, stats-link, help"),
    (flags("--epoch"), "--epoch: 1 required DURATION missing (buttond --help lists the flags)"),
    (flags("--data", "--epoch", "1s"), "--data: its value is missing before --epoch"),
    (flags("--config", "{folder}"), "--config: {folder} is a directory, a pipe or a device; name a TOML file"),
    (flags("--config", "a", "--config", "b"), "--config names a and b; write all settings into one file"),
    # Durations, sizes, numbers, choices.
    (flags("--epoch", "10 parsecs"), f"--epoch: '10 parsecs' {DURATION}"),
    (flags("--epoch", "1.5s"), f"--epoch: '1.5s' {DURATION}"),
    (flags("--epoch", "10 s"), f"--epoch: '10 s' {DURATION}"),
    (flags("--epoch", "-1s"), f"--epoch: '-1s' {DURATION}"),
    (flags("--epoch", ""), f"--epoch: '' {DURATION}"),
    (flags("--epoch", "0s"), "--epoch: 0s is too short; 10ms is the least"),
    (flags("--epoch", "999h"), "--epoch: 999h is too long; 1h is the most"),
    (flags("--epoch", "99999999999999999999h"), "--epoch: 99999999999999999999h is too long; 1h is the most"),
    (flags("--miss-wait", "2m"), "--miss-wait: 2m is too long; 1m is the most"),
    (flags("--max-body-bytes", "1.5MiB"), "--max-body-bytes: '1.5MiB' is not a size; write for example 16KiB or 64MiB"),
    (flags("--max-body-bytes", "64GiB"), "--max-body-bytes: 64GiB does not do; take 256B to 64MiB"),
    (flags("--threads", "two"), "--threads: 'two' does not do; write a whole number from 1 to 256"),
    (flags("--threads", "0"), "--threads: '0' does not do; write a whole number from 1 to 256"),
    (flags("--rate", "nan"), "--rate: 'nan' does not do; write a number from 0 to 1000000"),
    (flags("--rate", "3"), "--rate: client addresses are not known; give --trusted-proxy or --proxy-protocol, or leave --rate out"),
    (flags("--log-format", "logfmt"), "--log-format: there is no 'logfmt'; take text or json"),
    (flags("--log-level", "loud"), "--log-level: there is no 'loud'; take debug, info, warning or error"),
    (flags("--proxy-protocol=maybe"), "--proxy-protocol: 'maybe' is neither true nor false"),
    (flags("--trusted-proxy", "10.0.0.0/99"), "--trusted-proxy: '10.0.0.0/99' is not a network; write for example 10.0.0.0/8"),
    (flags("import", "--format", "xml", "-"), "--format: there is no 'xml'; take jsonl or csv (buttond --help lists the flags)"),
    # Addresses.
    (flags("--listen", "8080"), "--listen: '8080' is a port alone; write :8080 for every address of this machine, or 127.0.0.1:8080 for itself only"),
    (flags("--listen", "localhost"), "--listen: 'localhost' has a name; write an address and a port, for example 127.0.0.1:8080, :8080 for every address, or unix:PATH"),
    (flags("--listen", "1.2.3.4:99999"), "--listen: '1.2.3.4:99999' has no port from 0 to 65535; write for example 127.0.0.1:8080"),
    (flags("--listen", "1.2.3.4"), "--listen: '1.2.3.4' has no port; write for example 1.2.3.4:8080"),
    (flags("--listen", "[::1"), "--listen: '[::1' has a bracket that is not closed; write for example [::1]:8080"),
    (flags("--listen", "[::1]"), "--listen: '[::1]' has no port; write for example [::1]:8080"),
    (flags("--listen", "::1:8080"), "--listen: '::1:8080' has no brackets; an IPv6 address with its port is written [::1]:8080"),
    (flags("--listen", "http://0.0.0.0:80"), "--listen: 'http://0.0.0.0:80' is a URL; write the address and port alone, for example 127.0.0.1:8080"),
    (flags("--listen", "/run/buttond.sock"), "--listen: '/run/buttond.sock' is a path; write unix:/run/buttond.sock for a socket"),
    (flags("--listen", "off"), "--listen: readers must be able to connect somewhere; name an address"),
    (flags("--admin", "unix:"), "--admin: 'unix:' names no socket; write for example unix:/run/buttond/buttond.sock"),
    (flags("--admin", "unix:/" + "a" * 107), f"--admin: 'unix:/{'a' * 107}' is too long: the path of a socket has at most 107 bytes"),
    (flags("--listen", "0.0.0.0:9000", "--admin", "127.0.0.1:9000"), "--admin: 127.0.0.1:9000 is taken by --listen 0.0.0.0:9000; give each its own address"),
    (flags("--listen", ":8081"), "--listen: :8081 is taken by --admin 127.0.0.1:8081; give each its own address"),
    (flags("--listen", "unix:/a", "--probes", "unix:/a"), "--probes: unix:/a is taken by --listen unix:/a; give each its own address"),
    # The store and its secrets.
    (flags("--store", "postgres://u:hunter2@h/d"), "--store is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example sqlite:/var/lib/buttond/buttond.db"),
    (flags("--store", "sqlite:"), "--store: sqlite: names no file; write for example sqlite:/var/lib/buttond/buttond.db"),
    (flags("--store", "mongodb://u:p@hunter2@h/d"), f'--store: {MONGODB} it has more than one "@" before its hosts; {ENCODE}'),
    (flags("--store", "mongodb://u:p/hunter2@h/d"), f'--store: {MONGODB} it has an "@" behind the first "/"; {ENCODE}'),
    (flags("--store", "mongodb://u:p:hunter2@h/d"), f'--store: {MONGODB} it has more than one ":" before its "@"; {ENCODE}'),
    (flags("--store", "mongodb://u:p%hunter2@h/d"), f'--store: {MONGODB} it has a "%" that begins no encoding; {ENCODE}'),
    (flags("--store", "mongodb://u:hunter2@h"), "--store: the MongoDB URI names no database; put its name after the hosts, as in mongodb://HOST:27017/buttond"),
    (flags("--store", "mongodb://u:p", "hunter2"), "what follows is no command (buttond --help lists the commands)"),
    (flags("--stroe=mongodb://u:hunter2@h/d"), "there is no flag --stroe; did you mean --store?"),
    (flags("--store", "sqlite:/a", "--store-file", "/b"), "--store and --store-file: both name the store; leave one of them out"),
    (flags("--store-file", "mongodb://u:hunter2@h/d"), "--store-file: this is a URI, not a file; name a path"),
    (flags("--config", "mongodb://u:hunter2@h/d"), "--config: this is a URI, not a file; name a path"),
    (flags("--listen", "mongodb://u:hunter2@h/d"), "--listen: 'mongodb://u:***@h/d' is a URL; write the address and port alone, for example 127.0.0.1:8080"),
    (flags("help", "mongodb://u:hunter2@h/d"), "help: there is no command like that; there are serve, check, explain, import, export, move, forget, refused, stats-link, help"),
    (flags("mongodb://u:hunter2@h/d"), "what follows is no command (buttond --help lists the commands)"),
    (flags("--store-file", "{folder}/nowhere"), "--store-file: {folder}/nowhere is not there; write it, readable for the user that buttond runs as (chmod 600)"),
    (flags("--store-file", "{folder}"), "--store-file: {folder} is a directory, a pipe or a device; name a file"),
    (flags("--store-file", "/dev/null"), "--store-file: /dev/null is a directory, a pipe or a device; name a file"),
    (flags("--public-url", "https://u:hunter2@example.com"), "--public-url: https://u:***@example.com has credentials, which every reader of / would see; leave them out"),
    # The environment.
    (environment(BUTTOND_EPOCH="soon"), f"BUTTOND_EPOCH: 'soon' {DURATION}"),
    (environment(BUTTOND_LISTEN="127.0.0.1:8090, 8091"), "BUTTOND_LISTEN: '8091' is a port alone; write :8091 for every address of this machine, or 127.0.0.1:8091 for itself only"),
    (environment(BUTTOND_STORE="mongodb://u:p@hunter2@h/d"), f'BUTTOND_STORE: {MONGODB} it has more than one "@" before its hosts; {ENCODE}'),
    (environment(BUTTOND_STORE="hunter2"), "BUTTOND_STORE is neither sqlite:FILE nor mongodb://HOST/DATABASE; write for example sqlite:/var/lib/buttond/buttond.db"),
    (environment(BUTTOND_CONFIG="{folder}/nowhere"), "BUTTOND_CONFIG: {folder}/nowhere is not there; write it, or name none"),
    (environment(BUTTOND_CONFIG="mongodb://u:hunter2@h/d"), "BUTTOND_CONFIG: this is a URI, not a file; name a path"),
    (environment(BUTTOND_PLACE="mastodon,nowhere"), 'BUTTOND_PLACE: there is no place "nowhere"; choose from '),
    # The file.
    (file('epohc = "5s"'), "{file}:1: there is no setting epohc; did you mean epoch?"),
    (file('\n\nepoch = "10 parsecs"'), f"{{file}}:3: epoch: '10 parsecs' {DURATION}"),
    (file('BUTTOND_EPOCH = "5s"'), "{file}:1: there is no setting BUTTOND_EPOCH; did you mean epoch?"),
    (file('epoch = "10s\nfold = "1s"'), '{file}:1: the quotes around the value of epoch are not closed; write for example epoch = "10s"'),
    (file('epoch = "1s"\n# x\nepoch = "2s"'), "{file}:3: epoch is set in line 1 already; leave one of them out"),
    (file("epoch = 10s"), '{file}:1: the value of epoch must be in quotes; write epoch = "10s"'),
    (file("epoch = 10s # ten"), '{file}:1: the value of epoch must be in quotes; write epoch = "10s"'),
    (file("epoch ="), '{file}:1: epoch has no value; write for example epoch = "10s"'),
    (file("epoch"), "{file}:1: " + NO_SETTING),
    (file("epoch: 10s"), "{file}:1: " + NO_SETTING),
    (file("threads = \"two\""), "{file}:1: threads: 'two' does not do; write a whole number from 1 to 256"),
    (file("listen = 8080"), '{file}:1: listen: it stands in quotes; write for example listen = "127.0.0.1:8080"'),
    (file("epoch = true"), '{file}:1: epoch: it stands in quotes; write for example epoch = "10s"'),
    (file("epoch = 2026-01-01"), '{file}:1: epoch: it stands in quotes; write for example epoch = "10s"'),
    (file("proxy-protocol = yes"), "{file}:1: proxy-protocol is true or false, without quotes; write proxy-protocol = true"),
    (file("proxy-protocol = 1"), "{file}:1: proxy-protocol: write true or false, without quotes"),
    (file('admin = ["off"]'), "{file}:1: admin takes one value, not a list"),
    (file('listen = ["127.0.0.1:80",\n"off"\nepoch = "1s"'), '{file}:1: the list of listen is not right; write listen = ["..", ".."], each item in quotes and a comma between'),
    (file('[server]\nepoch = "1s"'), '{file}:1: there are no sections, such as [server]; write each setting on a line of its own, for example epoch = "10s"'),
    (file('server.epoch = "1s"'), '{file}:1: there are no sections, such as [server]; write each setting on a line of its own, for example epoch = "10s"'),
    (file('config = "other.toml"'), "{file}:1: config: a settings file names no other"),
    (file("store = mongodb://u:hunter2@h/d"), '{file}:1: the value of store must be in quotes; write store = "mongodb://HOST:27017/buttond"'),
    (file('store = "mongodb://u:hunter2@h/d'), '{file}:1: the quotes around the value of store are not closed; write for example store = "mongodb://HOST:27017/buttond"'),
    (file('store = "mongodb://u:p@hunter2@h/d"'), f'{{file}}:1: store: {MONGODB} it has more than one "@" before its hosts; {ENCODE}'),
    (file('epoch = """10\ns"""'), f"{{file}}:1: epoch: '10\\x0as' {DURATION}"),
    (file('epoch = "1\\d"'), "{file}:1: the value of epoch is not as TOML has it: behind its closing quote only a # remark may follow, and within it a backslash is written twice"),
    (file("epoch = \"1s\"\nfold = \"1\0s\""), "{file}:2: there is a byte 0; this is no text file"),
    (file(b"epoch = \"\xff\""), "{file}:1: this is not UTF-8; save the file as UTF-8 text"),
    (file(b"#" * (1 << 20) + b"#"), "BUTTOND_CONFIG: {file} is longer than 1MiB; this is no file of settings"),
]  # fmt: skip


def run(*words, **variables):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BUTTOND_")}
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=30, env={**clean, **variables})


def names_of(table):
    """Each input as a test's name."""
    for (words, variables, content), _ in table:
        name = " ".join(words) or " ".join(f"{name}={value}" for name, value in variables.items())
        yield name or repr(content)[:40]


@pytest.mark.parametrize("given, answer", TABLE, ids=names_of(TABLE))
def test_a_wrong_setting_is_answered_by_one_line_that_says_what_to_do(tmp_path, given, answer):
    words, variables, content = given
    settings = tmp_path / "buttond.toml"
    places = {"folder": tmp_path, "file": settings}
    for name, place in places.items():
        words = [word.replace(f"{{{name}}}", str(place)) for word in words]
        variables = {key: value.replace(f"{{{name}}}", str(place)) for key, value in variables.items()}
        answer = answer.replace(f"{{{name}}}", str(place))
    if content is not None:
        settings.write_bytes(content if isinstance(content, bytes) else content.encode())
        variables["BUTTOND_CONFIG"] = str(settings)
    variables["STATE_DIRECTORY"] = str(tmp_path / "state")
    done = run(*words, **variables)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"buttond: {answer}") if answer.endswith(" ") else done.stderr == f"buttond: {answer}\n"
    assert SECRET not in done.stderr
    assert not (tmp_path / "state").exists()


def test_what_is_long_is_not_told_whole(tmp_path):
    settings = tmp_path / "buttond.toml"
    for line in ('epoch = "' + "x" * 500_000 + '"', "x" * 500_000 + " = 1", '"x' + "\n" * 500_000, "[" * 500_000, "a=1\n" * 100_000, "listen = [" + "[" * 500_000):
        settings.write_text(line)
        done = run("--config", settings)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert len(done.stderr) < 600


def test_more_memory_than_there_is_is_refused():
    done = run("--cache-bytes", "900GiB")
    assert done.returncode == 2
    assert "--cache-bytes: 900GiB is more than the " in done.stderr
    assert "MiB would do" in done.stderr


@pytest.mark.parametrize("content", ["mongodb://u:hunter2@h/d\nanother", "", "\n\n", "mongodb://u:hun\0ter2@h/d", "x" * 70_000])
def test_a_store_file_that_is_not_one_line_is_refused_without_a_word_of_it(tmp_path, content):
    file = tmp_path / "store"
    file.write_text(content)
    done = run("--store-file", file, "explain", "https://example.com/")
    assert done.returncode == 2
    assert done.stderr.startswith(f"buttond: --store-file: {file} ")
    assert done.stderr.count("\n") == 1
    assert "line" in done.stderr
    assert "hunter2" not in done.stderr and "hun" not in done.stderr.replace(str(tmp_path), "")


def test_a_wrong_uri_in_a_store_file_is_refused_without_its_password(tmp_path):
    file = tmp_path / "store"
    file.write_text("mongodb://u:p@hunter2@h/d\n")
    done = run("--store-file", file, "explain", "https://example.com/")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "percent-encode" in done.stderr
    assert "hunter2" not in done.stderr


def test_the_help_shows_no_password_of_the_environment():
    done = run("--help", BUTTOND_STORE="mongodb://u:hunter2@h/d", BUTTOND_STORE_FILE="/etc/hunter2")
    assert done.returncode == 0
    assert "hunter2" not in done.stdout


def explain(**variables):
    return run("explain", "https://example.com/", **variables)


@pytest.mark.parametrize(
    "variable, told",
    [
        ("BUTTOND_EPOHC", "the environment's BUTTOND_EPOHC is not read: there is no such setting; did you mean BUTTOND_EPOCH?"),
        ("BUTTOND_STORE_URI", "the environment's BUTTOND_STORE_URI is not read: there is no such setting; did you mean BUTTOND_STORE?"),
        ("BUTTOND_WORKERS", "the environment's BUTTOND_WORKERS is not read: there is no such setting\n"),
    ],
)  # fmt: skip
def test_a_misspelt_variable_is_warned_of_and_its_value_is_not_told(variable, told):
    done = explain(**{variable: SECRET})
    assert done.returncode == 0
    assert told in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize("variable", ["BUTTOND_PORT", "BUTTOND_SERVICE_HOST", "BUTTOND_ADMIN_PORT_8081_TCP", "BUTTOND_TEST_MONGODB_URI"])
def test_variables_of_kubernetes_and_of_the_tests_are_none_of_ours(variable):
    assert explain(**{variable: "x"}).stderr == ""


@pytest.mark.parametrize(
    "words, told",
    [
        (["--admin", "0.0.0.0:9001"], "--admin: whoever reaches 0.0.0.0:9001 reads /metrics"),
        (["--admin", ":9001"], "--admin: whoever reaches :9001 reads /metrics"),
        (["--admin", "[2001:db8::1]:9001"], "reads /metrics"),
        (["--threads", "256"], "--threads: 256 event loops on "),
        (["--max-waiting-bytes", "64KiB"], "--max-waiting-bytes: 64KiB is less than one request may have"),
        (["--admin", "off", "--admin-host", "a.example"], "--admin-host has no effect: --admin is off"),
        (["--place", "email", "--composer-url", "https://a.example/?u={url}"], "--place has no effect"),
        (["--fold", "1s"], "--fold has no effect: the store is SQLite"),
        (["--trusted-proxy", "0.0.0.0/0"], "--trusted-proxy: with 0.0.0.0/0 every client says itself"),
    ],
)  # fmt: skip
def test_what_is_most_likely_not_meant_is_warned_of(words, told):
    done = run(*words, "explain", "https://example.com/")
    assert done.returncode == 0
    assert told in done.stderr


@pytest.mark.parametrize("admin", ["127.0.0.1:9001", "[::1]:9001", "10.1.2.3:9001", "192.168.0.1:9001", "[fd00::1]:9001", "unix:/run/a", "off"])
def test_an_admin_address_of_the_own_network_is_not_warned_of(admin):
    assert run("--admin", admin, "explain", "https://example.com/").stderr == ""


def test_more_time_to_stop_than_systemd_gives_is_warned_of():
    assert "TimeoutStopSec= must be more" in explain(NOTIFY_SOCKET="/nowhere", BUTTOND_DRAIN_DELAY="90s").stderr
    assert explain(NOTIFY_SOCKET="/nowhere", BUTTOND_DRAIN_DELAY="1s").stderr == ""


def test_a_store_file_that_everybody_reads_is_warned_of(tmp_path):
    file = tmp_path / "store"
    file.write_text("mongodb://h/d")
    file.chmod(0o644)
    warned = run("--store-file", file, "explain", "https://example.com/").stderr
    assert f"--store-file: {file} can be read by every user of this machine; chmod o= it" in warned
    file.chmod(0o640)
    assert run("--store-file", file, "explain", "https://example.com/").stderr == ""


@pytest.mark.parametrize("content", ["", "\n# nothing\n", "\ufeffepoch = \"5s\"\r\nfold = \"5s\"\r\n", "threads = 1\nepoch = 5\nrate = 0"])  # fmt: skip
def test_a_file_as_editors_of_other_systems_write_it_is_taken(tmp_path, content):
    settings = tmp_path / "buttond.toml"
    settings.write_text(content, newline="")
    assert explain(BUTTOND_CONFIG=str(settings)).returncode == 0
