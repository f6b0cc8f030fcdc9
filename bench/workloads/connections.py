"""How many connections there are, and how often a new one comes."""

import resource
import socket

from rig.bench import SERVER_CORE, buttons_path
from rig.contestants import beast, captured_answer, floor, nginx

from .hot import LINKS, seeded

TITLE = "One connection, a hundred, ten thousand; and a new one for each request"


IDLE = 10_000


def measure_idle(bench, contestant):
    """Memory of a connection that asked once and then says nothing."""
    before = contestant.memory()
    connections = []
    try:
        for _ in range(IDLE):
            connection = socket.create_connection(("127.0.0.1", contestant.port))
            connections.append(connection)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: buttons.example\r\n\r\n")
            connection.recv(4096)
        bench.figures.add("connections", "idle", contestant.name, "bytes a connection",
                          (contestant.memory() - before) / IDLE)
    finally:
        for connection in connections:
            connection.close()


def run(bench):
    # wrk and the idle connections have a descriptor each.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    path = buttons_path(LINKS[:1])
    with bench.stage(seeded,
                     lambda folder: nginx(folder, SERVER_CORE, "return"),
                     lambda folder: beast(folder, SERVER_CORE)) as contestants:
        captured_answer(contestants[0].port, path)
        answer = captured_answer(contestants[0].port, path)
        with bench.stage(lambda folder: floor(folder, SERVER_CORE, answer)) as bare:
            for contestant in contestants + bare:
                measure_idle(bench, contestant)
            for count in (1, 100, 10_000):
                bench.closed_loop("connections", f"{count:,} connections", contestants + bare, path, connections=count,
                                  seconds=4 if count == 10_000 else None)
        bench.closed_loop("connections", "a new one for each request", contestants, path,
                          headers={"Connection": "close"})
