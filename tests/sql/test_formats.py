"""Both formats of wrappers beside each other: each keeps its own, and none passes for the other."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import DekClass, Leg, Mode, Payload
from kwruntime.crypto.formats import FORMAT_1, FORMAT_2

from tests import one_direct_wrap
from tests.conftest import Database
from tests.sql.session import Session
from testservers.provider_file import pin_deployment

OLD, NEW = "kwtools/1", "kwtools/2"
MODES = ("single", "either", "both", "layered", "branched")


def makes(session: Session, form: str) -> None:
    """Let a session's new wrappers be of a format: no release makes the old one any more."""
    session.rows(
        f"""
        do language plpython3u $$
        import kwruntime.crypto.envelope as envelope
        envelope.NEWEST = envelope.FORMAT_{form[-1]}
        $$
        """
    )


@contextmanager
def of_the_old_format(session: Session) -> Iterator[None]:
    """Make what is made meanwhile in the old format."""
    session.value("select kw.version()")
    makes(session, OLD)
    yield
    makes(session, NEW)


def policies(session: Session) -> None:
    """Make a policy of every name of ``MODES``, the branch in the format that is made now."""
    session.policy("single", "single", 1)
    session.policy("either", "either", 1, 2)
    session.policy("both", "both", 1, 2)
    session.policy("layered", "both", 1, 2, layers=[session.kem(), session.kem("ML-KEM-768")])
    session.policy("branched", "single", session.branch("single")[0])


def format_of(session: Session, wrapper: object) -> str:
    query = "select crypto_suite ->> 'format' from kw.key_wrappers where wrapper_uuid = %s::text"
    return str(session.value(query, str(wrapper)))


def cells(session: Session, form: str, first: int) -> dict[str, bytes]:
    """Bind a cell by every policy, in one format; return the ciphertexts by the key."""
    made = {}
    for pk, policy in enumerate(MODES, first):
        wrapper = session.bind("people", str(pk), "ssn", policy=policy)
        assert format_of(session, wrapper) == form
        sealed = session.encrypt("people", str(pk), "ssn", policy.encode())
        assert sealed[0] == 0xC0 + int(form[-1])
        made[str(pk)] = sealed
    return made


@pytest.fixture
def both(session: Session) -> dict[str, bytes]:
    """Cells of both formats, each format also under a branch of the other; their ciphertexts."""
    with of_the_old_format(session):
        policies(session)
        made = cells(session, OLD, 1)
    made |= cells(session, NEW, 6)
    session.policy("new branch", "single", session.branch("single")[0])
    with of_the_old_format(session):
        assert format_of(session, session.bind("people", "11", "ssn", policy="new branch")) == OLD
        made["11"] = session.encrypt("people", "11", "ssn", b"branched")
    return made


def plaintexts(count: int = 11) -> list[bytes]:
    return [MODES[number % 5].encode() for number in range(count - 1)] + [b"branched"]


def opened(session: Session, made: dict[str, bytes]) -> list[bytes]:
    query = "select kw.decrypt_many('people', %s::text[], 'ssn', %s)"
    return list(session.value(query, list(made), list(made.values())))


def test_every_new_wrapper_is_of_the_new_format(session: Session) -> None:
    policies(session)
    session.value("select kw.wrap(%s)", bytes(32))
    session.value("select kw.wrap()")
    session.bind("people", "*", "note")
    assert session.values("select distinct crypto_suite ->> 'format' from kw.key_wrappers") == [NEW]


def test_ciphertexts_of_both_formats_are_decrypted_in_one_call(
    session: Session, both: dict[str, bytes], connect: Callable[..., Session]
) -> None:
    for one in (session, connect()):  # whose ciphers are kept, and who opens every wrapper
        assert opened(one, both) == plaintexts()
        assert opened(one, both) == plaintexts()
        for pk, sealed in both.items():
            assert one.decrypt("people", pk, "ssn", sealed) == plaintexts()[int(pk) - 1]
            assert one.value("select kw.is_ciphertext(%s)", sealed)
            told = one.value("select to_jsonb(kw.describe(%s))", sealed)
            assert (told["entity_pk"], told["is_current"]) == (pk, True)


