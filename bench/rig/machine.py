"""Where and with what the figures were measured."""

import os
import platform
import re
import subprocess

from .nodes import BINARY


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except FileNotFoundError:
        return "not installed"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"


def describe():
    version = first_line(str(BINARY), "--version")  # "buttond 0.1.0 (COMMIT)"
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "kernel": platform.release(),
        "commit": re.sub(r".*\((.*)\)", r"\1", version),
        "versions": {
            "buttond": version,
            "compiler": first_line("c++", "--version"),
            "nginx": first_line("nginx", "-v").removeprefix("nginx version: "),
            "HAProxy": first_line("haproxy", "-v"),
            "Redis": first_line("redis-server", "--version"),
            "Caddy": first_line("caddy", "version"),
            "wrk": first_line("wrk", "-v"),
        },
    }
