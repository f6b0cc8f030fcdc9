"""What the benchmarks may say about their figures, and what not."""

import sys

import pytest
from buttond import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from rig.bench import CPU  # noqa: E402
from rig.figures import Figures  # noqa: E402
from rig.goals import Goal, hot_against, ratio, worst  # noqa: E402
from rig.processes import Usage  # noqa: E402
from rig.report import case_table, goals_table, ranking, spread  # noqa: E402


def figures_of(**samples):
    figures = Figures()
    for contestant, values in samples.items():
        for value in values:
            figures.add("hot", "one link", contestant, CPU, value)
    return figures


def test_what_overlaps_is_not_ranked():
    figures = figures_of(a=[1.0, 1.1, 1.2], b=[1.15, 1.3, 1.4], c=[2.0, 2.1, 2.2])
    assert ranking(figures.rows) == "a = b < c"


def test_a_ratio_is_taken_within_a_round():
    figures = figures_of(ours=[5.0, 10.0], theirs=[10.0, 20.0])
    assert ratio("hot", "one link", "ours", "theirs")(figures) == [0.5, 0.5]


@pytest.mark.parametrize("ours, verdict", (
    ([9.0, 9.1, 9.2], "met"),
    ([9.0, 9.1, 11.0], "met, but close"),
    ([9.9, 11.0, 12.0], "missed, but close"),
    ([11.0, 11.1, 11.2], "missed"),
))  # fmt: skip
def test_a_goal_is_met_by_the_median(ours, verdict):
    figures = figures_of(ours=ours, theirs=[10.0, 10.0, 10.0])
    assert Goal("", 1.0, "x", ratio("hot", "one link", "ours", "theirs")).judge(figures)[1] == verdict


def test_a_goal_of_at_least_is_missed_below_its_limit():
    figures = figures_of(ours=[4.0], theirs=[1.0])
    goal = Goal("", 5, "x", ratio("hot", "one link", "ours", "theirs"), at_least=True)
    assert goal.judge(figures)[1] == "missed"


def test_what_must_never_happen_is_missed_by_one_round():
    goal = Goal("", 10.0, "us", worst("hot", "one link", "ours", CPU))
    assert goal.judge(figures_of(ours=[1.0, 1.0, 11.0]))[1] == "missed"
    assert goal.judge(figures_of(ours=[1.0, 1.0, 10.0]))[1] == "met"


def test_a_goal_that_was_not_measured_is_not_judged():
    assert Goal("", 1.0, "x", ratio("hot", "one link", "ours", "theirs")).judge(figures_of(ours=[1.0])) is None


def test_a_goal_shows_what_the_floor_would_have(monkeypatch):
    figures = figures_of(buttond=[6.0], floor=[5.0], theirs=[10.0])
    monkeypatch.setattr("rig.report.GOALS", [hot_against("theirs", 0.55)])
    assert "journal on, against theirs | at most 0.55 x | 0.60 x | 0.50 | missed |" in goals_table(figures)


@pytest.mark.parametrize("ours, verdict", (([6.5], "met"), ([7.0], "missed")))
def test_a_goal_may_be_so_many_times_what_the_floor_has(monkeypatch, ours, verdict):
    figures = figures_of(buttond=ours, floor=[6.0], theirs=[10.0])
    monkeypatch.setattr("rig.report.GOALS", [hot_against("theirs", 1.15, times_floor=True)])
    table = goals_table(figures)
    assert "| at most 1.15 x the floor's: 0.69 x |" in table
    assert f"| 0.60 | {verdict} |" in table


def test_a_goal_beside_a_floor_that_was_not_measured_is_not_judged():
    figures = figures_of(buttond=[6.0], theirs=[10.0])
    assert hot_against("theirs", 1.15, times_floor=True).judge(figures) is None


def test_the_table_shows_median_least_and_most():
    table = case_table(figures_of(ours=[5.0, 4.0, 7.0], theirs=[20.0, 21.0, 22.0]), "hot", "one link")
    assert "| ours | 5.00 (4.00 to 7.00) |" in table
    assert "ours < theirs" in table
    assert spread([1234.5]) == "1,234"


def test_cpu_time_of_an_interval_is_parted_by_its_own_ticks():
    used = Usage(3.0, 200, 100) - Usage(1.0, 200, 0)
    assert (used.total, used.user, used.system) == (2.0, 0.0, 2.0)
