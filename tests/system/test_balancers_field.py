"""HAProxy and nginx with deploy's files before real nodes, under load: nodes and balancers that are restarted, die and
hang. Of no request the balancers know less than the nodes do: what was answered is counted, and nothing twice."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from balanced_readers import BalancedReaders
from buttond import BINARY, wait_until
from machine import Machine
from raw_http import Reader
from test_balancers import Balancer, ask, free_port

pytestmark = pytest.mark.release  # of the machine's time more than of ours

RESTARTS = 20
LONGEST = 5  # seconds that a reader waits for a node that hangs: `timeout server`, `proxy_read_timeout`
NOTICED = 1.3  # seconds until HAProxy's checks have noticed a node that drains: inter, and fastinter
BACK = 1.0  # and one that is ready: downinter, and fastinter

# How a node learns the readers' addresses, and the balancers that can tell it so.
BY_HEADER = ("--trusted-proxy", "127.0.0.1"), ("haproxy", "nginx")
BY_PROXY = ("--proxy-protocol",), ("haproxy",)
WAYS = pytest.mark.parametrize("way", (BY_HEADER, BY_PROXY), ids=("X-Forwarded-For", "PROXY-v2"))
EACH = pytest.mark.parametrize("way", ((BY_HEADER[0], ("haproxy",)), (BY_HEADER[0], ("nginx",)), BY_PROXY),
                               ids=("haproxy", "nginx", "haproxy-PROXY-v2"))  # fmt: skip


class Load:
    """Each kind of balancer before the same nodes, with readers of links of their own."""

    def __init__(self, folder, kinds, ports, by_proxy):
        self.balancers = [Balancer(kind, folder / kind, ports, proxy_header=by_proxy) for kind in kinds]
        self.readers = [BalancedReaders(pause=0.008, prefix=f"{kind}.example") for kind in kinds]

    def __enter__(self):
        for balancer, readers in zip(self.balancers, self.readers):
            readers.start(balancer.port)
        try:
            wait_until(lambda: all(readers.answered.total() > 200 for readers in self.readers), 30, what="load")
        except TimeoutError:
            self.__exit__()
            raise AssertionError([str(readers) for readers in self.readers]) from None
        return self

    def go_on(self, seconds):
        time.sleep(seconds)

    def __exit__(self, *_):
        for readers in self.readers:
            readers.stop()
        for balancer in self.balancers:
            balancer.stop()

    def unanswered(self):
        return sum(len(readers.failures) + readers.asked_again for readers in self.readers)

    def check_that_nothing_failed(self):
        """Whom a busy machine keeps from asking for a second may find his idle connection closed."""
        for readers in self.readers:
            assert readers.failures == []
            assert readers.asked_again < RESTARTS / 4

    def check_books(self, stored):
        """`stored`: {key: impressions} of all nodes together."""
        for balancer, readers in zip(self.balancers, self.readers):
            print(f"{balancer.kind}: {readers}")
            readers.check({key: count for key, count in stored.items() if key.startswith(f"{balancer.kind}.")})


@pytest.fixture
def two_nodes(servers, tmp_path):
    """two_nodes(*flags): on ports that stay, with one store."""

    def start(*flags):
        store = f"sqlite:{tmp_path}/both.db"
        return [servers("--listen", f"127.0.0.1:{free_port()}", "--epoch", "200ms", "--rate", "0", *flags, store=store)
                for _ in range(2)]  # fmt: skip

    return start


def load_of(way, folder, nodes):
    return Load(folder, way[1], [node.address[1] for node in nodes], "--proxy-protocol" in way[0])


def stored_by(nodes):
    for node in nodes:
        node.wait_stored()
    return nodes[0].impressions()


@pytest.mark.parametrize("way, drain_delay", ((BY_HEADER, NOTICED), (BY_PROXY, 0)), ids=("X-Forwarded-For", "PROXY-v2"))
def test_twenty_rolling_restarts_fail_no_request(way, drain_delay, two_nodes, tmp_path):
    nodes = two_nodes(*way[0], "--drain-delay", f"{int(drain_delay * 1000)}ms")
    with load_of(way, tmp_path, nodes) as load:
        for _ in range(RESTARTS):
            for node in nodes:
                node.terminate()
                node.start()
                load.go_on(BACK)
    load.check_books(stored_by(nodes))
    load.check_that_nothing_failed()


@pytest.fixture
def installed(tmp_path):
    """The build that is tested, installed where `cmake --install` puts it, /usr/local."""
    subprocess.run(["cmake", "--install", BINARY.parent, "--prefix", "/usr/local"], env={**os.environ, "DESTDIR": str(tmp_path)},
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    return tmp_path / "usr/local"


@pytest.fixture
def two_machines(installed, tmp_path):
    """two_machines(*flags): each with a systemd that runs a node, on a store of its own."""
    with contextlib.ExitStack() as started:

        def start(*flags):
            settings = ["BUTTOND_EPOCH=200ms", "BUTTOND_RATE=0", "BUTTOND_ADMIN=off"]
            for flag, value in zip(flags[::2], (*flags[1::2], "true")):
                settings.append(f"BUTTOND_{flag.removeprefix('--').replace('-', '_').upper()}={value}")
            machines = []
            for number in range(2):
                machines.append(Machine(tmp_path / f"machine-{number}", installed, free_port(), settings))
                started.callback(machines[-1].close)
            return machines

        yield start


def exported(store):
    done = subprocess.run([BINARY, "export", "--data", store.parent, "--store", f"sqlite:{store}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return {row["key"]: row["impressions"] for row in map(json.loads, done.stdout.splitlines())}


@WAYS
def test_twenty_rolling_restarts_by_systemd_fail_no_request(way, two_machines, tmp_path):
    machines = two_machines(*way[0])
    with Load(tmp_path, way[1], [machine.port for machine in machines], "--proxy-protocol" in way[0]) as load:
        for _ in range(RESTARTS):
            for machine in machines:
                machine.systemctl("restart", "buttond.service")
                load.go_on(0.3)
    for machine in machines:
        machine.systemctl("stop", "buttond.socket", "buttond.service")
    one, other = (exported(machine.store) for machine in machines)
    load.check_books({key: one.get(key, 0) + other.get(key, 0) for key in one | other})
    load.check_that_nothing_failed()


def test_systemd_starts_it_again_however_often_it_dies(two_machines, tmp_path):
    machine, _ = two_machines("--trusted-proxy", "127.0.0.1")
    for _ in range(8):  # more than the five in ten seconds after which systemd gives up by itself
        assert ask(machine.port) == 200
        machine.systemctl("kill", "--signal=SIGKILL", "--kill-who=main", "buttond.service")
    assert ask(machine.port) == 200


@EACH
def test_of_a_killed_node_only_what_it_was_answering_fails(way, two_nodes, tmp_path):
    nodes = two_nodes(*way[0])
    with load_of(way, tmp_path, nodes) as load:
        (readers,) = load.readers
        for node in nodes:
            unanswered = load.unanswered()
            node.kill()
            load.go_on(2)
            # Of each reader one request is under way, and another one where the dying node's socket still takes it.
            assert load.unanswered() - unanswered <= 2 * readers.threads
            node.start()
            load.go_on(2 * BACK)
    load.check_books(stored_by(nodes))


@EACH
def test_for_a_node_that_hangs_readers_wait_no_longer_than_said_and_then_have_the_other(way, two_nodes, tmp_path):
    nodes = two_nodes(*way[0])
    with load_of(way, tmp_path, nodes) as load:
        (readers,) = load.readers
        nodes[0].process.send_signal(signal.SIGSTOP)
        hung = time.monotonic()
        load.go_on(7)  # until the checks, or what failed, have taken it out
        failed = len(readers.failures)
        for _ in range(20):
            began = time.monotonic()
            assert ask(load.balancers[0].port) == 200
            assert time.monotonic() - began < 1
        load.go_on(hung + 10 - time.monotonic())
        nodes[0].process.send_signal(signal.SIGCONT)
        load.go_on(LONGEST + 1)
        late = len(readers.failures)
        load.go_on(2)
    load.check_books(stored_by(nodes))
    assert readers.slowest < LONGEST + 1.5, readers
    assert len(readers.failures) == late  # all is well again
    assert failed <= 2 * readers.threads, readers.failures


@EACH
def test_a_balancer_that_reloads_fails_no_request(way, two_nodes, tmp_path):
    nodes = two_nodes(*way[0])
    with load_of(way, tmp_path, nodes) as load:
        for _ in range(5):
            load.balancers[0].reload()
            load.go_on(1)
    load.check_books(stored_by(nodes))
    (readers,) = load.readers
    assert readers.failures == []
    assert readers.refused == 0
    if load.balancers[0].kind == "haproxy":  # nginx closes connections under a request, which browsers ask again
        assert readers.asked_again == 0


@EACH
def test_a_balancer_that_is_killed_fails_only_what_it_was_passing_on(way, two_nodes, tmp_path):
    nodes = two_nodes(*way[0])
    with load_of(way, tmp_path, nodes) as load:
        (readers,), (balancer,) = load.readers, load.balancers
        balancer.kill_all()
        load.go_on(0.3)
        balancer.start_again()
        answered = readers.answered.total()
        wait_until(lambda: readers.answered.total() > answered + 100, 30, what="answers")
    load.check_books(stored_by(nodes))
    assert load.unanswered() <= 2 * readers.threads, readers  # one of its processes dies after the other


def asks(port, address, times):
    """Impressions of a reader with this address."""
    with socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(address, 0)) as connection:
        answers = Reader(connection)
        for _ in range(times):
            connection.sendall(b"GET /v1/buttons?url=https%3A%2F%2Fexample.com%2F HTTP/1.1\r\nHost: a\r\n"
                               b"User-Agent: Mozilla/5.0\r\n\r\n")  # fmt: skip
            assert answers.answer()[0] == 200


@EACH
def test_each_reader_has_his_own_address_at_the_nodes(way, servers, tmp_path):
    node = servers("--listen", f"127.0.0.1:{free_port()}", "--rate", "1", *way[0])  # ten at once

    def over_its_rate():
        return node.metrics()['buttond_impressions_filtered_total{reason="rate"}']

    (kind,) = way[1]
    with Balancer(kind, tmp_path, [node.address[1]], proxy_header="--proxy-protocol" in way[0]) as balancer:
        asks(balancer.port, "127.0.0.2", 100)
        over = over_its_rate()
        assert 80 <= over <= 90
        with ThreadPoolExecutor(8) as readers:  # side by side, on the connections that it was asked on
            list(readers.map(lambda number: asks(balancer.port, f"127.0.1.{number}", 10), range(1, 33)))
        assert over_its_rate() == over
        asks(balancer.port, "127.0.0.2", 20)
        assert over_its_rate() > over
