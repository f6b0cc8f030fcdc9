"""tests/soak in its short form: all that may happen to a server, once, and what must hold meanwhile."""

import subprocess

import pytest
from buttond import ROOT


@pytest.mark.alone
@pytest.mark.release
def test_a_server_goes_on_through_all_that_may_happen():
    done = subprocess.run([ROOT / "tests/soak", "--minutes", "3"], capture_output=True, text=True, timeout=900)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
