"""A machine with a real systemd, booted in a container by systemd-nspawn; its network is ours."""

import shutil
import subprocess
from pathlib import Path

from buttond import wait_until

OWN = ("bin", "sbin", "lib", "lib64")  # what is in /usr, of which it has ours, read-only


class Machine:
    """Runs buttond.service and buttond.socket as `local` has them installed, which is its /usr/local, the socket on
    `port` of 127.0.0.1. `settings` are the lines of its /etc/default/buttond.
    """

    def __init__(self, folder, local, port, settings):
        assert shutil.which("systemd-nspawn"), "install systemd-container"
        self.root = Path(folder)
        self.port = port
        self._lay_out(settings)
        command = ["systemd-nspawn", "--quiet", "--directory", self.root, "--bind-ro=/usr", f"--bind-ro={local}:/usr/local",
                   "--register=no", "--keep-unit", "--console=pipe", "--boot", "systemd.unit=basic.target"]  # fmt: skip
        with open(self.root / "log", "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: self.run("systemctl", "is-active", "basic.target"), 60, every=0.1, what="the machine's start")

    def _lay_out(self, settings):
        for folder in ("etc/default", "usr", "var", "tmp", "run", "proc", "sys", "dev"):
            (self.root / folder).mkdir(parents=True)
        for link in OWN:
            (self.root / link).symlink_to(f"usr/{link}")
        (self.root / "etc/os-release").write_text("ID=debian\n")
        (self.root / "etc/machine-id").write_text(32 * "1" + "\n")
        (self.root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (self.root / "etc/group").write_text("root:x:0:\n")
        (self.root / "etc/default/buttond").write_text("".join(line + "\n" for line in settings))
        units = self.root / "etc/systemd/system"
        (units / "sockets.target.wants").mkdir(parents=True)
        (units / "sockets.target.wants/buttond.socket").symlink_to("/usr/local/lib/systemd/system/buttond.socket")
        (units / "buttond.socket.d").mkdir()
        (units / "buttond.socket.d/port.conf").write_text(f"[Socket]\nListenStream=\nListenStream=127.0.0.1:{self.port}\n")

    def _leader(self):
        """The process that is its systemd; none yet, or any more."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children[0] if children else None

    def run(self, *words):
        """Whether a command succeeds on it."""
        assert self.process.poll() is None, (self.root / "log").read_text()
        leader = self._leader()
        if not leader:
            return False
        done = subprocess.run(["nsenter", "--target", leader, "--all", *words], capture_output=True, text=True)
        self.said = done.stdout + done.stderr
        return done.returncode == 0

    def systemctl(self, *words):
        assert self.run("systemctl", *words), f"{self.said}\n{self.journal()}"

    def journal(self):
        self.run("journalctl", "--no-pager", "--output=cat", "--unit=buttond")
        return self.said

    @property
    def store(self):
        """The store that the service keeps in its state directory, as a path of ours."""
        return self.root / "var/lib/private/buttond/buttond.sqlite"

    def close(self):
        """Halts it; kills it where that takes long."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the machine did not halt") from None
