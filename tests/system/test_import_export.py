"""`buttond import` and `buttond export`, on both stores, also beside a running server."""

import json
import os
import pty
import sqlite3
import subprocess
import sys

import pytest

from buttond import BINARY, wait_until
from commands import Commands


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_what_is_imported_is_exported_and_again(commands):
    text = (
        '{"key":"a.example/x","impressions":1,"clicks":2,"shares":3}\n'
        '{"key":"example.com/a","impressions":5000000000,"clicks":0,"shares":0}\n'
        '{"key":"example.com/a?q=%22","impressions":0,"clicks":0,"shares":7}\n'
    )
    done = commands.run("import", "-", text=text)
    assert "3 of 3 lines counted" in done.stdout
    assert done.stderr == ""
    assert commands.export() == text

    # Twice counts once, from a file as from standard input; --set of an export changes nothing.
    file = commands.folder / "counts.jsonl"
    file.write_text(text)
    commands.run("import", file)
    assert commands.export() == text
    commands.run("export", file)
    assert file.read_text() == text
    commands.run("import", "--set", file)
    assert commands.export() == text
    commands.run("import", "--name", "once more", file)
    assert json.loads(commands.export().splitlines()[0])["shares"] == 6


def test_a_csv_is_imported_and_refused_lines_are_told(commands):
    file = commands.folder / "counts.csv"
    file.write_text('url,shares\n"https://example.com/a,b",3\nftp://example.com/,1\nhttps://example.com/c,many\n')
    done = commands.run("import", file, status=1)
    assert "line 3: only http and https URLs can be shared (ftp://example.com/)" in done.stderr
    assert "line 4: shares is not a whole number" in done.stderr
    assert "1 of 3 lines counted: 0 impressions, 0 clicks, 3 shares; 2 refused" in done.stdout
    assert commands.export() == '{"key":"example.com/a,b","impressions":0,"clicks":0,"shares":3}\n'


