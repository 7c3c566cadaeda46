"""Calls of one value whose binding a session has opened: one look, and no stale answer."""

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.session import Session

CALLS = """
    select coalesce(sum(f.calls), 0)::int
    from pg_stat_xact_user_functions f
    where f.schemaname = 'kw' and f.funcname = any(%s)
"""
HOPS = ["_as_owner", "_read_as_owner"]
LOOKS = ["_still_stands"]
DECRYPT = "select kw.decrypt_text(%s, 1, 'ssn', ssn) from raw"
ENCRYPT = "select kw.encrypt_text(%s, 1, 'ssn', 'x')"
BINDINGS = {
    "cell": "kw.bind('people', 1, 'ssn')",
    "row": "kw.bind('people', 1)",
    "column": "kw.bind('people', '*', 'ssn')",
    "table": "kw.bind('people', '*')",
}


@pytest.fixture
def role(session: Session, make_role: Callable[..., str]) -> str:
    """A role that may read and write the column."""
    made = make_role("kw_client")
    session.rows(f"grant select, insert, update on public.people to {made}")
    session.rows("create table public.raw (id bigint, ssn bytea)")
    session.rows(f"grant select on public.raw to {made}")
    return made


@pytest.fixture
def client(role: str, connect: Callable[..., Session]) -> Session:
    """A session of that role, whose calls are counted."""
    made = connect()
    made.rows("set track_functions = 'all'")
    made.rows(f"set session authorization {role}")
    return made


def fill(session: Session, binding: str = BINDINGS["column"], entity: str = "people") -> None:
    session.rows(f"select {binding}")
    session.rows(
        f"insert into public.raw values (1, kw.encrypt_text('{entity}', 1, 'ssn', 'secret'))"
    )


def warm_up(client: Session, entity: str = "people") -> None:
    for _ in range(3):
        assert client.value(DECRYPT, entity) == "secret"
        client.value(ENCRYPT, entity)


def hops_of(client: Session, query: str, *params: object) -> int:
    client.rows("begin")
    before = client.value(CALLS, HOPS)
    client.rows(query, *params)
    hops = client.value(CALLS, HOPS) - before
    client.rows("commit")
    return int(hops)


def looks_of(client: Session, query: str, *params: object) -> int:
    """How often a call of one value looks whether all still stands, in a transaction."""
    before = client.value(CALLS, LOOKS)
    client.value(query, *params)
    return int(client.value(CALLS, LOOKS) - before)


def takes_no_look(client: Session, query: str, *params: object) -> bool:
    """Whether a call may do without: other tests of the run commit now and then."""
    return any(looks_of(client, query, *params) == 0 for _ in range(100))


@pytest.mark.parametrize("width", BINDINGS)
def test_a_call_of_what_is_open_takes_one_look(
    session: Session, client: Session, width: str
) -> None:
    fill(session, BINDINGS[width])
    assert hops_of(client, DECRYPT, "people") > 0
    warm_up(client)
    for query in (DECRYPT, ENCRYPT, DECRYPT.replace("decrypt_text", "try_decrypt")):
        assert hops_of(client, query, "people") == 0
    assert client.value(DECRYPT.replace("ssn) from", "ssn) is null from"), "people") is False


@pytest.mark.parametrize("entity", ["people", "other.name"], ids=["table", "external"])
def test_so_does_one_by_a_grant(session: Session, client: Session, role: str, entity: str) -> None:
    session.rows("select kw.grant_field(%s, 'ssn', 'postgres', true, true)", entity)
    fill(session, f"kw.bind('{entity}', '*', 'ssn')", entity)
    session.rows(f"revoke all on public.people from {role}")
    session.rows("select kw.grant_field(%s, 'ssn', %s, true, true)", entity, role)
    warm_up(client, entity)
    assert hops_of(client, DECRYPT, entity) == hops_of(client, ENCRYPT, entity) == 0
    session.rows("select kw.revoke_field(%s, 'ssn', %s)", entity, role)
    client.refused("KW100", DECRYPT, entity)
    client.refused("KW100", ENCRYPT, entity)


