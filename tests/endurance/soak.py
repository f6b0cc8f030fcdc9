"""The soak: a real server, its clients, one trouble after the other, and what must hold of each."""

import contextlib
import os
import re
import signal
import statistics
import subprocess
import threading
import time
from pathlib import Path

from books import NOUNS, Books
from disks import Disk
from load import Load, Phase
from stores import STORES
from troubles import DIED_OF, LIVED_THROUGH

from buttond import TOKEN, Server, wait_until
from rig.processes import free_port  # where buttond.py put it

FAKETIME = "/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1".format(os.uname().machine)

DRAIN_DELAY = 2
SOMETHING_LOST = 3  # an exit status

MISS_WAIT = 0.05
SLACK = 0.5  # seconds of a machine that has other things to do
BOUNDS = {"page": MISS_WAIT + SLACK, "share": 1 + SLACK, "report": 60 + SLACK}  # README, "Under trouble"

LINES_A_MINUTE = 20  # of the log, where nothing is started or stopped
LINES_A_LIFE = 40  # more for each start and stop
BAD_LINES = re.compile(r"terminate called|what\(\):|Assertion|Sanitizer|Traceback|^\s*#\d+ 0x|stack smashing|corrupted")

ROW = "{:<18} {:>5} {:>8} {:>6} {:>6} {:>7} {:>6} {:>6} {:>7} {:>5}  {}"
HEAD = ("phase", "s", "requests", "p50", "p99", "max ms", "failed", "MiB", "at risk", "lines", "verdict")


