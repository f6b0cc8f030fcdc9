"""A node's data with impressions that no store has acknowledged, as a killed node leaves it."""

import signal

from .load import replay
from .nodes import Node

NOWHERE = "mongodb://127.0.0.1:9/none?serverSelectionTimeoutMS=100"


def leave_journal(folder, links, cores, load_cores):
    """Counts one impression of each of `links` links, and kills the node; its data are in `folder`/data."""
    with Node(folder, NOWHERE, cores=cores) as node:
        replay(folder, node.port, "--made-up", links, "--popularity", "in-turn", "--requests", links // 50,
               "--links-per-request", 50, "--metrics", node.metrics_url, cores=load_cores)
        node.stop(signal.SIGKILL)
