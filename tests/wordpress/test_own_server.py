"""deploy/wordpress/README.md: a blogger's own server behind nginx, with the settings and the file that stand there."""

import re
import subprocess

from blog import PLUGIN
from buttond import wait_until
from rig.processes import Process, free_port

FOLDER = PLUGIN.parent
README = (FOLDER / "README.md").read_text()


def settings():
    """What the fourth command writes into /etc/default/buttond."""
    line = next(line for line in README.splitlines() if line.endswith(">/etc/default/buttond"))
    return dict(word.split("=", 1) for word in line.split() if word.startswith("BUTTOND_"))


def nginx_in_front(folder, server):
    """nginx with the file of the README, on ports of the test's."""
    port = free_port()
    text = (FOLDER / "nginx.conf").read_text()
    for old, new in (("listen 80;", f"listen 127.0.0.1:{port};"), ("127.0.0.1:8080", server.addresses[0])):
        assert old in text
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ {paths} access_log off; include {folder}/site.conf; }}\n"
    )
    process = Process(["nginx", "-p", folder, "-c", folder / "nginx.conf"], "nginx", log=folder / "nginx.out")
    process.wait_listening(port)
    return process, port


def test_ten_commands():
    commands = re.search(r"```sh\n(.*?)```", README, re.DOTALL)[1].strip().splitlines()
    assert len(commands) == 10
    for command in commands:
        assert subprocess.run(["bash", "-n", "-c", command]).returncode == 0, command


def test_a_blog_is_counted_behind_nginx_reader_by_reader(servers, tmp_path):
    environment = settings()
    assert environment.keys() == {"BUTTOND_SITE", "BUTTOND_TRUSTED_PROXY", "BUTTOND_PUBLIC_URL"}
    server = servers("--epoch", "50ms", "--miss-wait", "10s", env=environment, private_hosts=False)
    nginx, port = nginx_in_front(tmp_path, server)
    try:
        base = f"http://127.0.0.1:{port}"
        assert server.get("/v1/server", base=base).json["script"]["path"].startswith("/js/button.")
        link = "https%3A%2F%2Fblog.example.com%2Fbread"
        for number in range(3):  # whatever a reader says of itself is replaced by what nginx saw
            answer = server.get(f"/v1/buttons?url={link}", base=base, headers={"X-Forwarded-For": f"192.0.2.{number}"})
            assert answer.json["counts"] != [None]
        other = server.get("/v1/buttons?url=https%3A%2F%2Fsomebody.example.com%2F", base=base)
        assert other.json["counts"] == [None]
        assert server.stored() == {"blog.example.com/bread": 3}
        assert environment["BUTTOND_PUBLIC_URL"] + "/add" in server.get("/", base=base).text
        # The reader's address is known, so a greedy one is held back, which it would not be without --trusted-proxy.
        for _ in range(80):
            server.get(f"/v1/buttons?url={link}", base=base)
        held = 'buttond_impressions_filtered_total{reason="rate"}'
        wait_until(lambda: server.metrics().get(held, 0) > 0, what="the rate of one reader")
    finally:
        nginx.stop()


def test_a_provider_adds_a_blog_to_the_site_list_while_the_server_runs(servers, tmp_path):
    sites = tmp_path / "sites"
    sites.write_text("# our blogs\none.example.com\n")
    server = servers("--epoch", "50ms", "--miss-wait", "10s", "--site-file", sites, private_hosts=False)
    assert server.buttons("https://one.example.com/a", "https://two.example.com/a") == [0, None]
    assert server.get("/v1/explain?url=https://two.example.com/a").json["counted"] is False
    sites.write_text("one.example.com\ntwo.example.com\n")
    server.process.send_signal(1)
    wait_until(lambda: server.get("/v1/explain?url=https://two.example.com/a").json["counted"], what="the new list")
    assert server.buttons("https://two.example.com/a") == [0]
    assert server.stored() == {"one.example.com/a": 1, "two.example.com/a": 1}
