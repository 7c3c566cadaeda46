"""A real Prometheus scrapes ``kwtools metrics``, and a real OpenBao stops and comes back."""

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from psycopg import sql

from tests.conftest import Database, unique
from tests.metrics.test_serving import served
from tests.monitoring.test_alerts import ALERTS, RULES
from tests.monitoring.test_dashboard import EXPRESSIONS, expanded
from tests.slow_clients import beside
from testservers.openbao import OpenBao
from testservers.prometheus import Prometheus
from testservers.provider_file import add_entry, write_for_server

PROBE = "select kms_key_id, status from kw.check_kms()"


class Watched(NamedTuple):
    """A database with a key in OpenBao, its exporter and the Prometheus that scrapes it."""

    db: Database
    bao: OpenBao
    key: int
    prometheus: Prometheus
    exporter: contextlib.ExitStack

    def alerts(self) -> dict[str, dict[str, Any]]:
        """Return the alerts that fire, by their names."""
        return {alert["labels"]["alertname"]: alert for alert in self.prometheus.firing()}

    def is_quiet(self) -> bool:
        """Return whether the key is up, and nothing fires."""
        up = f'kwtools_kms_key_status{{key="{self.key}", status="up"}} == 1'
        return bool(self.prometheus.value(up)) and not self.alerts()


def shortened(folder: Path) -> Path:
    """Write the rules without the times that they wait; their expressions stay."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule["for"] = "1s"
            rule.pop("keep_firing_for", None)
    file = folder / "alerts.yml"
    file.write_text(yaml.safe_dump(rules))
    return file


@pytest.fixture
def auditor(db: Database) -> Iterator[str]:
    name = unique("auditor")
    db.sql(f"create role {name} login in role kw_auditor")
    yield name
    with db.place.connect(db.name) as connection:
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture
def watched(db: Database, auditor: str, tmp_path: Path) -> Iterator[Watched]:
    with contextlib.ExitStack() as stack:
        bao = stack.enter_context(OpenBao(tmp_path / "bao"))
        name = unique("bao")
        files = {"ca_file": bao.ca_file.read_text(), "token_file": bao.token()}
        paths = {option: db.place.base / f"{name}.{option}" for option in files}
        for option, text in files.items():
            write_for_server(paths[option], text)
        options = {option: str(path) for option, path in paths.items()}
        add_entry(db.place, name, "vault", address=bao.address, **options)
        db.sql("select kw.add_provider(%s, 'vault')", name)
        ((key,),) = db.sql("select kw.create_kms_key(%s, 'shop')", name)
        db.sql(PROBE)
        exporter = stack.enter_context(contextlib.ExitStack())
        url = exporter.enter_context(served("--dsn", db.place.dsn(db.name, auditor))).url
        prometheus = stack.enter_context(
            Prometheus(tmp_path / "prometheus", url.split("/")[2], shortened(tmp_path))
        )
        yield Watched(db, bao, key, prometheus, exporter)


def test_an_alert_fires_while_a_kms_is_away_and_ends_when_it_is_back(watched: Watched) -> None:
    prometheus, key = watched.prometheus, str(watched.key)
    groups = prometheus.get("rules")["groups"]
    assert {rule["name"] for group in groups for rule in group["rules"]} == ALERTS.keys()
    prometheus.until(watched.is_quiet)

    watched.bao.stop()
    assert (watched.key, "down") in watched.db.sql(PROBE)
    alert = prometheus.until(lambda: watched.alerts().get("KwtoolsKmsKeyDown"))
    assert alert["labels"]["database"] == watched.db.name
    assert (alert["labels"]["key"], alert["labels"]["severity"]) == (key, "critical")
    assert f"KMS key {key} (" in alert["annotations"]["summary"]
    failures = f'kwtools_kms_probe_failures_total{{key="{key}", sqlstate="KW204"}}'
    (failed,) = prometheus.until(lambda: prometheus.value(failures))
    assert failed["value"][1] == "1"

    watched.bao.start()
    assert (watched.key, "up") in watched.db.sql(PROBE)
    prometheus.until(watched.is_quiet)


def test_it_answers_every_expression_and_tells_when_no_metrics_arrive(watched: Watched) -> None:
    prometheus = watched.prometheus
    for expression in EXPRESSIONS:
        if "_kms_key_status" in expression or "last_probe" in expression:
            prometheus.until(partial(prometheus.value, expanded(expression)))
        else:
            prometheus.value(expanded(expression))
    watched.exporter.close()
    prometheus.until(lambda: watched.alerts().keys() == {"KwtoolsMetricsMissing"})


def test_it_gets_every_scrape_beside_clients_that_hold_all_connections(
    db: Database, auditor: str, tmp_path: Path
) -> None:
    with (
        served("--dsn", db.place.dsn(db.name, auditor)) as exporter,
        beside(exporter.port),
        Prometheus(
            tmp_path / "prometheus", exporter.url.split("/")[2], RULES, interval="10s"
        ) as prometheus,
    ):
        prometheus.until(lambda: prometheus.value("count_over_time(up[5m]) >= 3"))
        assert prometheus.value("min_over_time(up[5m]) == 1")
        assert prometheus.value("max_over_time(scrape_duration_seconds[5m]) < 10")
        assert prometheus.value("kwtools_up == 1")


def test_alerts_tell_of_a_floor_that_is_missed_and_of_a_right_that_was_lost(
    watched: Watched, auditor: str
) -> None:
    prometheus, db = watched.prometheus, watched.db
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("select kw.set_floor('people', 'ssn', 3)")
    prometheus.until(lambda: "KwtoolsFieldsBelowFloor" in watched.alerts())
    db.sql(f"revoke kw_auditor from {auditor}")
    prometheus.until(lambda: "KwtoolsDatabaseUnreadable" in watched.alerts())
    db.sql(f"grant kw_auditor to {auditor}")
    db.sql("select kw.set_floor('people', 'ssn', null)")
    prometheus.until(watched.is_quiet)
