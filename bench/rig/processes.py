"""A process that is measured: pinned to cores, accounted for by the kernel, stopped by its id."""

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass


def free_port():
    """A TCP port of 127.0.0.1 that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=30.0, every=0.001):
    """Waits until `condition()` is true, which is asked `every` so many seconds, and returns its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(every)
    return value


def accepts(port):
    """Whether something listens on `port` of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def measured(cores=None):
    """What is started meanwhile runs on `cores`, and before whatever else the machine does where we may.

    It inherits both from us, so that no other program is run before it, and we are not forked.
    """
    usual_cores = os.sched_getaffinity(0)
    usual_priority = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.sched_setaffinity(0, cores or usual_cores)
        if os.geteuid() == 0:
            os.setpriority(os.PRIO_PROCESS, 0, -20)
        yield
    finally:
        os.sched_setaffinity(0, usual_cores)
        if os.geteuid() == 0:
            os.setpriority(os.PRIO_PROCESS, 0, usual_priority)


@dataclass(frozen=True)
class Usage:
    """CPU time: its seconds to the nanosecond from the scheduler, and the kernel's ticks that part it."""

    total: float = 0.0
    user_ticks: int = 0
    system_ticks: int = 0

    def __add__(self, other):
        return Usage(self.total + other.total, self.user_ticks + other.user_ticks,
                     self.system_ticks + other.system_ticks)

    def __sub__(self, other):
        return Usage(self.total - other.total, self.user_ticks - other.user_ticks,
                     self.system_ticks - other.system_ticks)

    @property
    def user(self):
        return self.total * self.user_ticks / max(self.user_ticks + self.system_ticks, 1)

    @property
    def system(self):
        return self.total - self.user


class Process:
    """Runs a command until stop(); its CPU time and memory include those of its children."""

    def __init__(self, command, name, cores=None, log=None, env=None):
        self.name = name
        self.lifetime_cpu = None  # seconds, of all its life, once stopped
        self.log = log
        output = open(log, "wb") if log else subprocess.DEVNULL
        with measured(cores):
            self.popen = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=output, env={**os.environ, **(env or {})})
        self.pid = self.popen.pid

    def family(self):
        """The ids of the process and its descendants."""
        ids = [self.pid]
        for parent in ids:
            try:
                tasks = os.listdir(f"/proc/{parent}/task")
                for task in tasks:
                    with open(f"/proc/{parent}/task/{task}/children") as children:
                        ids.extend(int(child) for child in children.read().split())
            except FileNotFoundError:
                continue
        return ids

    def cpu(self):
        """The CPU time of all its threads so far, as a Usage."""
        return sum((self._thread_usage(pid, task) for pid in self.family()
                    for task in os.listdir(f"/proc/{pid}/task")), Usage())

    @staticmethod
    def _thread_usage(pid, task):
        with open(f"/proc/{pid}/task/{task}/schedstat") as schedstat:
            nanoseconds = int(schedstat.read().split()[0])
        with open(f"/proc/{pid}/task/{task}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return Usage(nanoseconds / 1e9, int(fields[11]), int(fields[12]))

    def memory(self):
        """Bytes of memory as proportional to its sharers (Pss), from smaps_rollup."""
        total = 0
        for pid in self.family():
            with open(f"/proc/{pid}/smaps_rollup") as smaps:
                total += sum(int(line.split()[1]) * 1024 for line in smaps if line.startswith("Pss:"))
        return total

    def running(self):
        return self.lifetime_cpu is None and self.popen.poll() is None

    def wait_listening(self, port):
        """Returns once it accepts connections on `port`; fails with its log where it ended instead."""
        def listening():
            if not self.running():
                raise RuntimeError(f"{self.name} did not start:\n{self.log_text()[-2000:]}")
            return accepts(port)
        wait_until(listening, f"{self.name} listening on {port}")

    def log_text(self):
        if not self.log:
            return ""
        with open(self.log, errors="replace") as file:
            return file.read()

    def stop(self, signal_number=signal.SIGTERM, patience=60.0):
        """Ends it and returns its exit status; kills it where it takes longer than `patience` seconds."""
        if not self.running():
            return self.popen.returncode
        self.popen.send_signal(signal_number)
        deadline = time.monotonic() + patience
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                self.popen.kill()
            time.sleep(0.005)
        self.lifetime_cpu = usage.ru_utime + usage.ru_stime
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        return self.popen.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
