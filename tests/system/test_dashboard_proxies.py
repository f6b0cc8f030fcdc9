"""The dashboard behind what an operator has in front of it: another path, by the real nginx and HAProxy."""

import sys

import pytest
from buttond import ROOT
from dashboard_page import asked, open_page, wait_row

sys.path.insert(0, str(ROOT / "bench"))
from rig.processes import Process, free_port  # noqa: E402

pytestmark = pytest.mark.release

NGINX = """
daemon off;
error_log stderr;
pid {folder}/pid;
events {{ }}
http {{
    access_log off;
    {temporary}
    server {{
        listen 127.0.0.1:{port};
        location /ops/share/ {{
            proxy_pass http://{admin}/;
        }}
    }}
}}
"""

HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend operators
    bind 127.0.0.1:{port}
    http-request replace-path /ops/share/(.*) /\\1
    default_backend admin
backend admin
    server node {admin}
"""


class Front(Process):
    """Serves the admin listener of `server` under /ops/share/."""

    def __init__(self, kind, folder, server):
        port = free_port()
        file = folder / f"{kind}.conf"
        temporary = " ".join(f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        file.write_text({"nginx": NGINX, "haproxy": HAPROXY}[kind].format(
            folder=folder, port=port, admin=server.admin_addresses[0], temporary=temporary))
        super().__init__(["nginx", "-c", file] if kind == "nginx" else ["haproxy", "-db", "-f", file], kind, None, folder / f"{kind}.log")
        self.wait_listening(port)
        self.url = f"http://127.0.0.1:{port}/ops/share"


@pytest.fixture(params=["nginx", "haproxy"])
def front(request, server, tmp_path):
    started = Front(request.param, tmp_path, server)
    yield started
    started.stop()


def test_it_works_under_another_path(server, front, browser):
    server.buttons("https://blog.example/one")
    server.wait_stored()
    open_page(browser, server, "?range=30d", base=front.url)
    wait_row(browser, "largest", "blog.example")
    browser.find("#url").send_keys("https://blog.example/one\n")
    browser.wait("document.querySelector('#found dl')")
    assert browser.find("#largest a").get_attribute("href").startswith(front.url + "/dashboard/site?")
    for path, _ in asked(browser):
        assert path.startswith("/ops/share/dashboard/"), path
    assert browser.console() == []


def test_its_tables_are_there_as_csv(server, front, browser):
    open_page(browser, server, base=front.url)
    for link in browser.find_all("a.csv"):
        answer = server.get(link.get_attribute("href").removeprefix(front.url), base=front.url)
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv")


def test_a_slash_too_much_leads_back_to_it(server, front, browser):
    browser.open(front.url + "/stats/")
    browser.wait("document.getElementById('live')?.textContent == 'live'", 20)
    assert browser.driver.current_url == front.url + "/stats"