def test_a_wrapper_keeps_its_format_for_life(session: Session, both: dict[str, bytes]) -> None:
    before = dict(
        session.rows("select wrapper_uuid::text, crypto_suite ->> 'format' from kw.key_wrappers")
    )
    assert set(before.values()) == {OLD, NEW}
    bound = session.values(
        "select w.wrapper_uuid::uuid from kw.key_wrappers w where w.dek_class = 'field'"
    )
    session.value("select kw.rewrap_many(%s)", bound)
    third = session.key()
    for wrapper in bound:
        session.value("select kw.rewrap(%s, %s)", wrapper, third)
        session.value("select kw.set_wrapper_status(%s, 'retired')", wrapper)
        session.value("select kw.set_wrapper_status(%s, 'active')", wrapper)
    for branch in session.values(
        "select wrapper_uuid::uuid from kw.key_wrappers where dek_class = 'branch'"
    ):
        session.value("select kw.rewrap(%s)", branch)
    assert opened(session, both) == plaintexts()
    session.value("select kw.relayer_many(%s, 'layered')", bound)
    assert opened(session, both) == plaintexts()
    session.value("select kw.relayer_many(%s, 'single')", bound)
    after = dict(
        session.rows("select wrapper_uuid::text, crypto_suite ->> 'format' from kw.key_wrappers")
    )
    assert after == before
    assert opened(session, both) == plaintexts()
    assert session.rows("select * from kw.verify()") == []


def test_jobs_of_the_queue_keep_the_format(session: Session, both: dict[str, bytes]) -> None:
    wrapper_formats = "select id, crypto_suite ->> 'format' from kw.key_wrappers order by id"
    before = session.rows(wrapper_formats)
    session.value("select kw.schedule_rewrap(kms_key_id => 1)")
    session.rows("call kw.work_rewrap_jobs()")
    assert session.values("select distinct status from kw.rewrap_jobs") == ["done"]
    assert session.rows(wrapper_formats) == before
    assert opened(session, both) == plaintexts()


def test_rotation_makes_the_new_format_and_the_old_ciphertexts_stay(session: Session) -> None:
    with of_the_old_format(session):
        session.bind("people", "1", "ssn")
        session.bind("people", "*", "note")
        sealed = [session.encrypt("people", "1", name, b"old") for name in ("ssn", "note")]
    rotated = [session.value("select kw.rotate('people', %s, %s)", *of) for of in
               (("1", "ssn"), ("*", "note"))]  # fmt: skip
    assert [format_of(session, wrapper) for wrapper in rotated] == [NEW, NEW]
    for name, old in zip(("ssn", "note"), sealed, strict=True):
        new = session.encrypt("people", "1", name, b"new")
        assert (old[0], new[0]) == (0xC1, 0xC2)
        assert session.decrypt("people", "1", name, old) == b"old"
        assert session.decrypt("people", "1", name, new) == b"new"
        again = session.value("select kw.reencrypt('people', '1', %s, %s)", name, old)
        assert again[0] == 0xC2
        assert session.decrypt("people", "1", name, again) == b"old"


def swapped(sealed: bytes) -> bytes:
    return bytes([sealed[0] ^ 3]) + sealed[1:]


def test_a_ciphertext_of_the_other_format_is_refused_before_a_wrapper_is_opened(
    session: Session, both: dict[str, bytes], connect: Callable[..., Session]
) -> None:
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    session.refused("KW200", "select kw.decrypt('people', '1', 'ssn', %s)", both["1"])
    for pk, sealed in both.items():
        for one in (session, connect()):
            said = one.refused(
                "KW300", "select kw.decrypt('people', %s::text, 'ssn', %s)", pk, swapped(sealed)
            )
            assert "could not decrypt" in said
    session.rows("select kw.set_kms_key_status(1, 'active')")
    for pk, sealed in both.items():  # beside kept ciphers, and beside the right one
        session.decrypt("people", pk, "ssn", sealed)
        given = [swapped(sealed), sealed]
        query = "select kw.try_decrypt_many('people', %s::text[], 'ssn', %s)"
        found = session.value(query, [pk] * 2, given)
        assert found == [None, plaintexts()[int(pk) - 1]]


