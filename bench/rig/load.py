"""The load: links to ask for, and replay to ask for them."""

import json
import subprocess
from pathlib import Path

from . import ROOT
from .nodes import BINARY
from .processes import measured

REPLAY = BINARY.with_name("replay")


def links_file(count):
    """A file of `count` links; gathered once for a build tree."""
    file = ROOT / "build/bench" / f"links-{count}.txt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        gathered = subprocess.run([ROOT / "bench/links", "--count", str(count)], check=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        partial = file.with_suffix(".partial")
        partial.write_bytes(gathered.stdout)
        partial.rename(file)
    return file


def import_made_up(folder, store, count):
    """Gives links 0 to `count` - 1 of replay's --made-up a count in `store`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "import.jsonl"
    with open(file, "w") as rows:
        for i in range(count):
            rows.write(f'{{"key":"site-{i // 100}.example.com/2012/09/post-{i}","impressions":0,"clicks":0,'
                       f'"shares":{i % 1000}}}\n')
    done = subprocess.run([BINARY, "import", "--data", folder / "import-data", "--store", store, file],
                          capture_output=True, text=True)
    file.unlink()
    if done.returncode != 0:
        raise RuntimeError(f"import failed: {done.stderr[-2000:]}")


def expectations(file):
    """{key: (acknowledged, unsure)} as `replay --expect` wrote them."""
    with open(file) as lines:
        rows = [json.loads(line) for line in lines]
    return {row["key"]: (row["impressions"], row["unsure"]) for row in rows}


def differences(expected, stored):
    """A line for each key whose stored impressions are not what the answers allow; keys nobody asked for too."""
    found = []
    for key, (acknowledged, unsure) in expected.items():
        count = stored.get(key, 0)
        if not acknowledged <= count <= acknowledged + unsure:
            most = f" to {acknowledged + unsure}" if unsure else ""
            found.append(f"{key}: stored {count}, acknowledged {acknowledged}{most}")
    found.extend(f"{key}: stored {count}, never asked for" for key, count in stored.items()
                 if count and key not in expected)
    return found


def replay(folder, port, *flags, cores=None):
    """Runs replay against a port of 127.0.0.1; returns its summary. Fails with what it said where it could not run."""
    summary = Path(folder) / "replay.json"
    command = [REPLAY, "--server", f"127.0.0.1:{port}", "--json", summary, *flags]
    with measured(cores):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"replay failed: {done.stderr.strip()}")
    return {**json.loads(summary.read_text()), "text": done.stdout}
