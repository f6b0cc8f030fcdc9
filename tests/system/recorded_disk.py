"""A disk whose every write and flush is recorded, so that what it held at any moment can be made again.

A file system of our own (FUSE) shows one file, the disk; the kernel's loop driver makes a block device of it, with an
ext4 on that. Run as a program this is the file system's process.
"""

import errno
import os
import random
import stat
import struct
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from buttond import wait_until

RECORD = struct.Struct("<dqq")  # when, on the monotonic clock; where; how many bytes follow: a flush has none
FLUSH = -1
SIZE = 80 << 20
CHUNK = 64 << 10
ZEROS = bytes(CHUNK)
SECTOR = 512


@dataclass(frozen=True)
class Step:
    """A write, or a flush, in the order in which they came to the disk."""

    at: float
    offset: int
    data: bytes

    @property
    def is_flush(self):
        return self.offset == FLUSH


def missing_here():
    """Why such a disk cannot be had here; nothing if it can."""
    if os.geteuid() != 0:
        return "loop devices and mounts need root"
    for device, cure in (("/dev/fuse", "modprobe fuse"), ("/dev/loop-control", "modprobe loop")):
        if not os.path.exists(device):
            return f"{device} is missing: {cure}, or give the container this device"
    return None


def call(*words):
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def mounted(image, folder, end):
    """Mounts the file system in `image` on `folder`, until `end` is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    # The loop device goes with its last mount.
    call("mount", "-o", "loop", image, folder)
    end.callback(unmount, folder)
    return folder


def unmount(folder):
    """At once where nothing uses it any more, else as soon as that is so."""
    if subprocess.run(["umount", folder], capture_output=True).returncode != 0:
        subprocess.run(["umount", "--lazy", folder], check=True)


class RecordedDisk:
    """A disk with an empty ext4, or with what `image` has, mounted on `folder`/mounted; recorded until close()."""

    def __init__(self, folder, image=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.first = self.folder / "first"  # as it was before the first step
        self.recording = self.folder / "recording"
        self.end = ExitStack()
        if image:
            call("cp", "--sparse=always", image, self.first)
        else:
            with open(self.first, "wb") as file:
                file.truncate(SIZE)
            # What lazy initialisation would write later is no step of anybody's.
            call("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", self.first)
        call("cp", "--sparse=always", self.first, self.folder / "now")
        shown = self.folder / "shown"
        shown.mkdir()
        with ExitStack() as end:
            self.process = subprocess.Popen(
                [sys.executable, __file__, self.folder / "now", self.recording, shown], stderr=subprocess.PIPE, text=True
            )
            end.callback(self._end_process)
            end.callback(subprocess.run, ["umount", "--lazy", shown], capture_output=True)
            wait_until(lambda: (shown / "disk").exists() or self.process.poll() is not None, what="the disk's file")
            assert self.process.poll() is None, self.process.stderr.read()
            self.mount = mounted(shown / "disk", self.folder / "mounted", end)
            self.end = end.pop_all()

    def _end_process(self):
        try:
            self.process.wait(3)  # it ends with its mount
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()

    def close(self):
        self.end.close()

    def die(self):
        """From now on it fails with EIO, whatever is asked of it."""
        self.process.kill()

    def steps(self):
        """What came to the disk so far."""
        found = []
        with open(self.recording, "rb") as file:
            while len(head := file.read(RECORD.size)) == RECORD.size:
                at, offset, length = RECORD.unpack(head)
                found.append(Step(at, offset, file.read(length)))
        return found


class Remains:
    """What a disk may hold after power failures at different steps of its recording, in their order."""

    def __init__(self, first, steps):
        self.steps = steps
        self.flushed = bytearray(Path(first).read_bytes())  # by the last flush before `at`
        self.at = 0
        self.unflushed = []

    def go_to(self, number):
        """The power fails when so many steps have come to the disk."""
        for step in self.steps[self.at : number]:
            if step.is_flush:
                apply(self.flushed, self.unflushed)
                self.unflushed = []
            else:
                self.unflushed.append(step)
        self.at = number

    def write(self, image, survives):
        """Writes the disk to `image`, with those of its unflushed steps that `survives` returns of all."""
        content = bytearray(self.flushed)
        apply(content, survives(self.unflushed))
        # Another file each time: where the one before is in use still, mount would show that again.
        Path(image).unlink(missing_ok=True)
        with open(image, "wb") as file:
            file.truncate(len(content))
            for at in range(0, len(content), CHUNK):
                if (chunk := content[at : at + CHUNK]) != ZEROS:
                    os.pwrite(file.fileno(), chunk, at)


def apply(content, steps):
    for step in steps:
        content[step.offset : step.offset + len(step.data)] = step.data


def all_of(steps):
    return steps


def none_of(steps):
    return []


def any_of(chance: random.Random):
    """A disk may write in any order between two flushes, and no more than a sector is written as a whole."""

    def survivors(steps):
        share = chance.random()
        pieces = [
            Step(step.at, step.offset + at, step.data[at : at + SECTOR])
            for step in steps
            for at in range(0, len(step.data), SECTOR)
        ]
        return [piece for piece in pieces if chance.random() < share]

    return survivors


def serve(image, recording, shown):
    """Shows `image` as `shown`/disk, and records what is done to it, until it is unmounted."""
    import fusepy

    disk = os.open(image, os.O_RDWR)
    record = os.open(recording, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class OneFile(fusepy.Operations):
        def getattr(self, path, fh=None):
            if path == "/":
                return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
            if path == "/disk":
                return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": os.fstat(disk).st_size}
            raise fusepy.FuseOSError(errno.ENOENT)

        def readdir(self, path, fh):
            return [".", "..", "disk"]

        def read(self, path, size, offset, fh):
            return os.pread(disk, size, offset)

        def write(self, path, data, offset, fh):
            os.write(record, RECORD.pack(time.monotonic(), offset, len(data)) + data)
            return os.pwrite(disk, data, offset)

        def fsync(self, path, datasync, fh):
            os.write(record, RECORD.pack(time.monotonic(), FLUSH, 0))

        def fallocate(self, *_):
            raise fusepy.FuseOSError(errno.EOPNOTSUPP)

    fusepy.FUSE(OneFile(), shown, foreground=True, nothreads=True, big_writes=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