def test_wrappers_of_the_old_format_are_refused_before_opening_where_the_new_one_is_pinned(
    db: Database, session: Session, both: dict[str, bytes], connect: Callable[..., Session]
) -> None:
    session.rows("select kw.create_deployment(), kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    uuid = session.value("select deployment_uuid::text from kw.deployments")
    pin_deployment(db.place, db.name, deployment_uuid=uuid, sealed=True, minimum_format=2)
    wrapper = session.value("select kw.lookup('people', '1', 'ssn')")
    for call, given in (
        ("decrypt('people', '1', 'ssn', %s)", both["1"]),
        ("decrypt('people', '11', 'ssn', %s)", both["11"]),
        ("decrypt_many('people', '{1,6}', 'ssn', %s)", [both["1"], both["6"]]),
        ("encrypt('people', '1', 'ssn', %s)", b"x"),
        ("unwrap(%s)", wrapper),
        ("unwrap_many(%s)", [wrapper]),
        ("rewrap(%s, 2, 1)", wrapper),
        ("relayer(%s, 'layered')", wrapper),
    ):
        said = connect().refused("KW211", f"select kw.{call}", given)
        assert "has format kwtools/1, and kwtools/2 is pinned as the least" in said
    one = connect()
    for pk in map(str, range(6, 11)):
        if MODES[int(pk) - 6] != "branched":  # whose branch is of the old format
            assert one.decrypt("people", pk, "ssn", both[pk]) == plaintexts()[int(pk) - 1]
    problems = one.values("select problem from kw.verify()")
    assert len(problems) == 8
    assert all("is pinned as the least" in problem for problem in problems)
    one.rows("select kw.rotate('people', '1', 'ssn')")
    new = one.encrypt("people", "1", "ssn", b"new")
    assert connect().decrypt("people", "1", "ssn", new) == b"new"
    one.rows("select kw.shred('people', '2', 'ssn')")


@pytest.mark.parametrize("named", [OLD, NEW, "kwtools/3", "", None])
def test_another_format_in_the_suite_is_refused(
    session: Session, both: dict[str, bytes], connect: Callable[..., Session], named: str | None
) -> None:
    edited = session.values(
        """
        update kw.key_wrappers
        set crypto_suite = jsonb_set(crypto_suite, '{format}', coalesce(to_jsonb(%s::text), 'null'))
        where crypto_suite ->> 'format' is distinct from %s and dek_class = 'field'
        returning wrapper_uuid::uuid
        """,
        named,
        named,
    )
    of_named = {OLD: 6, NEW: 5}.get(str(named), 0)
    assert len(edited) == 11 - of_named
    for one in (session, connect()):
        found = 0
        for pk, sealed in both.items():
            query = "select kw.decrypt('people', %s::text, 'ssn', %s)"
            if str(one.lookup("people", pk, "ssn")) not in map(str, edited):
                assert one.value(query, pk, sealed) == plaintexts()[int(pk) - 1]
                found += 1
                continue
            for given in (sealed, swapped(sealed)):
                with pytest.raises(psycopg.Error) as caught:
                    one.rows(query, pk, given)
                assert caught.value.sqlstate in ("KW300", "KW210", "KW211")
        assert found == of_named
        for wrapper in edited:
            with pytest.raises(psycopg.Error) as caught:
                one.rows("select kw.unwrap(%s)", wrapper)
            assert caught.value.sqlstate in ("KW210", "KW211")
            said = str(caught.value)
            assert named in (OLD, NEW) or f'has unknown format "{named}"' in said


def test_a_binding_of_one_key_may_have_the_longer_nonces(
    session: Session, connect: Callable[..., Session]
) -> None:
    for field in ("ssn", None):
        session.bind("people", "1", field)
    session.bind("people", "*", "note")
    assert session.rows("select entity_pk, suite from kw.encryption_bindings order by 1, 2") == [
        ("*", 2), ("1", 1), ("1", 1)
    ]  # fmt: skip
    change = "update kw.encryption_bindings set suite = %s where entity_pk = %s"
    session.refused("KW102", change, 2, "1")
    session.rows("alter table kw.encryption_bindings disable trigger guard_immutable")
    session.refused("23514", change, 1, "*")
    sealed = {field: session.encrypt("people", "1", field, b"short") for field in ("ssn", None)}
    session.rows(change, 2, "1")
    session.rows("alter table kw.encryption_bindings enable always trigger guard_immutable")
    for field, short in sealed.items():
        for one in (session, connect()):
            for value in (b"", b"long", b"again"):
                long = one.encrypt("people", "1", field, value)
                assert (long[1], len(long)) == (2, 14 + 24 + len(value) + 16)
                assert one.decrypt("people", "1", field, long) == value
                assert one.value("select to_jsonb(kw.describe(%s))", long)["suite"][0] == "X"
            one.refused("KW300", "select kw.decrypt('people', '1', %s, %s)", field, short)
            one.refused("KW300", "select kw.decrypt('people', '2', %s, %s)", field, long)
    long = session.encrypt("people", "1", None, b"the row as a whole")
    session.refused("KW300", "select kw.decrypt('people', '1', 'name', %s)", long)
    session.bind("people", "3", "ssn")
    mixed = session.value(
        "select kw.encrypt_many('people', array['1', '3'], 'ssn', array['a', 'b']::bytea[])"
    )
    assert [one[1] for one in mixed] == [2, 1]
    query = "select kw.decrypt_many('people', array['1', '3'], 'ssn', %s)"
    assert connect().value(query, mixed) == [b"a", b"b"]


def test_the_inventory_tells_the_formats_apart(session: Session, both: dict[str, bytes]) -> None:
    rows = session.rows(
        "select format, sum(wrappers) from kw.crypto_inventory where entity_table = 'public.people'"
        " group by format"
    )
    assert dict(rows) == {OLD: 6, NEW: 5}


# -- the class deployment -----------------------------------------------------------------------


def stored(db: Database, session: Session, payload: Payload) -> str:
    """Store a wrapper of the new format with a payload under key 1, as who has that key can."""
    row = session.rows("select key_uuid::text, external_key_ref from kw.kms_keys where id = 1")
    ((key_uuid, reference),) = row
    jwk = json.loads((db.place.keystore / f"{reference}.jwk").read_text())
    keks = envelope.local_keks(base64.urlsafe_b64decode(jwk["k"] + "="))
    uuid, packed, dek_class = uuid4(), payload.pack(), payload.dek_class
    commitment = envelope.commitment(FORMAT_2, envelope.prk_of(packed), uuid.bytes)
    leg = Leg(1, 1, type(uuid)(key_uuid))
    of = (Mode.SINGLE, len(packed), dek_class, commitment)
    context = envelope.context(FORMAT_2, uuid, leg, *of)
    suite = envelope.suite_text(
        FORMAT_2, Mode.SINGLE, dek_class, [leg], len(payload.dek), commitment
    )
    session.rows(
        "insert into kw.key_wrappers"
        " (wrapper_uuid, kms1_key_id, dek_wrap1, crypto_suite, dek_class)"
        " values (%s, 1, %s, %s::jsonb, %s)",
        str(uuid),
        one_direct_wrap.wrap(keks, uuid.bytes, packed, context),
        suite,
        dek_class.label,
    )
    return str(uuid)


def deployment(db: Database, session: Session) -> str:
    """Store a wrapper of class deployment; nothing of this release makes one by SQL."""
    return stored(db, session, Payload.new(DekClass.DEPLOYMENT))


@pytest.mark.parametrize("length", [32, 16])  # of the direct lane, and of the ordinary way
def test_a_payload_of_the_other_format_is_refused(
    db: Database, session: Session, length: int
) -> None:
    good, bad = (
        stored(db, session, Payload.new(DekClass.FIELD, bytes(length), form))
        for form in (FORMAT_2, FORMAT_1)
    )
    assert session.value("select kw.unwrap(%s)", good) == bytes(length)
    said = session.refused("KW211", "select kw.unwrap(%s)", bad)
    assert "contains a key of format kwtools/1" in said


def test_a_deployment_key_is_verified_and_never_returned_bound_or_given(
    db: Database, session: Session, make_role: Callable[..., str]
) -> None:
    wrapper = deployment(db, session)
    assert session.rows("select * from kw.verify(%s)", wrapper) == []
    said = session.refused("KW100", "select kw.unwrap(%s)", wrapper)
    assert "is a deployment, whose key cannot leave the server" in said
    session.refused("KW100", "select kw.bind('people', '1', 'ssn', wrapper => %s)", wrapper)
    role = make_role("kw_client")
    session.refused("KW100", "select kw.give_wrappers(array[%s::uuid], %s)", wrapper, role)
    session.rows(
        "update kw.key_wrappers set dek_wrap1 = dek_wrap1 || '\\x00' where wrapper_uuid = %s",
        wrapper,
    )
    assert session.rows("select * from kw.verify(%s)", wrapper)


def test_a_deployment_key_is_never_a_kek(db: Database, session: Session) -> None:
    wrapper = deployment(db, session)
    key_id, branch = session.branch("default")
    session.rows(
        "alter table kw.kms_keys disable trigger user;"
        f"update kw.kms_keys set external_key_ref = '{wrapper}' where id = {key_id};"
        "alter table kw.kms_keys enable trigger user"
    )
    assert branch != wrapper
    said = session.refused("KW211", "select kw.create_policy('beneath', 'single', %s)", key_id)
    assert "is not a branch" in said


def test_only_a_superuser_changes_the_wrapper_of_a_deployment_key(
    db: Database, session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    wrapper, other = deployment(db, session), session.key()
    session.policy("layered", "single", 1, layers=[session.kem()])
    admin = connect(make_role("kw_admin"))
    for query in (
        "select kw.rewrap(%s)",
        f"select kw.rewrap(%s, {other})",
        "select kw.rewrap_many(array[%s::uuid])",
        "select kw.relayer(%s, 'layered')",
        "select kw.set_wrapper_status(%s, 'retired')",
    ):
        said = admin.refused("KW100", query, wrapper)
        assert "which holds a deployment key" in said
    assert session.value("select kw.rewrap(%s)", wrapper) == 2
    assert session.value("select kw.rewrap(%s, %s)", wrapper, other) == 3
    assert session.value("select kw.relayer(%s, 'layered')", wrapper) == 4
    assert session.rows("select * from kw.verify(%s)", wrapper) == []
    assert session.wrapper(wrapper)["crypto_suite"]["class"] == "deployment"


def test_jobs_of_less_than_a_superuser_leave_the_wrapper_of_a_deployment_key(
    db: Database, session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    wrapper = deployment(db, session)
    session.bind("people", "1", "ssn")
    admin = connect(make_role("kw_admin"))
    admin.value("select kw.schedule_rewrap(kms_key_id => 1)")
    admin.rows("call kw.work_rewrap_jobs()")
    failed = session.rows("select status, last_error from kw.rewrap_jobs where status <> 'done'")
    ((status, error),) = failed
    assert status == "failed"
    assert "which holds a deployment key" in error
    session.value("select kw.retry_rewrap_jobs()")
    session.rows("call kw.work_rewrap_jobs()")
    assert session.values("select distinct status from kw.rewrap_jobs") == ["done"]
    assert session.wrapper(wrapper)["wrap_version"] == 2
