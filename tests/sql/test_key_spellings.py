"""What is equal for PostgreSQL is one key, in whatever spelling and session it is given."""

# ruff: noqa: E501

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.session import Session

UUID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
NOON = "2026-01-31 12:00:00+00"
# type of the key: what its column prints, and further texts of the same key
ONE_KEY: dict[str, tuple[str, list[str]]] = {
    "bigint": ("7", ["07", "+7", " 7", "7 ", "\t0007\n"]),
    "integer": ("-7", ["-07", " -7"]),
    "smallint": ("0", ["-0", "+0", "00"]),
    "uuid": (UUID, [UUID.upper(), f"{{{UUID}}}", UUID.replace("-", ""), UUID.upper().replace("-", "")]),
    "boolean": ("t", ["true", "TRUE", "yes", "on", "1"]),
    "bytea": ("\\xabcd", ["\\xABCD", "\\\\xabcd"]),
    "character(8)": ("ab", ["ab ", "ab      "]),
    "numeric(10,2)": ("1.50", ["1.5", "01.5", "15e-1", "1.500"]),
    "date": ("2026-01-31", ["2026-1-31", " 2026-01-31"]),
    "time": ("12:00:00", ["12:00", "12:00:00.000"]),
    "timestamp": ("2026-01-31 12:00:00", ["2026-01-31T12:00:00", "2026-01-31 12:00", "2026-01-31 12:00:00.0"]),
    "timestamptz": (NOON, ["2026-01-31T12:00:00Z", "2026-01-31 13:00:00+01", "2026-01-31 06:30:00-0530"]),
    "of_uuid": (UUID, [UUID.upper()]),
    "of_numeric": ("1.50", ["1.5"]),
}  # fmt: skip
SETTINGS = """
    set datestyle = 'German, DMY'; set timezone = 'Asia/Kolkata'; set intervalstyle = 'iso_8601';
    set bytea_output = 'escape'; set extra_float_digits = -15
"""


def _table(session: Session, type_: str, column: str = "k") -> None:
    session.rows("create domain of_uuid as uuid; create domain of_numeric as numeric(10,2)")
    session.rows(f"create table keyed ({column} {type_} primary key, secret bytea, hint bytea)")


@pytest.mark.parametrize("type_", ONE_KEY)
def test_every_spelling_of_a_key_is_one_key(
    session: Session, connect: Callable[..., Session], type_: str
) -> None:
    printed, others = ONE_KEY[type_]
    _table(session, type_)
    other_session = connect()
    other_session.rows(SETTINGS)
    wrapper = session.bind("keyed", others[0], "secret")
    session.bind("keyed", "*", "hint")
    for one in (session, other_session):
        for pk in (printed, *others):
            assert one.bind("keyed", pk, "secret") == wrapper
            assert one.lookup("keyed", pk, "secret") == wrapper
            for field in ("secret", "hint"):
                sealed = one.encrypt("keyed", pk, field, b"x")
                for spelling in (printed, *others):
                    assert session.decrypt("keyed", spelling, field, sealed) == b"x"
                    assert other_session.decrypt("keyed", spelling, field, sealed) == b"x"
    assert session.values("select entity_pk from kw.encryption_bindings order by 1") == [
        "*",
        printed,
    ]
    sealed = session.encrypt("keyed", printed, "secret", b"x")
    assert session.value("select kw.shred('keyed', %s::text, 'secret')", others[0]) == 1
    for pk in (printed, *others):
        session.refused("KW301", "select kw.decrypt('keyed', %s::text, 'secret', %s)", pk, sealed)
        session.refused("KW301", "select kw.lookup('keyed', %s::text, 'secret')", pk)
        session.refused("KW301", "select kw.bind('keyed', %s::text, 'secret')", pk)
        session.refused("KW301", "select kw.encrypt_text('keyed', %s::text, 'secret', 'x')", pk)


