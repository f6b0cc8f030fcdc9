"""What makes a fault of memory harder to use, read from the binary as it was built and linked."""

import json
import re
import subprocess

import pytest
from buttond import BINARY


def readelf(*options):
    return subprocess.run(["readelf", "--wide", *options, BINARY], capture_output=True, text=True, check=True).stdout


def test_it_is_at_another_address_at_each_start():
    assert re.search(r"Type: +DYN ", readelf("--file-header"))
    assert re.search(r"\(FLAGS_1\).*\bPIE\b", readelf("--dynamic"))
    assert "TEXTREL" not in readelf("--dynamic")


def test_its_tables_of_functions_cannot_be_written_into():
    assert "GNU_RELRO" in readelf("--program-headers")
    assert re.search(r"\(FLAGS_1\).*\bNOW\b", readelf("--dynamic"))


def test_nothing_that_can_be_written_can_be_run():
    segments = re.findall(r"^  (\w+) +(?:0x\w+ +){5}([R ][W ][E ])", readelf("--program-headers"), re.MULTILINE)
    assert ("GNU_STACK", "RW ") in segments
    assert [kind for kind, flags in segments if "W" in flags and "E" in flags] == []


@pytest.mark.release  # sanitizers are built without
def test_stacks_are_guarded_and_copies_checked():
    imported = re.findall(r" UND (\w+)", readelf("--dyn-syms"))
    assert "__stack_chk_fail" in imported
    assert [name for name in imported if name.endswith("_chk")]


@pytest.mark.release
def test_every_file_of_ours_is_compiled_so():
    commands = json.loads((BINARY.parent / "compile_commands.json").read_text())
    ours = [entry for entry in commands if re.search(r"/(button|common)/[^.]+\.cpp$", entry["file"])]
    assert len(ours) > 100
    for flag in ("-fPIE", "-fstack-protector-strong", "-D_FORTIFY_SOURCE="):
        assert [entry["file"] for entry in ours if flag not in entry["command"]] == [], flag
