"""bench/replay keeps books that can be trusted, whatever the server does to it."""

import collections
import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
from buttond import BINARY, ROOT

sys.path.insert(0, str(ROOT / "bench"))
from rig.load import differences, expectations  # noqa: E402
from rig.processes import free_port  # noqa: E402

REPLAY = BINARY.with_name("replay")
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"counts":[1]}'


def status_line(status):
    return f"HTTP/1.1 {status} Because\r\nContent-Length: 0\r\n\r\n".encode()


class Rude:
    """Answers request number N (from 1) with `answer(N)`: bytes, then goes on; or (bytes,), then hangs up."""

    def __init__(self, answer=lambda number: OK, metrics=None):
        self.answer = answer
        self.metrics = metrics or (lambda: 0)
        self.received = collections.Counter()  # of each link
        self.requests = 0
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as lines:
            for line in lines:
                if not line.startswith(b"GET "):
                    continue
                path = line.split()[1].decode()
                if path == "/metrics":
                    page = f"buttond_impressions_accepted_total {self.metrics()}\n".encode()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page))
                    continue
                with self.lock:
                    self.requests += 1
                    answer = self.answer(self.requests)
                    self.received.update(urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["url"])
                if isinstance(answer, tuple):
                    connection.sendall(answer[0])
                    return
                connection.sendall(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture
def run(tmp_path):
    """run(server, flags...) replays forty links; returns the exit status, the summary and what was expected."""
    links = tmp_path / "links"
    links.write_text("".join(f"https://blog.example.com/post-{i}?a=1&b=ä{i}\n" for i in range(40)))

    def replay(server, *flags):
        command = [REPLAY, "--server", f"127.0.0.1:{server.port}", "--links", links, "--connections", 4,
                   "--json", tmp_path / "json", "--expect", tmp_path / "expect", *flags]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads((tmp_path / "json").read_text()), expectations(tmp_path / "expect")

    return replay


def keyed(received):
    """What the server received, under the keys that buttond would count it by."""
    return {url.removeprefix("https://").replace("ä", "%C3%A4"): count for url, count in received.items()}


@pytest.mark.parametrize("pipeline", (1, 16))
@pytest.mark.parametrize("links", (1, 10))
def test_every_answer_is_acknowledged_once(run, pipeline, links):
    with Rude() as server:
        status, summary, expected = run(server, "--requests", 500, "--pipeline", pipeline, "--links-per-request", links)
    assert status == 0
    assert (summary["answered"], summary["acknowledged_impressions"]) == (500, 500 * links)
    assert summary["unsure_impressions"] == 0
    assert {key: ack for key, (ack, _) in expected.items()} == keyed(server.received)


@pytest.mark.parametrize("pipeline", (1, 16))
@pytest.mark.parametrize("last_words", (b"", OK[:-1], OK[:20]), ids=("nothing", "all-but-a-byte", "half-a-header"))
def test_a_request_that_got_no_whole_answer_is_unsure_and_never_sent_again(run, pipeline, last_words):
    with Rude(lambda number: (last_words,) if number % 7 == 0 else OK) as server:
        status, summary, expected = run(server, "--requests", 300, "--pipeline", pipeline)
    assert status == 0
    assert summary["sent"] == 300
    assert summary["answered"] + summary["unanswered"] == 300
    assert summary["unanswered"] >= 300 // 7 // pipeline
    assert server.requests <= 300
    assert differences(expected, keyed(server.received)) == []


def test_a_connection_that_the_server_ends_politely_is_opened_again(run):
    goodbye = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with Rude(lambda number: (goodbye,) if number % 5 == 0 else OK) as server:
        _, summary, _ = run(server, "--requests", 200)
    assert (summary["answered"], summary["unanswered"]) == (200, 0)
    assert summary["connections_opened"] >= 40


def test_a_balancers_error_is_unsure_and_a_refusal_is_not_counted(run):
    with Rude(lambda number: status_line(503 if number % 2 else 400)) as server:
        _, summary, _ = run(server, "--requests", 100)
    assert summary["refused"] == 100
    assert (summary["acknowledged_impressions"], summary["unsure_impressions"]) == (0, 50)


@pytest.mark.parametrize("grown, status", ((99, 1), (100, 0), (101, 1)))
def test_books_that_differ_by_one_end_with_status_1(run, grown, status):
    with Rude() as server:
        server.metrics = lambda: 1000 + (grown if server.requests else 0)
        got, summary, _ = run(server, "--requests", 100, "--metrics", f"http://127.0.0.1:{server.port}/metrics")
    assert got == status
    assert summary["books"]["accepted"] == grown
    assert summary["books"]["agree"] == (status == 0)


def test_the_same_seed_asks_for_the_same_links(run):
    received = []
    for seed in (1, 1, 2):
        with Rude() as server:
            run(server, "--requests", 200, "--seed", seed)
        received.append(server.received)
    assert received[0] == received[1] != received[2]


def test_the_first_link_is_the_most_popular(run):
    with Rude() as server:
        run(server, "--requests", 2000, "--exponent", 1.2)
    counts = [server.received[f"https://blog.example.com/post-{i}?a=1&b=ä{i}"] for i in range(40)]
    assert counts[0] == max(counts)
    assert sum(counts[:4]) > sum(counts[4:])


def test_an_open_loop_counts_latency_from_the_moment_a_request_was_due(run):
    def stall(number):
        if number == 50:
            time.sleep(0.5)
        return OK

    with Rude(stall) as server:
        _, summary, _ = run(server, "--requests", 200, "--rate", 200)
    # Of the 200 requests of this second about half were due while the server stalled.
    assert summary["latency_us"]["max"] >= 450_000
    assert summary["latency_us"]["p90"] >= 200_000
    assert summary["seconds"] >= 0.95


def test_an_interrupted_run_still_sums_up(run, tmp_path):
    with Rude() as server:
        process = subprocess.Popen(
            [REPLAY, "--server", f"127.0.0.1:{server.port}", "--made-up", "10", "--duration", "60", "--rate", "100"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        while not server.requests:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "answered" in output
    assert "interrupted" in output


@pytest.mark.parametrize("flags, words", (
    (["--requests", "1"], "needs links"),
    (["--links", "/nowhere", "--requests", "1"], "cannot read /nowhere"),
    (["--made-up", "5"], "--requests N or --duration"),
    (["--made-up", "5", "--requests", "x"], "--requests"),
    (["--made-up", "5", "--requests", "1", "--server", "localhost"], "127.0.0.1:8080"),
    (["--made-up", "5", "--requests", "1", "--route", "/v1/counts", "--expect", "x"], "counts no impression"),
))  # fmt: skip
def test_what_cannot_be_done_is_refused_in_one_line(flags, words):
    done = subprocess.run([REPLAY, *flags], capture_output=True, text=True, timeout=10)
    assert done.returncode == 2
    assert done.stderr.startswith("replay: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_gives_up_on_a_server_that_is_not_there():
    command = [REPLAY, "--server", f"127.0.0.1:{free_port()}", "--made-up", "5", "--requests", "5", "--timeout", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "Connection refused" in done.stderr
