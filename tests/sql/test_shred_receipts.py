"""kw.shred_receipts: a row for each wrapper that was destroyed, which nobody changes."""

from collections.abc import Callable
from hashlib import sha256
from struct import pack
from uuid import UUID

import pytest

from tests.sql.session import Session

PLACE = "wrapper_uuid::text, entity_table, entity_pk, field_name, generation"


def lp(*parts: bytes) -> bytes:
    return b"".join(pack(">I", len(part)) + part for part in parts)


def digest(session: Session, wrapper: str) -> bytes:
    """Return the digest of a wrapper's receipt as docs/format.md has it, from what is stored."""
    query = "select id, dek_wrap1, dek_wrap2 from kw.key_wrappers where wrapper_uuid = %s"
    ((wrapper_id, *wraps),) = session.rows(query, wrapper)
    legs = [wrap for wrap in wraps if wrap is not None]
    layers = session.values(
        "select kem_ciphertext from kw.key_wrapper_layers where key_wrapper_id = %s"
        " order by layer_no",
        wrapper_id,
    )
    return sha256(
        lp(b"kwtools/2 shredded wraps", UUID(wrapper).bytes)
        + pack(">I", len(legs)) + lp(*legs) + pack(">I", len(layers)) + lp(*layers)
    ).digest()  # fmt: skip


def receipts(session: Session) -> list[tuple[object, ...]]:
    return session.rows(f"select {PLACE} from kw.shred_receipts order by id")


def test_the_digest_is_over_the_wraps_and_layers_that_went(session: Session) -> None:
    kems = [session.kem(), session.kem("ML-KEM-768")]
    session.policy("single", "single", 1)
    session.policy("both", "both", 1, 2, layers=kems[:1])
    session.policy("layered", "either", 1, 2, layers=kems)
    session.rows("select kw.set_policy_layers('layered', 2, 2)")
    wanted = {}
    for pk, policy in enumerate(("default", "single", "both", "layered")):
        wrapper = session.bind("people", str(pk), "ssn", policy=policy)
        wanted[wrapper] = digest(session, wrapper)
        assert len(session.layers(wrapper)) == {"both": 1, "layered": 2}.get(policy, 0)
    for pk in range(4):
        session.rows("select kw.shred('people', %s::text, 'ssn')", str(pk))
    found = session.rows("select wrapper_uuid::text, digest from kw.shred_receipts")
    assert dict(found) == wanted
    assert len(found) == 4


