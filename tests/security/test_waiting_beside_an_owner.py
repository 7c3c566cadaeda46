"""A low role that works in a table holds up neither the owner of that table nor an admin."""

from collections.abc import Callable

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import Make, Sessions, sqlstate_of, value_of

# theirs: cells 1 to 6 of f, every row of g and of i, nothing of h
OPEN = {
    "first_bind": "select kw.bind('theirs', 7, 'h')",
    "first_bind_beneath": "select kw.bind('theirs', 7, 'g')",
    "first_binds": "select kw.bind_many('theirs', '{7,8,9}', 'h')",
    "bind": "select kw.bind('theirs', 7, 'f')",
    "rotate": "select kw.rotate('theirs', 3, 'f')",
    "rotate_beneath": "select kw.rotate('theirs', 1, 'i')",
    "rotate_shared": "select kw.rotate('theirs', 5, 'f')",
    "encrypt": "select kw.encrypt('theirs', 3, 'f', 'x')",
    "wrap": "select kw.wrap()",
}
ADMINS = [
    *(
        f"select kw.{call}"
        for field in ("'f'", "'g'", "'h'", "'i'", "null")
        for call in (
            f"bind_policy('theirs', {field}, 'default')",
            f"set_floor('theirs', {field}, 1)",
            f"set_floor('theirs', {field}, null)",
        )
    ),
    "select kw.rewrap(kw.lookup('theirs', 2, 'f'))",
    "select kw.set_wrapper_status(kw.lookup('theirs', 2, 'f'), 'retired')",
    "select kw.set_wrapper_status(kw.lookup('theirs', 2, 'f'), 'active')",
    "select kw.reclaim_entities()",
    "select kw.check_restore()",
]
OWNERS = [
    "select kw.bind('theirs', 10, 'f')",
    "select kw.bind('theirs', 10, 'g')",
    "select kw.bind('theirs', 10, 'h')",
    "select kw.bind('theirs', '*', 'h')",
    "select kw.bind('theirs', 11)",
    "select kw.encrypt('theirs', 10, 'h', 'x')",
    "select kw.rotate('theirs', '*', 'g')",
    "select kw.rebind('theirs', entity_pk => '1', to_entity_pk => '12', field_name => 'f')",
    "select kw.rebind('theirs', entity_pk => '12', field_name => 'f', to_field_name => 'j')",
    "select kw.grant_field('theirs', 'f', 'kw_client', true)",
    "select kw.grant_field('theirs', 'h', 'kw_client', true, true)",
    "select kw.revoke_field('theirs', 'f', 'kw_client')",
    "select kw.confirm_grants('theirs')",
    "select kw.shred('theirs', 2, 'f')",
    "select kw.shred('theirs', 4, 'f', shared => true)",
    "select kw.shred('theirs', 10, 'h')",
    "select kw.shred('theirs', '*', 'g', whole => true)",
    "select kw.shred('theirs', '*', 'i', whole => true)",
    "select kw.bind('theirs', 3)",
    "select kw.shred('theirs', 3)",
    "select kw.bind('theirs', '*', 'f')",
    "select kw.shred('theirs', '*', 'f', whole => true)",
    "select kw.bind('theirs', '*')",
    "select kw.shred('theirs', '*', whole => true)",
]

Session = psycopg.Connection


@pytest.fixture
def owner(db: Database, give_table: Sessions) -> Session:
    """The session of the owner of the table theirs."""
    db.sql("create table public.theirs (id bigint primary key, f bytea, g bytea, h bytea, i bytea)")
    session = give_table("theirs")
    session.execute("select kw.bind_many('theirs', '{1,2,3,4,6}', 'f')")
    session.execute("select kw.bind('theirs', 5, 'f', wrapper => kw.lookup('theirs', 4, 'f'))")
    session.execute("select kw.bind('theirs', '*', 'g'), kw.bind('theirs', '*', 'i')")
    session.execute("select kw.bind('theirs', 1, 'i')")
    session.execute("set lock_timeout = '2s'")
    return session


@pytest.fixture
def low(owner: Session, allow: Sessions) -> Session:
    """The session of a role that may write the fields of theirs."""
    return allow("select, insert, update on public.theirs")


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
@pytest.mark.parametrize("opened", OPEN)
def test_an_open_transaction_holds_up_neither_the_owner_nor_an_admin(
    db: Database, owner: Session, low: Session, opened: str, isolation: str
) -> None:
    admin = db.connect()
    admin.execute("set lock_timeout = '2s'")
    low.execute(f"begin isolation level {isolation}")
    low.execute(OPEN[opened])
    for session, changes in ((admin, ADMINS), (owner, OWNERS)):
        session.execute(f"set default_transaction_isolation = '{isolation}'")
        for change in changes:
            assert sqlstate_of(session, change) is None, change
    low.execute("commit")
    checks = {name for (name,) in db.sql('select "check" from kw.doctor() where not ok')}
    assert all(name.startswith("shred of public.theirs") for name in checks), checks