class Soak:
    MAX_CONNECTIONS = 200
    SYNC = 0.5  # seconds

    def __init__(self, folder, store):
        self.folder = Path(folder)
        self.port = free_port()
        self.books = Books()
        self.problems = []  # of the phase
        self.failed = []  # (phase, problem)
        self.memory = []  # (life, bytes)
        self.life = 0
        self.most_at_risk = 0
        self.clock = self.folder / "clock"
        self.set_clock("+0")
        (self.folder / "token").touch(mode=0o600)
        (self.folder / "token").write_text(TOKEN)
        self.store = STORES[store](self.folder)
        self.disk = Disk(self.folder / "data", 96)
        self.server = Server(
            self.folder, "--listen", f"127.0.0.1:{self.port}", "--api-token-file", self.folder / "token", "--threads", "2",
            "--epoch", "1s", "--fold", "1s", "--sync", f"{int(1000 * self.SYNC)}ms", "--fresh", "5s", "--cache-bytes", "256KiB",
            "--miss-wait", f"{int(MISS_WAIT * 1000)}ms", "--rate", "0", "--header-timeout", "2s", "--write-timeout", "2s",
            "--max-connections", str(self.MAX_CONNECTIONS), "--flush-deadline", "5s", "--drain-delay", f"{DRAIN_DELAY}s",
            store=self.store.uri, data=self.disk.folder,
            env={"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(self.clock), "DONT_FAKE_MONOTONIC": "1",
                 "FAKETIME_CACHE_DURATION": "1"})  # fmt: skip
        self.load = Load(self.port, TOKEN, self.books, Phase(BOUNDS))
        self.watching = threading.Event()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.watcher.start()

    def close(self):
        self.watching.set()
        self.watcher.join()
        self.load.close()
        if self.server.process.poll() is None:
            self.server.kill()
        self.disk.unmount(lazily=True)
        self.store.close()

    # What troubles do.

    def set_clock(self, offset):
        self.clock.write_text(offset + "\n")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def start(self):
        self.life += 1
        self.server.start()
        self.load.closed = self.load.away = False

    def kill(self, excused=False):
        """kill -9; with `excused`, what the server says is at risk may be lost."""
        if excused:
            self._excuse(self._at_risk())
        self.load.away = True
        self.server.kill()
        self.load.go_on()

    def terminate(self, excused=False):
        """SIGTERM. With `excused`, what the server says is at risk may be lost, if its exit status says so."""
        at_risk = self._at_risk() if excused else {}
        self.server.process.send_signal(signal.SIGTERM)
        self._watch_draining()
        self.load.closed = True
        try:
            status = self.server.process.wait(45)
        except subprocess.TimeoutExpired:
            self.problems.append("it did not stop within 45 s of SIGTERM")
            self.server.kill()
            return
        self.server.reader.join()
        self.load.go_on()
        if status == SOMETHING_LOST and any(at_risk.values()):
            self._excuse(at_risk)
        elif status != 0:
            self.problems.append(f"exit status {status}, with at risk: {at_risk}")

    def _watch_draining(self):
        """Until shortly before it stops to listen: everybody is served, and it says that it stops."""
        began = time.monotonic()
        try:
            wait_until(lambda: self.server.metrics()["buttond_draining"] == 1, 0.7 * DRAIN_DELAY, what="buttond_draining")
            if self.server.get("/readyz").status != 503:
                self.problems.append("/readyz is not 503 while it drains")
        except (KeyError, OSError) as failure:
            self.problems.append(f"while it drains: {failure}")
        time.sleep(max(0.0, began + 0.8 * DRAIN_DELAY - time.monotonic()))

    def _at_risk(self):
        """Once nobody asks any more, by noun."""
        self.load.pause()
        time.sleep(0.3)
        metrics = self.server.metrics()
        return {noun: int(metrics[f"buttond_{noun}_at_risk"]) for noun in NOUNS}

    @contextlib.contextmanager
    def excused_meanwhile(self):
        """What is answered in it may be lost."""
        before = {noun: self.books.total(noun)[0] for noun in NOUNS}
        yield
        self._excuse({noun: self.books.total(noun)[0] - count for noun, count in before.items()})

    def _excuse(self, at_risk):
        for noun, count in at_risk.items():
            self.books.excuse(noun, count)

    def expect(self, metric, holds, patience=10, steadily=True):
        """A check for the end of the trouble: that the metric comes to say so, and where `steadily` goes on."""

        def check():
            try:
                wait_until(lambda: holds(self.server.metrics()[metric]), patience, every=0.1, what=metric)
            except TimeoutError:
                self.problems.append(f"{metric} is {self.server.metrics()[metric]:g}")
                return
            said = [self.server.metrics()[metric] for _ in range(8) if not time.sleep(0.25)] if steadily else []
            if not all(map(holds, said)):
                self.problems.append(f"{metric} changes its mind: {said}")

        return check

    # What holds of each phase.

    def _watch(self):
        while not self.watching.wait(0.5):
            life = self.life
            try:
                status = Path(f"/proc/{self.server.process.pid}/status").read_text()
                resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024
                self.memory.append((life, resident))
                self.most_at_risk = max(self.most_at_risk, self.server.metrics()["buttond_impressions_at_risk"])
            except (OSError, TypeError, KeyError, IndexError, AssertionError):
                pass  # it is being started or stopped

    def pass_through(self, name, trouble, seconds):
        """One phase; prints its row."""
        phase = self.load.phase = Phase(BOUNDS)
        self.problems, self.most_at_risk = [], 0
        logged, life, began = len(self.server.log), self.life, time.monotonic()
        try:
            with trouble(self) as check:
                time.sleep(seconds)
                if check:
                    check()
            self._settle()
        except (AssertionError, KeyError, OSError, RuntimeError, subprocess.SubprocessError) as failure:
            self.problems.append(f"{type(failure).__name__}: {str(failure)[:2000]}")
        self.load.go_on()
        self._judge(name, phase, time.monotonic() - began, self.server.log[logged:], self.life - life)

    def _settle(self):
        """All is well again: everything gets into the store, and the books balance."""
        deadline = time.monotonic() + 30
        while self.load.reports and time.monotonic() < deadline:
            time.sleep(0.1)
        if self.load.reports:
            self.problems.append(f"{len(self.load.reports)} shares that were reported again and again were not taken")
        self.load.pause()
        self.server.wait_stored(60)
        wait_until(lambda: self.server.metrics()["buttond_shares_waiting"] == 0, 60, what="no share that waits")
        self.problems += self.books.wrong(self.store.stored())

    def _judge(self, name, phase, seconds, log, restarts):
        for what, count in phase.failures.items():
            self.problems.append(f"{count} x {what}")
        lines = log.splitlines()
        if len(lines) > LINES_A_MINUTE * max(1, seconds / 60) + LINES_A_LIFE * restarts:
            self.problems.append(f"{len(lines)} lines of log")
        self.problems += [f"log: {line}" for line in lines if BAD_LINES.search(line)]
        for status, count in phase.statuses.items():
            if status >= 500 and status != 503:
                self.problems.append(f"{count} answers of {status}")
        if broken := self.load.broken():
            self.problems.append(f"a client of the soak's failed: {broken!r}")
        waits = sorted(phase.waits) or [0]
        in_ms = (f"{1000 * waits[min(len(waits) - 1, int(len(waits) * part))]:.1f}" for part in (0.5, 0.99, 1))
        memory = self.memory[-1][1] >> 20 if self.memory else 0
        verdict = "fine" if not self.problems else "FAILED: " + "; ".join(self.problems)
        print(ROW.format(name, f"{seconds:.0f}", phase.requests, *in_ms, phase.failures.total(), memory,
                         f"{self.most_at_risk:.0f}", len(lines), verdict), flush=True)  # fmt: skip
        if self.problems:
            print("".join(f"    | {line}\n" for line in lines[-25:]), end="", flush=True)
        self.failed += [(name, problem) for problem in self.problems]

    def judge_memory(self, warm):
        """The last third of the first life takes no more than the first, once it is warm: each trouble was there once.

        In a short run it never is, and only a gross leak shows.
        """
        samples = [size for life, size in self.memory[warm:] if life == 0]
        if not samples:
            samples = [size for _, size in self.memory]
        third = len(samples) // 3
        first, last = (statistics.median(part) for part in (samples[:third], samples[-third:]))
        told = f"{first / 2**20:.1f} MiB in the first third of the first life, {last / 2**20:.1f} in its last"
        print(f"memory: {told}", flush=True)
        if last > 1.1 * first + ((8 if warm else 24) << 20):
            self.failed.append(("memory", told))

    def run(self, minutes, only=""):
        """Half of the time in one life, the other half in many."""
        print(ROW.format(*HEAD), flush=True)
        seconds = max(4, min(15, 60 * minutes / (len(LIVED_THROUGH) + len(DIED_OF)) - 6))
        for troubles in LIVED_THROUGH, DIED_OF:
            chosen = {name: trouble for name, trouble in troubles.items() if only in name}
            began, rounds = time.monotonic(), []  # how much of `memory` there was at the end of each
            while chosen and (not rounds or (time.monotonic() - began) * (1 + 1 / len(rounds)) < 30 * minutes):
                for name, trouble in chosen.items():
                    self.pass_through(name, trouble, seconds)
                rounds.append(len(self.memory))
            if chosen and troubles is LIVED_THROUGH:
                self.judge_memory(rounds[0] if len(rounds) > 1 else 0)
        self.problems = []
        self._settle()
        self.failed += [("the end", problem) for problem in self.problems]
        days = self.store.days()
        for noun in NOUNS:
            answered, asked = self.books.total(noun)
            print(f"{noun}: {asked} asked for, {answered} answered, {days[noun]} in the days of the sites, "
                  f"{self.books.excused[noun]} might be lost")  # fmt: skip
            if noun != "shares" and not answered - self.books.excused[noun] <= days[noun] <= asked:
                self.failed.append(("books", f"the days of the sites have {days[noun]} {noun}"))
        return self.failed
