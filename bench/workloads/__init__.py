"""The workloads: each module has a TITLE, and a run(bench) that records figures."""
