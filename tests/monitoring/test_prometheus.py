"""A real Prometheus scrapes ``kwtools metrics``, and a real OpenBao stops and comes back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from psycopg import sql

from tests.conftest import Database, unique
from tests.metrics.test_serving import served
from tests.monitoring.test_alerts import ALERTS, RULES
from tests.monitoring.test_dashboard import EXPRESSIONS, expanded
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

    def alerts(self) -> set[str]:
        """Return the names of the alerts that fire."""
        return {alert["labels"]["alertname"] for alert in self.prometheus.firing()}


def shortened(folder: Path) -> Path:
    """Write the rules with every ``for`` shortened; their expressions stay."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule["for"] = "1s"
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
    up = f'kwtools_kms_key_status{{key="{key}", status="up"}} == 1'
    prometheus.until(lambda: bool(prometheus.value(up)) and watched.alerts() == set())

    watched.bao.stop()
    assert (watched.key, "down") in watched.db.sql(PROBE)
    prometheus.until(lambda: "KwtoolsKmsKeyDown" in watched.alerts())
    (alert,) = prometheus.firing()
    assert alert["labels"]["database"] == watched.db.name
    assert (alert["labels"]["key"], alert["labels"]["severity"]) == (key, "critical")
    assert f"KMS key {key} of database" in alert["annotations"]["summary"]
    failures = f'kwtools_kms_probe_failures_total{{key="{key}", sqlstate="KW204"}}'
    assert [sample["value"][1] for sample in prometheus.value(failures)] == ["1"]

    watched.bao.start()
    assert (watched.key, "up") in watched.db.sql(PROBE)
    prometheus.until(lambda: watched.alerts() == set())


def test_it_answers_every_expression_and_tells_when_no_metrics_arrive(watched: Watched) -> None:
    prometheus = watched.prometheus
    prometheus.until(lambda: bool(prometheus.value("kwtools_wrappers_shredded")))
    of_probes = [one for one in EXPRESSIONS if "_kms_key_status" in one or "last_probe" in one]
    for expression in EXPRESSIONS:
        found = prometheus.value(expanded(expression))
        assert found or expression not in of_probes, expression
    watched.exporter.close()
    prometheus.until(lambda: watched.alerts() == {"KwtoolsMetricsMissing"})


def test_alerts_tell_of_a_floor_that_is_missed_and_of_a_right_that_was_lost(
    watched: Watched, auditor: str
) -> None:
    prometheus, db = watched.prometheus, watched.db
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("select kw.set_floor('people', 'ssn', 3)")
    prometheus.until(lambda: watched.alerts() == {"KwtoolsFieldsBelowFloor"}, 120)
    db.sql(f"revoke kw_auditor from {auditor}")
    prometheus.until(lambda: "KwtoolsDatabaseUnreadable" in watched.alerts())
    db.sql(f"grant kw_auditor to {auditor}")
    db.sql("select kw.set_floor('people', 'ssn', null)")
    prometheus.until(lambda: watched.alerts() == set(), 120)
