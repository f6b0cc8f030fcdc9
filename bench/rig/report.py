"""The results as Markdown: the goals, then every figure with its rounds."""

import statistics

from .bench import CPU, RATE
from .goals import GOALS


WHAT_HOLDS_ELSEWHERE = (
    "Ratios (unit x) are of two contestants in one round, and hold on other machines about as they do here. "
    f"Everything else ({CPU}, {RATE}, bytes, seconds) depends on the machine.")


def number(value):
    """Three digits that mean something."""
    magnitude = abs(value)
    if magnitude >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if magnitude >= 10 else f"{value:.2f}"


def spread(samples):
    if len(samples) == 1:
        return number(samples[0])
    return f"{number(statistics.median(samples))} ({number(min(samples))} to {number(max(samples))})"


def goal_rows(figures):
    """(goal, samples, verdict) of each goal that was measured."""
    judged = ((goal, goal.judge(figures)) for goal in GOALS)
    return [(goal, *verdict) for goal, verdict in judged if verdict]


def limit_of(goal, figures):
    sign = "at least" if goal.at_least else "at most"
    if goal.times_floor:
        return f"{sign} {goal.limit:g} x the floor's: {number(goal.limit_in(figures))} {goal.unit}"
    return f"{sign} {goal.limit:g} {goal.unit}"


def goals_table(figures):
    lines = ["| goal | limit | measured: median (least to most) | the floor's | |", "|---|---|---|---|---|"]
    for goal, samples, verdict in goal_rows(figures):
        floor = goal.floor and goal.floor(figures)
        lines.append(f"| {goal.what} | {limit_of(goal, figures)} | {spread(samples)} {goal.unit} | "
                     f"{number(statistics.median(floor)) if floor else ''} | {verdict} |")
    return "\n".join(lines)


def ranking(rows):
    """Who is ahead of whom, as far as the rounds can tell: those in one group are not told apart."""
    ordered = sorted(rows, key=lambda row: row.median)
    groups = []
    for row in ordered:
        if groups and min(row.samples) <= max(groups[-1][-1].samples):
            groups[-1].append(row)
        else:
            groups.append([row])
    return " < ".join(" = ".join(row.contestant for row in group) for group in groups)


README_BEGIN = "<!-- From here on bench/run writes. -->"
README_END = "<!-- To here. -->"


def readme_section(figures, machine):
    """The summary for the project's README: the goals, and one plot."""
    return "\n\n".join([
        README_BEGIN,
        f"On {machine['cores']} cores of {machine['cpu']}, at commit {machine['commit']}; `x` is a ratio to another server "
        "in the same round. The floor writes the same bytes and does nothing else: what it takes, the kernel takes. "
        "All figures: [bench/results](bench/results/README.md).",
        goals_table(figures),
        "![CPU a request of a hot impression](bench/results/hot.svg)",
        README_END,
    ])


def update_readme(file, figures, machine):
    """Replaces the summary in `file`."""
    text = file.read_text()
    before, begin, rest = text.partition(README_BEGIN)
    _, end, after = rest.partition(README_END)
    if not begin or not end:
        raise ValueError(f"{file} has no place for the figures, between {README_BEGIN} and {README_END}")
    file.write_text(before + readme_section(figures, machine) + after)


def cases_of(figures):
    return list(dict.fromkeys((row.workload, row.case) for row in figures.rows))


def case_table(figures, workload, case):
    rows = [row for row in figures.rows if (row.workload, row.case) == (workload, case)]
    contestants = list(dict.fromkeys(row.contestant for row in rows))
    units = list(dict.fromkeys(row.unit for row in rows))
    lines = ["| contestant | " + " | ".join(units) + " |", "|---" * (len(units) + 1) + "|"]
    for contestant in contestants:
        cells = (figures.find(workload, case, contestant, unit) for unit in units)
        lines.append(f"| {contestant} | " + " | ".join(spread(cell.samples) if cell else "" for cell in cells) + " |")
    timed = [row for row in rows if row.unit == CPU and len(row.samples) > 1]
    if len(timed) > 1:
        lines += ["", f"CPU a request, least first; `=` where the rounds overlap: {ranking(timed)}."]
    return "\n".join(lines)


def markdown(figures, machine, titles):
    versions = "; ".join(f"{name}: {version}" for name, version in machine["versions"].items())
    parts = [
        "# Results",
        "Written by `./bench/run`; do not edit. What is measured and how: `bench/README.md`.",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Linux {machine['kernel']}; commit "
        f"{machine['commit']}. {versions}.",
        WHAT_HOLDS_ELSEWHERE,
        "## Goals", goals_table(figures),
    ]
    plotted = {"hot": "hot.svg", "pipelined": "pipelined.svg", "script": "script.svg", "growth": "growth.svg",
               "open_loop": "open_loop.svg"}
    seen = set()
    for workload, case in cases_of(figures):
        if workload not in seen:
            seen.add(workload)
            parts.append(f"## {titles.get(workload, workload)}")
            if workload in plotted:
                parts.append(f"![{workload}]({plotted[workload]})")
        parts += [f"### {case}", case_table(figures, workload, case)]
    return "\n\n".join(parts) + "\n"
