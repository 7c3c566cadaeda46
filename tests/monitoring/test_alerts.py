"""Rules of Prometheus: each is tested, and each leads to a paragraph that says what to do."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "monitoring" / "alerts.yml"
TESTS = ROOT / "monitoring" / "alerts_test.yml"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
MONITORING = (ROOT / "docs" / "monitoring.md").read_text()
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES.read_text())["groups"]
    for rule in group["rules"]
}
WHEN = "When an alert fires"
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def promtool(*arguments: str) -> str:
    done = subprocess.run(["promtool", *arguments], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def headings(text: str, level: str = "##+") -> list[str]:
    return re.findall(rf"^{level} (.+)$", _FENCED.sub("", text), re.MULTILINE)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def paragraphs() -> list[str]:
    """Return the headings of what to do when an alert fires."""
    section = OPERATIONS.split(f"\n## {WHEN}\n")[1].split("\n## ")[0]
    return headings(section, "###")


def excused(section: str) -> dict[str, str]:
    """Return a table of the page: the rules of each section or error, or why there is none."""
    text = MONITORING.split(f"\n### {section}\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE)
    return dict(rows[2:])


def test_prometheus_accepts_the_rules() -> None:
    assert f"SUCCESS: {len(ALERTS)} rules found" in promtool("check", "rules", str(RULES))


def test_the_rules_fire_when_they_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(TESTS))


@pytest.mark.parametrize("alert", ALERTS)
def test_a_rule_is_tested_with_series_that_fire_and_with_series_that_do_not(alert: str) -> None:
    found: dict[bool, list[str]] = {True: [], False: []}
    for test in yaml.safe_load(TESTS.read_text())["tests"]:
        for one in test["alert_rule_test"]:
            if one["alertname"] == alert:
                series = " ".join(series["series"] for series in test["input_series"])
                found[bool(one["exp_alerts"])].append(series)
    assert found[True]
    metrics = set(re.findall(r"kwtools_\w+", ALERTS[alert]["expr"]))
    for quiet in found[False]:
        assert any(metric in quiet for metric in metrics), "it is quiet since nothing is there"
    assert found[False]


@pytest.mark.parametrize("alert", ALERTS)
def test_a_rule_says_how_bad_it_is_and_leads_to_its_paragraph(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    page, _, place = rule["annotations"]["runbook_url"].partition("#")
    assert page == "docs/operations.md"
    assert place in map(anchor, paragraphs())


def test_every_paragraph_for_an_alert_has_one_rule() -> None:
    led_to = [rule["annotations"]["runbook_url"].partition("#")[2] for rule in ALERTS.values()]
    assert sorted(led_to) == sorted(map(anchor, paragraphs()))


def test_every_section_of_the_operations_page_has_a_rule_or_a_reason_for_none() -> None:
    listed = excused("Which sections of the operations page have a rule")
    mine = {WHEN, *paragraphs()}
    assert list(listed) == [one for one in headings(OPERATIONS) if one not in mine]
    without = [text for text in listed.values() if "`Kwtools" not in text and "none: " not in text]
    assert without == ["see the next table"]


def test_every_error_of_the_operations_page_has_a_rule_or_a_reason_for_none() -> None:
    section = OPERATIONS.split("\n## Errors and what to do\n")[1].split("\n## ")[0]
    errors = re.findall(r"^\| (KW[^|]+) \|", section, re.MULTILINE)
    listed = excused("Which errors have a rule")
    assert list(listed) == errors
    assert all("`Kwtools" in text or "none: " in text for text in listed.values())


def test_the_page_names_only_rules_that_exist_and_all_of_them() -> None:
    named = set(re.findall(r"`(Kwtools\w+)`", MONITORING))
    assert named <= ALERTS.keys()
    about_metrics = {"KwtoolsMetricsStale", "KwtoolsDatabaseUnreadable"}
    assert ALERTS.keys() - named == about_metrics | {"KwtoolsCheckpointOld"}