@pytest.mark.parametrize(
    "type_", sorted(set(ONE_KEY) - {"timestamp", "timestamptz", "date", "bytea"})
)
def test_what_the_column_gives_is_the_key(session: Session, type_: str) -> None:
    printed, others = ONE_KEY[type_]
    _table(session, type_)
    session.bind("keyed", "*", "secret")
    session.rows(
        "insert into keyed values (%s, kw.encrypt_text('keyed', %s::text, 'secret', 'x'))",
        printed, others[0],
    )  # fmt: skip
    query = "select kw.decrypt_text('keyed', k::text, 'secret', secret) from keyed"
    assert session.rows(query) == [("x",)]


def test_what_a_session_prints_in_its_own_way_is_a_key_or_is_refused(session: Session) -> None:
    _table(session, "timestamptz")
    session.bind("keyed", "*", "secret")
    for zone in ("Asia/Kolkata", "America/St_Johns", "UTC"):
        session.rows(f"set timezone = '{zone}'")
        sealed = session.value(
            "select kw.encrypt_text('keyed', %s::timestamptz::text, 'secret', 'x')", NOON
        )
        assert session.decrypt("keyed", NOON, "secret", sealed) == b"x"
    session.rows("set datestyle = 'German'")
    said = session.refused(
        "KW003", "select kw.decrypt('keyed', %s::timestamptz::text, 'secret', %s)", NOON, sealed
    )
    assert "offset" in said


MALFORMED = {
    "bigint": ["x", "", "1.0", "9223372036854775808", "1e3", "0x1", "\u0661"],
    "smallint": ["40000"],
    "uuid": ["7", f"{UUID}0", f"{{{UUID}", "\u0661" * 32],
    "date": ["31.01.2026", "01/02/2026", "now", "today", "2026-02-30", "2026-01-31 BC"],
    "timestamptz": ["2026-01-31 12:00:00", "now", "2026-01-31 12:00:00 Europe/Berlin"],
    "numeric(10,2)": ["1.505", "123456789.00", "x", "1e400"],
    "boolean": ["maybe"],
    "bytea": ["abc", "\\xa"],
}


@pytest.mark.parametrize("type_", MALFORMED)
def test_a_text_that_is_no_key_of_the_type_is_refused_by_every_call(
    session: Session, type_: str
) -> None:
    _table(session, type_)
    session.bind("keyed", "*", "secret")
    sealed = session.encrypt("keyed", ONE_KEY[type_][0], "secret", b"x")
    for pk in MALFORMED[type_]:
        for call in (
            "kw.bind('keyed', %(pk)s::text, 'secret')",
            "kw.bind('keyed', %(pk)s::text, 'secret', wrapper => kw.wrap())",
            "kw.bind_many('keyed', array[%(pk)s], 'secret')",
            "kw.lookup('keyed', %(pk)s::text, 'secret')",
            "kw.encrypt_text('keyed', %(pk)s::text, 'secret', 'x')",
            "kw.decrypt('keyed', %(pk)s::text, 'secret', %(sealed)s)",
            "kw.try_decrypt('keyed', %(pk)s::text, 'secret', %(sealed)s)",
            "kw.reencrypt('keyed', %(pk)s::text, 'secret', %(sealed)s)",
            "kw.rotate('keyed', %(pk)s::text, 'secret')",
            "kw.shred('keyed', %(pk)s::text, 'secret')",
        ):
            with pytest.raises(psycopg.Error) as raised:
                session.connection.execute(f"select {call}", {"pk": pk, "sealed": sealed})
            assert raised.value.sqlstate == "KW003", call
            assert "is not a key of type" in str(raised.value)


