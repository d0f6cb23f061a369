"""The operator's list of metrics, and the alerts, name what is written and nothing else."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from visavis.telemetry.metrics import COUNTED, TIMED, WATCHED
from visavis.telemetry.rows import RowsCollector

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide" / "operator.md"
ALERTS = ROOT / "deploy" / "prometheus" / "visavis.rules.yml"
RULES = ALERTS.read_text()
ROW = re.compile(r"^\| `(visavis_\w+)` \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
SUFFIXES = ("_bucket", "_sum", "_count")


@pytest.fixture
def written(db):
    """Each metric as Prometheus has it: its labels, and what it says."""
    counted = {f"{one._name}_total": one for one in COUNTED.values()}
    timed = {one._name: one for one in TIMED.values()}
    found = {
        name: (tuple(one._labelnames), one._documentation)
        for name, one in {**counted, **timed}.items()
    }
    return found | {one.name: ((), one.documentation) for one in RowsCollector().collect()}


def test_the_operators_list_is_what_is_written(written):
    listed = {
        name: (tuple(re.findall(r"\w+", labels)), said.strip())
        for name, labels, said in ROW.findall(GUIDE.read_text())
    }
    assert listed == written


def alerts():
    (group,) = yaml.safe_load(RULES)["groups"]
    return group["rules"]


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_each_alert_asks_for_what_is_written_and_says_what_to_do(alert, written):
    for name, labels in re.findall(r"\b(visavis_\w+)(?:\{([^}]*)\})?", alert["expr"]):
        plain = next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name)
        assert plain in written
        assert set(re.findall(r"(\w+)\s*[=!]~?", labels)) <= set(written[plain][0])
    assert alert["annotations"]["summary"].endswith(".")
    assert alert["annotations"]["do"].endswith(".")
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_the_words_that_alerts_look_for_are_there_at_nought_before_they_happen():
    """Or the first of them would be no rise."""
    for what, told in re.findall(r"visavis_(\w+)_total{([^}]*)}", RULES):
        for label, word in re.findall(r'(\w+)!?=~?"([^"]*)"', told):
            begun = [labels[label] for labels in WATCHED.get(what, ())]
            # Of pages it is a share that alarms; of jobs the worker begins with it.
            assert word in begun or what in {"http_requests", "jobs"}, (what, word)
    for what, watched in WATCHED.items():
        for labels in watched:
            assert REGISTRY.get_sample_value(f"visavis_{what}_total", labels) is not None


def test_each_alert_is_tried_with_what_it_is_for():
    tried = yaml.safe_load(ALERTS.with_name("visavis.rules.test.yml").read_text())["tests"]
    fired = {
        case["alertname"]
        for test in tried
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert fired == {alert["alert"] for alert in alerts()}