CHANGES = {
    "select revoked": "revoke select on public.people from {role}",
    "write revoked": "revoke insert, update on public.people from {role}",
    "schema closed": "revoke usage on schema public from public",
    "cell shredded": "select kw.bind('people', 1, 'ssn'), kw.shred('people', 1, 'ssn')",
    "column shredded": "select kw.shred('people', '*', 'ssn', whole => true)",
    "keys disabled": "select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys",
    "provider disabled": "select kw.set_provider_enabled('local', false)",
    "column renamed": "alter table public.people rename ssn to number",
    "table renamed": "alter table public.people rename to persons",
    "table made again": "alter table people rename to persons; create table people (id int)",
    "key of another type": "alter table public.people alter id type text",
    "key dropped": "alter table public.people drop constraint people_pkey",
    "wrapper retired": "select kw.set_wrapper_status(kw.lookup('people', 1, 'ssn'), 'retired')",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("entity", ["people", "public.people"])
@pytest.mark.parametrize("begin", ["", "begin", "begin; select pg_current_xact_id()"])
def test_every_change_gives_the_answer_of_a_new_session(
    session: Session,
    client: Session,
    role: str,
    connect: Callable[..., Session],
    change: str,
    entity: str,
    begin: str,
) -> None:
    fill(session)
    raw = session.value("select ssn from raw")
    decrypt = "select kw.decrypt_text(%s, 1, 'ssn', %s)"
    client.rows(begin or "select")
    warm_up(client, entity)
    for _ in range(2):
        assert client.value(decrypt, entity, raw) == "secret"
    client.rows((begin and "commit; begin") or "select")
    session.rows(CHANGES[change].replace("{role}", role))
    new = connect(role)
    for query, *params in ((decrypt, entity, raw), (ENCRYPT, entity)):
        answers = []
        for one in (client, new):
            if begin:
                client.rows("savepoint s")
            try:
                one.value(query, *params)
                answers.append("")
            except psycopg.Error as error:
                answers.append(str(error.sqlstate))
            if begin:
                client.rows("rollback to s")
        assert answers[0] == answers[1], query


@pytest.mark.parametrize("query", [DECRYPT, ENCRYPT])
def test_what_was_proven_is_looked_at_again_after_any_commit(
    session: Session, client: Session, query: str
) -> None:
    fill(session)
    warm_up(client)
    client.rows("begin")
    for change in (
        "create temp table elsewhere ()",
        "begin; select pg_current_xact_id(); rollback",
    ):
        assert takes_no_look(client, query, "people")
        session.rows(change)
        assert looks_of(client, query, "people") == 1
    client.rows("commit")


@pytest.mark.parametrize("query", [DECRYPT, ENCRYPT])
@pytest.mark.parametrize(
    "writes", ["select pg_current_xact_id()", "savepoint s; create temp table t (); rollback to s"]
)
def test_in_a_transaction_that_has_written_each_call_looks(
    session: Session, client: Session, query: str, writes: str
) -> None:
    fill(session)
    warm_up(client)
    client.rows("begin")
    assert takes_no_look(client, query, "people")
    client.rows(writes)
    assert looks_of(client, query, "people") == looks_of(client, query, "people") == 1
    client.rows("rollback")
    client.rows("begin")
    assert takes_no_look(client, query, "people")
    client.rows("commit")


def test_what_a_transaction_does_and_takes_back_counts_while_it_stands(
    session: Session, client: Session, role: str
) -> None:
    fill(session)
    session.rows(f"grant {role} to postgres; grant create on schema public to {role}")
    session.rows(f"alter table public.people owner to {role}")
    warm_up(client)
    raw = session.value("select ssn from raw")
    decrypt = "select kw.decrypt_text('people', 1, 'ssn', %s)"
    for _ in range(2):
        client.rows("begin; savepoint s; alter table public.people rename to persons")
        for _ in range(2):
            client.rows("savepoint t")
            client.refused("KW100", decrypt, raw)
            client.rows("rollback to t")
        client.rows("rollback to s")
        for _ in range(2):
            assert client.value(decrypt, raw) == "secret"
        client.rows("commit")
        for _ in range(3):
            assert client.value(decrypt, raw) == "secret"


def test_one_look_is_for_every_key_until_one_was_shredded(
    session: Session, client: Session
) -> None:
    fill(session)
    warm_up(client)
    session.rows("insert into people (id) select g from generate_series(3, 6) g")
    session.rows(
        "insert into public.raw select g, kw.encrypt_text('people', g, 'ssn', 'of ' || g)"
        " from generate_series(3, 6) g"
    )
    every = (
        "select string_agg(kw.decrypt_text('people', r.id, 'ssn', r.ssn), ' ' order by r.id)"
        " from raw r where r.id > 2 and r.id <> 4"
    )
    client.rows("begin")
    assert takes_no_look(client, every)
    client.rows("commit")
    session.rows("select kw.bind('people', 4, 'ssn'), kw.shred('people', 4, 'ssn')")
    client.rows("begin")
    client.value(every)
    assert looks_of(client, every) == 3
    client.refused("KW301", "select kw.decrypt('people', 4, 'ssn', ssn) from raw where id = 4")
    client.rows("rollback")


def test_a_look_is_for_its_role_and_session_user(
    session: Session, client: Session, role: str, make_role: Callable[..., str]
) -> None:
    other = make_role("kw_client")
    fill(session)
    session.rows(f"grant select on public.raw to {other}; grant {other} to {role}")
    warm_up(client)
    client.rows("begin")
    client.value(DECRYPT, "people")
    client.rows(f"set local role {other}")
    client.rows("savepoint s")
    client.refused("KW100", DECRYPT, "people")
    client.rows("rollback to s; reset role")
    assert client.value(DECRYPT, "people") == "secret"
    client.rows("commit")


def test_a_narrower_binding_takes_over(session: Session, client: Session) -> None:
    fill(session)
    warm_up(client)
    before = client.value(ENCRYPT, "people")[2:10]
    session.rows("select kw.bind('people', 1, 'ssn')")
    after = client.value(ENCRYPT, "people")[2:10]
    assert before != after
    session.rows("select kw.bind('people', 2)")
    other = "select kw.encrypt_text('people', 2, 'ssn', 'x')"
    assert client.value(other)[2:10] not in (before, after)
    assert client.value(DECRYPT, "people") == "secret"


def test_a_rotated_key_takes_over(session: Session, client: Session) -> None:
    fill(session)
    warm_up(client)
    before = client.value(ENCRYPT, "people")[:14]
    session.rows("select kw.rotate('people', '*', 'ssn')")
    assert client.value(ENCRYPT, "people")[:14] != before
    assert client.value(DECRYPT, "people") == "secret"


def test_one_role_opens_nothing_for_another(
    session: Session, role: str, connect: Callable[..., Session]
) -> None:
    session.rows(f"revoke all on public.people from {role}")
    fill(session)
    both = connect()
    warm_up(both)
    both.rows(f"set role {role}")
    for _ in range(3):
        both.refused("KW100", DECRYPT, "people")
        both.refused("KW100", ENCRYPT, "people")


def test_keys_in_other_spellings_and_odd_ones_go_the_ordinary_way(
    session: Session, client: Session
) -> None:
    fill(session)
    warm_up(client)
    by_text = "select kw.decrypt_text('people', %s::text, 'ssn', ssn) from raw"
    assert client.value(by_text, " 01") == "secret"
    client.refused("KW300", by_text, "2")
    client.refused("KW003", by_text, "*")
    client.refused("KW003", by_text, None)
    client.refused("KW003", by_text, "1" * 65)
    assert client.value("select kw.decrypt('people', 1, 'ssn', null)") is None
    assert client.value("select kw.encrypt('people', 1, 'ssn', null)") is None


def test_nothing_is_warm_where_keys_may_be_spelled_otherwise(
    session: Session, client: Session
) -> None:
    fill(session)
    warm_up(client)
    assert hops_of(client, DECRYPT, "people") == 0
    session.rows("set role kw_owner")
    session.rows(
        "insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_other_spellings)"
        " values ('public.people', '', true, true)"
    )
    warm_up(client)
    assert hops_of(client, DECRYPT, "people") > 0
    assert hops_of(client, ENCRYPT, "people") > 0


def test_nothing_is_warm_where_nothing_is_kept(session: Session, client: Session) -> None:
    fill(session)
    session.rows("select kw.set_setting('cache_keys', 0)")
    warm_up(client)
    assert hops_of(client, DECRYPT, "people") > 0


def test_by_hand_nothing_stands(session: Session, client: Session) -> None:
    fill(session)
    nothing = ", ".join(["null"] * 20)
    assert not client.value(f"select kw._still_stands({nothing})")


def test_what_was_proven_of_fields_is_bounded(session: Session) -> None:
    session.rows(
        "select kw.decrypt_many('people', array['1'], 'f' || g, array[null::bytea])"
        " from generate_series(1, 2500) g"
    )
    session.rows(
        """
        do language plpython3u $$
        import sys
        proven = sys.modules["kwruntime.fields.proven"]
        kept = sys.modules["kwruntime.call"].SESSION.epoch.settings.of(proven.Proven)
        assert len(kept._places) <= proven._MOST_PLACES + 1
        $$
        """
    )


def test_what_was_proven_for_one_role_is_not_for_another_that_was_served_before(
    session: Session, client: Session, role: str, make_role: Callable[..., str]
) -> None:
    other = make_role("kw_client")
    fill(session)
    session.rows(f"grant select, insert, update on public.people to {other}")
    session.rows(f"grant {other} to {role}; grant select on public.raw to {other}")
    for name in (other, role):
        client.rows(f"set role {name}")
        warm_up(client)
    session.rows(f"revoke all on public.people from {other}")
    for _ in range(3):
        client.rows(f"set role {role}")
        assert client.value(DECRYPT, "people") == "secret"
        client.value(ENCRYPT, "people")
        client.rows(f"set role {other}")
        client.refused("KW100", DECRYPT, "people")
        client.refused("KW100", ENCRYPT, "people")


def test_what_was_proven_of_one_cell_is_not_for_another_under_a_key_that_closed(
    session: Session, client: Session
) -> None:
    first, second = session.key(), session.key()
    for pk, key in ((1, first), (2, second)):
        session.policy(f"under {pk}", "single", key)
        session.bind("people", str(pk), "ssn", policy=f"under {pk}")
        session.rows(
            f"insert into public.raw values ({pk}, kw.encrypt_text('people', {pk}, 'ssn', 'x'))"
        )
    decrypt = "select kw.decrypt_text('people', id, 'ssn', ssn) from raw where id = %s"
    encrypt = "select kw.encrypt_text('people', %s::int, 'ssn', 'x')"
    for _ in range(4):
        for pk in (1, 2):
            assert client.value(decrypt, pk) == "x"
            client.value(encrypt, pk)
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", second)
    for _ in range(4):
        assert client.value(decrypt, 1) == "x"
        client.value(encrypt, 1)
    client.refused("KW200", decrypt, 2)
    client.refused("KW200", encrypt, 2)


def test_what_was_proven_of_one_list_is_not_for_another_with_a_shredded_key(
    session: Session, client: Session
) -> None:
    fill(session)
    sealed = session.encrypt("people", "2", "ssn", b"of 2")
    raw = session.value("select ssn from raw")
    session.rows("select kw.bind('people', 2, 'ssn'), kw.shred('people', 2, 'ssn')")
    many = "select kw.decrypt_many('people', array[%s::text], 'ssn', array[%s::bytea])"
    for _ in range(20):
        assert client.value(many, "1", raw) == [b"secret"]
    client.refused("KW301", many, "2", sealed)
