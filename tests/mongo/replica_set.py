"""A replica set of three members on this machine, in a folder of its own."""

import base64
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pymongo
from certificates import CLIENT_NAME, make_certificates
from mongod import mongod

NAME = "buttond"
ELECTION_MS = 2_000


def password(user):
    """Of `root`, `app` and `reader`; a URI has to encode it."""
    return f"{user}:p@ss/word"


def free_ports(count):
    """Ports below those that the kernel gives to connections: a member that is away finds its own still free."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    end = first if first > 12_000 else 60_000  # some give out nearly all
    sockets = []
    while len(sockets) < count:
        one = socket.socket()
        try:
            one.bind(("127.0.0.1", random.randrange(10_000, end)))
            sockets.append(one)
        except OSError:
            one.close()
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Member:
    """One mongod of a set; `pid` is None while it does not run."""

    def __init__(self, folder, number):
        self.number = number
        self.configuration = folder / f"member-{number}.conf"
        self.log = folder / f"member-{number}.log"
        self.port = json.loads(self.configuration.read_text())["net"]["port"]
        self.address = ("127.0.0.1", self.port)
        self.process = None
        self.halted = False

    @property
    def pid(self):
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self):
        assert self.pid is None
        self.halted = False
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [mongod(), "--config", str(self.configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which stop it
                cwd="/",
            )

    def signal(self, number):
        if self.pid:
            self.process.send_signal(number)

    def end(self, number):
        """Ends it by a signal, also where it is halted, and waits for that."""
        self.signal(number)
        self.signal(signal.SIGCONT)
        self.wait()

    def wait(self):
        if self.process:
            self.process.wait(60)

    def wait_listening(self, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return socket.create_connection(self.address, 1).close()
            except OSError:
                if self.pid is None or time.monotonic() > deadline:
                    raise RuntimeError(f"mongod does not listen; {self.log}:\n{self.log_end()}") from None
                time.sleep(0.01)

    def log_end(self):
        return self.log.read_text(errors="replace")[-3_000:]


class ReplicaSet:
    """Made and started in `folder`, or started again with what is there: its ports, data and kind stay."""

    def __init__(self, folder, port=0, tls=False, auth=False, election_ms=ELECTION_MS):
        self.folder = Path(folder).resolve()
        self.election_ms = election_ms
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "member-2.conf").exists():
            self._configure(range(port, port + 3) if port else free_ports(3), tls, auth)
        self.tls = (self.folder / "ca.pem").exists()
        self.auth = (self.folder / "keyfile").exists()
        self.members = [Member(self.folder, number) for number in range(3)]
        self.addresses = [member.address for member in self.members]
        self._clients = {}
        self.start()

    def start(self, seconds=60):
        """Returns when there is a primary, and the other two follow it; nothing runs where that fails."""
        deadline = time.monotonic() + seconds
        try:
            for member in self.members:
                member.start()
            self.write_pids()
            for member in self.members:
                member.wait_listening(seconds)
            uri = self.folder / "uri"
            if not uri.exists():
                self._initiate(deadline)
            self._elect(deadline)
            self.wait_followed(seconds)
            uri.write_text(self.server_uri() + "\n")
        except BaseException:
            self.kill_all()
            raise

    def kill_all(self):
        for member in self.members:
            member.end(signal.SIGKILL)
        self.write_pids()

    def write_pids(self):
        """For tests/mongo/stop."""
        (self.folder / "pids").write_text("".join(f"{member.pid}\n" for member in self.members if member.pid))

    def server_uri(self):
        """Of root, without a database."""
        return self.uri_of(self.addresses, "", f"replicaSet={NAME}")

    def uri_of(self, addresses, database, *options, user="root"):
        """With all that this set asks of a client; without a password where `user` is None."""
        user = user if self.auth else None
        credentials = f"{user}:{quote(password(user), safe='')}@" if user else ""
        hosts = ",".join(f"{host}:{port}" for host, port in addresses)
        options = [*options, "authSource=admin"] if user else [*options]
        if self.tls:
            options += ["tls=true", f"tlsCAFile={quote(str(self.folder / 'ca.pem'))}",
                        f"tlsCertificateKeyFile={quote(str(self.folder / 'client.pem'))}"]  # fmt: skip
        return f"mongodb://{credentials}{hosts}/{database}?" + "&".join(option for option in options if option)

    def direct(self, member, user="root"):
        """A client of this member alone, which answers soon or not at all."""
        if (member, user) not in self._clients:
            self._clients[member, user] = pymongo.MongoClient(
                self.uri_of([member.address], "", "directConnection=true", user=user),
                serverSelectionTimeoutMS=1_000,
                socketTimeoutMS=60_000,
                heartbeatFrequencyMS=500,
            )
        return self._clients[member, user]

    def primary(self):
        """The member that is it now, or None."""
        found = []
        for member in self.members:
            if member.pid and not member.halted:
                try:
                    hello = self.direct(member, user=None).admin.command("hello")
                except pymongo.errors.PyMongoError:
                    continue
                if hello["isWritablePrimary"]:
                    found.append((hello["electionId"], member.number))
        # One that was halted may not know yet that the others have elected another one.
        return self.members[max(found)[1]] if found else None

    def states(self):
        """Of the members, as the primary sees them: PRIMARY, SECONDARY ..; none while there is no primary."""
        if not (primary := self.primary()):
            return []
        return [member["stateStr"] for member in self.direct(primary).admin.command("replSetGetStatus")["members"]]

    def wait_followed(self, seconds=30):
        """Until all members are up, and have what was written so far."""
        deadline = time.monotonic() + seconds
        while not self._followed():
            if time.monotonic() > deadline:
                raise RuntimeError(f"after {seconds} s the members are {self.states()}")
            time.sleep(0.02)

    def _followed(self):
        try:
            # A member that copies the data for the first time acknowledges what it cannot serve yet.
            if sorted(self.states()) != ["PRIMARY", "SECONDARY", "SECONDARY"] or not (primary := self.primary()):
                return False
            note = {"data": {"all": "follow"}, "writeConcern": {"w": 3, "wtimeout": 5_000}}
            self.direct(primary).admin.command("appendOplogNote", **note)
        except pymongo.errors.PyMongoError:  # an election came in between
            return False
        return True

    def _configure(self, ports, tls, auth):
        if tls:
            make_certificates(self.folder)
        if auth:
            (self.folder / "keyfile").write_bytes(base64.b64encode(os.urandom(96)))
            (self.folder / "keyfile").chmod(0o600)
        for number, port in enumerate(ports):
            data = self.folder / f"member-{number}"
            data.mkdir()
            configuration = {
                "net": {"bindIp": "127.0.0.1", "port": port, "unixDomainSocket": {"enabled": False}},
                "replication": {"replSetName": NAME, "oplogSizeMB": 128},
                "storage": {
                    "dbPath": str(data),
                    "wiredTiger": {
                        "engineConfig": {
                            "cacheSizeGB": 0.25,
                            # By default room for 33,000 sessions is made ready, which takes most of a start, and
                            # 300 MB of journal.
                            "configString": "session_max=2000,log=(prealloc=false,file_max=16MB)",
                        }
                    },
                },
                "systemLog": {"quiet": True},
                "setParameter": {
                    "diagnosticDataCollectionEnabled": False,
                    "enableTestCommands": True,  # configureFailPoint
                    "shutdownTimeoutMillisForSignaledShutdown": 100,  # else 15 s go by before each end
                },
            }
            if tls:
                configuration["net"]["tls"] = {
                    "mode": "requireTLS",
                    "certificateKeyFile": str(self.folder / "server.pem"),
                    "CAFile": str(self.folder / "ca.pem"),
                }
            if auth:
                configuration["security"] = {"keyFile": str(self.folder / "keyfile"), "authorization": "enabled"}
            # JSON is YAML.
            (self.folder / f"member-{number}.conf").write_text(json.dumps(configuration, indent=1) + "\n")

    def _initiate(self, deadline):
        hosts = [{"_id": member.number, "host": f"127.0.0.1:{member.port}"} for member in self.members]
        settings = {"electionTimeoutMillis": self.election_ms, "heartbeatIntervalMillis": 200}
        # The first connections, of this machine, need no password.
        first = self.direct(self.members[0], user=None).admin
        first.command("replSetInitiate", {"_id": NAME, "members": hosts, "settings": settings})
        if self.auth:
            self._make_user(deadline, "admin", "root", by=None, pwd=password("root"), roles=["root"])
            for user, role in (("app", "readWrite"), ("reader", "read")):
                self._make_user(deadline, "admin", user, pwd=password(user), roles=[{"role": role, "db": "buttond"}])
            if self.tls:  # who shows client.pem may say so, instead of a password: authMechanism=MONGODB-X509
                self._make_user(deadline, "$external", CLIENT_NAME, roles=[{"role": "readWrite", "db": "buttond"}])

    def _make_user(self, deadline, database, name, by="root", **rights):
        """Again where an election came between. Who is there by then was made; the first one, root, locks others out."""
        there = {51003, 13} if by is None else {51003}
        while True:
            try:
                elected = self._elect(deadline, user=by)
                self.direct(elected, user=by)[database].command("createUser", name, **rights)
                return
            except pymongo.errors.AutoReconnect:
                if time.monotonic() > deadline:
                    raise
            except pymongo.errors.OperationFailure as failure:
                if failure.code not in there:
                    raise
                return

    def _elect(self, deadline, user="root"):
        """Asks the members in turn to stand for election: they would, but only after a time-out."""
        candidates = itertools.cycle(self.members)
        while not (primary := self.primary()):
            member = next(candidates)
            if time.monotonic() > deadline:
                raise RuntimeError(f"the replica set has no primary; {member.log}:\n{member.log_end()}")
            try:
                self.direct(member, user).admin.command("replSetStepUp")
            except pymongo.errors.PyMongoError:
                time.sleep(0.02)
        return primary
