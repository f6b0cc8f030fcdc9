"""Plots of the results, as SVG."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

from .bench import CPU_SYSTEM, CPU_USER, RATE  # noqa: E402

matplotlib.rcParams["svg.hashsalt"] = "buttond"  # the same figures make the same file

OURS, OTHERS, SYSTEM = "#2c6ecb", "#8a94a6", "#c9d0da"


def save(figure, folder, name):
    figure.tight_layout()
    figure.savefig(folder / name, metadata={"Date": None})
    plt.close(figure)


def cpu_bars(figures, workload, folder):
    """CPU a request of every contestant and case: user in full colour, system pale."""
    cases = list(dict.fromkeys(row.case for row in figures.rows if row.workload == workload and row.unit == CPU_USER))
    if not cases:
        return
    bars = [(case, row.contestant) for case in cases
            for row in sorted((r for r in figures.rows
                               if (r.workload, r.case, r.unit) == (workload, case, CPU_USER)),
                              key=lambda r: r.median, reverse=True)]
    figure, axes = plt.subplots(figsize=(8, 0.6 + 0.36 * len(bars)))
    for position, (case, contestant) in enumerate(bars):
        user = figures.find(workload, case, contestant, CPU_USER).median
        system = figures.find(workload, case, contestant, CPU_SYSTEM).median
        axes.barh(position, user, color=OURS if contestant == "buttond" else OTHERS)
        axes.barh(position, system, left=user, color=SYSTEM)
        axes.text(user + system, position, f" {user + system:.1f}", va="center", fontsize=8)
    axes.set_yticks(range(len(bars)), [f"{contestant}, {case}" for case, contestant in bars], fontsize=8)
    axes.set_xlabel("microseconds of CPU a request (user, then system); less is better", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, folder, f"{workload}.svg")


def rate_bars(figures, workload, folder):
    rows = sorted((row for row in figures.rows if row.workload == workload and row.unit == RATE),
                  key=lambda row: row.median)
    if not rows:
        return
    figure, axes = plt.subplots(figsize=(8, 0.6 + 0.36 * len(rows)))
    axes.barh([row.contestant for row in rows], [row.median / 1000 for row in rows],
              color=[OURS if row.contestant == "buttond" else OTHERS for row in rows])
    axes.set_xlabel("thousand requests a second on one core; more is better", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, folder, f"{workload}.svg")


def growth_lines(figures, folder):
    rows = [row for row in figures.rows if row.workload == "growth" and row.unit == CPU_USER and "links" in row.case]
    if not rows:
        return
    links = [int(row.case.split()[0].replace(",", "")) for row in rows]
    totals = [row.median + figures.find("growth", row.case, row.contestant, CPU_SYSTEM).median for row in rows]
    figure, axes = plt.subplots(figsize=(8, 3))
    axes.plot(links, totals, color=OURS, marker="o")
    axes.set_xscale("log")
    axes.set_ylim(0, max(totals) * 1.1)
    axes.set_xlabel("links in the cache", fontsize=8)
    axes.set_ylabel("us of CPU a request", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, folder, "growth.svg")


def latency_lines(figures, folder):
    """Latency by percentile of the open loop."""
    rows = [row for row in figures.rows if row.workload == "open_loop" and row.unit.startswith("us p")]
    if not rows:
        return
    figure, axes = plt.subplots(figsize=(8, 3.5))
    for name in dict.fromkeys((row.contestant, row.case) for row in rows):
        own = [row for row in rows if (row.contestant, row.case) == name]
        labels = [row.unit.removeprefix("us ") for row in own]
        axes.plot(labels, [row.median for row in own], marker="o", label=", ".join(name),
                  color=OURS if name[0] == "buttond" else OTHERS,
                  linestyle={"flushing": "-", "store stalled": "--"}.get(name[1], ":"))
    axes.set_yscale("log")
    axes.set_ylabel("us from the moment a request was due", fontsize=8)
    axes.legend(fontsize=8, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, folder, "open_loop.svg")


def draw_all(figures, folder):
    for workload in ("hot", "script"):
        cpu_bars(figures, workload, folder)
    rate_bars(figures, "pipelined", folder)
    growth_lines(figures, folder)
    latency_lines(figures, folder)
