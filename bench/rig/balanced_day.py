"""The button's day: readers' impressions through HAProxy onto two nodes and one store, each link compared."""

import time
from contextlib import ExitStack
from dataclasses import dataclass

from .balancers import Balancer
from .load import differences, expectations, replay
from .nodes import Node, export
from .processes import Usage


@dataclass
class Day:
    load: dict  # replay's summary
    nodes: list  # stopped
    serving: list  # Usage of each node until the last answer
    balancing: Usage
    store_cpu: float | None  # seconds of MongoDB's members, until all was folded
    seconds: float  # from the first request to the last flush
    stored: dict  # {key: impressions}
    compared: int  # links
    wrong: list  # a line for each that differs
    failures: list  # what a node that did not end well said last

    @property
    def exact(self):
        return not self.wrong and not self.failures and self.load["books"]["agree"]


def balanced_day(folder, store, load_flags, store_cpu=None):
    """Runs it on the store of that URI. `load_flags`: replay's; `store_cpu()`: the store's CPU seconds so far.

    The nodes are told that HAProxy may be believed (--trusted-proxy), and not to limit readers (--rate 0): here all of
    them have one address.
    """
    with ExitStack() as stack:
        nodes = [stack.enter_context(Node(folder / f"node{i}", store, "--trusted-proxy", "127.0.0.0/8", "--rate", "0",
                                          "--flush-deadline", "10m", name=f"node {i}")) for i in (1, 2)]
        balancer = stack.enter_context(Balancer("haproxy", folder / "balancer", [node.port for node in nodes]))
        before = store_cpu() if store_cpu else None
        begin = time.monotonic()
        load = replay(folder, balancer.port, *load_flags, "--expect", folder / "expect",
                      *(word for node in nodes for word in ("--metrics", node.metrics_url)))
        serving = [node.cpu() for node in nodes]
        balancing = balancer.cpu()
        failures = [f"{node.name} ended with status {status}; its log ends:\n{node.log_text()[-2000:]}"
                    for node in nodes if (status := node.stop(patience=660))]
        seconds = time.monotonic() - begin
        used = store_cpu() - before if store_cpu else None
        stored = export(store, nodes[0].data)
        expected = expectations(folder / "expect")
    return Day(load, nodes, serving, balancing, used, seconds, stored, len(expected), differences(expected, stored),
               failures)
