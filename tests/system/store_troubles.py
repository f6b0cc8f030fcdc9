"""What the tests of a store in trouble share: what the server says of it, and disks that fail."""

import re
import subprocess
import time
from contextlib import contextmanager


def lines_about(node, words):
    """The lines of this life's log that have `words`."""
    return [line for line in node.log[node.log_before :].splitlines() if words in line]


def complaints(node):
    """Warnings and errors, without those that say at the start how many descriptors there may be."""
    return [
        line
        for line in node.log[node.log_before :].splitlines()
        if re.search(r"^\S+ (warning|error) ", line) and "open files" not in line
    ]


def complaint(node):
    """The only one."""
    found = complaints(node)
    assert len(found) == 1, found
    return found[0]


def scrapes(node, seconds, every=0.2, name="buttond_store_up"):
    """The values of a metric for a while."""
    end = time.monotonic() + seconds
    values = []
    while time.monotonic() < end:
        values.append(node.metrics()[name])
        time.sleep(every)
    return values


@contextmanager
def small_disk(folder, size="2m"):
    """A file system of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """Writes to a file until there is no room; returns it."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return ballast
