"""A wrapper that nothing is bound to belongs to the role that made it, and to no other."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest

from tests.conftest import Database, unique
from tests.security.conftest import Make, sqlstate_of, value_of

Connection = psycopg.Connection
BIND = "select kw.bind('mine', '1', 'f', wrapper => %s)"
GIVE = "select kw.give_wrappers(array[%s]::uuid[], %s)"


@pytest.fixture
def own_table(db: Database, make_role: Make) -> Callable[..., Connection]:
    """``own_table(name)``: a session of a new kw_client that owns a table of that name."""

    def make(name: str = "mine", *roles: str) -> Connection:
        role = make_role("kw_client", *roles)
        db.sql(f"create table public.{name} (id bigint primary key, f bytea)")
        db.sql(f"alter table public.{name} owner to {role}")
        return db.connect(role)

    return make


@pytest.fixture
def passing_role(db: Database) -> Iterator[str]:
    """The name of a role that the test drops."""
    name = unique("passing")
    db.sql(f"create role {name} login in role kw_client")
    yield name
    with suppress(psycopg.Error):
        db.sql(f"drop role {name}")


def error_of(session: Connection, query: str, *params: object) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as raised:
        session.execute(query, params)
    return raised.value


@pytest.mark.parametrize(
    "wrap",
    [
        "kw.wrap()",
        "(kw.wrap_many('{null,null}'))[2]",
        "kw.wrap(decode(repeat('ab', 32), 'hex'))",
    ],
)
def test_nobody_binds_and_shreds_a_wrapper_that_another_role_made(
    db: Database, make_role: Make, own_table: Callable[..., Connection], wrap: str
) -> None:
    """The attack: who knows the uuid binds it to a table of his own, and destroys the key."""
    maker, thief = db.connect(make_role("kw_client", "kw_unwrap")), own_table()
    wrapper = value_of(maker, f"select {wrap}")
    raised = error_of(thief, BIND, wrapper)
    assert raised.sqlstate == "KW100"
    assert str(wrapper) in str(raised)
    assert maker.info.user in str(raised)
    assert sqlstate_of(thief, GIVE, wrapper, thief.info.user) == "KW100"
    assert sqlstate_of(thief, "select kw.shred('mine', '1', 'f')") == "KW302"
    assert len(value_of(maker, "select kw.unwrap(%s)", wrapper)) == 32  # type: ignore[arg-type]


def test_other_roles_of_the_extension_give_no_right_to_a_wrapper(
    db: Database, make_role: Make, own_table: Callable[..., Connection]
) -> None:
    wrapper = value_of(db.connect(make_role("kw_client")), "select kw.wrap()")
    thief = own_table("mine", "kw_admin", "kw_unwrap", "kw_grantor", "kw_auditor", "kw_operator")
    assert sqlstate_of(thief, BIND, wrapper) == "KW100"
    assert sqlstate_of(thief, GIVE, wrapper, thief.info.user) == "KW100"
    external = "select kw.bind('app.thing', '1', 'f', wrapper => %s)"
    assert sqlstate_of(thief, external, wrapper) == "KW100"


def test_its_maker_and_members_of_the_maker_bind_it(
    db: Database, make_role: Make, own_table: Callable[..., Connection]
) -> None:
    team = make_role("kw_client")
    member = own_table("mine", team)
    wrapper = value_of(member, "select kw.wrap()")
    assert value_of(member, BIND, wrapper) == wrapper
    of_team = value_of(db.connect(team), "select kw.wrap()")
    assert value_of(member, "select kw.bind('mine', '2', 'f', wrapper => %s)", of_team) == of_team
    # The role in force counts, as it does for privileges: the member's own is not the team's.
    own = value_of(member, "select kw.wrap()")
    db.sql("create table public.ours (id bigint primary key, f bytea)")
    db.sql(f"alter table public.ours owner to {team}")
    bind_ours = "select kw.bind('ours', '1', 'f', wrapper => %s)"
    assert sqlstate_of(db.connect(team), bind_ours, own) == "KW100"
    assert value_of(member, bind_ours, own) == own


def test_a_superuser_binds_any_wrapper(db: Database, own_table: Callable[..., Connection]) -> None:
    wrapper = value_of(own_table(), "select kw.wrap()")
    assert value_of(db.connect(), BIND, wrapper) == wrapper


def test_a_wrapper_is_handed_over_as_the_hint_says(
    db: Database, make_role: Make, own_table: Callable[..., Connection]
) -> None:
    """Who imports keys is often not who owns the tables."""
    importer, owner = db.connect(make_role("kw_unwrap")), own_table()
    wrapper = value_of(importer, "select kw.wrap(%s)", b"k" * 32)
    hint = error_of(owner, BIND, wrapper).diag.message_hint or ""
    call = hint[hint.index("kw.give_wrappers(") :].rstrip(".")
    assert owner.info.user in call
    assert value_of(importer, f"select {call}") == 1
    assert sqlstate_of(importer, f"select {call}") == "KW100"  # it is no longer the importer's
    assert value_of(owner, BIND, wrapper) == wrapper
    told = db.sql("select acting_role, details from kw.audit_events where action = 'give_wrappers'")
    assert told == [(importer.info.user, {"count": 1, "first": [str(wrapper)]})]
    # A bound one belongs to the table.
    assert sqlstate_of(owner, GIVE, wrapper, importer.info.user) == "KW102"
    assert sqlstate_of(db.connect(), GIVE, wrapper, importer.info.user) == "KW102"


def test_what_can_be_handed_over(db: Database, make_role: Make) -> None:
    maker, to = db.connect(make_role("kw_client")), make_role("kw_client")
    made = value_of(maker, "select kw.wrap_many('{null,null,null}')::text[]")
    assert isinstance(made, list)
    give = "select kw.give_wrappers(%s::uuid[], %s)"
    nobody = "00000000-0000-4000-8000-000000000000"
    assert sqlstate_of(maker, give, made, "nobody of this name") == "KW101"
    assert sqlstate_of(maker, give, [*made, nobody], to) == "KW101"
    assert sqlstate_of(maker, give, [None], to) == "KW003"
    assert sqlstate_of(maker, give, None, to) == "KW003"
    assert sqlstate_of(maker, give, made, None) == "KW003"
    assert value_of(maker, give, [], to) == 0
    assert db.sql("select distinct owner_name from kw.key_wrappers where owner is not null") == [
        (maker.info.user,)
    ]
    assert value_of(maker, give, [*made, *made], to) == 3
    with db.connect() as admin:
        admin.execute("select kw.add_provider('branches', 'wrapper')")
        admin.execute("select kw.create_kms_key('branches', 'default')")
        query = "select wrapper_uuid from kw.key_wrappers where dek_class = 'branch'"
        branch = value_of(admin, query)
        assert sqlstate_of(admin, GIVE, branch, to) == "KW100"


def test_a_wrapper_of_a_dropped_role_is_a_superusers(
    db: Database, own_table: Callable[..., Connection], passing_role: str
) -> None:
    wrapper = value_of(db.connect(passing_role), "select kw.wrap()")
    db.sql(f"drop role {passing_role}")
    db.sql(f"create role {passing_role} login in role kw_client")
    # The role of the same name is another one.
    db.sql("create table public.his (id bigint primary key, f bytea)")
    db.sql(f"alter table public.his owner to {passing_role}")
    again, owner = db.connect(passing_role), own_table()
    query = "select kw.bind('his', '1', 'f', wrapper => %s)"
    raised = error_of(again, query, wrapper)
    assert raised.sqlstate == "KW100"
    assert f'"{passing_role}" was dropped' in str(raised)
    assert "Ask a superuser to call kw.give_wrappers" in (raised.diag.message_hint or "")
    assert sqlstate_of(again, GIVE, wrapper, passing_role) == "KW100"
    assert value_of(db.connect(), GIVE, wrapper, owner.info.user) == 1
    assert value_of(owner, BIND, wrapper) == wrapper
    again.close()
    db.sql(f"drop owned by {passing_role}")


@pytest.mark.parametrize("known", [True, False], ids=["after a restore", "of an earlier release"])
def test_where_no_role_is_known_only_a_superuser_binds_or_hands_over(
    db: Database, own_table: Callable[..., Connection], known: bool
) -> None:
    maker = own_table()
    wrapper = value_of(maker, "select kw.wrap()")
    lost = "installation = gen_random_uuid()"
    if not known:
        lost = "owner = null, owner_name = null, installation = null"
    db.sql(f"update kw.key_wrappers set {lost}")
    raised = error_of(maker, BIND, wrapper)
    assert raised.sqlstate == "KW100"
    assert (maker.info.user in str(raised.diag.message_primary)) == known
    assert sqlstate_of(maker, GIVE, wrapper, maker.info.user) == "KW100"
    assert value_of(db.connect(), GIVE, wrapper, maker.info.user) == 1
    assert value_of(maker, BIND, wrapper) == wrapper


def test_asking_for_an_unbound_wrapper_of_others_locks_nothing(
    db: Database, make_role: Make, own_table: Callable[..., Connection]
) -> None:
    wrapper = value_of(db.connect(make_role("kw_client")), "select kw.wrap()")
    thief = own_table()
    for query, *params in ((BIND, wrapper), (GIVE, wrapper, thief.info.user)):
        thief.execute("begin")
        assert sqlstate_of(thief, str(query), *params) == "KW100"
        with db.connect() as admin:
            admin.execute("set lock_timeout = '2s'")
            admin.execute("select kw.rewrap(%s)", (wrapper,))
        thief.execute("rollback")


def test_keys_that_are_bound_when_they_are_made_are_recorded_for_no_role(
    own_table: Callable[..., Connection], db: Database
) -> None:
    """Rows of tables with a key for each cell stay as small as they were."""
    owner = own_table()
    owner.execute("select kw.bind('mine', '1', 'f'), kw.bind_many('mine', '{2,3}', 'f')")
    owner.execute("select kw.rotate('mine', '1', 'f')")
    query = "select count(*) from kw.key_wrappers where owner is null and installation is null"
    assert db.sql(query) == [(4,)]
