"""Columns that other tools encrypted: checked, opened with the old key, encrypted again."""

# ruff: noqa: E501
import json
from collections.abc import Callable

import psycopg
import pytest

from kwtools.cluster import Place
from tests.security.test_encodings import connect as connect_to
from tests.security.test_encodings import encoded_database
from tests.sql.session import Session
from tests.timeouts import timeout
from tests.unit.test_foreign import VECTORS, Vector, member, name, vector_of

MANY = "select kw.takeover_many(%s, %s, %s, %s, %s, %s)"
OF_EACH = "select kw.takeover_many(%s, null, %s, %s, %s, %s, %s)"
CHECK = (
    "select finding, values::int, example_keys"
    " from kw.check_takeover('people', %s, %s, %s, %s) order by finding"
)
BY_PGSODIUM = [one for one in VECTORS if one["source"].startswith("pgsodium")]
OTHERS = [one for one in VECTORS if one not in BY_PGSODIUM]
ADA = b"ada@example.org"


@pytest.fixture
def pgcrypto(session: Session) -> Session:
    """A session of a database with pgcrypto, in a schema of its own."""
    session.rows("create schema crypto")
    session.rows("create extension pgcrypto schema crypto")
    return session


@pytest.fixture
def pgsodium(session: Session) -> Session:
    """A session of a database with pgsodium, which no package of Debian has."""
    query = "select count(*) from pg_available_extensions where name = 'pgsodium'"
    if not session.value(query):
        pytest.skip("pgsodium is not installed on this server")
    session.rows("create extension pgsodium")
    return session


def arguments(vector: Vector) -> list[object]:
    """Return the arguments of kw.takeover_many for one value and a null."""
    columns = [member(vector, one) for one in ("nonce", "associated")]
    both = [column and [column, None] for column in columns]
    key, value = member(vector, "key"), member(vector, "value")
    return [vector["source"], key, [value, None], json.dumps(vector["options"]), *both]


def encrypted(session: Session, column: str, how: str, last: int = 3) -> None:
    """Fill a column of people with what pgcrypto makes of 'of ' and the key of the row."""
    session.rows(
        f"insert into people (id, {column}) select n, {how} from generate_series(1, {last}) n"
    )


# -- one value ------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", OTHERS, ids=name)
def test_values_of_other_tools_are_opened(pgcrypto: Session, vector: Vector) -> None:
    plain = member(vector, "plaintext")
    given = arguments(vector)
    if "finding" in vector:
        assert vector["finding"] in pgcrypto.refused("KW300", MANY, *given)
        given[3] = json.dumps(vector["options"] | {"accept_in_the_clear": True})
    assert pgcrypto.value(MANY, *given) == [plain, None]


def test_values_of_pgsodium_are_opened_by_it(pgsodium: Session) -> None:
    for vector in BY_PGSODIUM:
        given = arguments(vector)
        assert pgsodium.value(MANY, *given) == [ADA, None]
        given[1] = bytes(32)
        assert "does not open" in pgsodium.refused("KW300", MANY, *given)


def test_a_nonce_that_is_missing_is_a_value_that_does_not_open(pgsodium: Session) -> None:
    """Where pgsodium's function is STRICT it returns null, which never passes as a plaintext."""
    vector = vector_of("pgsodium-secretbox", "secretbox")
    given = arguments(vector | {"nonce": ""})
    for nonces in ([None, None], None):
        given[4] = nonces
        assert "does not open" in pgsodium.refused("KW300", MANY, *given)
    given[1] = None
    uuids = ["00000000-0000-4000-8000-000000000000", None]
    each = [given[0], given[2], "{}", given[4], None, uuids]
    assert "does not open" in pgsodium.refused("KW300", OF_EACH, *each)