def test_who_may_not_does_not_learn_the_type_of_the_key(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    _table(session, "uuid")
    session.bind("keyed", "*", "secret")
    client = connect(make_role("kw_client"))
    client.refused("KW100", "select kw.decrypt('keyed', 'x'::text, 'secret', '\\x')")
    client.refused("KW100", "select kw.encrypt_text('keyed', 'x'::text, 'secret', 'y')")
    client.refused("KW100", "select kw.bind('keyed', 'x'::text, 'secret')")


AMBIGUOUS = [
    "numeric",
    "double precision",
    "real",
    "interval",
    "jsonb",
    "text collate insensitive",
    "loose",
    "inet",
]


@pytest.mark.parametrize("type_", AMBIGUOUS)
def test_a_type_whose_equal_values_print_in_several_ways_is_refused(
    session: Session, type_: str
) -> None:
    session.rows(
        "create collation insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
    )
    session.rows("create domain loose as numeric")
    session.rows(f"create table keyed (k {type_} primary key, secret bytea)")
    for call in (
        "kw.bind('keyed', '1', 'secret')",
        "kw.bind('keyed', '*', 'secret')",
        "kw.bind('keyed', '*')",
        "kw.bind_many('keyed', array['1'], 'secret')",
        "kw.bind('keyed', '1', 'secret', wrapper => kw.wrap())",
    ):
        said = session.refused("KW003", f"select {call}")
        assert "prints equal values in several ways" in said
        assert "bigint" in said


def test_each_part_of_a_key_of_several_columns_is_spelled(session: Session) -> None:
    session.rows(
        "create table pairs (a uuid, b bigint, c text, secret bytea, primary key (b, a, c))"
    )
    wrapper = session.value(
        "select kw.bind('pairs', kw.entity_key('07', %s, 'É \"x\"'), 'secret')::text", UUID.upper()
    )
    key = session.value("select kw.entity_key('7', %s, 'É \"x\"')", UUID)
    assert session.lookup("pairs", key, "secret") == wrapper
    sealed = session.encrypt("pairs", key, "secret", b"x")
    assert session.decrypt("pairs", f'["7","{UUID}","\\u00c9 \\"x\\""]', "secret", sealed) == b"x"
    said = session.refused(
        "KW003", "select kw.lookup('pairs', kw.entity_key('x', %s, 'c'), 'secret')", UUID
    )
    assert "bigint" in said
    # of another number of parts, and what does not come from kw.entity_key, is taken as it is
    for odd in ('["1", "2"]', "7/a", "[", '["1", 2, "3"]'):
        session.bind("pairs", odd, "secret")
        assert session.lookup("pairs", odd, "secret")


def test_where_there_is_no_key_texts_are_taken_as_they_are(session: Session) -> None:
    session.rows("create table bare (k uuid unique, secret bytea)")
    session.rows("create view seen as select * from bare")
    session.rows("create table enumerated (k text primary key, secret bytea)")
    session.rows("create type colour as enum ('red', 'Red')")
    session.rows("create table painted (k colour primary key, secret bytea)")
    session.rows("select kw.grant_field('app.users', null, 'postgres', true, true)")
    for table in ("bare", "seen", "enumerated", "painted", "app.users"):
        lower, upper = (session.bind(table, pk, "secret") for pk in ("red", "Red"))
        assert lower != upper


def test_a_partitioned_table_has_a_key_too(session: Session) -> None:
    session.rows(
        "create table parts (id uuid, d date, s bytea, primary key (id, d)) partition by range (d)"
    )
    session.rows("create table part_1 partition of parts default")
    for table in ("parts", "part_1"):
        key = [f'["{UUID}", "2026-01-31"]', f'["{UUID.upper()}", "2026-1-31"]']
        assert session.bind(table, key[0], "s") == session.bind(table, key[1], "s")


def test_a_key_that_is_made_or_changed_later_is_noticed_in_every_session(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.rows("create table late (k text, secret bytea)")
    other = connect()
    session.bind("late", "*", "secret")
    for one in (session, other):
        sealed = one.encrypt("late", "07", "secret", b"x")
        one.refused("KW300", "select kw.decrypt('late', '7'::text, 'secret', %s)", sealed)
    session.rows("alter table late add primary key (k)")
    sealed = other.encrypt("late", "07", "secret", b"x")
    other.refused("KW300", "select kw.decrypt('late', '7'::text, 'secret', %s)", sealed)
    session.rows("alter table late alter column k type bigint using k::bigint")
    # what was encrypted under another spelling still opens by it
    assert other.decrypt("late", "07", "secret", sealed) == b"x"
    sealed = other.encrypt("late", "07", "secret", b"x")
    assert session.decrypt("late", "7", "secret", sealed) == b"x"
    other.refused("KW003", "select kw.encrypt_text('late', %s::text, 'secret', 'x')", UUID)
    session.rows("alter table late alter column k type uuid using null")
    assert other.encrypt("late", UUID.upper(), "secret", b"x")
    session.rows("alter table late drop constraint late_pkey")
    assert other.encrypt("late", "anything", "secret", b"x")


# -- what earlier versions bound ----------------------------------------------------------------


@pytest.fixture
def old(session: Session) -> tuple[Session, bytes, bytes, str]:
    """A table with a cell that 0.3.0 bound in capitals, and a value of a column's key."""
    session.rows("create table tokens (id text primary key, secret bytea, hint bytea)")
    wrapper = session.bind("tokens", UUID.upper(), "secret")
    session.bind("tokens", "*", "hint")
    secret = session.encrypt("tokens", UUID.upper(), "secret", b"old")
    hint = session.encrypt("tokens", UUID.upper(), "hint", b"old hint")
    session.rows("alter table tokens alter column id type uuid using id::uuid")
    return session, secret, hint, wrapper


Old = tuple[Session, bytes, bytes, str]
SPELLINGS = [UUID, UUID.upper(), UUID.replace("-", "")]


@pytest.mark.parametrize("pk", SPELLINGS)
def test_what_was_bound_in_another_spelling_is_found_by_every_spelling(old: Old, pk: str) -> None:
    session, secret, hint, wrapper = old
    assert session.lookup("tokens", pk, "secret") == wrapper
    assert session.bind("tokens", pk, "secret") == wrapper
    assert session.decrypt("tokens", pk, "secret", secret) == b"old"
    assert session.decrypt("tokens", pk, "hint", hint) == b"old hint"
    sealed = session.encrypt("tokens", pk, "secret", b"new")
    assert session.decrypt("tokens", UUID, "secret", sealed) == b"new"
    session.rows("select kw.rotate('tokens', %s::text, 'secret')", pk)
    assert session.decrypt("tokens", pk, "secret", secret) == b"old"
    assert session.value("select count(*) from kw.encryption_bindings") == 2
    assert session.value("select kw.shred('tokens', %s::text, 'secret')", pk) == 2
    for spelling in SPELLINGS:
        session.refused(
            "KW301", "select kw.decrypt('tokens', %s::text, 'secret', %s)", spelling, secret
        )
        session.refused("KW301", "select kw.bind('tokens', %s::text, 'secret')", spelling)


def test_two_spellings_that_were_bound_are_both_shredded(old: Old) -> None:
    session, secret, _, _ = old
    made = session.value("select kw.wrap()::text")
    session.rows(
        "insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id) "
        "select 78, 'public.tokens', %s, 'secret', id from kw.key_wrappers where wrapper_uuid = %s",
        UUID, made,
    )  # fmt: skip
    newer = session.encrypt("tokens", UUID, "secret", b"newer")
    assert session.decrypt("tokens", UUID, "secret", newer) == b"newer"
    assert session.decrypt("tokens", UUID, "secret", secret) == b"old"
    assert session.value("select kw.shred('tokens', %s::text, 'secret')", UUID) == 2
    for sealed in (newer, secret):
        for spelling in SPELLINGS:
            query = "select kw.decrypt('tokens', %s::text, 'secret', %s)"
            session.refused("KW301", query, spelling, sealed)


def test_a_cell_that_was_shredded_in_another_spelling_is_shredded(old: Old) -> None:
    session, secret, _, _ = old
    session.bind("tokens", "*", "secret")
    session.rows("select kw.shred('tokens', %s::text, 'secret')", UUID.upper())
    for pk in SPELLINGS:
        session.refused("KW301", "select kw.encrypt_text('tokens', %s::text, 'secret', 'x')", pk)
        session.refused("KW301", "select kw.decrypt('tokens', %s::text, 'secret', %s)", pk, secret)


def test_doctor_counts_them_and_its_hint_brings_them_to_one_spelling(old: Old) -> None:
    session, secret, _, wrapper = old
    ((check, ok, detail, hint),) = session.rows("select * from kw.doctor() where not ok")
    assert check == "keys of public.tokens"
    assert detail.startswith("1 bindings")
    assert not ok
    call = hint.removeprefix("Use ").rstrip(".")
    assert call == "kw.rebind('public.tokens', to_entity_table => 'public.tokens')"
    assert session.value(f"select {call}") == 1
    assert session.rows("select * from kw.doctor() where not ok") == []
    assert session.values("select entity_pk from kw.encryption_bindings order by 1") == ["*", UUID]
    assert session.value("select key_form from kw.entities") == "uuid"
    for pk in SPELLINGS:
        assert session.lookup("tokens", pk, "secret") == wrapper
        assert session.decrypt("tokens", pk, "secret", secret) == b"old"


def test_one_key_may_be_moved_by_its_old_spelling(old: Old) -> None:
    session, secret, _, _ = old
    moved = session.value(
        "select kw.rebind('tokens', entity_pk => %s, to_entity_pk => %s)", UUID.upper(), UUID
    )
    assert moved == 1
    assert session.decrypt("tokens", UUID, "secret", secret) == b"old"
    assert UUID in session.values("select entity_pk from kw.encryption_bindings")


def test_a_type_that_became_ambiguous_still_opens_and_is_told_of(session: Session) -> None:
    session.rows("create table devices (serial text primary key, pin bytea)")
    session.bind("devices", "1.50", "pin")
    sealed = session.encrypt("devices", "1.50", "pin", b"x")
    session.rows("alter table devices alter column serial type numeric using serial::numeric")
    assert session.decrypt("devices", "1.50", "pin", sealed) == b"x"
    assert session.bind("devices", "1.50", "pin")
    session.refused("KW003", "select kw.bind('devices', '2', 'pin')")
    ((check, detail),) = session.rows('select "check", detail from kw.doctor() where not ok')
    assert check == "keys of public.devices"
    assert "numeric" in detail
    assert session.value("select kw.shred('devices', '1.50', 'pin')") == 1


def test_every_spelling_that_was_bound_is_shredded(session: Session) -> None:
    session.rows("create table counted (id text primary key, secret bytea)")
    sealed = {}
    for pk in ("07", "+7", "0008"):
        session.bind("counted", pk, "secret")
        sealed[pk] = session.encrypt("counted", pk, "secret", b"x")
    session.rows("alter table counted alter column id type bigint using id::bigint")
    assert session.value("select kw.shred('counted', 7, 'secret')") == 2
    for pk in ("07", "+7"):
        query = "select kw.decrypt('counted', %s::text, 'secret', %s)"
        session.refused("KW301", query, pk, sealed[pk])
    assert session.decrypt("counted", "0008", "secret", sealed["0008"]) == b"x"


@pytest.fixture
def unreadable(session: Session) -> tuple[Session, dict[str, bytes]]:
    """A table whose keys an older version took in a style that their column does not print."""
    session.rows("create table days (day text primary key, secret bytea, hint bytea)")
    session.bind("days", "31.01.2026", "secret")
    session.bind("days", "*", "hint")
    sealed = {
        field: session.encrypt("days", "31.01.2026", field, b"old") for field in ("secret", "hint")
    }
    session.rows("alter table days alter column day type date using day::date")
    return session, sealed


def test_a_key_that_its_column_cannot_read_still_opens_by_its_text_and_is_moved(
    unreadable: tuple[Session, dict[str, bytes]],
) -> None:
    session, sealed = unreadable
    for _ in range(2):  # moving the whole table leaves it findable
        for field, value in sealed.items():
            assert session.decrypt("days", "31.01.2026", field, value) == b"old"
        assert session.lookup("days", "31.01.2026", "secret")
        ((detail, hint),) = session.rows("select detail, hint from kw.doctor() where not ok")
        assert detail.startswith(
            "1 bindings have a key that is not valid for the type of its column"
        )
        assert "kw.rebind" in hint
        session.rows("select kw.rebind('days', to_entity_table => 'days')")
    session.refused("KW003", "select kw.encrypt_text('days', '31.01.2026', 'secret', 'new')")
    session.refused("KW003", "select kw.bind('days', '30.01.2026', 'secret')")
    session.rows(
        "select kw.rebind('days', entity_pk => '31.01.2026', to_entity_pk => '2026-01-31')"
    )
    assert session.decrypt("days", "2026-01-31", "secret", sealed["secret"]) == b"old"
    session.rows("select kw.rebind('days', to_entity_table => 'days')")
    assert session.rows("select * from kw.doctor() where not ok") == []


def test_a_key_that_its_column_cannot_read_is_shredded_by_its_text(
    unreadable: tuple[Session, dict[str, bytes]],
) -> None:
    session, sealed = unreadable
    assert session.value("select kw.shred('days', '31.01.2026', 'secret')") == 1
    session.refused(
        "KW301", "select kw.decrypt('days', '31.01.2026', 'secret', %s)", sealed["secret"]
    )


@pytest.mark.parametrize("type_", ["bytea", "numeric(80,0)", "uuid"])
def test_a_key_that_was_hashed_is_a_key_of_any_type(session: Session, type_: str) -> None:
    session.rows(f"create table hashes (id {type_} primary key, secret bytea, hint bytea)")
    pk = session.value("select kw.entity_key(repeat('9', 80))")
    assert pk.startswith("#")
    session.bind("hashes", pk, "secret")
    session.bind("hashes", "*", "hint")
    for field in ("secret", "hint"):
        sealed = session.encrypt("hashes", pk, field, b"x")
        assert session.decrypt("hashes", pk, field, sealed) == b"x"
    assert session.value("select kw.shred('hashes', %s::text, 'secret')", pk) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_key_that_is_being_bound_while_its_type_changes_is_found_in_every_spelling(
    session: Session, connect: Callable[..., Session], is_first: bool
) -> None:
    """No scan sees the bind, so the one spelling of all keys is not recorded before it ended."""
    session.rows("create table tokens (id text primary key, secret bytea, hint bytea)")
    if not is_first:
        session.bind("tokens", "*", "hint")
    session.bind("tokens", UUID.upper(), "hint")
    binder = connect()
    binder.rows("begin")
    binder.bind("tokens", UUID.upper(), "secret")
    sealed = binder.encrypt("tokens", UUID.upper(), "secret", b"x")
    session.rows("alter table tokens alter column id type uuid using id::uuid")
    session.heard()
    respell = "select kw.rebind('public.tokens', to_entity_table => 'public.tokens')"
    assert session.value(respell) == 1
    assert "Repeat the call" in session.heard()
    binder.rows("commit")
    for one in (session, connect()):
        for pk in SPELLINGS:
            assert one.lookup("tokens", pk, "secret") is not None
            assert one.decrypt("tokens", pk, "secret", sealed) == b"x"
    ((_, _, detail, hint),) = session.rows("select * from kw.doctor() where not ok")
    assert detail.startswith("1 bindings")
    assert session.value(f"select {hint.removeprefix('Use ').rstrip('.')}") == 1
    assert session.heard() == ""
    assert session.rows("select * from kw.doctor() where not ok") == []
    assert session.value("select key_form from kw.entities") == "uuid"
    assert session.value("select kw.shred('tokens', %s::text, 'secret')", UUID) == 1
    session.refused("KW301", "select kw.decrypt('tokens', %s::text, 'secret', %s)", UUID, sealed)


def test_an_open_bind_does_not_hold_up_a_respelling(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.rows("create table tokens (id text primary key, secret bytea, hint bytea)")
    session.bind("tokens", UUID.upper(), "hint")
    binder = connect()
    binder.rows("begin")
    binder.bind("tokens", "other", "secret")
    binder.rows("rollback; begin")
    binder.bind("tokens", UUID.upper(), "secret")
    session.rows("alter table tokens alter column id type uuid using id::uuid")
    session.rows("set lock_timeout = '60s'")
    for moved in (1, 0):
        query = "select kw.rebind('tokens', to_entity_table => 'tokens')"
        assert session.value(query) == moved
    binder.rows("rollback")
    assert session.value(query) == 0
    assert session.value("select key_form from kw.entities") == "uuid"


def test_a_respelling_by_an_old_snapshot_records_no_spelling(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.rows("create table tokens (id text primary key, secret bytea, hint bytea)")
    session.bind("tokens", "*", "hint")
    owner, binder = connect(), connect()
    owner.rows("begin isolation level repeatable read; select 1")
    binder.bind("tokens", UUID.upper(), "secret")
    session.rows("alter table tokens alter column id type uuid using id::uuid")
    owner.value("select kw.rebind('tokens', to_entity_table => 'tokens')")
    owner.rows("commit")
    assert session.lookup("tokens", UUID, "secret") is not None
