"""What the benchmarks are made of: processes that are measured, nodes, balancers, load, results."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
