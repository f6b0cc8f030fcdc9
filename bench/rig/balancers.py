"""HAProxy and nginx with the configurations of deploy/, only their addresses changed."""

import os
import re
import signal
from pathlib import Path

from . import ROOT
from .processes import Process, free_port


def replaced(text, pattern, replacement):
    """`text` with every match of `pattern` replaced; fails where there is none, so that the two stay in step."""
    text, count = re.subn(pattern, lambda _: replacement, text, flags=re.MULTILINE)
    if count == 0:
        raise ValueError(f"deploy's configuration has no line like {pattern}")
    return text


def haproxy_configuration(port, servers, proxy_header=False):
    text = (ROOT / "deploy/haproxy.cfg").read_text()
    text = replaced(text, r"^    bind :80 .*$", f"    bind 127.0.0.1:{port}")
    text = replaced(text, r"^    user haproxy\n    group haproxy\n    chroot .*\n", "")
    variant = re.search(r"^    # server node1 10\.0\.0\.11:8080( send-proxy-v2.*)$", text, re.MULTILINE)[1]
    after = variant if proxy_header else ""
    nodes = "\n".join(f"    server node{i} 127.0.0.1:{server}{after}" for i, server in enumerate(servers, 1))
    text = replaced(text, r"^    server node1 .*\n    server node2 .*$", nodes)
    return text


def nginx_configuration(port, servers, folder):
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = replaced(text, r"^        listen 80 default_server;.*$", f"        listen 127.0.0.1:{port};")
    text = replaced(text, r"^user www-data;$", "daemon off;")
    text = replaced(text, r"/run/nginx.pid", str(folder / "nginx.pid"))
    text = replaced(text, r"/var/log/nginx/error.log", str(folder / "error.log"))
    after = " max_fails=3 fail_timeout=5s"
    nodes = "\n".join(f"        server 127.0.0.1:{server}{after};" for server in servers)
    text = replaced(text, rf"^        server 10\.0\.0\.11:8080{after};.*\n        server 10\.0\.0\.12:8080{after};.*$", nodes)
    each = "\n".join(f'        "{" : ".join("0" * number)}" 127.0.0.1:{server};' for number, server in enumerate(servers, 1))
    text = replaced(text, r'^        "0" +10\.0\.0\.11:8080;.*\n        "0 : 0" +10\.0\.0\.12:8080;.*$', each)
    temporary = "".join(f"    {kind}_temp_path {folder / kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return replaced(text, r"^http \{$", "http {\n" + temporary)


class Balancer(Process):
    """Listens on `port` of 127.0.0.1 before `servers`, which are ports of 127.0.0.1.

    HAProxy with `proxy_header` tells its nodes the readers' addresses by PROXY v2.
    """

    def __init__(self, kind, folder, servers, cores=None, proxy_header=False):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        self.port = free_port()
        if kind == "haproxy":
            file = folder / "haproxy.cfg"
            file.write_text(haproxy_configuration(self.port, servers, proxy_header))
            self.command = ["haproxy", "-W", "-db", "-f", file]  # as Debian's unit has it: a master, which can reload
        else:
            file = folder / "nginx.conf"
            file.write_text(nginx_configuration(self.port, servers, folder))
            self.command = ["nginx", "-c", file]
        self._run(folder / "log", cores)

    def _run(self, log, cores=None):
        super().__init__(self.command, self.kind, cores, log)
        self.wait_listening(self.port)

    def reload(self):
        """As `systemctl reload` does of Debian's units: new workers take over, the old ones finish what they have."""
        self.popen.send_signal(signal.SIGUSR2 if self.kind == "haproxy" else signal.SIGHUP)

    def kill_all(self):
        """kill -9 of the master and its workers."""
        for pid in self.family():
            os.kill(pid, signal.SIGKILL)
        self.popen.wait()

    def start_again(self):
        self._run(self.log)
