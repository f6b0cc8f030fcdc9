"""The button's day in short: two nodes behind HAProxy, one store, and each link as its readers were answered."""

import subprocess
import sys

import pytest
from buttond import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from rig.load import differences  # noqa: E402

pytestmark = pytest.mark.release  # forty thousand impressions, four times

ANSWERED = {"a.example/": (3, 0), "b.example/": (5, 2)}


@pytest.mark.parametrize("store", ("sqlite", "mongodb"))
@pytest.mark.parametrize("links_per_request", (1, 5))
def test_a_short_day_is_counted_link_by_link(store, links_per_request):
    command = [ROOT / "bench/day", "--impressions", 40_000, "--links", 2_000, "--store", store,
               "--links-per-request", links_per_request]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "they agree" in done.stdout
    assert ", 0 differ" in done.stdout


def test_a_day_finds_nothing_where_nothing_is_wrong():
    assert differences(ANSWERED, {"a.example/": 3, "b.example/": 5}) == []
    assert differences(ANSWERED, {"a.example/": 3, "b.example/": 7}) == []


@pytest.mark.parametrize("stored", (
    {"a.example/": 2, "b.example/": 5},
    {"a.example/": 4, "b.example/": 5},
    {"a.example/": 3, "b.example/": 4},
    {"a.example/": 3, "b.example/": 8},
    {"b.example/": 5},
    {"a.example/": 3, "b.example/": 5, "c.example/": 1},
))  # fmt: skip
def test_a_day_finds_a_single_impression_too_few_or_too_many(stored):
    assert len(differences(ANSWERED, stored)) == 1
