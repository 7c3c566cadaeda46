"""Messages beyond ASCII, in every encoding that a server can have: no session ends by one."""

import contextlib
import random
from collections.abc import Iterator
from contextlib import nullcontext

import psycopg
import pytest
from psycopg import sql

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.timeouts import timeout
from testservers.provider_file import add_entry

# A name that each encoding can hold. Left out is MULE_INTERNAL, which has no conversion to UTF-8.
ENCODINGS = {
    "UTF8": "日ß",
    "SQL_ASCII": "日ß",
    "LATIN1": "tß",
    "LATIN2": "ł",
    "LATIN3": "ħ",
    "LATIN4": "ķ",
    "LATIN5": "ş",
    "LATIN6": "ŋ",
    "LATIN7": "ė",
    "LATIN8": "ẁ",
    "LATIN9": "€",
    "LATIN10": "ș",
    "ISO_8859_5": "ж",
    "ISO_8859_6": "ب",
    "ISO_8859_7": "λ",
    "ISO_8859_8": "א",
    "KOI8R": "ж",
    "KOI8U": "ї",
    "WIN866": "ж",
    "WIN874": "ก",
    "WIN1250": "ł",
    "WIN1251": "ж",
    "WIN1252": "€",
    "WIN1253": "λ",
    "WIN1254": "ş",
    "WIN1255": "א",
    "WIN1256": "ب",
    "WIN1257": "ė",
    "WIN1258": "ơ",
    "EUC_JP": "日本",
    "EUC_CN": "中",
    "EUC_KR": "가",
    "EUC_TW": "中",
    "EUC_JIS_2004": "日",
}

# SQLSTATE and statement; %(n)s is the name.
BY_CLIENT = [
    ("KW100", r"select kw.decrypt_text('t%(n)s', '1', 'a', '\x00')"),
    ("KW100", r"select kw.encrypt('t%(n)s', '%(n)s', '%(n)s', 'x')"),
    ("KW100", "select kw.lookup('%(n)s.%(n)s', '1', '%(n)s')"),
    ("KW100", "select kw.bind('t%(n)s', '%(n)s')"),
    ("KW100", "select kw.shred('t%(n)s', '%(n)s')"),
    ("KW003", "select kw.lookup('%(n)s.%(n)s.%(n)s', '1')"),
    ("KW300", r"select kw.decrypt('open', '%(n)s', '%(n)s', '\x00')"),
    ("KW302", "select kw.rotate('open', '%(n)s', '%(n)s')"),
    ("KW101", "select kw.bind('open', '%(n)s', 'a', policy => 'none %(n)s')"),
]
BY_SUPERUSER = [
    ("KW101", "select kw.add_provider('%(n)s', 'local')"),
    ("KW003", "select kw.add_provider('x', '%(n)s')"),
    ("KW101", "select kw.add_kms_key('%(n)s', 'x')"),
    ("KW003", "select kw.add_kms_key('local', '%(n)s')"),
    ("KW003", "select kw.create_policy('default', '%(n)s', 1)"),
    ("KW102", "select kw.create_policy('%(n)s', 'single', 1)"),
    ("KW101", "select kw.bind_policy('%(n)s', '%(n)s', 'none %(n)s')"),
    ("KW003", "select kw.set_floor('%(n)s', '%(n)s', 9)"),
    ("KW101", "select kw.grant_field('open', '%(n)s', '%(n)s')"),
    ("KW003", "select kw.set_setting('%(n)s', 1)"),
    ("KW003", "select kw.set_kms_key_status(1, '%(n)s')"),
    ("KW003", "select kw.set_algorithm_status('%(n)s', 'active')"),
    ("KW003", "select kw.reclaim_entity('%(n)s')"),
    ("KW302", "select kw.shred('open', 'none %(n)s', 'a')"),
    # Of PostgreSQL's own: raised beneath our queries, with detail, hint and names.
    ("23505", "select kw.create_policy('raise %(n)s', 'single', 1)"),
    ("57014", "select kw.create_policy('sleep %(n)s', 'single', 1)"),
    ("55P03", "select kw.create_policy('lock %(n)s', 'single', 1)"),
]
TRIGGER = """
create function public.disturb() returns trigger language plpgsql as $$ begin
    if new.policy_name like 'raise%' then
        raise unique_violation using
            message = new.policy_name, detail = new.policy_name, hint = new.policy_name,
            schema = new.policy_name, table = new.policy_name, column = new.policy_name,
            datatype = new.policy_name, constraint = new.policy_name;
    elsif new.policy_name like 'sleep%' then perform pg_sleep(20);
    elsif new.policy_name like 'lock%' then lock table public.locked;
    end if;
    return new;
end $$;
create trigger disturb before insert on kw.encryption_policies
for each row execute function public.disturb();
create table public.locked ();
grant all on public.locked to public;
"""
# Without a German locale on the machine: gettext asks the variable in every locale but C.
GERMAN = [
    "do $$ import os; os.environ['LANGUAGE'] = 'de' $$ language plpython3u",
    "set lc_messages = 'C'",
    "set lc_messages = 'C.UTF-8'",
]
# How somebody may come to a statement of ours: it is the parameter of each. plpy.execute does not
# convert the text of a statement, so there it is a parameter, too.
CALLERS = r"""
create function public.run(statement text) returns void language plpgsql as $$ begin
    execute statement;
end $$;
create function public.in_plpgsql(statement text) returns void language plpgsql as $$ begin
    execute statement;
exception when others then
    raise exception using errcode = sqlstate, message = sqlerrm;
end $$;
create function public.in_python(statement text) returns void language plpython3u as $$
plpy.execute(plpy.prepare('select public.run($1)', ['text']), [statement])
$$;
create function public.in_python_caught(statement text) returns void language plpython3u as $$
try:
    plpy.execute(plpy.prepare('select public.run($1)', ['text']), [statement])
except plpy.SPIError as error:
    plpy.warning(ascii(error.args) + ascii(error.spidata))
    raise
$$;
create function public.in_subtransaction(statement text) returns void language plpython3u as $$
with plpy.subtransaction():
    plpy.execute(plpy.prepare('select public.run($1)', ['text']), [statement])
$$;
"""
WAYS = [
    [],
    ["in_plpgsql"],
    ["in_python"],
    ["in_python_caught"],
    ["in_subtransaction"],
    ["in_python", "in_plpgsql", "in_python_caught"],
]
TRIED_IN_EVERY_WAY = ("UTF8", "SQL_ASCII", "LATIN1", "EUC_JP")


