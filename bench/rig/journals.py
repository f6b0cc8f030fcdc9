"""A node's data with impressions that no store has acknowledged, as a killed node leaves it."""

import signal

from .load import replay
from .nodes import Node
from .processes import wait_until

NOWHERE = "mongodb://127.0.0.1:9/none?serverSelectionTimeoutMS=100"


def leave_journal(folder, links, cores, load_cores):
    """Counts one impression of each of `links` links, and kills the node; its data are in `folder`/data."""
    with Node(folder, NOWHERE, cores=cores) as node:
        replay(folder, node.port, "--made-up", links, "--popularity", "in-turn", "--requests", links // 50,
               "--links-per-request", 50, "--metrics", node.metrics_url, cores=load_cores)
        # So many new links at once are counted in memory, until the journal has files for them.
        wait_until(lambda: node.metrics()["buttond_impressions_at_risk"] == 0, 30, every=0.02,
                   what="all of it in the journal")
        if (held := node.metrics()["buttond_impressions_pending"]) != links:
            raise RuntimeError(f"the journal holds {held:,.0f} of {links:,} links")
        node.stop(signal.SIGKILL)