def test_a_key_of_each_value_is_of_pgsodium_only(pgcrypto: Session) -> None:
    said = pgcrypto.refused("KW003", OF_EACH, "pgcrypto-pgp", [b"x"], "{}", None, None, [None])
    assert "key_of_each" in said
    query = "select kw.check_takeover('people', 'ssn', 'pgcrypto-pgp', key_column => 'name')"
    assert "key_of_each" in pgcrypto.refused("KW003", query)


def test_a_key_of_pgsodium_has_32_bytes_or_an_id(session: Session) -> None:
    for key, options in ((b"x", "{}"), (None, "{}"), (bytes(32), '{"key_id": 1}')):
        said = session.refused("KW003", MANY, "pgsodium-det", key, [], options, None, None)
        assert "pgsodium" in said


def test_an_extension_that_is_not_there_is_named(session: Session) -> None:
    for source, key in (("pgcrypto-pgp", b"k"), ("pgsodium-det", bytes(32))):
        said = session.refused("KW101", MANY, source, key, [b"x"], "{}", None, None)
        assert f"extension {source.split('-')[0]} " in said


def test_what_pgcrypto_encrypts_here_opens_whatever_its_options(pgcrypto: Session) -> None:
    """And with words that are not ASCII, in key and value."""
    for options in ("", "cipher-algo=aes256", "compress-algo=2", "sess-key=1", "disable-mdc=1",
                    "unicode-mode=1", "s2k-mode=1", "cipher-algo=3des, s2k-digest-algo=md5"):  # fmt: skip
        query = "select crypto.pgp_sym_encrypt('café', 'clé', %s)"
        value = pgcrypto.value(query, options)
        given = ["pgcrypto-pgp", "clé\n".encode(), [value], "{}", None, None]
        assert pgcrypto.value(MANY, *given) == ["café".encode()], options
        given[1] = b"other"
        assert "does not open" in pgcrypto.refused("KW300", MANY, *given)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_texts_come_in_utf8_from_a_database_of_any_encoding(cluster: Place, encoding: str) -> None:
    with encoded_database(cluster, encoding) as database, connect_to(cluster, database) as opened:
        session = Session(opened)
        session.rows("create extension kwtools cascade")
        session.rows("create extension pgcrypto")
        for options in ("", "unicode-mode=1"):
            if encoding == "SQL_ASCII" and options:
                continue  # it cannot say what its bytes are
            value = session.value("select pgp_sym_encrypt('café', 'clé', %s)", options)
            given = ["pgcrypto-pgp", "clé".encode(), [value], "{}", None, None]
            assert session.value(MANY, *given) == ["café".encode()]
        literal = "café".encode("latin-1" if encoding == "LATIN1" else "utf-8")
        packet = b"\xcb" + bytes([len(literal) + 6]) + b"t\0\0\0\0\0" + literal
        data = b"12345678" + b"78" + packet
        clear = b"\xc3\x04\x04\x04\x00\x02\xc9" + bytes([len(data)]) + data
        accept = '{"accept_in_the_clear": true}'
        given = ["pgcrypto-pgp", None, [clear], accept, None, None]
        assert session.value(MANY, *given) == ["café".encode()]
        if encoding == "LATIN1":
            said = session.refused(
                "KW003", MANY, "pgcrypto-pgp", "☃".encode(), [], "{}", None, None
            )
            assert "not valid text" in said


def test_the_kind_of_a_message_must_be_that_of_the_column(pgcrypto: Session) -> None:
    value = bytes.fromhex(vector_of("pgcrypto-pgp", "pgp bytea")["value"])
    pgcrypto.refused("KW300", MANY, "pgcrypto-pgp", b"k", [value], "{}", None, None)
    clear = bytes.fromhex(vector_of("pgcrypto-pgp", "bf bytea")["value"])
    accept = '{"accept_in_the_clear": true}'
    pgcrypto.refused("KW300", MANY, "pgcrypto-pgp", b"k", [clear], accept, None, None)


