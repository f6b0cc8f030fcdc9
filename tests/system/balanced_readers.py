"""Readers behind a balancer, who go on whatever happens to it and to its nodes, and know what they got."""

import random
import socket
import threading
import time
import urllib.parse
from collections import Counter

from knowing_client import KnowingClient, read_answer_whole

LONGEST_WAIT = 60  # of a reader; nothing may take as long


class BalancedReaders(KnowingClient):
    """Each asks on a keep-alive connection to one port of 127.0.0.1, and makes it anew where it ends.

    `failures` describes each request that got no answer, or another one than 200. What is sent on a connection that
    carried an answer before, and ends then without a byte, is no failure: browsers ask that again (`asked_again`).
    """

    def __init__(self, readers=8, pause=0.004, links=40, prefix="example.com"):
        super().__init__(links, readers, prefix)
        self.pause = pause
        self.failures = []
        self.asked_again = 0
        self.refused = 0  # connections that could not be made
        self.slowest = 0.0  # seconds until an answer, or its failure

    def start(self, port):
        self.stopping = threading.Event()
        self.began = time.monotonic()
        self.running = [threading.Thread(target=self._read_on, args=(port,)) for _ in range(self.threads)]
        for thread in self.running:
            thread.start()

    def __str__(self):
        told = f"{self.answered.total()} impressions answered, {len(self.failures)} requests failed, "
        return told + f"{self.asked_again} asked again, slowest {self.slowest:.3f} s"

    def _read_on(self, port):
        while not self.stopping.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
            except OSError:
                with self.lock:
                    self.refused += 1
                self.stopping.wait(0.01)
                continue
            with connection, connection.makefile("rb") as answers:
                self._read_on_connection(connection, answers)

    def _read_on_connection(self, connection, answers):
        was_answered = False
        while not self.stopping.is_set():
            keys = random.choices(self.keys, k=random.randint(1, 4))
            with self.lock:
                self.open += Counter(keys)
            began = time.monotonic()
            what, goes_on = self._answer(connection, answers, keys)
            with self.lock:
                self._note(keys, what, began, was_answered)
            if not goes_on:
                return
            was_answered = True
            self.stopping.wait(self.pause)

    def _answer(self, connection, answers, keys):
        """A status, "nothing" where the connection ends without a byte, or how it failed; whether it goes on."""
        query = urllib.parse.urlencode([("url", "https://" + key) for key in keys])
        try:
            connection.sendall(f"GET /v1/buttons?{query} HTTP/1.1\r\nHost: buttons.example\r\n"
                               "User-Agent: Mozilla/5.0\r\n\r\n".encode())  # fmt: skip
            if not answers.peek(1):
                return "nothing", False
            status, head = read_answer_whole(answers)
            return status, b"connection: close" not in head.lower()
        except (ConnectionResetError, BrokenPipeError):
            return "nothing", False
        except OSError as failure:
            return repr(failure), False

    def _note(self, keys, what, began, was_answered):
        seconds = time.monotonic() - began
        self.slowest = max(self.slowest, seconds)
        if what == 200:
            self.open -= Counter(keys)
            self.answered += Counter(keys)
        elif what == "nothing" and was_answered:
            self.asked_again += 1
        else:
            self.failures.append(f"{began - self.began:.3f} s: {what} after {seconds:.3f} s")
