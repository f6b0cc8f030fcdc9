"""What befalls the soak's server. Each trouble is a context: it lasts while `with` does; then all is well again."""

import contextlib
import resource
import shutil
import socket
import time


def calm(soak):
    """Nothing; for comparison."""
    return contextlib.nullcontext()


@contextlib.contextmanager
def store_stalls(soak):
    with soak.store.stalled():
        yield soak.expect("buttond_store_up", lambda up: up == 0, patience=15)


@contextlib.contextmanager
def store_refuses(soak):
    with soak.store.refusing():
        yield soak.expect("buttond_store_up", lambda up: up == 0, patience=15)


@contextlib.contextmanager
def store_full(soak):
    with soak.store.full():
        yield soak.expect("buttond_store_up", lambda up: up == 0, patience=15)


@contextlib.contextmanager
def journal_full(soak):
    soak.disk.fill()
    yield soak.expect("buttond_impressions_at_risk", lambda count: count > 0, steadily=False)
    soak.disk.empty()


@contextlib.contextmanager
def journal_full_then_killed(soak):
    """With the store stalled too: what is at risk is lost, and no more."""
    with soak.store.stalled():
        soak.disk.fill()
        yield
        soak.kill(excused=True)
        soak.disk.empty()
    soak.start()


@contextlib.contextmanager
def nothing_writable_then_stopped(soak):
    """As before, but by SIGTERM: it says what is lost, by its exit status too."""
    with soak.store.stalled():
        soak.disk.fill()
        yield
        soak.terminate(excused=True)
        soak.disk.empty()
    soak.start()


@contextlib.contextmanager
def journal_read_only(soak):
    """Its file system takes itself for damaged: what it has not written is nowhere else, the last --sync and all from
    then on."""
    with soak.excused_meanwhile():
        time.sleep(soak.SYNC)
        soak.disk.fail()
    yield soak.expect("buttond_journal_errors_total", lambda count: count > 0, steadily=False)
    soak.terminate(excused=True)
    soak.disk.unmount()
    soak.disk.repair()
    soak.start()


@contextlib.contextmanager
def journal_gone(soak):
    """Its disk is pulled from under it, then put back."""
    soak.load.sure = False  # the key of the share page is in that directory too
    soak.disk.unmount(lazily=True)
    yield
    soak.terminate()
    soak.disk.repair()
    soak.start()
    soak.load.sure = True


@contextlib.contextmanager
def journal_removed(soak):
    """Somebody deletes the data directory's content under the server."""
    soak.load.sure = False
    for entry in soak.disk.folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    yield
    soak.terminate()
    soak.start()
    soak.load.sure = True


def clock_jumps(by):
    @contextlib.contextmanager
    def jump(soak):
        soak.load.sure = False
        soak.set_clock(by)
        yield
        soak.set_clock("+0")
        time.sleep(2)
        soak.load.sure = True

    jump.__doc__ = f"The wall clock jumps by {by}, and back."
    return jump


@contextlib.contextmanager
def no_descriptors(soak):
    """Idle connections use up those that it may have, and are gone again."""
    pid = soak.server.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    soak.load.staying = True
    time.sleep(4)  # until the clients that come and go are gone
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (soak.open_files() + 8, before[1]))
    with contextlib.ExitStack() as crowd:
        for _ in range(64):
            crowd.enter_context(socket.create_connection(("127.0.0.1", soak.port), 10))
        yield
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    soak.load.staying = False


@contextlib.contextmanager
def crowd(soak):
    """Twice as many idle connections as --max-connections."""
    soak.load.patient = True
    with contextlib.ExitStack() as connections:
        for _ in range(2 * soak.MAX_CONNECTIONS):
            connections.enter_context(socket.create_connection(("127.0.0.1", soak.port), 10))
            time.sleep(0.005)  # so that who connects has the time to ask before he is the one who is idle longest
        yield soak.expect("buttond_connections", lambda count: count <= soak.MAX_CONNECTIONS)
    soak.load.patient = False


@contextlib.contextmanager
def kills(soak):
    """kill -9, three times."""
    yield
    for _ in range(3):
        soak.kill()
        soak.start()
        time.sleep(1)


@contextlib.contextmanager
def restarts(soak):
    """SIGTERM, three times: nobody who is connected goes without an answer."""
    yield
    for _ in range(3):
        soak.terminate()
        soak.start()
        time.sleep(1)


# Of one life, in which memory can be compared.
LIVED_THROUGH = {
    "calm": calm,
    "store stalls": store_stalls,
    "store refuses": store_refuses,
    "store full": store_full,
    "clock +2 days": clock_jumps("+2d"),
    "clock -1 year": clock_jumps("-1y"),
    "no descriptors": no_descriptors,
    "crowd": crowd,
    "journal full": journal_full,
    "calm again": calm,
}

# Each ends in another life.
DIED_OF = {
    "journal read-only": journal_read_only,
    "journal gone": journal_gone,
    "journal removed": journal_removed,
    "full, killed": journal_full_then_killed,
    "full, stopped": nothing_writable_then_stopped,
    "kill -9": kills,
    "SIGTERM": restarts,
}
