"""Pins: what root's provider file says of the deployment of a database."""

from collections.abc import Callable

import pytest

from tests.conftest import Database
from tests.sql.session import Session
from testservers.provider_file import pin_deployment

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
        pin_deployment(db.place, db.name, **members | changed)

    return pinned


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
    [
        {"deployment_uuid": "x"},
        {"sealed": "yes"},
        {"commitments": "x"},
        {"more": 1},
        {"minimum_format": 3},
        {"minimum_format": "2"},
        {"minimum_format": True},
    ],
    ids=("uuid", "sealed", "commitments", "unknown", "no format", "text", "boolean"),
)
def test_what_is_no_pin_is_refused_by_name(
    pin: Pin, connect: Callable[..., Session], changed: dict[str, object]
) -> None:
    pin(**changed)
    said = connect().refused("KW203", "select kw.bind('people', '2', 'ssn')")
    assert "is not a pin" in said


# -- a key that is replaced ---------------------------------------------------------------------

REPLACE = "select kw.replace_deployment_key()"
COMMITMENTS = """
    select array_agg(w.crypto_suite ->> 'commitment' order by d.key_no)
    from kw.deployments d join kw.key_wrappers w on w.id = d.key_wrapper_id
"""
RESEAL = "select kw.reseal_rows(); select kw.seal_deployment()"


def test_a_new_key_waits_until_it_is_pinned(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    pin()
    for one in (connect(), connect()):
        assert one.value(REPLACE) == "next"
    assert len(sealed.value(COMMITMENTS)) == 2
    connect().bind("people", "2", "ssn")
    assert connect().rows("select * from kw.check_seals()") == []
    connect().refused("KW102", "select kw.reseal_rows()")
    both = sealed.value(COMMITMENTS)
    pin(commitments=both)
    assert connect().value(REPLACE) == "replacing"
    connect().bind("people", "3", "ssn")
    connect().rows(RESEAL)
    for commitments in (both, both[1:]):
        pin(commitments=commitments)
        connect().bind("people", str(len(commitments) + 3), "ssn")
    assert connect().rows("select * from kw.check_seals()") == []
    pin(commitments=both[:1])
    said = connect().refused("KW211", "select kw.bind('people', '6', 'ssn')")
    assert "is not pinned" in said


def test_a_key_that_is_taken_out_of_the_pin_opens_nothing_while_it_is_replaced(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    sealed.rows(REPLACE)
    pin(commitments=sealed.value(COMMITMENTS)[1:])
    said = connect().refused("KW211", "select kw.bind('people', '2', 'ssn')")
    assert "is not pinned" in said


@pytest.mark.parametrize("phase", ["recovering", "replacing"])
def test_only_the_key_in_force_can_say_that_seals_of_other_keys_count(
    sealed: Session, pin: Pin, connect: Callable[..., Session], phase: str
) -> None:
    pin(sealed=False)
    sealed.rows(
        "alter table kw.deployments disable trigger user; "
        "alter table kw.settings disable trigger user; "
        f"update kw.deployments set phase = '{phase}', seal = null; "
        "insert into kw.settings (name, value) values ('cache_keys', 7)"
    )
    for change in ("seal = null", "seal = set_byte(seal, 3, get_byte(seal, 3) # 1)"):
        sealed.rows(f"update kw.deployments set {change}")
        for statement in ("select kw.bind('people', '2', 'ssn')", "select kw.check_seals()"):
            said = connect().refused("KW211", statement)
            assert "row 1 of kw.deployments does not match its seal" in said


def test_a_deployment_that_is_pinned_as_sealed_does_not_recover(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    lost = "select kw.replace_deployment_key(lost => true, reason => 'a test')"
    sealed.rows("alter table kw.key_wrappers disable trigger user")
    sealed.rows("update kw.key_wrappers set status = 'retired' where dek_class = 'deployment'")
    sealed.rows("alter table kw.key_wrappers enable trigger user")
    sealed.rows("insert into kw.key_epoch_marks (mark) values (1)")
    for is_sealed, commitments in ((True, []), (False, sealed.value(COMMITMENTS))):
        pin(sealed=is_sealed, commitments=commitments)
        assert "pins the deployment key" in connect().refused("KW102", lost)
    pin(commitments=[], sealed=False)
    assert connect().value(lost) == "recovering"
    both = sealed.value(COMMITMENTS)
    pin(commitments=both, sealed=False)
    connect().bind("people", "8", "ssn")
    sealed.rows("create table public.recovering as table kw.deployments")
    connect().rows(RESEAL)
    pin(commitments=both[1:])
    assert connect().rows("select * from kw.check_seals()") == []
    sealed.rows("alter table kw.deployments disable trigger user")
    sealed.rows("delete from kw.deployments where key_no = 2")
    sealed.rows("insert into kw.deployments select * from recovering where key_no = 2")
    said = connect().refused("KW211", "select kw.bind('people', '2', 'ssn')")
    assert "is recovering, and is pinned as sealed" in said


# -- the doctor ---------------------------------------------------------------------------------

DOCTOR = """select detail, hint from kw.doctor() where "check" = 'deployment' and ok"""


def test_the_doctor_says_what_is_left_to_do(
    sealed: Session, pin: Pin, connect: Callable[..., Session]
) -> None:
    def says(detail: str, hint: str | None) -> None:
        ((found, advice),) = connect().rows(DOCTOR)
        assert detail in found
        assert advice is None if hint is None else hint in advice

    says("is sealed and not pinned", "kwtools deployment status")
    pin(sealed=False)
    says("pinned without sealed = true", "kwtools deployment status")
    pin()
    says("is sealed", None)
    sealed.rows(REPLACE)
    says("is sealed", "kwtools deployment replace")
    both = sealed.value(COMMITMENTS)
    pin(commitments=both)
    connect().rows(REPLACE)
    says("is replacing", "kwtools deployment replace")
    connect().rows(RESEAL)
    says("commitments of other keys are pinned", "Take them out")
    pin(commitments=both[1:])
    says("is sealed", None)


def test_the_doctor_says_nothing_of_a_deployment_where_there_is_none(session: Session) -> None:
    assert session.rows(DOCTOR) == []
    session.rows("select kw.create_deployment()")
    ((_, hint),) = session.rows(DOCTOR)
    assert "kwtools deployment adopt" in hint
