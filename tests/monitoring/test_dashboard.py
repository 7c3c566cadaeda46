"""The dashboard: Grafana's own models know all of it, and its metrics exist."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from kwtools.metrics.exposition import OWN
from tests.conftest import Database
from tests.monitoring.test_alerts import ALERTS, OPERATIONS, anchor, headings

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "monitoring" / "dashboard.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
PROMETHEUS_OWN = {"ALERTS"}
_VARIABLES = {"$__rate_interval": "5m", "$database": ".*"}


def lost(given: Any, kept: Any, place: str = "") -> Iterator[str]:
    """Yield the places of what is not the same in ``kept``, which may have more members."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            yield from lost(value, kept.get(name), f"{place}.{name}")
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from lost(one, other, f"{place}[{number}]")
    elif given != kept:
        yield f"{place}: {given!r} became {kept!r}"


def written_again(dashboard: dict[str, Any]) -> Any:
    register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))


def expanded(expression: str) -> str:
    for name, value in _VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def metrics(expression: str) -> set[str]:
    return set(re.findall(r"\b(kwtools_\w+|ALERTS)\b", expression))


def test_grafanas_models_know_every_member() -> None:
    assert list(lost(DASHBOARD, written_again(DASHBOARD))) == []


@pytest.mark.parametrize("place", ["fieldConfig", "options", "targets"])
def test_a_misspelled_member_would_be_found(place: str) -> None:
    wrong = json.loads(FILE.read_text())
    panel = next(panel for panel in wrong["panels"] if panel["type"] == "timeseries")
    inside = panel[place][0] if place == "targets" else panel[place]
    inside["mispelled"] = 1
    (found,) = lost(wrong, written_again(wrong))
    assert found.endswith(".mispelled: 1 became None")


def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    rules = [
        {"record": f"test:expression_{number}", "expr": expanded(expression)}
        for number, expression in enumerate(EXPRESSIONS)
    ]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", file], text=True, capture_output=True)
    assert f"SUCCESS: {len(EXPRESSIONS)} rules found" in done.stdout, done.stdout + done.stderr
    assert not any("$" in expanded(expression) for expression in EXPRESSIONS)


@pytest.fixture
def exposed(db: Database) -> dict[str, str]:
    """The type of each metric that there is."""
    of_views = db.sql("select metric, type from kw.metric_names")
    return {**dict(of_views), **{one.metric: one.type for one in OWN}}


def samples(exposed: dict[str, str]) -> set[str]:
    """Return the names of samples that metrics of these types have."""
    suffixes = ("_bucket", "_sum", "_count")
    return {
        metric + suffix
        for metric, kind in exposed.items()
        for suffix in (suffixes if kind == "histogram" else ("",))
    }


def test_the_dashboard_asks_for_metrics_that_exist(exposed: dict[str, str]) -> None:
    asked = set().union(*map(metrics, EXPRESSIONS))
    variables = json.dumps(DASHBOARD["templating"])
    assert asked | metrics(variables) <= samples(exposed) | PROMETHEUS_OWN


def test_every_metric_is_on_the_dashboard(exposed: dict[str, str]) -> None:
    asked = set().union(*map(metrics, EXPRESSIONS))
    for metric in exposed:
        assert any(name.startswith(metric) for name in asked), metric


def test_rules_ask_for_metrics_that_exist(exposed: dict[str, str]) -> None:
    for rule in ALERTS.values():
        assert metrics(rule["expr"])
        assert metrics(rule["expr"]) <= samples(exposed)


def test_every_panel_has_a_unit_a_description_and_a_link_to_what_to_do() -> None:
    places = set(map(anchor, headings(OPERATIONS)))
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in PANELS:
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        for link in [*panel["links"], *DASHBOARD["links"]]:
            page, _, place = link["url"].partition("#")
            assert page == "${docs}/operations.md"
            assert place in places


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