def test_a_receipt_says_what_it_was_the_key_of_and_who_destroyed_it_when(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner, login = make_role("kw_client"), make_role()
    session.rows(f"alter table people owner to {owner}")
    session.rows(f"grant {owner} to {login}")
    first = session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    second = str(session.value("select kw.rotate('people', '1', 'ssn')"))
    one = connect(login)
    one.rows(f"set role {owner}")
    before = session.value("select clock_timestamp()")
    assert one.value("select kw.shred('people', '1', 'ssn')") == 2
    where = ("public.people", "1", "ssn")
    assert receipts(session) == [(first, *where, 1), (second, *where, 2)]
    rows = session.rows(
        "select shredded_by, session_role, shredded_at between %s and clock_timestamp(),"
        " r.binding_id = b.id, w.id = r.key_wrapper_id"
        " from kw.shred_receipts r, kw.encryption_bindings b, kw.key_wrappers w"
        " where w.wrapper_uuid = r.wrapper_uuid",
        before,
    )
    assert rows == [(owner, login, True, True, True)] * 2
    described = session.rows("select binding_id, generation from kw.describe(%s)", sealed)
    assert described == session.rows(
        "select binding_id, generation from kw.shred_receipts where wrapper_uuid = %s", first
    )


def test_what_goes_beneath_a_wider_binding_has_receipts_of_its_own(session: Session) -> None:
    table = session.bind("people", "*")
    row = session.bind("people", "1")
    cell = session.bind("people", "1", "ssn")
    assert session.value("select kw.shred('people', '1')") == 2
    assert receipts(session) == [
        (row, "public.people", "1", None, 1), (cell, "public.people", "1", "ssn", 1),
    ]  # fmt: skip
    assert session.value("select kw.shred('people', '*', whole => true)") == 1
    assert receipts(session)[2:] == [(table, "public.people", "*", None, 1)]


def test_of_a_shared_key_the_receipt_names_the_binding_that_was_shredded(session: Session) -> None:
    shared = session.bind("people", "1", "ssn")
    session.bind("people", "2", "ssn", wrapper=shared)
    session.refused("KW102", "select kw.shred('people', '2', 'ssn')")
    assert receipts(session) == []
    assert session.value("select kw.shred('people', '2', 'ssn', shared => true)") == 1
    assert receipts(session) == [(shared, "public.people", "2", "ssn", 1)]
    # The other binding has nothing left to destroy.
    assert session.value("select kw.shred('people', '1', 'ssn')") == 0
    assert len(receipts(session)) == 1


def test_of_a_key_that_a_row_shares_with_its_cell_the_receipt_names_the_row(
    session: Session,
) -> None:
    for pk in map(str, range(8)):  # the ids of bindings are random
        shared = session.bind("people", pk)
        session.bind("people", pk, "ssn", wrapper=shared)
        assert session.value("select kw.shred('people', %s::text)", pk) == 1
    assert session.values("select distinct field_name from kw.shred_receipts") == [None]


def test_a_shred_that_is_undone_leaves_no_receipt(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows("begin")
    session.rows("select kw.shred('people', '1', 'ssn')")
    assert len(receipts(session)) == 1
    session.rows("rollback")
    assert receipts(session) == []


def test_nobody_changes_or_deletes_a_receipt(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    kept = session.rows("select r::text from kw.shred_receipts r")
    everyone = connect(make_role("kw_admin", "kw_operator", "kw_client", "kw_auditor"))
    admin = make_role("kw_admin")

    def refused_to_a_writer_of_all_data(change: str) -> None:
        # Undone: the membership is of the whole server, where kw.doctor names it in every database.
        session.rows("begin")
        session.rows(f"grant pg_write_all_data, pg_read_all_data to {admin}")
        session.rows(f"set local session authorization {admin}")
        session.refused("KW100", change)
        session.rows("rollback")

    for change in (
        "update kw.shred_receipts set digest = sha256('')",
        "update kw.shred_receipts set id = id",
        "delete from kw.shred_receipts",
    ):
        everyone.refused("42501", change)
        refused_to_a_writer_of_all_data(change)
        session.refused("KW102", change)
        session.rows("set session_replication_role = replica")
        session.refused("KW102", change)
        session.rows("reset session_replication_role")
    everyone.refused("42501", "truncate kw.shred_receipts")
    refused_to_a_writer_of_all_data("insert into kw.shred_receipts select * from kw.shred_receipts")
    assert session.rows("select r::text from kw.shred_receipts r") == kept


def test_settings_of_retention_spare_receipts(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    kept = receipts(session)
    session.rows("alter table kw.shred_receipts disable trigger user")
    session.rows("update kw.shred_receipts set shredded_at = '2001-01-01'")
    session.rows("alter table kw.shred_receipts enable trigger user")
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, happened_at)"
        " values ('postgres', 'old', 'old', '2001-01-01')"
    )
    for name in ("audit_days", "job_days", "health_days"):
        session.rows("select kw.set_setting(%s, 1)", name)
    session.rows("select kw.check_kms()")
    assert receipts(session) == kept
    assert session.value("select count(*) from kw.audit_events where action = 'old'") == 0


@pytest.mark.parametrize("role", ["kw_admin", "kw_auditor"])
def test_admins_and_auditors_read_receipts(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str], role: str
) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    assert connect(make_role(role)).value("select count(*) from kw.shred_receipts") == 1
    other = connect(make_role("kw_client", "kw_operator", "kw_unwrap", "kw_grantor"))
    other.refused("42501", "select from kw.shred_receipts")