def test_a_value_that_does_not_open_is_named_by_its_place(pgcrypto: Session) -> None:
    good = bytes.fromhex(vector_of("pgcrypto-pgp", "pgp aes128")["value"])
    given = ["pgcrypto-pgp", b"k", [good, good[:-1] + b"x", good], "{}", None, None]
    assert "value 2 of 3" in pgcrypto.refused("KW300", MANY, *given)


def test_a_password_that_the_database_cannot_hold_is_refused(pgcrypto: Session) -> None:
    for key in (b"\xff", b"a\0b"):
        said = pgcrypto.refused("KW003", MANY, "pgcrypto-pgp", key, [b"x"], "{}", None, None)
        assert "not valid text" in said


def test_lists_and_options_that_do_not_fit_are_refused(session: Session) -> None:
    cases: list[tuple[str, list[object]]] = [
        ("number of nonces (1) differs", ["pgcrypto-raw", b"k", [b"x", b"y"], "{}", [b"n"], None]),
        ("number of associated (0) differs", ["pgcrypto-raw", b"k", [b"x"], "{}", None, []]),
        ('"other" does not exist', ["pgcrypto-raw", b"k", [b"x"], '{"other": 1}', None, None]),
        ("must be a JSON object", ["pgcrypto-raw", b"k", [b"x"], "[]", None, None]),
        ("source is not supported", ["xor", b"k", [b"x"], "{}", None, None]),
        ("key is null", ["lockbox", None, [b"x"], "{}", None, None]),
        ("source is null", [None, b"k", [b"x"], "{}", None, None]),
    ]
    for said, given in cases:
        assert said in session.refused("KW003", MANY, *given)
    assert session.value(MANY, "pgcrypto-raw", b"k", None, None, None, None) is None
    assert session.value(MANY, "pgcrypto-raw", b"k", [], None, [], []) == []