TOPS = {
    "column": ("'*', 'f'", "'*', 'f', whole => true"),
    "row": ("3", "3"),
    "table": ("'*'", "'*', whole => true"),
}


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
@pytest.mark.parametrize("top", TOPS)
def test_a_cell_that_is_rotated_beside_the_shred_above_it_is_of_no_use(
    db: Database, owner: Session, low: Session, top: str, isolation: str
) -> None:
    bound, shredded = TOPS[top]
    value_of(owner, f"select kw.bind('theirs', {bound})")
    before = value_of(low, "select kw.encrypt('theirs', 3, 'f', 'x')")
    low.execute("set application_name = 'the idle one'")
    low.execute("begin")
    value_of(low, "select kw.rotate('theirs', 3, 'f')")
    sealed = value_of(low, "select kw.encrypt('theirs', 3, 'f', 'x')")
    uses = {
        "decrypt('theirs', 3, 'f', %(new)s)",
        "decrypt('theirs', 3, 'f', %(old)s)",
        "decrypt_many('theirs', '{3}', 'f', array[%(new)s]::bytea[])",
        "encrypt('theirs', 3, 'f', 'y')",
        "lookup('theirs', 3, 'f')",
        "rotate('theirs', 3, 'f')",
        "reencrypt('theirs', 3, 'f', %(new)s)",
    }
    shred = f"select kw.shred('theirs', {shredded})"
    told: list[tuple[str, str]] = []
    owner.add_notice_handler(
        lambda diag: told.append((diag.message_primary or "", diag.message_detail or ""))
    )
    owner.execute(f"set default_transaction_isolation = '{isolation}'")
    value_of(owner, shred)
    ((warning, detail),) = told
    assert "1 bindings beneath" in warning
    assert f"process {low.info.backend_pid} of role" in detail
    assert value_of(owner, shred) == 0  # it goes on being held
    low.execute("savepoint s")
    for one in uses:
        params = {"new": sealed, "old": before}
        with pytest.raises(psycopg.Error) as caught:
            low.execute(f"select kw.{one}", params)
        assert caught.value.sqlstate == "KW301", one
        low.execute("rollback to s")
    low.execute("commit")
    for session in (low, owner, db.connect()):
        for one in uses:
            with pytest.raises(psycopg.Error) as caught:
                session.execute(f"select kw.{one}", {"new": sealed, "old": before})
            assert caught.value.sqlstate == "KW301", one
        opened = session.execute("select kw.try_decrypt('theirs', 3, 'f', %s)", [sealed])
        assert opened.fetchone() == (None,)
    left = [row for row in db.sql('select "check", ok from kw.doctor()') if "shred of" in row[0]]
    assert len(left) == 1
    assert value_of(owner, shred) == 2  # of the new generation and of the old one
    assert not [row for row in db.sql('select "check" from kw.doctor()') if "shred of" in row[0]]
    assert sqlstate_of(owner, shred) == "KW301"


