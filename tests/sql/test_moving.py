"""The functions of a move: values under a carrier, and the manifest that ends it."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from kwshared.moves import Counts, Manifest, MovedTable

from tests.conftest import Database
from tests.deployment import make_deployment, make_log, seal
from tests.sql.importing import recipient
from tests.sql.sealed import CHECK
from tests.sql.session import Session

Connect = Callable[..., Session]
SEAL = "select kw.export_values(%s, 'people', %s, 'ssn', %s)"
OPEN = "select kw.import_values(%s, 'people', %s, 'ssn', %s)"
SIGN = "select kw.sign_move(%s, %s, 'moves')"
ACCEPT = "select kw.accept_move(%s, %s, %s)"
KEYS = ["1", "2"]


class Ends:
    """The two databases of a move, and its carrier in both."""

    def __init__(self, source: Session, there: Session) -> None:
        self.source, self.there = source, there
        for one in (source, there):
            make_deployment(one)
            one.rows("drop table if exists public.people")
            one.rows("create table public.people (id bigint primary key, ssn bytea, note bytea)")
            one.rows("select kw.bind_many('people', %s, 'ssn')", KEYS)
        source.rows("select kw.create_signing_key('moves', 'Ed25519', 'export', 1)")
        public = source.value("select public_key from kw.signing_keys where name = 'moves'")
        there.rows("select kw.import_signing_key('moves', 'Ed25519', 'import', %s)", public)
        self.deployment = make_deployment(there)
        self.kem = there.kem()
        self.sent = source.value("select kw.wrap()")
        self.taken = self.carry(self.sent)
        self.values = source.value(
            "select kw.encrypt_many('people', %s, 'ssn', %s::bytea[])", KEYS, [b"one", b""]
        )

    def carry(self, wrapper: UUID) -> UUID:
        """Export the data key of a wrapper, and import it."""
        to = str(recipient(self.there, self.deployment, self.kem))
        query = "select x.note, x.bundle from kw.export_wrapper_many(%s, %s, 'moves') x"
        ((note, bundle),) = self.source.rows(query, [wrapper], to)
        taken: UUID = self.there.value("select kw.import_wrapper(%s, %s)", note, bundle)
        return taken

    def seal(self, *values: bytes | None) -> list[bytes]:
        return self.source.value(SEAL, self.sent, KEYS, [*(values or self.values)])  # type: ignore[no-any-return]

    def manifest(self, **changes: Any) -> bytes:
        table = MovedTable(
            "public.people", None, ["id"], ["id", "ssn"], [], ["note", None], 0,
            Counts(2, 2, 2, 0, 2, 0, 2), "0" * 64,
        )  # fmt: skip
        given = {"deployment": self.deployment, "carrier": self.sent, "tables": [table]}
        return bytes(Manifest(**(given | changes)))


@pytest.fixture
def ends(session: Session, other_db: Database) -> Ends:
    return Ends(session, Session(other_db.connect()))


def test_values_open_under_the_bindings_of_the_other_database(ends: Ends) -> None:
    sealed = ends.seal()
    assert [len(one) for one in sealed] == [16 + 3, 16]
    made = ends.there.value(OPEN, ends.taken, KEYS, sealed)
    query = "select kw.decrypt_many('people', %s, 'ssn', %s)"
    assert ends.there.value(query, KEYS, made) == [b"one", b""]
    assert ends.source.value(query, KEYS, ends.values) == [b"one", b""]
    assert ends.seal(None, None) == [None, None]


def test_the_destination_seals_what_it_stored_to_the_same_bytes(ends: Ends) -> None:
    sealed = ends.seal()
    made = ends.there.value(OPEN, ends.taken, KEYS, sealed)
    assert ends.there.value(SEAL, ends.taken, KEYS, made) == sealed == ends.seal()
    named = SEAL.replace("%s)", "%s, 'other.people')")
    assert ends.source.value(named, ends.sent, KEYS, ends.values) != sealed


def test_a_sealed_value_opens_in_its_cell_and_its_move_only(ends: Ends) -> None:
    first, second = ends.seal()
    there = ends.there
    there.refused("KW300", OPEN, ends.taken, KEYS, [second, first])
    there.refused("KW300", OPEN.replace("'ssn'", "'note'"), ends.taken, KEYS, [first, second])
    named = OPEN.replace("%s)", "%s, 'other.people')")
    there.refused("KW300", named, ends.taken, KEYS, [first, second])
    for wrong in (b"", b"x", first[:-1], first + b"x", bytes([first[0] ^ 1]) + first[1:]):
        there.refused("KW300", OPEN, ends.taken, KEYS, [wrong, second])
    other = there.value("select kw.wrap()")
    there.refused("KW300", OPEN, other, KEYS, [first, second])


def test_shredded_and_foreign_values_are_not_sealed(ends: Ends) -> None:
    source = ends.source
    source.refused("KW300", SEAL, ends.sent, KEYS, ends.values[::-1])
    source.rows("select kw.shred('people', 1, 'ssn')")
    source.refused("KW301", SEAL, ends.sent, KEYS, ends.values)
    ends.there.refused("KW302", OPEN.replace("'ssn'", "'note'"), ends.taken, ["1"], [
        source.value(SEAL.replace("'ssn'", "'note'"), ends.sent, ["1"], [_note(source)])[0]
    ])  # fmt: skip


def _note(source: Session) -> bytes:
    source.bind("people", "*", "note")
    return source.encrypt("people", "1", "note", b"n")


def test_a_wrapper_that_is_bound_or_is_another_roles_carries_nothing(
    ends: Ends, connect: Connect, make_role: Callable[..., str]
) -> None:
    source = ends.source
    bound = source.lookup("people", "1", "ssn")
    assert "is bound" in source.refused("KW102", SEAL, bound, KEYS, ends.values)
    assert "is bound" in source.refused(
        "KW102", SIGN, bound, ends.manifest(carrier=UUID(str(bound)))
    )
    source.refused("KW101", SEAL, uuid4(), KEYS, ends.values)
    _, branch = source.branch("default")
    source.refused("KW100", SEAL, branch, KEYS, ends.values)
    role = make_role("kw_unwrap", "kw_client")
    source.rows(f"grant select, insert on public.people to {role}")
    caller = connect(role)
    assert "belongs to role" in caller.refused("KW100", SEAL, ends.sent, KEYS, ends.values)
    assert "belongs to role" in caller.refused("KW100", SIGN, ends.sent, ends.manifest())
    own = caller.value("select kw.wrap()")
    assert caller.value(OPEN, own, KEYS, caller.value(SEAL, own, KEYS, ends.values))


def test_moving_values_takes_kw_unwrap_and_the_right_to_the_field(
    ends: Ends, connect: Connect, make_role: Callable[..., str]
) -> None:
    source = ends.source
    calls = (
        (SEAL, ends.sent, KEYS, ends.values), (OPEN, ends.sent, KEYS, ends.values),
        (SIGN, ends.sent, ends.manifest()), (ACCEPT, ends.sent, ends.manifest(), b""),
    )  # fmt: skip
    for role in ("kw_admin", "kw_operator", "kw_client", "kw_grantor", "kw_auditor", "kw_signer"):
        caller = connect(make_role(role))
        for call in calls:
            caller.refused("42501", *call)
    holder = make_role("kw_client")
    source.rows(f"grant execute on all functions in schema kw to {holder}")
    for call in calls:
        assert "permission denied to move values" in connect(holder).refused("KW100", *call)
    caller = connect(make_role("kw_unwrap"))
    own = caller.value("select kw.wrap()")
    sealed = source.value(SEAL, own, KEYS, ends.values)
    for query, given in ((SEAL, ends.values), (OPEN, sealed)):
        caller.refused("KW100", query, own, KEYS, given)


def test_a_move_ends_with_its_carriers_destroyed_and_its_rows_sealed(ends: Ends) -> None:
    note = ends.source.value(SIGN, ends.sent, ends.manifest())
    ends.there.rows(ACCEPT, ends.taken, ends.manifest(), note)
    for one, carrier, action in (
        (ends.source, ends.sent, "export_move"), (ends.there, ends.taken, "import_move")
    ):  # fmt: skip
        one.refused("KW212", "select kw.unwrap(%s)", carrier)
        one.refused("KW212", SEAL, carrier, KEYS, ends.values)
        assert "has ended" in one.refused("KW102", SIGN.replace("'moves'", "'x'"), carrier,
                                          ends.manifest(carrier=carrier))  # fmt: skip
        assert one.rows(CHECK) == []
        details = one.value("select details from kw.audit_events where action = %s", action)
        assert details == {
            "deployment": str(ends.deployment), "carrier": str(ends.sent), "tables": 1,
            "manifest_sha256": sha256(ends.manifest()).hexdigest(),
            "keys": 2, "rows": 2, "values": 2, "unreadable": 0, "bindings": 2, "shredded": 0,
            "generations": 2,
        }  # fmt: skip
        make_log(one)
        seal(one)
        assert one.value("select kw.audit_receipt(%s)", carrier)


def test_only_a_key_of_scope_export_signs_a_manifest(ends: Ends) -> None:
    source = ends.source
    for name, scope in (("app", "application:a"), ("log", "log")):
        source.rows("select kw.create_signing_key(%s, 'Ed25519', %s, 1)", name, scope)
        query = "select kw.sign_move(%s, %s, %s)"
        assert "not export" in source.refused("KW102", query, ends.sent, ends.manifest(), name)
    other = source.value("select kw.wrap()")
    assert "names carrier" in source.refused("KW003", SIGN, other, ends.manifest())


def manifests(ends: Ends) -> list[bytes]:
    """Bytes that are not a manifest, or not written as we write it."""
    good = ends.manifest()
    members = json.loads(good)
    table = members["tables"][0]
    counts = table["counts"]
    changed = [
        {**members, "more": 1},
        {**members, "format": "x"},
        {**members, "tables": {}},
        {**members, "tables": [1]},
        {**members, "carrier": "x"},
        {**members, "carrier": 1},
        *({**members, "tables": [{**table, name: 1}]} for name in table),
        *(
            {**members, "tables": [{**table, "counts": {**counts, "rows": value}}]}
            for value in (-1, 2**63, True, 1.0, "1", None)
        ),
    ]
    return [
        b"", b"\xff", b"null", b"[]", b"[" * 5000, good + b"\n", good.replace(b" ", b"", 1),
        good + b" " * 1_000_000, *(f"{json.dumps(one, indent=1)}\n".encode() for one in changed),
    ]  # fmt: skip


def test_a_wrong_manifest_is_not_signed_and_not_accepted(ends: Ends) -> None:
    for data in manifests(ends):
        if b'"left": 1' not in data:
            ends.source.refused("KW003", SIGN, ends.sent, data)
    note = ends.source.value(SIGN, ends.sent, ends.manifest())
    for data in manifests(ends):
        ends.there.refused("KW105", ACCEPT, ends.taken, data, note)


def test_a_note_is_of_one_manifest_one_carrier_and_one_deployment(ends: Ends) -> None:
    good = ends.manifest()
    note = ends.source.value(SIGN, ends.sent, good)
    there = ends.there
    said = there.refused("KW105", ACCEPT, ends.taken, ends.manifest(tables=[]), note)
    assert "not the one that the note signs" in said
    own = there.value("select kw.wrap()")
    assert "is not the carrier" in there.refused("KW105", ACCEPT, own, good, note)
    assert "scope import" in ends.source.refused("KW105", ACCEPT, ends.sent, good, note)
    changed = note[:-6] + (b"B" if note[-6:-5] == b"A" else b"A") + note[-5:]
    for wrong in (b"", note[:-1], changed, b"\xff" + note):
        there.refused("KW105", ACCEPT, ends.taken, good, wrong)
    other = ends.source.value("select kw.wrap()")
    elsewhere = ends.manifest(deployment=uuid4(), carrier=other)
    taken = ends.carry(other)
    note = ends.source.value(SIGN, other, elsewhere)
    assert "move is for deployment" in there.refused("KW105", ACCEPT, taken, elsewhere, note)