def test_an_import_that_is_killed_and_run_again_counts_once(commands):
    count = 300_000
    file = commands.folder / "counts.jsonl"
    file.write_text("".join(f'{{"key":"example.com/{i % 20_000}","shares":1}}\n' for i in range(count)))
    killed = subprocess.Popen(commands.arguments("import", file), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(commands.has_begun, 60, every=0.01, what="the first lines of the import")
    assert killed.poll() is None
    killed.kill()
    killed.communicate()

    commands.run("import", file)
    rows = [json.loads(line) for line in commands.export().splitlines()]
    assert len(rows) == 20_000
    assert sum(row["shares"] for row in rows) == count


def test_an_import_runs_beside_the_server(servers, tmp_path):
    node = servers("--epoch", "50ms", "--fresh", "100ms", store=f"sqlite:{tmp_path}/buttond.db")
    node.buttons("https://example.com/a")
    commands = Commands(tmp_path, node.store)
    commands.run("import", "-", text=lines({"key": "example.com/a", "shares": 40}, {"key": "example.com/b", "shares": 2}))
    wait_until(lambda: node.buttons("https://example.com/a", "https://example.com/b") == [40, 2], what="the new counts")
    node.wait_stored()
    assert node.export()["example.com/a"]["impressions"] > 0


def test_a_dry_run_writes_nothing_and_an_export_makes_nothing(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    done = commands.run("import", "--dry-run", "-", text=lines({"key": "example.com/a", "shares": 1}))
    assert "1 of 1 lines could be imported" in done.stdout
    commands.run("export", status=1)
    assert not (tmp_path / "buttond.db").exists()


def test_a_wrong_use_is_told_in_one_line(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    for words, text, told in (
        (("import", tmp_path / "missing"), None, "missing cannot be read"),
        (("import", "-"), '[{"key":"example.com/a","shares":1}]', "one object a line"),
        (("import", "-"), "a;b\n", "not a CSV header"),
    ):
        done = commands.run(*words, text=text, status=2)
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_store_that_took_everything_has_nothing_refused(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    commands.run("import", "-", text=lines({"key": "example.com/a", "shares": 1}))
    assert commands.run("refused").stdout == ""
    assert commands.run("refused", "--retry").stdout == "0 counted\n"


def test_a_terminal_sees_the_progress(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    file = tmp_path / "counts.jsonl"
    file.write_text("".join(f'{{"key":"example.com/{i}","shares":1}}\n' for i in range(15_000)))
    controller, terminal = pty.openpty()
    done = subprocess.run(commands.arguments("import", file), stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = os.read(controller, 65_536).decode()
    os.close(controller)
    assert done.returncode == 0
    assert "66 %  10000 lines" in shown
    assert "100 %  15000 lines" in shown


def test_the_database_is_what_readme_says(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    commands.run("import", "-", text=lines({"key": "example.com/a", "impressions": 1, "clicks": 2, "shares": 3}))
    with sqlite3.connect(tmp_path / "buttond.db") as database:
        assert database.execute("SELECT key, site, impressions, clicks, shares FROM links").fetchall() == [
            ("example.com/a", "example.com", 1, 2, 3)
        ]
        assert database.execute("PRAGMA user_version").fetchone() == (1,)


MANY = 40 * 1024 * 1024
HEADER = b"key,shares\n"
GOOD = b"example.com/a,1\n"
# How the file begins, what is repeated up to 40 MB, how it ends; the status; what is said.
MALFORMED = {
    "commas": (b"", b",", b"", 2, "the header of the CSV cannot be read: it is longer than 64 KiB"),
    "names": (b"", b"a,", b"", 2, "the header of the CSV"),
    "commas in a record": (HEADER, b",", b"\n" + GOOD, 1, "line 2: it is longer than 64 KiB"),
    "empty quotes": (HEADER, b'"",', b"\n" + GOOD, 1, "line 2: it is longer than 64 KiB"),
    "a field": (HEADER, b"a", b"\n" + GOOD, 1, "line 2: it is longer than 64 KiB"),
    "an open quote": (HEADER + b'"', b"a", b"\n" + GOOD, 1, "line 2: it is longer than 64 KiB"),
    "a line of JSON": (b'{"key":"', b"a", b'"}\n{"key":"a.example","shares":1}\n', 1, "line 1: it is longer than 64 KiB"),
    "deep JSON": (b"{" * 10, b'[', b'\n{"key":"a.example","shares":1}\n', 1, "line 1: it is longer than 64 KiB"),
    "lines of deep JSON": (b"", b'{"a":' * 60 + b"\n", b'{"key":"a.example","shares":1}\n', 1, "line 1: it is not JSON"),
    "blanks": (b"{}\n", b" ", b'\n{"key":"a.example","shares":1}\n', 1, "line 1: it has neither key nor url"),
    "zeros": (b"{}\n", b"\0", b'\n{"key":"a.example","shares":1}\n', 1, "line 2: it is longer than 64 KiB"),
}  # fmt: skip


@pytest.mark.release
@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_costs_no_memory(tmp_path, name):
    beginning, part, end, status, said = MALFORMED[name]
    file = tmp_path / "counts"
    file.write_bytes(beginning + part * (MANY // len(part)) + end)
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    # The peak is that of its own only child.
    measure = ("import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", measure, *commands.arguments("import", "--dry-run", file)],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    if status == 1:
        assert ": 0 impressions, 0 clicks, 1 shares;" in done.stdout  # what follows is read
    assert int(done.stdout.splitlines()[-1]) < 64 * 1024


ESCAPES = "\x1b[2J\x07\x9b\u202e\x85"


def test_what_is_refused_says_nothing_to_the_terminal(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    row = json.dumps({"url": "https://a.example:x/" + ESCAPES, "shares": 1, "x" + ESCAPES: 1}, ensure_ascii=False)
    csv = f"url,shares,x{ESCAPES}\nhttps://a.example:x/{ESCAPES},1,\n"
    twice = f"url,x{ESCAPES},x{ESCAPES}\n"
    for text, status in ((row, 1), (csv, 1), (twice, 2)):
        done = commands.run("import", "-", text=text, status=status)
        shown = done.stdout + done.stderr
        assert not set(ESCAPES) & set(shown) - set("[2J")
        assert r"\x1b[2J\x07\x9b\u{202e}\x85" in shown


def test_explain_says_nothing_to_the_terminal():
    done = subprocess.run([BINARY, "explain", "https://a.example/\u202e\x9b[2J"], capture_output=True, text=True)
    assert r"a.example/\u{202e}\x9b[2J" in done.stdout
    assert not set("\u202e\x9b") & set(done.stdout)
