"""Those who are compared, each started the way its own experts would, on one core and a free port."""

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path

from . import ROOT
from .nodes import BINARY, Node
from .processes import Process, Usage, free_port

PEERS = ROOT / "bench/peers"


class Contestant:
    """One or more processes that answer together on `port`."""

    def __init__(self, name, port, *processes):
        self.name = name
        self.port = port
        self.processes = processes

    def cpu(self):
        """The CPU time of all its processes so far, as a Usage."""
        return sum((process.cpu() for process in self.processes), Usage())

    def memory(self):
        return sum(process.memory() for process in self.processes)

    def stop(self):
        for process in self.processes:
            process.stop()


def configured(template, folder, **values):
    """A configuration of bench/peers/ with its @NAMES@ filled in, in `folder`."""
    text = (PEERS / template).read_text()
    values.update(FOLDER=folder, PEERS=PEERS)
    text = re.sub(r"@([A-Z_]+)@", lambda match: str(values[match[1]]), text)
    file = Path(folder) / Path(template).name
    file.write_text(text)
    return file


def buttond(folder, core, *flags, store=None, name="buttond"):
    folder = Path(folder)
    node = Node(folder, store or f"sqlite:{folder / 'links.db'}", "--threads", "1", *flags, cores={core}, name=name)
    return Contestant(name, node.port, node)


def seed_shares(folder, links, shares=12):
    """Gives links a count in the SQLite store of buttond(folder)."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(json.dumps({"url": link, "impressions": 0, "clicks": 0, "shares": shares}) + "\n" for link in links)
    subprocess.run([BINARY, "import", "--data", folder / "data", "--store", f"sqlite:{folder / 'links.db'}", "-"],
                   input=rows, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def simple(name, folder, core, command, port, env=None):
    process = Process(command, name, {core}, Path(folder) / f"{name}.log", env)
    process.wait_listening(port)
    return Contestant(name, port, process)


def captured_answer(port, path):
    """The bytes that a server answers to a GET."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: buttons.example\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def floor(folder, core, answer):
    """`answer`: the bytes that it writes."""
    file = Path(folder) / "floor.answer"
    file.write_bytes(answer)
    port = free_port()
    return simple("floor", folder, core, [BINARY.with_name("floor"), port, file], port)


def beast(folder, core):
    port = free_port()
    return simple("beast", folder, core, [BINARY.with_name("beast_server"), port], port)


def nginx(folder, core, flavour, **values):
    """`flavour`: the name of a configuration in bench/peers/nginx."""
    folder = Path(folder) / f"nginx-{flavour}"
    folder.mkdir(parents=True, exist_ok=True)
    configured("nginx/common.conf", folder)
    configured("nginx/http.conf", folder)
    port = free_port()
    file = configured(f"nginx/{flavour}.conf", folder, PORT=port, **values)
    return simple(f"nginx {flavour}", folder, core, ["nginx", "-c", file], port)


def nginx_lua(folder, core, links=(), shares=12):
    """nginx with Lua and its Redis, both on `core`."""
    folder = Path(folder) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    redis = simple("redis", folder, core, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder,
                                           "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"], port)
    for link in links:
        key = re.sub(r"^https?://(www\.)?", "", link)
        subprocess.run(["redis-cli", "-p", str(port), "set", f"shares:{key}", str(shares)], check=True,
                       stdout=subprocess.DEVNULL)
    front = nginx(folder, core, "lua", REDIS_PORT=port)
    return Contestant("nginx + Lua + Redis", front.port, *front.processes, *redis.processes)


def goatcounter(folder, core, binary):
    """GoatCounter on its embedded store, without its limit of page views an address."""
    database = f"sqlite+{Path(folder) / 'goatcounter.sqlite3'}"
    subprocess.run([binary, "db", "create", "site", "-createdb", "-db", database, "-vhost", "buttons.example",
                    "-user.email", "bench@buttons.example", "-user.password", "of no use to anybody"],
                   check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    return simple("goatcounter", folder, core, [binary, "serve", "-db", database, "-automigrate", "-tls", "http", "-listen",
                                                f"127.0.0.1:{port}", "-ratelimit", "count:1000000000/1"],
                  port, {"GOMAXPROCS": "1"})


def publish_script(folder, port, path="/js/button.js"):
    """Writes the script that buttond serves, with its compressed forms, as files for the others."""
    folder = Path(folder) / "www/js"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / Path(path).name
    file.write_bytes(captured_answer(port, path).partition(b"\r\n\r\n")[2])
    subprocess.run(["brotli", "--best", "--keep", "--force", file], check=True)
    subprocess.run(["zopfli", file], check=True)


def nginx_file(folder, core, site):
    """`site`: the folder that publish_script wrote into."""
    target = Path(folder) / "nginx-file/www"
    shutil.copytree(Path(site) / "www", target, dirs_exist_ok=True)
    return nginx(folder, core, "file")


def caddy(folder, core, site):
    folder = Path(folder) / "caddy"
    shutil.copytree(Path(site) / "www", folder / "www", dirs_exist_ok=True)
    port = free_port()
    file = configured("caddy/Caddyfile", folder, PORT=port)
    return simple("caddy", folder, core, ["caddy", "run", "--config", file, "--adapter", "caddyfile"], port,
                  {"GOMAXPROCS": "1", "HOME": str(folder), "XDG_DATA_HOME": str(folder)})
