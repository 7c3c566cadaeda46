"""Pins: what root's provider file says of the deployment of a database."""

import json
import tomllib
from collections.abc import Callable

import pytest

from kwtools.cluster import Place
from tests.conftest import Database
from tests.sql.session import Session
from testservers.provider_file import write_for_server

Pin = Callable[..., None]


@pytest.fixture
def sealed(session: Session) -> Session:
    """A database whose rows are sealed, with a value."""
    session.bind("people", "1", "ssn")
    session.rows("select kw.create_deployment(), kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    return session


@pytest.fixture
def pin(db: Database, sealed: Session) -> Pin:
    """Pin the deployment as it is, but for what is given."""
    uuid = sealed.value("select deployment_uuid::text from kw.deployments")
    commitment = sealed.value(
        "select crypto_suite ->> 'commitment' from kw.key_wrappers where dek_class = 'deployment'"
    )

    def pinned(**changed: object) -> None:
        members = {
            "deployment_uuid": uuid,
            "commitments": [commitment],
            "sealed": True,
            "incarnation": 0,
        }
        _write(db.place, db.name, members | changed)

    return pinned


def _write(place: Place, database: str, members: dict[str, object]) -> None:
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in members.items())
    text = f"{place.providers_file.read_text()}\n[deployments.{database}]\n{lines}"
    tomllib.loads(text)
    write_for_server(place.providers_file, text)


def _delete(session: Session, table: str) -> None:
    session.rows("set session_replication_role = replica")
    session.rows(f"alter table kw.{table} disable trigger user")
    session.rows(f"delete from kw.{table}")
    session.rows("reset session_replication_role")


def test_a_database_works_as_before_with_its_pin(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    pin()
    other = connect()
    other.bind("people", "2", "ssn")
    assert other.decrypt("people", "2", "ssn", other.encrypt("people", "2", "ssn", b"x")) == b"x"
    assert other.rows("select * from kw.check_seals()") == []


def test_a_deployment_that_is_pinned_cannot_be_deleted_unnoticed(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    value = sealed.encrypt("people", "1", "ssn", b"x")
    pin()
    _delete(sealed, "deployments")
    for one in (sealed, connect()):
        for call in ("bind('people', '2', 'ssn')", "set_setting('cache_seconds', 60)"):
            assert "is missing" in one.refused("KW211", f"select kw.{call}")
        assert "is missing" in one.refused("KW211", "select * from kw.check_seals()")
    assert "is missing" in connect().refused(
        "KW211", "select kw.decrypt('people', '1', 'ssn', %s)", value
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"deployment_uuid": "00000000-0000-4000-8000-000000000000"},
            "this database is deployment",
        ),
        ({"commitments": ["00" * 32]}, "is not pinned"),
        ({"incarnation": 1}, "is incarnation 0, not 1"),
    ],
    ids=("another one", "another key", "put back"),
)
def test_another_deployment_than_the_pinned_one_is_refused(
    pin: Pin, connect: Callable[..., Session], changed: dict[str, object], said: str
) -> None:
    pin(**changed)
    assert said in connect().refused("KW211", "select kw.bind('people', '2', 'ssn')")


def test_a_pin_says_sealed_whatever_the_row_says(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    pin(commitments=[])
    sealed.rows("alter table kw.settings disable trigger user")
    sealed.rows("insert into kw.settings (name, value) values ('cache_keys', 7)")
    sealed.rows("alter table kw.deployments disable trigger user")
    sealed.rows("update kw.deployments set phase = 'adopting'")
    problems = {row[0] for row in connect().rows("select table_name from kw.check_seals()")}
    assert problems == {"settings", "deployments"}


@pytest.mark.parametrize(
    "changed",
    [{"deployment_uuid": "x"}, {"sealed": "yes"}, {"commitments": "x"}, {"more": 1}],
    ids=("uuid", "sealed", "commitments", "unknown"),
)
def test_what_is_no_pin_is_refused_by_name(
    pin: Pin, connect: Callable[..., Session], changed: dict[str, object]
) -> None:
    pin(**changed)
    said = connect().refused("KW203", "select kw.bind('people', '2', 'ssn')")
    assert "is not a pin" in said