@pytest.fixture(params=ENCODINGS)
def encoded(request: pytest.FixtureRequest, cluster: Place) -> Iterator[tuple[str, str, str]]:
    """A database in an encoding, with a name beyond ASCII in it: encoding, database, name."""
    with encoded_database(cluster, request.param) as database:
        yield request.param, database, ENCODINGS[request.param]


@contextlib.contextmanager
def encoded_database(cluster: Place, encoding: str) -> Iterator[str]:
    """A new database in an encoding."""
    database = unique("encoded")
    with cluster.connect() as connection:
        connection.execute(
            sql.SQL("create database {} encoding {} template template0 locale 'C'").format(
                sql.Identifier(database), sql.Literal(encoding)
            )
        )
    try:
        yield database
    finally:
        with cluster.connect() as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(database))
            )


def connect(cluster: Place, database: str) -> psycopg.Connection:
    """Connect with UTF8 as the client's encoding: Python does not know every server's."""
    return psycopg.connect(cluster.dsn(database), client_encoding="utf8", autocommit=True)


class Hostile:
    """One session that runs statements that fail, and must live on."""

    def __init__(self, connection: psycopg.Connection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.pid = connection.info.backend_pid

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(statement.replace("%(n)s", self.name))

    def fails(self, sqlstate: str, statement: str) -> str:
        """Run a statement that must fail so; the session must answer afterwards."""
        limit = timeout(self.connection, 50) if sqlstate == "57014" else nullcontext()
        with limit, pytest.raises(psycopg.Error) as caught:
            self.connection.execute(statement.replace("%(n)s", self.name))
        assert caught.value.sqlstate == sqlstate, f"{statement}: {caught.value}"
        self.lives()
        return str(caught.value)

    def lives(self) -> None:
        ((version, alive, pid),) = self.connection.execute(
            "select kw.version(), kw.decrypt_text('open', '1', 'a', "
            "kw.encrypt_text('open', '1', 'a', 'alive')), pg_backend_pid()"
        ).fetchall()
        assert version["extension"]
        assert (alive, pid) == ("alive", self.pid)


def in_the_way(way: list[str], statement: str) -> str:
    """Return a statement that comes to another one through some functions."""
    for function in way:
        literal = sql.Literal(statement).as_string(None)
        statement = f"select public.{function}({literal})"
    return statement


def prepare(session: Hostile) -> None:
    session.run(
        "create extension kwtools cascade",
        "select kw.add_provider('local', 'local')",
        "select kw.add_kms_key('local', 'test-1')",
        "select kw.create_policy('default', 'single', 1)",
        "select kw.create_policy('%(n)s', 'single', 1)",
        'create table "t%(n)s" (id text primary key, "%(n)s" bytea)',
        'create table open (id text primary key, a bytea, "%(n)s" bytea)',
        "select kw.bind('t%(n)s', '*', '%(n)s'), kw.bind('open', '*', 'a')",
        "grant select, insert on open to kw_client",
        TRIGGER,
        CALLERS,
        *GERMAN,
        "set lock_timeout = 50",
    )


def test_no_message_ends_the_session_whatever_the_encoding_and_the_caller(
    encoded: tuple[str, str, str], cluster: Place
) -> None:
    encoding, database, name = encoded
    ways = WAYS if encoding in TRIED_IN_EVERY_WAY else (WAYS[0], WAYS[-1])
    with connect(cluster, database) as connection, connect(cluster, database) as other:
        session = Hostile(connection, name)
        prepare(session)
        other.autocommit = False
        other.execute("lock table locked")
        for role, statements in (("none", BY_SUPERUSER), ("kw_client", BY_CLIENT)):
            session.run(f"set role {role}")
            for way in ways:
                for sqlstate, statement in statements:
                    told = session.fails(sqlstate, in_the_way(way, statement))
                    if not way and sqlstate in ("KW100", "KW101", "KW300", "KW302"):
                        assert name in told
        session.run("reset role")
        _survives_savepoints(session)
        _texts_are_those_that_postgresql_holds(session, encoding)
        _deep_calls_end_in_an_error(session)


def _survives_savepoints(session: Hostile) -> None:
    session.run("begin")
    for _ in range(3):
        session.run("savepoint before")
        with pytest.raises(psycopg.Error):
            session.run("select kw.create_policy('raise %(n)s', 'single', 1)")
        session.run("rollback to before")
    session.run("commit")
    session.lives()


# Of the value: whether the database holds it is what PostgreSQL's own conversion says.
SURVEY = """
create function public.survey(given bytea[]) returns bytea[] language plpgsql as $$
declare
    one bytea;
    expected text;
    wrong bytea[] := '{}';
begin
    foreach one in array given loop
        begin
            expected := convert_from(one, 'UTF8');
            perform convert_to(expected, 'UTF8'); -- not every text of EUC_TW that comes is one
        exception when others then
            expected := null;
        end;
        begin
            if expected is distinct from
                kw.decrypt_text('open', '1', 'a', kw.encrypt('open', '1', 'a', one))
            then
                wrong := wrong || one;
            end if;
        exception when others then
            if expected is not null or sqlstate <> 'KW300' or sqlerrm like '%0x%' then
                wrong := wrong || one;
            end if;
        end;
    end loop;
    return wrong;
end $$
"""


def _texts_are_those_that_postgresql_holds(session: Hostile, encoding: str) -> None:
    chance = random.Random(encoding)
    texts = [chr(chance.choice([*range(0xA0, 0xD800), *range(0xE000, 0x10000)])) for _ in range(60)]
    texts += ["\uac02", "\u304b\u309a", "\u309a", "e\u0301", "😀", "¥", "\u2225", "～"]
    texts += [session.name, f"{session.name} \uac02 {session.name}", "plain"]
    session.connection.execute(SURVEY)
    given = [one.encode() for one in texts]
    ((wrong,),) = session.connection.execute("select survey(%s)", [given]).fetchall()
    assert [one.decode() for one in wrong] == []


def _deep_calls_end_in_an_error(session: Hostile) -> None:
    session.connection.execute(
        "create function public.deep() returns void language plpgsql as "
        "$$ begin perform kw.version(); perform public.deep(); end $$"
    )
    session.fails("54001", "select public.deep()")
    session.fails("54001", "select public.in_python('select public.deep()')")


def test_a_text_of_a_server_that_the_database_cannot_hold_is_escaped(cluster: Place) -> None:
    add_entry(cluster, "snow", "local", directory="/", **{'"\u2603"': 1})
    with encoded_database(cluster, "LATIN1") as database, connect(cluster, database) as connection:
        session = Hostile(connection, "tß")
        prepare(session)
        for way in WAYS:
            statement = in_the_way(way, "select kw.add_provider('snow', 'local')")
            assert "\\u2603" in session.fails("KW203", statement)


def test_a_client_whose_encoding_lacks_a_name_gets_it_escaped(db: Database) -> None:
    connection = db.connect()
    connection.execute("set client_encoding = 'LATIN1'")
    told: list[str] = []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    connection.execute(r"select kw.bind_policy(U&'no\65E5', 'x', 'default')")
    assert any(r"no\u65e5" in one for one in told)
    with pytest.raises(psycopg.Error, match=r"no\\u65e5") as caught:
        connection.execute(r"select kw.set_setting(U&'no\65E5', 1)")
    assert caught.value.sqlstate == "KW003"


def test_bytes_that_are_no_text_do_not_end_the_session(cluster: Place) -> None:
    with (
        encoded_database(cluster, "SQL_ASCII") as database,
        connect(cluster, database) as connection,
    ):
        session = Hostile(connection, "tß")
        prepare(session)
        session.run(
            "create function public.no_text() returns trigger language plpgsql as $$ begin "
            "raise exception E'\\xe9' using detail = E'\\xe9'; end $$",
            "create trigger no_text before insert on kw.encryption_policies "
            "for each row when (new.policy_name = 'no text') execute function public.no_text()",
            "create table public.named (id text primary key, a bytea)",
            "select kw.bind('named', '*', 'a')",
            "do $$ begin execute format('alter table named rename to %I', E'\\xe9'); end $$",
        )
        for way in WAYS:
            session.fails(
                "P0001", in_the_way(way, "select kw.create_policy('no text', 'single', 1)")
            )
        for statement in (
            "select kw.lookup(E'\\xe9', '1')",
            "select kw.encrypt_text('open', '1', 'a', E'\\xe9')",
        ):
            session.fails("22021", statement)
        with pytest.raises(psycopg.Error):  # the table that was bound has another name
            session.run("select kw.lookup('named', '1', 'none')")
        session.run("select * from kw.doctor()")
        session.lives()
