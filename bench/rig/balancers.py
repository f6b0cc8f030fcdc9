"""HAProxy and nginx with the configurations of deploy/, only their addresses changed."""

import re
from pathlib import Path

from . import ROOT
from .processes import Process, free_port


def replaced(text, pattern, replacement):
    """`text` with every match of `pattern` replaced; fails where there is none, so that the two stay in step."""
    text, count = re.subn(pattern, lambda _: replacement, text, flags=re.MULTILINE)
    if count == 0:
        raise ValueError(f"deploy's configuration has no line like {pattern}")
    return text


def haproxy_configuration(port, servers):
    text = (ROOT / "deploy/haproxy.cfg").read_text()
    text = replaced(text, r"^    bind :80 .*$", f"    bind 127.0.0.1:{port}")
    text = replaced(text, r"^    user haproxy\n    group haproxy\n    chroot .*\n", "")
    nodes = "\n".join(f"    server node{i} 127.0.0.1:{server}" for i, server in enumerate(servers, 1))
    text = replaced(text, r"^    server node1 .*\n    server node2 .*$", nodes)
    return text


def nginx_configuration(port, servers, folder):
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = replaced(text, r"^        listen 80 default_server;.*$", f"        listen 127.0.0.1:{port};")
    text = replaced(text, r"^user www-data;$", "daemon off;")
    text = replaced(text, r"/run/nginx.pid", str(folder / "nginx.pid"))
    text = replaced(text, r"/var/log/nginx/error.log", str(folder / "error.log"))
    for after in (" max_fails=3 fail_timeout=5s", " max_fails=0"):
        nodes = "\n".join(f"        server 127.0.0.1:{server}{after};" for server in servers)
        text = replaced(text, rf"^        server 10\.0\.0\.11:8080{after};.*\n        server 10\.0\.0\.12:8080{after};.*$", nodes)
    temporary = "".join(f"    {kind}_temp_path {folder / kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return replaced(text, r"^http \{$", "http {\n" + temporary)


class Balancer(Process):
    """Listens on `port` of 127.0.0.1 before `servers`, which are ports of 127.0.0.1."""

    def __init__(self, kind, folder, servers, cores=None):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        if kind == "haproxy":
            file = folder / "haproxy.cfg"
            file.write_text(haproxy_configuration(self.port, servers))
            command = ["haproxy", "-db", "-f", file]
        else:
            file = folder / "nginx.conf"
            file.write_text(nginx_configuration(self.port, servers, folder))
            command = ["nginx", "-c", file]
        super().__init__(command, kind, cores, folder / "log")
        self.wait_listening(self.port)