def test_the_very_same_binding_is_waited_for_and_its_session_named(
    owner: Session, low: Session
) -> None:
    low.execute("set application_name = 'the idle one'")
    low.execute("begin")
    value_of(low, "select kw.rotate('theirs', 3, 'f')")
    for change in (
        "select kw.shred('theirs', 3, 'f')",
        "select kw.rotate('theirs', 3, 'f')",
        "select kw.rebind('theirs', entity_pk => '3', to_entity_pk => '13')",
        "select kw.rebind('theirs', field_name => 'f', to_field_name => 'k')",
    ):
        owner.execute("set lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
            owner.execute(change)
        detail = caught.value.diag.message_detail or ""
        assert f"process {low.info.backend_pid} of role" in detail, change
        assert '"the idle one"' in detail, change


def test_the_very_first_record_of_a_name_is_waited_for_and_its_session_named(
    db: Database, owner: Session, low: Session
) -> None:
    """Nothing is bound there yet, so there is nothing that the owner has to end at once."""
    db.sql("create table public.fresh (id bigint primary key, f bytea)")
    db.sql(f"alter table public.fresh owner to {owner.info.user}")
    owner.execute(f"grant select, insert, update on public.fresh to {low.info.user}")
    low.execute("begin")
    value_of(low, "select kw.bind('fresh', 1, 'f')")
    db.sql("set lock_timeout = '2s'")
    db.sql("select kw.bind_policy('fresh', 'f', 'default'), kw.set_floor('fresh', 'f', null)")
    owner.execute("set lock_timeout = '300ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
        owner.execute("select kw.bind('fresh', '*', 'f')")
    detail = caught.value.diag.message_detail or ""
    assert f"process {low.info.backend_pid} of role" in detail
    owner.execute(f"revoke all on public.fresh from {low.info.user}")
    low.execute("commit")
    owner.execute("select kw.bind('fresh', '*', 'f')")
    assert value_of(owner, "select kw.shred('fresh', '*', 'f', whole => true)") == 2


def test_binds_after_a_change_of_the_type_of_the_key_wait_for_nobody(
    db: Database, owner: Session, low: Session
) -> None:
    """The first one records that keys may have other spellings than those before."""
    owner.execute("alter table public.theirs alter id type text")
    low.execute("begin")
    value_of(low, "select kw.bind('theirs', '07', 'f')")
    for change in (
        "select kw.bind('theirs', '008', 'f')",
        "select kw.bind('theirs', '*', 'h')",
        "select kw.rebind('theirs', entity_pk => '1', to_entity_pk => '01')",
        "select kw.shred('theirs', '2', 'f')",
    ):
        assert sqlstate_of(owner, change) is None, change
    low.execute("commit")
    sealed = value_of(low, "select kw.encrypt('theirs', '07', 'f', 'x')")
    assert value_of(low, "select kw.decrypt('theirs', '07', 'f', %s)", sealed) == b"x"
    owner.execute("alter table public.theirs alter id type bigint using id::bigint")
    for session in (owner, low, db.connect()):
        assert value_of(session, "select kw.decrypt('theirs', '07', 'f', %s)", sealed) == b"x"
    query = "select has_other_spellings from kw.entity_fields where has_other_spellings"
    assert db.sql(query)
    value_of(owner, "select kw.rebind('theirs', to_entity_table => 'theirs')")
    assert db.sql(query) == []
    assert db.sql("select key_form from kw.entities") == [("integer",)]


def test_a_name_that_its_owner_moves_just_now_does_not_keep_others_from_being_re_claimed(
    db: Database, owner: Session, make_role: Make
) -> None:
    other = make_role("kw_client")
    for table in ("first", "second"):
        db.sql(f"create table public.{table} (id bigint primary key, f bytea)")
        db.sql(f"alter table public.{table} owner to {other}")
        db.sql(f"select kw.bind('{table}', 1, 'f')")
    db.sql("drop table public.second")
    db.sql("create table public.second (id bigint primary key, f bytea)")
    db.sql(f"alter table public.second owner to {other}")
    low = db.connect(other)
    db.sql("alter table public.first rename to earlier")
    db.sql("create table public.first (id bigint primary key, f bytea)")
    db.sql(f"alter table public.first owner to {other}")
    low.execute("begin")
    low.execute("select kw.rebind('first', 'earlier')")
    db.sql("set lock_timeout = '2s'")
    rows = db.sql("select entity_table, problem from kw.reclaim_entities() order by 1")
    assert rows == [
        ("public.first", "another transaction is changing the name"),
        ("public.second", None),
    ]
    low.execute("commit")
    assert db.sql("select * from kw.entities_to_reclaim()") == []


def test_a_check_of_keys_of_an_operator_holds_up_no_other(db: Database, make_role: Make) -> None:
    """Each forgets what is old of the health of keys and of the audit."""
    operator = db.connect(make_role("kw_operator"))
    db.sql("select kw.set_setting('audit_days', 1), kw.check_kms()")
    db.sql("update kw.kms_health_checks set checked_at = checked_at - interval '90 days'")
    db.sql(
        "insert into kw.audit_events (happened_at, acting_role, action, object)"
        " values (now() - interval '90 days', 'somebody', 'old', 'x')"
    )
    operator.execute("begin")
    operator.execute("select kw.check_kms()")
    db.sql("set lock_timeout = '2s'")
    db.sql("select kw.check_kms()")
    operator.execute("commit")


def test_marks_that_were_made_beside_each_other_count_as_one(
    db: Database, owner: Session, low: Session
) -> None:
    """Nobody misses one: neither of the first binds waits, and either may be rolled back."""
    sessions: list[tuple[Session, Callable[[Session], None], int]] = [
        (low, psycopg.Connection.rollback, 21),
        (owner, psycopg.Connection.commit, 22),
        (db.connect(low.info.user), psycopg.Connection.commit, 23),
    ]
    for session, _, pk in sessions:
        session.execute("begin")
        session.execute("select kw.bind('theirs', %s::int, 'h')", [pk])
    for session, end, _ in sessions:
        end(session)
    for pk, is_bound in ((21, False), (22, True), (23, True)):
        for session, _, _ in sessions:
            found = value_of(session, "select kw.lookup('theirs', %s::int, 'h')", pk)
            assert (found is not None) is is_bound, pk
    marks = "select count(*) from kw.entity_fields where field_name_norm = 'h' and has_keys"
    assert db.sql(marks) == [(2,)]
    owner.execute("select kw.bind('theirs', 24, 'h')")
    assert db.sql(marks) == [(2,)]
    db.sql("select kw.bind_policy('theirs', 'h', 'default'), kw.set_floor('theirs', 'h', 1)")
    rows = db.sql(
        "select has_keys, min_nist_level from kw.entity_fields"
        " where field_name_norm = 'h' and not is_mark"
    )
    assert rows == [(False, 1)]
