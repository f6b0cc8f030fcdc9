"""Disks of the soak's own: small ones, that are filled, fail and go away as it likes."""

import os
import subprocess
import threading
from pathlib import Path


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


class Disk:
    """An ext4 in a file, mounted at `folder`."""

    def __init__(self, folder, megabytes):
        self.folder = Path(folder)
        self.image = self.folder.with_suffix(".img")
        self.folder.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        run("mkfs.ext4", "-q", "-m", "0", self.image)
        self.filling = None
        self.mount()

    def mount(self):
        run("mount", "-o", "loop,errors=remount-ro", self.image, self.folder)

    def unmount(self, lazily=False):
        run("umount", *(["--lazy"] if lazily else []), self.folder)

    def fill(self):
        """To the last block, and again whenever somebody frees one, until empty()."""
        self.filling = threading.Event()

        def keep_full(ended=self.filling):
            with open(self.folder / "ballast", "ab", buffering=0) as ballast:
                while not ended.is_set():
                    for size in (1 << 20, 1 << 12, 1):
                        try:
                            while ballast.write(bytes(size)):
                                pass
                        except OSError:
                            pass
                    ended.wait(0.05)

        self.filler = threading.Thread(target=keep_full, daemon=True)
        self.filler.start()

    def empty(self):
        self.filling.set()
        self.filler.join()
        (self.folder / "ballast").unlink()

    def fail(self):
        """As after an error of the device: it is read-only from now on, for those who write already too."""
        device = os.path.basename(run("findmnt", "--noheadings", "--output=SOURCE", self.folder).strip())
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("the soak wants it so")

    def repair(self):
        """Unmounted, and nobody uses it."""
        subprocess.run(["e2fsck", "-fy", self.image], capture_output=True)
        self.mount()

    def used(self):
        status = os.statvfs(self.folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize
