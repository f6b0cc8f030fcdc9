"""Readers that know exactly which of their impressions were answered, and what the store may hold of them."""

import random
import socket
import threading
import urllib.parse
from collections import Counter


class KnowingClient:
    """Readers on keep-alive connections, each asking for the buttons of some links again and again.

    `answered` counts, link by link, what got a complete answer: the store must have all of it, once.
    `open` counts what was asked and got none, whole: the store may have it, once.
    """

    def __init__(self, links=40, threads=3, prefix="example.com"):
        self.keys = [f"{prefix}/{number}" for number in range(links)]
        self.threads = threads
        self.answered = Counter()
        self.open = Counter()
        self.errors = 0  # answers that were not 200
        self.lock = threading.Lock()
        self.running = []

    def start(self, server):
        """Readers ask until stop(), or until their connection breaks."""
        self.stopping = threading.Event()
        address = server.address
        self.running = [threading.Thread(target=self._read, args=(address,)) for _ in range(self.threads)]
        for thread in self.running:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.running:
            thread.join()

    def read_for(self, server, seconds):
        self.start(server)
        self.stopping.wait(seconds)
        self.stop()

    def _read(self, address):
        try:
            with socket.create_connection(address, timeout=20) as connection:
                answers = connection.makefile("rb")
                while not self.stopping.is_set():
                    self._ask(connection, answers, random.choices(self.keys, k=random.randint(1, 4)))
        except OSError:
            pass

    def _ask(self, connection, answers, keys):
        query = urllib.parse.urlencode([("url", "https://" + key) for key in keys])
        request = f"GET /v1/buttons?{query} HTTP/1.1\r\nHost: buttons.example\r\nUser-Agent: Mozilla/5.0\r\n\r\n"
        asked = Counter(keys)
        with self.lock:
            self.open += asked
        connection.sendall(request.encode())
        status = read_answer(answers)
        with self.lock:
            self.open -= asked
            if status == 200:
                self.answered += asked
            else:
                self.errors += 1

    def check(self, stored):
        """`stored`: {key: impressions}. Each link by itself: all that was answered, and no more than was asked."""
        wrong = {
            key: (self.answered[key], stored.get(key, 0), self.answered[key] + self.open[key])
            for key in self.keys
            if not self.answered[key] <= stored.get(key, 0) <= self.answered[key] + self.open[key]
        }
        assert not wrong, f"{len(wrong)} links are not between answered and asked: {wrong}"
        assert self.answered.total() > 0
        assert self.errors == 0
        assert set(stored) <= set(self.keys)


def read_answer(answers):
    """The status of the next whole answer; OSError where it is not whole."""
    return read_answer_whole(answers)[0]


def read_answer_whole(answers):
    """(status, head) of the next answer; OSError where it is not whole."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the answer ends in its head")
        head += line
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    if len(answers.read(length)) < length:
        raise ConnectionError("the answer ends in its body")
    return int(head.split(b" ", 2)[1]), head
