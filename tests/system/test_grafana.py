"""deploy/grafana: the dashboard is what its script makes, and a real Prometheus over a node that counts answers what it,
and the rules of the alerts, ask."""

import json
import re
import subprocess

import pytest

from buttond import ROOT, wait_until
from prometheus import Prometheus

pytestmark = pytest.mark.release  # of the server they ask nothing that other tests do not

MAKER = ROOT / "deploy/grafana/make_dashboard"
DASHBOARD = ROOT / "deploy/grafana/buttond.json"
CHOSEN = {"$job": "buttond", "$instance": ".+", "$__rate_interval": "1m", "$__range": "1h"}
EMPTY = ("buttond_store_errors_total", "ALERTS")  # where all is well: shown are causes that there are, alerts that fire


def expressions(dashboard):
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    return asked + [annotation["expr"] for annotation in dashboard["annotations"]["list"]]


def as_grafana_asks(expression):
    for variable, value in CHOSEN.items():
        expression = expression.replace(variable, value)
    return expression


def use(node):
    """Something of everything that a node counts."""
    node.buttons("https://example.com/a", "https://example.com/b")
    node.buttons("https://example.com/a")
    node.get("/button/?url=https://example.com/a", headers={"User-Agent": "Googlebot/2.1"})
    node.get("/add?url=https://example.com/a")
    node.get("/v1/buttons?url=ftp://example.com/")
    node.get("/nothing")
    node.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 1}])


@pytest.fixture
def prometheus(servers, tmp_path):
    """Over a node that has counted something of everything since the first scrape."""
    node = servers("--epoch", "50ms")
    started = Prometheus(tmp_path, node)
    started.wait_ready()
    use(node)
    node.wait_stored()
    wait_until(lambda: started.query('rate(buttond_requests_total{route="none",code="404"}[1m]) > 0'), 30, what="a scrape")
    yield started
    started.close()


def test_the_dashboard_is_what_its_script_makes():
    made = subprocess.run([MAKER, "-"], capture_output=True, text=True, check=True).stdout
    assert made == DASHBOARD.read_text(), f"run {MAKER.relative_to(ROOT)}"


def test_every_expression_of_the_dashboard_has_an_answer(prometheus):
    asked = expressions(json.loads(DASHBOARD.read_text()))
    assert len(asked) > 40
    answers = {expression: prometheus.query(as_grafana_asks(expression)) for expression in asked}
    for expression, answer in answers.items():
        values = [value for _, value in answer if value == value]  # a quantile of nothing is NaN
        assert values or any(name in expression for name in EMPTY), expression


def test_every_series_that_a_rule_asks_for_is_there_and_none_of_them_is_raised(prometheus):
    rules = prometheus.ask("rules")["groups"][0]["rules"]
    assert [rule["name"] for rule in rules if rule["health"] != "ok"] == []
    asked = {name for rule in rules for name in re.findall(r"\b(?:buttond|process)_[a-z_]+|\bup\b", rule["query"])}
    assert len(asked) > 20
    assert {name for name in asked if not prometheus.query(name)} == set()
    assert {rule["name"]: prometheus.query(rule["query"]) for rule in rules if prometheus.query(rule["query"])} == {}


def test_every_series_is_asked_of_the_nodes_that_are_chosen():
    for expression in expressions(json.loads(DASHBOARD.read_text())):
        for name, labels in re.findall(r"\b((?:buttond|process)_[a-z_]+|up)\b({[^}]*})?", expression):
            assert labels.startswith('{job=~"$job",instance=~"$instance"'), f"{name} in {expression}"
