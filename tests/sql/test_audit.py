"""What is recorded of changes about keys, policies and grants."""

from collections.abc import Callable

from tests.sql.session import Session

RECORDED = "select action, object, details from kw.audit_events where id > %s order by id"


def test_every_change_is_recorded_with_who_made_it(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    admin_name, owner_name = make_role("kw_admin"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    admin, owner = connect(admin_name), connect(owner_name)
    last = session.value("select max(id) from kw.audit_events")
    wrapper = owner.bind("people", "1", "ssn")
    admin.rows("select kw.add_provider('branches', 'wrapper')")
    key = admin.key()
    admin.rows("select kw.create_kms_key('branches', 'default')")
    admin.rows("select kw.set_kms_key_status(%s, 'retired')", key)
    admin.rows("select kw.set_kms_key_status(%s, 'retired')", key)  # changes nothing
    admin.rows("select kw.set_provider_enabled('branches', false)")
    admin.policy("p", "single", 1)
    admin.rows("select kw.add_policy_key('p', 2)")
    admin.rows("select kw.bind_policy('people', 'ssn', 'p')")
    admin.rows("select kw.set_setting('cache_keys', 5)")
    admin.rows("select kw.rewrap(%s)", wrapper)
    admin.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    owner.rows("select kw.grant_field('people', 'ssn', %s)", admin_name)
    owner.rows("select kw.revoke_field('people', 'ssn', %s)", admin_name)
    owner.rows("select kw.rebind('people', entity_pk => '1', to_entity_pk => '2')")
    owner.rows("select kw.shred('people', '2', 'ssn')")
    rows = session.rows(RECORDED, last)
    assert [(action, what) for action, what, _ in rows] == [
        ("add_provider", "branches"),
        ("add_kms_key", f"key {key}"),
        ("add_kms_key", f"key {key + 1}"),
        ("set_kms_key_status", f"key {key}"),
        ("set_provider_enabled", "branches"),
        ("create_policy", "p"),
        ("add_policy_key", "p"),
        ("bind_policy", "public.people.ssn"),
        ("set_setting", "cache_keys"),
        ("rewrap", f"wrapper {wrapper}"),
        ("set_wrapper_status", f"wrapper {wrapper}"),
        ("grant_field", "public.people.ssn"),
        ("revoke_field", "public.people.ssn"),
        ("rebind", "public.people of key '1'"),
        ("shred", "public.people.ssn of key '2'"),
    ]
    who = session.rows(
        "select distinct session_role::text, acting_role::text from kw.audit_events where id > %s",
        last,
    )
    assert sorted(who) == sorted([(admin_name,) * 2, (owner_name,) * 2])


def test_the_role_in_force_is_told_from_the_one_that_logged_in(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    login = make_role("kw_admin")
    one = connect(login)
    one.rows("set role kw_admin")
    one.rows("select kw.set_setting('cache_keys', 5)")
    query = (
        "select session_role::text, acting_role::text from kw.audit_events order by id desc limit 1"
    )
    assert session.rows(query) == [(login, "kw_admin")]


def test_what_was_undone_is_not_recorded(session: Session) -> None:
    before = session.value("select count(*) from kw.audit_events")
    session.rows("begin; select kw.set_setting('cache_keys', 5); rollback")
    session.refused("KW003", "select kw.set_setting('cache_keys', -5)")
    assert session.value("select count(*) from kw.audit_events") == before


def test_the_record_is_for_admins_and_auditors_to_read_and_for_nobody_to_write(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    for role in ("kw_admin", "kw_auditor"):
        reader = connect(make_role(role))
        assert reader.rows("select * from kw.audit_events")
        for change in (
            "insert into kw.audit_events (acting_role, action, object) values ('x', 'y', 'z')",
            "update kw.audit_events set action = 'x'",
            "delete from kw.audit_events",
            "truncate kw.audit_events",
        ):
            reader.refused("42501", change)
    other = connect(make_role("kw_client", "kw_unwrap", "kw_operator", "kw_grantor"))
    other.refused("42501", "select * from kw.audit_events")
    session.refused("KW102", "update kw.audit_events set action = 'x'")
