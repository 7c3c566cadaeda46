"""Audited actions and raw data keys that leave are lines of the server log, at once."""

from collections.abc import Callable

import pytest

from kwtools.cluster import Place
from tests.sql.logged import Told
from tests.sql.session import Session


def test_a_rollback_hides_nothing(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    owner_name = told.of(make_role("kw_client"))
    session.rows(f"alter table people owner to {owner_name}")
    owner = connect(owner_name)
    owner.rows("begin")
    owner.rows("select kw.grant_field('people', 'ssn', current_user)")
    ((line,)) = told()  # before the transaction ends
    assert line["action"] == "grant_field"
    assert line["object"] == "public.people.ssn"
    assert line["role"] == owner_name
    assert line["details"] == {"grantee": owner_name, "may_read": True, "may_write": False}
    owner.rows("rollback")
    assert owner.heard() == ""
    assert session.rows("select * from kw.audit_events where action = 'grant_field'") == []


def test_every_audited_action_is_told(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    admin = connect(told.of(make_role("kw_admin", "kw_client")))
    last = session.value("select max(id) from kw.audit_events")
    key = admin.key()
    admin.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    admin.policy("p", "single", 1)
    admin.rows("select kw.bind_policy('people', 'ssn', 'p')")
    recorded = session.rows(
        "select action, object, details from kw.audit_events where id > %s order by id", last
    )
    assert [(line["action"], line["object"], line["details"]) for line in told()] == recorded


def test_raw_data_keys_that_leave_are_told_without_their_bytes(
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    holder = connect(told.of(make_role("kw_unwrap")))
    wrappers = holder.value("select kw.wrap_many(array_fill(null::bytea, array[12]))::text[]")
    told()
    dek = holder.value("select kw.unwrap(%s)", wrappers[0])
    ((line,)) = told()
    assert (line["action"], line["details"]) == ("unwrap", {"count": 1, "first": wrappers[:1]})
    assert dek.hex() not in str(line)
    holder.rows("select kw.unwrap_many(%s::uuid[])", [None, *wrappers])
    ((line,)) = told()
    assert line["details"] == {"count": 12, "first": wrappers[:10]}
    holder.rows("select kw.unwrap_many('{}'), kw.unwrap(null), kw.unwrap_many(array[null]::uuid[])")
    holder.refused("KW101", "select kw.unwrap(gen_random_uuid())")
    assert told() == []
    # unwrap writes nothing to a table: it works where nothing can be written.
    holder.rows("set default_transaction_read_only = on")
    assert holder.value("select kw.unwrap(%s)", wrappers[0]) == dek
    assert len(told()) == 1


def test_the_line_comes_without_the_statement_and_not_to_the_client(
    cluster: Place,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    """PostgreSQL logs the statement of a LOG line, with its literals: ours must not bring it."""
    holder = connect(told.of(make_role("kw_unwrap")))
    holder.rows("set client_min_messages = debug5")
    holder.rows("select length(kw.unwrap(kw.wrap())), 'literal 4711 of the statement'")
    assert len(told()) == 1
    assert "kwtools audit" not in holder.heard()
    assert "literal 4711 of the statement" not in cluster.log.read_text(errors="replace")
    assert holder.value("show client_min_messages") == "debug5"
    assert holder.value("show log_min_error_statement") == "error"


def test_control_characters_of_names_forge_no_line(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    owner_name = told.of(make_role("kw_client"))
    session.rows(f"alter table people owner to {owner_name}")
    field = 'a\nLOG:  kwtools audit: {"x": 1}\x1b[2J\r\tß€'
    connect(owner_name).rows("select kw.grant_field('people', %s, current_user)", field)
    ((line,)) = told()
    assert line["object"] == r'public.people.a\nLOG:  kwtools audit: {"x": 1}\x1b[2J\r\tß€'


def test_turning_it_off_is_told_and_so_is_turning_it_on(
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    told: Told,
) -> None:
    admin = connect(told.of(make_role("kw_admin", "kw_unwrap")))
    admin.rows("select kw.set_setting('audit_log', 0)")
    admin.rows("select kw.set_setting('cache_keys', 7)")
    admin.rows("select kw.unwrap(kw.wrap())")
    assert [line["object"] for line in told()] == ["audit_log"]
    admin.rows("select kw.set_setting('audit_log', 1)")
    admin.rows("select kw.set_setting('cache_keys', 8)")
    assert [line["object"] for line in told()] == ["audit_log", "cache_keys"]


def test_events_are_kept_for_ever_or_for_as_many_days_as_an_admin_says(session: Session) -> None:
    session.rows(
        "insert into kw.audit_events (happened_at, acting_role, action, object) "
        "select now() - make_interval(days => days), 'x', 'old', days::text "
        "from unnest('{1, 20, 400}'::int[]) days"
    )
    query = "select object from kw.audit_events where action = 'old' order by id"
    session.rows("select * from kw.check_kms()")
    assert session.values(query) == ["1", "20", "400"]
    session.rows("select kw.set_setting('audit_days', 30)")
    session.rows("select * from kw.check_kms()")
    assert session.values(query) == ["1", "20"]
    session.rows("select kw.set_setting('audit_days', 0)")
    session.rows("select * from kw.check_kms()")
    assert session.values(query) == ["1", "20"]


def test_the_doctor_tells_of_events_that_nobody_deletes(session: Session) -> None:
    told = """select ok, detail, hint from kw.doctor() where "check" = 'audit'"""
    session.rows(
        "insert into kw.audit_events (happened_at, acting_role, action, object) "
        "values (now() - interval '30 days 12 hours', 'x', 'old', 'y')"
    )
    assert session.rows(told) == []  # kept for ever
    session.rows("select kw.set_setting('audit_days', 30)")
    assert session.rows(told) == []  # deleted by a call each day
    session.rows("select kw.set_setting('audit_days', 29)")
    ((ok, detail, hint),) = session.rows(told)
    assert not ok
    assert "audit_days, which is 29" in detail
    assert "kw.check_kms()" in hint
    session.rows("select * from kw.check_kms()")
    assert session.rows(told) == []


@pytest.mark.parametrize("setting", ["audit_days", "health_days"])
def test_a_setting_beyond_all_days_keeps_everything(session: Session, setting: str) -> None:
    session.rows("select kw.set_setting(%s, 2147483647)", setting)
    session.rows("select * from kw.check_kms()")
    assert session.rows("""select 1 from kw.doctor() where "check" = 'audit'""") == []
    assert session.value("select count(*) from kw.audit_events where action = 'set_setting'") == 1


def test_a_batch_is_one_event_with_its_count(session: Session) -> None:
    wrappers = session.value("select kw.wrap_many(array_fill(null::bytea, array[30]))::text[]")
    last = session.value("select max(id) from kw.audit_events")
    session.rows("select kw.relayer_many(%s::uuid[])", wrappers)
    ((details,),) = session.rows("select details from kw.audit_events where id > %s", last)
    assert details == {"policy": None, "count": 30, "first": wrappers[:10]}
