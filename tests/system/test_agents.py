"""Whom the filter takes for a robot, of the agents in public lists (tests/agents fetches them once)."""

import json
import subprocess
import sys

import pytest

from buttond import ROOT

BOTS = ROOT / "button/handlers/bots"


def test_the_lists_robots_are_found_and_no_reader_of_real_traffic_is_one():
    done = subprocess.run([ROOT / "tests/agents"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    readme = (ROOT / "README.md").read_text()
    for row in done.stdout.splitlines():
        assert row in readme, "README has another table than tests/agents prints"


def compile_list(folder, patterns, readings=None):
    (folder / "list.json").write_text(json.dumps({"name": "a-list", "version": "1.2.3", "patterns": patterns}))
    (folder / "readings.json").write_text(json.dumps(readings or {"counted": [], "otherwise": []}))
    command = [sys.executable, BOTS / "compile_list.py", "--list", folder / "list.json", "--readings",
               folder / "readings.json", "--output", folder / "bots.cpp"]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True)


def rows(folder):
    return [line.strip() for line in (folder / "bots.cpp").read_text().splitlines() if line.startswith("  {")]


@pytest.mark.parametrize("pattern, texts", [
    ("^Ab[cC]d\\/", ['{"Abcd/", "", false, true, false},', '{"AbCd/", "", false, true, false},']),
    ("(^| )PTST\\/", ['{"PTST/", "", false, true, false},', '{" PTST/", "", false, false, false},']),
    ("Long Names", ['{"long names", "", true, false, false},']),
    ("Current[\\s\\S]*RSS Reader$", ['{"rss reader", "Current", true, false, true},']),
    ("One Robot|Another Robot", ['{"one robot", "", true, false, false},', '{"another robot", "", true, false, false},']),
    ('say"\\?\\?=', ['{"say\\042\\077\\077=", "", false, false, false},']),
])  # fmt: skip
def test_a_pattern_of_the_list_becomes_its_texts(tmp_path, pattern, texts):
    done = compile_list(tmp_path, [pattern])
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path) == texts


@pytest.mark.parametrize("pattern", [
    "Robot\\/\\d+", "Robot\\w", "[^-]Robot", "(?i)robot", "Ro.ot", "Robot(?!s)", "[a-z][a-z]Robot", "ab", "Rob\u00f6t", "^a[\\s\\S]*Robot",
    "Rob|", "Ro?bot", "(Robot", "[^ab]Robot", "Robot" * 41,
])  # fmt: skip
def test_a_pattern_that_is_no_text_ends_the_build(tmp_path, pattern):
    done = compile_list(tmp_path, ["Googlebot", pattern])
    assert done.returncode != 0
    assert f"a-list 1.2.3: cannot read {pattern!r}: " in done.stderr
    assert "otherwise" in done.stderr
    assert not (tmp_path / "bots.cpp").exists()


def test_what_is_counted_on_purpose_is_left_out_and_what_is_read_otherwise_is_read_so(tmp_path):
    readings = {"counted": [{"because": "a library", "patterns": ["^Curl"]}],
                "otherwise": [{"pattern": "Robot\\d", "as": ["ARobot"], "because": "digits"}]}  # fmt: skip
    assert compile_list(tmp_path, ["^Curl", "Robot\\d"], readings).returncode == 0
    assert rows(tmp_path) == ['{"ARobot", "", false, false, false},']
    assert '  "curl",' in (tmp_path / "bots.cpp").read_text()


def test_a_reading_of_what_the_list_does_not_have_any_more_ends_the_build(tmp_path):
    readings = {"counted": [{"because": "a library", "patterns": ["^Curl"]}], "otherwise": []}
    done = compile_list(tmp_path, ["Robot"], readings)
    assert done.returncode != 0
    assert "has no pattern '^Curl' any more" in done.stderr
