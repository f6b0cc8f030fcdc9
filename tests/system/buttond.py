"""Starts the real server for a test, talks to it in raw bytes or by urllib, and stops it."""

import html
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from rig import ROOT  # noqa: E402, F401
from rig.nodes import BINARY, addresses  # noqa: E402
from rig.processes import wait_until  # noqa: E402

TOKEN = "test-token-0123456789abcdef"


class Answer:
    """A complete HTTP answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Server:
    """One node: the real binary on free ports, in a folder of its own."""

    def __init__(self, folder, *flags, store=None, data=None, env=None, ready=True, binary=BINARY, private_hosts=True):
        self.folder = Path(folder)
        self.binary = binary
        self.data = Path(data) if data else self.folder / "data"
        self.flags = list(flags)
        self.store = store
        self.env = env or {}
        self.private_hosts = private_hosts
        self.process = None
        self.log = ""
        self.start(ready)

    def start(self, ready=True):
        """Starts the server, on the same data as before; waits until it listens."""
        assert self.process is None or self.process.poll() is not None
        arguments = [self.binary, "--data", self.data]
        if self.private_hosts:
            arguments.append("--allow-private-hosts")
        if "--listen" not in self.flags:
            arguments += ["--listen", "127.0.0.1:0"]
        if "--admin" not in self.flags:
            arguments += ["--admin", "127.0.0.1:0"]
        if self.store:
            arguments += ["--store", self.store]
        self.log_before = len(self.log)  # of its earlier lives
        self.process = subprocess.Popen(
            [str(word) for word in arguments + self.flags],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.env},
        )
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        if ready:
            wait_until(lambda: self.admin_addresses or self.process.poll() is not None, what="the server's start")
            assert self.process.poll() is None, f"the server did not start:\n{self.log}"
        return self

    def _read_log(self):
        process = self.process
        for line in process.stderr:
            self.log += line

    def wait_log(self, words):
        """Until its log says so: the lines come by a thread, which may be behind what else is seen of the server."""
        wait_until(lambda: words in self.log, what=f"'{words}' in the log")

    @property
    def addresses(self):
        return addresses(self.log[self.log_before :], "listening on")

    @property
    def admin_addresses(self):
        return addresses(self.log[self.log_before :], "metrics on")

    @property
    def address(self):
        """(host, port) of the first public listener."""
        host, port = self.addresses[0].rsplit(":", 1)
        return host.strip("[]"), int(port)

    @property
    def url(self):
        return "http://" + self.addresses[0]

    @property
    def admin_url(self):
        return "http://" + self.admin_addresses[0]

    def get(self, path, headers=None, method="GET", body=None, base=None, timeout=30):
        """One request; redirects are not followed."""
        request = urllib.request.Request((base or self.url) + path, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=timeout) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def buttons(self, *links):
        """Counts an impression of each link and returns the counts."""
        answer = self.get("/v1/buttons?" + urllib.parse.urlencode([("url", link) for link in links]))
        assert answer.status == 200, answer.body
        return answer.json["counts"]

    def report_shares(self, reports):
        return self.get(
            "/v1/shares",
            method="POST",
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
            body=json.dumps(reports).encode(),
        )

    def connect(self, timeout=10):
        """A raw TCP connection to the public listener."""
        return socket.create_connection(self.address, timeout=timeout)

    def raw(self, data, timeout=10):
        """Sends `data`, then reads until the server closes or `timeout` passes without a byte."""
        with self.connect(timeout) as connection:
            connection.sendall(data)
            received = b""
            try:
                while chunk := connection.recv(65536):
                    received += chunk
            except (TimeoutError, ConnectionResetError):
                pass
            return received

    def metrics(self):
        """{name or name{labels}: value} of /metrics."""
        answer = self.get("/metrics", base=self.admin_url)
        assert answer.status == 200, answer.body
        return {
            name: float(value)
            for name, value in (
                line.rsplit(" ", 1) for line in answer.text.splitlines() if line and not line.startswith("#")
            )
        }

    def books(self, noun="impressions"):
        """The books of impressions or clicks; asserts that they balance."""
        all_metrics = self.metrics()
        books = {
            name: int(all_metrics[f"buttond_{noun}_{suffix}"])
            for name, suffix in (
                ("seen", "seen_total"),
                ("accepted", "accepted_total"),
                ("stored", "stored_total"),
                ("lost", "lost_total"),
                ("pending", "pending"),
            )
        }
        books["filtered"] = int(
            sum(value for name, value in all_metrics.items() if name.startswith(f"buttond_{noun}_filtered_total{{"))
        )
        assert books["seen"] == books["accepted"] + books["filtered"], books
        assert books["accepted"] == books["stored"] + books["pending"] + books["lost"], books
        return books

    def wait_stored(self, seconds=15.0):
        """Waits until no impression and no click is pending, and returns the books of impressions."""
        def stored():
            books = self.books()
            return books["pending"] == 0 and self.books("clicks")["pending"] == 0 and books
        return wait_until(stored, seconds, every=0.05, what="an empty journal")

    def export(self):
        """{key: {impressions, clicks, shares}} as `buttond export` writes it; nothing before there is a store."""
        if not self.store and not (self.data / "buttond.sqlite").exists():
            return {}
        arguments = [BINARY, "export", "--data", self.data, *(["--store", self.store] if self.store else [])]
        done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True, check=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return {row.pop("key"): row for row in rows}

    def impressions(self):
        """{key: impressions} in the store, without links that have none."""
        return {key: row["impressions"] for key, row in self.export().items() if row["impressions"]}

    def stored(self):
        """The same, once nothing is pending."""
        self.wait_stored()
        return self.impressions()

    def snippet(self, query):
        """The snippet of the home page, as an author copies it."""
        page = self.get("/?" + query).text
        start = page.index("<code>") + len("<code>")
        return html.unescape(page[start : page.index("</code>", start)])

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def terminate(self, seconds=30, status=0):
        """SIGTERM, and waits for the end; asserts the exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)
        self.reader.join()
        assert self.process.returncode == status, f"exit status {self.process.returncode}:\n{self.log}"

    def close(self):
        """Stops the server if it still runs; a sanitizer's report fails the test."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"the server did not stop:\n{self.log}") from None
        self.reader.join()
        self.process.stderr.close()
        for mark in ("ERROR: AddressSanitizer", "runtime error:", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer"):
            assert mark not in self.log, self.log


class Servers:
    """Starts nodes for one test and stops them all at its end."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.started = []
        token = self.folder / "token"
        token.write_text(TOKEN)
        self.token_file = token

    def __call__(self, *flags, **options):
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix="node-"))
        server = Server(folder, "--api-token-file", self.token_file, *flags, **options)
        self.started.append(server)
        return server

    def close(self):
        failures = []
        for server in self.started:
            try:
                server.close()
            except AssertionError as failure:
                failures.append(str(failure))
        assert not failures, "\n".join(failures)