def test_a_function_that_a_low_role_put_into_the_extension_gets_no_key(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    """The owner of a trusted extension may add functions of his own to it."""
    name = make_role("kw_client")
    session.rows(f"grant create on database {session.value('select current_database()')} to {name}")
    low = connect(name)
    low.rows("create schema mine")
    low.rows("create extension pgcrypto schema mine")
    session.rows("alter extension pgcrypto drop function mine.pgp_sym_decrypt(bytea, text)")
    session.rows("drop function mine.pgp_sym_decrypt(bytea, text)")
    low.rows(
        "create function mine.pgp_sym_decrypt(bytea, text) returns text language sql return $2"
    )
    low.rows("alter extension pgcrypto add function mine.pgp_sym_decrypt(bytea, text)")
    value = bytes.fromhex(vector_of("pgcrypto-pgp", "pgp aes128")["value"])
    session.refused("KW101", MANY, "pgcrypto-pgp", b"k", [value], "{}", None, None)
    session.rows("drop extension pgcrypto")


# -- columns --------------------------------------------------------------------------------------


def test_a_column_is_checked_and_then_taken_over(pgcrypto: Session) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('of ' || n, 'k')", 5)
    assert pgcrypto.rows(CHECK, "note", "pgcrypto-pgp", b"k", "{}") == [("opens", 5, [])]
    pgcrypto.bind("people", "*", "ssn")
    pgcrypto.rows("""
        update people p
        set ssn = e.value
        from (
            select array_agg(id::text order by id) as keys, array_agg(note order by id) as old
            from people
        ) o
        cross join lateral unnest(
            o.keys, kw.encrypt_many('people', o.keys, 'ssn', kw.takeover_many('pgcrypto-pgp', 'k', o.old))
        ) e (key, value)
        where p.id = e.key::bigint
    """)
    query = "select kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"
    assert pgcrypto.values(query) == [f"of {n}" for n in range(1, 6)]


def test_each_value_has_one_finding_and_the_rows_are_named(pgcrypto: Session) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('of ' || n, 'k')")
    more = [
        (4, bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"])),
        (5, bytes.fromhex(vector_of("pgcrypto-pgp", "session key by bf")["value"])),
        (6, b"plaintext"),
        (7, None),
        (8, bytes.fromhex(vector_of("pgcrypto-pgp", "pgp aes128")["value"])[:-1] + b"x"),
    ]
    for row in more:
        pgcrypto.rows("insert into people (id, note) values (%s, %s)", *row)
    others = [
        ("in the clear", 1, ["4"]),
        ("not in this format", 1, ["6"]),
        ("null", 1, []),
        ("session key in the clear", 1, ["5"]),
    ]
    for options in ("{}", '{"accept_in_the_clear": true}'):
        found = pgcrypto.rows(CHECK, "note", "pgcrypto-pgp", b"k", options)
        assert found == sorted([*others, ("does not open", 1, ["8"]), ("opens", 3, [])])
    without = pgcrypto.rows(CHECK, "note", "pgcrypto-pgp", None, "{}")
    assert without == sorted([*others, ("not tried", 4, ["1", "2", "3", "8"])])


def test_a_wrong_key_opens_nothing(pgcrypto: Session) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('of ' || n, 'k')", 7)
    found = pgcrypto.rows(CHECK, "note", "pgcrypto-pgp", b"K", "{}")
    assert found == [("does not open", 7, ["1", "2", "3", "4", "5"])]


def test_columns_of_text_nonces_and_associated_data_are_read(session: Session) -> None:
    session.rows("create table boxes (a int, b text, email text, iv bytea, primary key (b, a))")
    vector = vector_of("lockbox", "associated data")
    text = bytes.fromhex(vector["value"]).decode()
    session.rows("insert into boxes values (4, '2', %s, null), (4, '3', %s, null)", text, text)
    query = (
        "select finding, values::int, example_keys from kw.check_takeover("
        "'boxes', 'email', 'lockbox', %s, %s, associated_columns => '{a, b}')"
    )
    given = bytes.fromhex(vector["key"]), json.dumps(vector["options"])
    assert session.rows(query, *given) == [("opens", 1, []), ("does not open", 1, ['["3", "4"]'])]
    vector = vector_of("pgcrypto-raw", "iv")
    session.rows("truncate boxes")
    session.rows("alter table boxes alter email type bytea using null")
    value, nonce = bytes.fromhex(vector["value"]), bytes.fromhex(vector["nonce"])
    session.rows("insert into boxes values (1, '1', %s, %s)", value, nonce)
    query = "select finding from kw.check_takeover('boxes', 'email', 'pgcrypto-raw', %s, nonce_column => 'iv')"
    assert session.values(query, bytes.fromhex(vector["key"])) == ["opens"]


def test_a_sample_of_rows_can_be_checked(pgcrypto: Session) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('x', 'k')")
    query = "select sum(values)::int from kw.check_takeover('people', 'note', 'pgcrypto-pgp', max_rows => %s)"
    assert [pgcrypto.value(query, most) for most in (2, 9)] == [2, 3]
    assert "negative" in pgcrypto.refused("KW003", query, -1)


def test_a_check_reads_as_its_caller(
    pgcrypto: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('x', 'k')")
    client = connect(make_role("kw_client"))
    client.refused("42501", CHECK, "note", "pgcrypto-pgp", None, "{}")
    pgcrypto.rows(f"grant select (id, note) on people to {client.value('select current_user')}")
    assert client.rows(CHECK, "note", "pgcrypto-pgp", None, "{}")[0][1] == 3
    pgcrypto.rows("alter table people enable row level security")
    assert "row-level security" in client.refused(
        "KW100", CHECK, "note", "pgcrypto-pgp", None, "{}"
    )


def test_columns_that_do_not_exist_are_named(session: Session) -> None:
    assert 'column "x"' in session.refused("KW003", CHECK, "x", "pgcrypto-pgp", None, "{}")
    query = "select kw.check_takeover('nothing', 'x', 'pgcrypto-pgp')"
    assert "is not a table" in session.refused("KW003", query)


def test_a_check_can_be_cancelled_and_writes_nothing(pgcrypto: Session) -> None:
    encrypted(pgcrypto, "note", "crypto.pgp_sym_encrypt('x', 'k')", 1500)
    pgcrypto.rows("set default_transaction_read_only = on")
    assert pgcrypto.rows(CHECK, "note", "pgcrypto-pgp", b"k", "{}") == [("opens", 1500, [])]
    for key in (b"k", b"another"):
        with timeout(pgcrypto.connection, 100):
            pgcrypto.refused("57014", CHECK, "note", "pgcrypto-pgp", key, "{}")


# -- what is seen of the key and the values -------------------------------------------------------


def test_no_error_or_log_shows_key_or_plaintext(pgcrypto: Session, cluster: Place) -> None:
    begin = cluster.log.stat().st_size
    secrets = ["s3cret-passw0rd", "plain-and-clear"]
    bad = b"\xff" + b"plain-and-clear"
    values = [
        b"plain-and-clear",
        pgcrypto.value("select crypto.pgp_sym_encrypt_bytea(%s, 's3cret-passw0rd')", bad),
        bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"]),
    ]
    rails = json.dumps({"primary_key": "s3cret-passw0rd", "key_derivation_salt": 1})
    for source, key in (
        ("pgcrypto-pgp", b"s3cret-passw0rd"),
        ("pgcrypto-raw", b"s3cret-passw0rd"),
        ("pgcrypto-raw", b"s3cret-passw0rd" * 3),
        ("lockbox", b"s3cret-passw0rd"),
        ("pgsodium-det", b"s3cret-passw0rd"),
        ("rails", rails.encode()),
    ):
        for value in values:
            with pytest.raises(psycopg.Error) as caught:
                pgcrypto.rows(MANY, source, key, [value], "{}", None, None)
            diag = caught.value.diag
            seen = (
                f"{diag.message_primary} {diag.message_detail} {diag.message_hint} {diag.context}"
            )
            assert not any(secret in seen for secret in secrets), source
    with cluster.log.open(errors="replace") as log:
        log.seek(begin)
        logged = log.read()
    assert "value 1 of 1" in logged
    assert not any(secret in logged for secret in secrets)


def test_names_of_every_kind_are_quoted(session: Session) -> None:
    schema = '"cry{0}to $1 ""x"" %s"'
    table, column = '"Bo{x}es"', '"E\'mail %% {0}"'
    session.connection.execute(f"create schema {schema}".encode())
    session.connection.execute(f"create extension pgcrypto schema {schema}".encode())
    session.connection.execute(
        f'create table {table} ("k $1" text primary key, {column} bytea)'.encode()
    )
    session.connection.execute(
        f"insert into {table} values ('it''s', {schema}.pgp_sym_encrypt('x', 'k'))".encode()
    )
    query = "select finding from kw.check_takeover(%s, %s, 'pgcrypto-pgp', 'k')"
    assert session.values(query, "Bo{x}es", "E'mail %% {0}") == ["opens"]


@pytest.mark.parametrize("kind", ["text", "varchar(600)", "json", "jsonb", "kept", "bytea"])
def test_columns_of_every_type_that_tools_use_are_read(session: Session, kind: str) -> None:
    vector = vector_of("rails", "sha256")
    session.rows("create domain kept as text check (value <> '')")
    session.rows(f"create table mails (id int, mail {kind}) partition by range (id)")
    session.rows("create table mails_1 partition of mails for values from (0) to (10)")
    text = bytes.fromhex(vector["value"]).decode()
    session.rows(f"insert into mails values (1, %s::text::{kind})", text)
    session.rows("create view seen as select * from mails")
    query = "select finding, example_keys from kw.check_takeover(%s, 'mail', 'rails', %s)"
    for table in ("mails", "seen"):
        assert session.rows(query, table, bytes.fromhex(vector["key"])) == [("opens", [])]
        assert session.rows(query, table, b'{"primary_key": "x", "key_derivation_salt": "y"}') == [
            ("does not open", [])
        ]
