"""Debian's Prometheus over nodes of a test, with the rules as they are; it scrapes and evaluates once a second."""

import json
import re
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from buttond import ROOT, wait_until
from rig.processes import Process, free_port

DEPLOYED = ROOT / "deploy/prometheus"
RULES = DEPLOYED / "buttond.rules.yml"
PROVOKED = 60  # seconds in which a fault is told of


class Prometheus:
    """Scrapes the admin listeners of `nodes`; its data are in `folder`, where a test may put older ones before."""

    def __init__(self, folder, *nodes):
        self.folder = Path(folder)
        targets = [node.admin_addresses[0] for node in nodes]
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(
            json.dumps(  # which is YAML
                {
                    "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                    "rule_files": [str(RULES)],
                    "scrape_configs": [{"job_name": "buttond", "static_configs": [{"targets": targets}]}],
                }
            )
        )
        self.port = free_port()
        self.process = Process(
            ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
            "prometheus", log=self.folder / "prometheus.log")  # fmt: skip
        wait_until(self._is_ready, 60, what="the start of Prometheus")

    def _is_ready(self):
        assert self.process.running(), self.process.log_text()
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=30).close() is None
        except OSError:  # not listening yet, or 503
            return False

    def ask(self, path, **parameters):
        """The data of an answer of its API."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}", timeout=30) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        """[(labels, value)] now."""
        data = self.ask("query", query=expression)
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(one["metric"], float(one["value"][1])) for one in data["result"]]

    def raised(self):
        """{(name, severity, instance, or None)} of what is pending or firing."""
        return {
            (labels["alertname"], labels["severity"], labels.get("instance"))
            for labels in (alert["labels"] for alert in self.ask("alerts")["alerts"])
        }

    def wait_ready(self):
        """Until it could tell every rule's answer, and none is raised; before the first scrape a node is away."""

        def ready():
            return self.query("min(count_over_time(up[5m])) >= 3") and not self.raised()

        wait_until(ready, PROVOKED, every=0.1, what="a Prometheus that is content")

    def wait_raised(self, name, severity, node=None):
        """Until this alert is pending or firing, of `node` where it is of one."""
        wanted = (name, severity, node and node.admin_addresses[0])
        wait_until(lambda: wanted in self.raised(), PROVOKED, every=0.2, what=f"the alert {wanted}")

    def close(self):
        self.process.stop()


def headings():
    """The anchors of the README's sections on what may be wrong, as GitHub makes them."""
    text = (ROOT / "README.md").read_text()
    section = re.search(r"^## Something is wrong\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)[1]
    titles = re.findall(r"^### (.+)$", section, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def promtool(*words):
    done = subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
