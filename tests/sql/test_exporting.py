"""Data keys of one database, sealed in it for another and imported there."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from kwtools.sealing import Sealed
from tests.conftest import Database
from tests.deployment import fork, make_deployment
from tests.sql.importing import recipient, refused, take
from tests.sql.session import Session

Connect = Callable[..., Session]
EXPORT = "select (x).* from (select kw.export_wrapper_many(%s::uuid[], %s, 'moves', %s) as x) x"
DEKS = [bytes([number]) * length for number, length in ((1, 16), (2, 32), (3, 64))]


class Move:
    """Two databases: the source has a signing key, which the destination has enrolled."""

    def __init__(self, source: Session, there: Session, algorithm: str = "Ed25519") -> None:
        self.source, self.there = source, there
        make = "select kw.create_signing_key('moves', %s, 'export', 1)"
        source.value(make, algorithm)
        public = source.value("select public_key from kw.signing_keys where name = 'moves'")
        enrol = "select kw.import_signing_key('moves', %s, 'import', %s)"
        there.value(enrol, algorithm, public)
        self.to = recipient(there, make_deployment(there), there.kem("ML-KEM-768+X25519"))
        self.wrappers = source.value("select kw.wrap_many(%s::bytea[])", DEKS)

    def export(self, number: int = 1, **changes: Any) -> Sealed:
        wrappers = changes.get("wrappers", self.wrappers)
        ((found, note, bundle),) = self.source.rows(EXPORT, wrappers, str(self.to), number)
        assert found == number
        return Sealed(note, bundle)


@pytest.fixture
def there(other_db: Database) -> Session:
    return Session(other_db.connect())


@pytest.fixture
def move(session: Session, there: Session) -> Move:
    return Move(session, there)


@pytest.mark.parametrize("algorithm", ["Ed25519", "ECDSA-P-256", "ML-DSA-65"])
def test_data_keys_of_one_database_open_in_another(
    session: Session, there: Session, algorithm: str
) -> None:
    move = Move(session, there, algorithm)
    found = take(there, move.export())
    assert list(found) == move.wrappers
    assert not set(found.values()) & set(move.wrappers)
    assert there.value("select kw.unwrap_many(%s::uuid[])", list(found.values())) == DEKS


def test_the_database_that_exported_and_a_third_one_import_nothing(move: Move) -> None:
    sealed = move.export()
    fork(move.there)
    assert "bundle is for deployment" in refused(move.there, sealed)
    assert '"moves" of scope import does not exist' in refused(move.source, sealed)


def test_an_export_is_a_read_of_the_fields_of_its_keys(move: Move) -> None:
    move.source.bind("people", "1", "ssn", wrapper=move.wrappers[0])
    move.source.rows("select kw.set_read_audit('people', 'ssn', 'statements')")
    move.export()
    query = "select object, details - 'statement' from kw.audit_events where action = 'read'"
    assert move.source.rows(query) == [
        ("public.people.ssn", {"function": "export_wrapper_many", "values": 1, "bindings": 1})
    ]


def test_a_replayed_export_is_refused(move: Move) -> None:
    sealed = move.export(2)
    take(move.there, sealed)
    refused(move.there, sealed)
    refused(move.there, move.export(1))
    assert "was imported before" in refused(move.there, move.export(3))


def test_without_a_number_the_time_is_taken(move: Move) -> None:
    query = "select (kw.export_wrapper_many(%s::uuid[], %s, 'moves')).number"
    numbers = [move.source.value(query, move.wrappers, str(move.to)) for _ in range(2)]
    assert 1_700_000_000_000_000 < numbers[0] < numbers[1]


def test_an_export_is_audited_with_its_destination(move: Move) -> None:
    move.export(7)
    (event,) = move.source.rows(
        "select action, object, details from kw.audit_events order by id desc limit 1"
    )
    assert event[:2] == ("export_wrappers", "moves")
    assert event[2] == {
        "deployment": str(move.to.deployment), "key": str(move.to.key_uuid), "number": 7,
        "count": 3, "first": [str(one) for one in move.wrappers],
    }  # fmt: skip


def test_only_kw_unwrap_exports(
    move: Move, connect: Connect, make_role: Callable[..., str]
) -> None:
    values = (move.wrappers, str(move.to), 1)
    for role in ("kw_admin", "kw_operator", "kw_client", "kw_grantor", "kw_auditor", "kw_signer"):
        connect(make_role(role)).refused("42501", EXPORT, *values)
    name = make_role("kw_client")
    move.source.rows(
        "grant execute on function "
        f"kw.export_wrapper_many(uuid[], jsonb, text, bigint, integer) to {name}"
    )
    connect(name).refused("KW100", EXPORT, *values)
    assert len(connect(make_role("kw_unwrap")).rows(EXPORT, *values)) == 1


def test_no_key_of_another_scope_signs_an_export_and_no_application_signs_with_this_one(
    move: Move,
) -> None:
    source = move.source
    for name, scope in (("app", "application:a"), ("log", "log")):
        source.value("select kw.create_signing_key(%s, 'Ed25519', %s, 1)", name, scope)
        query = "select kw.export_wrapper_many(%s::uuid[], %s, %s)"
        assert "not export" in source.refused("KW102", query, move.wrappers, str(move.to), name)
    assert "scope" in source.refused("KW102", "select kw.sign('moves', 'm', 'c')")
    enrol = "select kw.import_signing_key('e', 'Ed25519', 'export', %s)"
    assert "cannot be enrolled" in source.refused("KW003", enrol, bytes(32))
    source.rows("select kw.set_signing_key_status('moves', 'retired')")
    source.refused("KW200", EXPORT, move.wrappers, str(move.to), 1)


def test_branches_destroyed_and_unknown_wrappers_are_not_exported(move: Move) -> None:
    source = move.source
    _, branch = source.branch("default")
    source.refused("KW100", EXPORT, [branch], str(move.to), 1)
    source.refused("KW101", EXPORT, [uuid4()], str(move.to), 1)
    wrapper = str(move.wrappers[0])
    source.bind("people", "1", "ssn", wrapper=wrapper)
    source.rows("select kw.shred('people', '1', 'ssn')")
    source.refused("KW212", EXPORT, move.wrappers, str(move.to), 1)


def recipients(move: Move) -> Iterator[str]:
    members = json.loads(str(move.to))
    yield from ("{}", "[]", "1", "null")
    yield json.dumps({**members, "more": "x"})
    yield json.dumps({**members, "kem": "RSA"})
    yield json.dumps({**members, "kem": "X25519"})
    yield json.dumps({**members, "deployment": 1})
    yield json.dumps({**members, "public_key": "AA"})


def test_what_is_no_recipient_no_list_or_no_number_is_refused(move: Move) -> None:
    source = move.source
    for one in recipients(move):
        source.refused("KW003", EXPORT, move.wrappers, one, 1)
    for wrappers in ([], [None], [move.wrappers[0]] * 2, [uuid4() for _ in range(10_001)]):
        source.refused("KW003", EXPORT, wrappers, str(move.to), 1)
    source.refused("KW003", EXPORT, move.wrappers, str(move.to), 0)
    query = "select kw.export_wrapper_many(%s::uuid[], %s, 'moves', valid_seconds => %s)"
    for seconds in (0, -1, 2**31 - 1):
        source.refused("KW003", query, move.wrappers, str(move.to), seconds)


def test_a_name_that_a_note_cannot_have_is_refused(move: Move) -> None:
    source = move.source
    source.value("select kw.create_signing_key('two words', 'Ed25519', 'export', 1)")
    query = "select kw.export_wrapper_many(%s::uuid[], %s, 'two words')"
    assert "cannot sign a note" in source.refused("KW003", query, move.wrappers, str(move.to))


def test_an_export_expires(move: Move) -> None:
    query = "select (kw.export_wrapper_many(%s::uuid[], %s, 'moves', valid_seconds => 60)).note"
    note = move.source.value(query, move.wrappers, str(move.to)).decode()
    now = move.source.value("select extract(epoch from clock_timestamp())::int8")
    assert now <= int(note.split("\n")[3]) <= now + 61


def test_what_was_encrypted_here_is_not_readable_by_the_same_data_key_there(move: Move) -> None:
    """Only the DEK is carried: the wrapper there has another r, so other keys."""
    source, there = move.source, move.there
    there.rows("create table public.people (id bigint primary key, ssn bytea)")
    here, sealed = str(move.wrappers[0]), move.export()
    source.bind("people", "1", "ssn", wrapper=here)
    found: dict[UUID, UUID] = take(there, sealed)
    there.bind("people", "1", "ssn", wrapper=str(found[move.wrappers[0]]))
    there.refused(
        "KW300", "select kw.decrypt('people', '1', 'ssn', %s)",
        source.encrypt("people", "1", "ssn", b"value"),
    )  # fmt: skip
