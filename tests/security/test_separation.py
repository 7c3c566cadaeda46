"""By no sequence of calls does a role get a plaintext or a data key that is not its to have.

A state machine plays a hostile role: it calls whatever it may, and much that it may not,
with arguments it picked up on the way, and everything that comes back is searched.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.conftest import Database, unique
from tests.security.conftest import Make, value_of

MARKER = b"MARKED-4711-SECRET"
COLUMN = "ssn"


class Target:
    """A protected table, its ciphertexts, and what must never be seen."""

    def __init__(self, db: Database) -> None:
        self.db = db
        owner = self.owner = db.connect()
        owner.execute("create table public.people (id bigint primary key, ssn bytea, note bytea)")
        owner.execute("insert into people select g from generate_series(1, 3) g")
        owner.execute("select kw.bind('people', g, 'ssn') from generate_series(1, 2) g")
        owner.execute("select kw.bind('people', '*', 'note')")
        owner.execute("select kw.bind('people', 3)")
        for field in (COLUMN, "note"):
            owner.execute(
                f"update people set {field} = kw.encrypt('people', id, '{field}', %s) "
                "where id < 3 or %s = 'ssn'",
                (MARKER, field),
            )
        owner.execute("select kw.rotate('people', 2, 'ssn')")
        self.ciphertexts = [
            bytes(value)
            for row in owner.execute("select ssn, note from people order by id")
            for value in row
            if value is not None
        ]
        self.wrappers = [
            row[0] for row in owner.execute("select wrapper_uuid from kw.key_wrappers")
        ]
        self.deks = [
            bytes(row[0])
            for row in owner.execute("select kw.unwrap(wrapper_uuid::uuid) from kw.key_wrappers")
        ]
        self.secrets = [MARKER, *self.deks]
        self.table = value_of(owner, "select 'public.people'::regclass::oid")
        self._elsewhere = self._key_elsewhere()
        self.worked: Counter[str] = Counter()
        self.numbers = itertools.count(1)
        self.forbidden = {text for secret in self.secrets for text in _spellings(secret)}

    def put_back(self) -> None:
        """Give the table its name back, and open what an administrator closed."""
        owner = self.owner
        where = value_of(owner, "select coalesce(to_regclass('public.people')::oid, 0)")
        if where != self.table:
            if where:
                owner.execute(f"alter table public.people rename to junk_{next(self.numbers)}")
            owner.execute("alter table public.people_old rename to people")
        owner.execute("select kw.set_provider_enabled(name, true) from kw.kms_providers")
        owner.execute("select kw.set_kms_key_status(id, 'active') from kw.kms_keys")
        owner.execute(
            "select kw.set_wrapper_status(wrapper_uuid::uuid, 'active') "
            "from kw.key_wrappers where status = 'retired'"
        )

    def _key_elsewhere(self) -> Path:
        """Make a KEM key that an administrator may register, whose private key is not here."""
        self.elsewhere = unique("elsewhere").replace("_", "-")
        self.owner.execute("begin")
        self.owner.execute(
            "select kw.create_kms_key('local', %s, algorithm => 'X25519')", (self.elsewhere,)
        )
        query = "select encode(public_key, 'hex') from kw.kms_keys where external_key_ref = %s"
        self.public = str(value_of(self.owner, query, self.elsewhere))
        self.owner.execute("rollback")
        file = self.db.place.keystore / f"{self.elsewhere}.jwk"
        return file.rename(self.db.place.base / file.name)

    def still_reads(self) -> bool:
        """Whether its owner still reads the table, so that there was something to find.

        An administrator may have put it behind a layer of the key elsewhere, which is here now.
        """
        self.put_back()
        file = self._elsewhere.rename(self.db.place.keystore / self._elsewhere.name)
        query = "select kw.decrypt('people', id, 'ssn', ssn) from public.people"
        try:
            return self.db.connect().execute(query).fetchall() == [(MARKER,)] * 3
        finally:
            file.rename(self._elsewhere)


def _spellings(secret: bytes) -> Iterator[str]:
    yield secret.hex()
    with_text = secret.decode("latin-1")
    yield with_text
    yield repr(with_text)[1:-1]


def found_in(target: Target, value: Any) -> bool:
    """Whether a value that came back holds a secret, however it is written."""
    if isinstance(value, list | tuple):
        return any(found_in(target, item) for item in value)
    if isinstance(value, dict):
        return any(found_in(target, item) for item in value.items())
    if isinstance(value, bytes | memoryview):
        data = bytes(value)
        return any(secret in data for secret in target.secrets)
    text = str(value)
    return any(spelling in text for spelling in target.forbidden)


class Hostile(RuleBasedStateMachine):
    """Calls anything with anything. ``open_machine`` gives a subclass its role and target."""

    target: Target
    role: str
    functions: dict[str, list[list[str]]]

    def __init__(self) -> None:
        super().__init__()
        self.target.put_back()
        self.session = self.target.db.connect(self.role)
        self.session.add_notice_handler(self._heard)
        self.seen: list[Any] = []
        self.names = ["people", "public.people", "mine", f"{self.role}.people", "ext.thing"]

    def teardown(self) -> None:
        self.session.close()

    def _heard(self, notice: psycopg.errors.Diagnostic) -> None:
        for part in (notice.message_primary, notice.message_detail, notice.context):
            assert not found_in(self.target, part or "")

    def run(self, query: str, params: Any = None) -> None:
        """Run a statement; search what comes back, rows and errors; remember the bytes."""
        try:
            cursor = self.session.execute(query, params)
            rows = cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            parts = error.diag
            for text in (str(error), parts.message_detail, parts.message_hint, parts.context):
                assert not found_in(self.target, text or ""), text
            return
        self.target.worked[query.split("(")[0]] += 1
        assert not found_in(self.target, rows), (query, params)
        for row in rows:
            self.seen += [value for value in row if value is not None][:5]
        del self.seen[:-30]

    # -- arguments -----------------------------------------------------------------------------

    def _argument(self, data: st.DataObject, name: str, kind: str) -> Any:
        target = self.target
        options: list[Any]
        if kind == "bytea":
            seen = [value for value in self.seen if isinstance(value, bytes)]
            options = [*target.ciphertexts, b"", b"x" * 32, *seen, None]
        elif kind == "uuid":
            options = [*target.wrappers, *[str(one) for one in self.seen if len(str(one)) == 36]]
        elif kind in ("bigint", "integer"):
            options = [1, 2, 3, 4, 5, 6, 0, -1, None]
        elif kind == "boolean":
            options = [True, False]
        elif kind == "jsonb":
            options = ["{}", '{"directory": "/tmp"}']
        elif kind == "text[]":
            options = [["1", "2"], ["3"], ["*"], [], None]
        elif kind == "bytea[]":
            options = [target.ciphertexts[:2], target.ciphertexts[:1], [None]]
        elif kind in ("uuid[]", "bigint[]"):
            options = [target.wrappers[:2] if kind == "uuid[]" else []]
        else:
            options = self._texts(name)
        # by a number: what is there to choose from depends on what was seen
        return options[data.draw(st.integers(0, 5000)) % len(options)]

    def _texts(self, name: str) -> list[str | None]:
        choices: dict[str, list[str | None]] = {
            "entity_table": [*self.names],
            "to_entity_table": [None, *self.names],
            "entity_pk": ["1", "2", "3", "*", "9"],
            "to_entity_pk": [None, "1", "9"],
            "field_name": ["ssn", "note", None],
            "to_field_name": [None, "ssn", "note"],
            "policy": [None, "default", "p1", "p2"],
            "policy_name": ["default", "p1", "p2"],
            "mode": ["single", "either", "both"],
            "status": ["active", "retired", "disabled", "invalid"],
            "provider": ["local", "wrapper", "branches"],
            "external_key_ref": ["default", "p1", "p2", "test-1", "test-2", "../x", "fresh"],
            "grantee": [self.role, "kw_client", "public"],
            "name": ["local", "branches", "cache_seconds", "cache_keys"],
            "purpose": ["wrap", "both", "sign"],
        }
        return choices.get(name, [None, "people", "1", "x"])

    # -- rules ---------------------------------------------------------------------------------

    @rule(data=st.data())
    def call(self, data: st.DataObject) -> None:
        """Any function of the interface, whether granted or not."""
        name = data.draw(st.sampled_from(sorted(self.functions)))
        overload = data.draw(st.sampled_from(self.functions[name]))
        pairs = [argument.split(" ", 1) for argument in overload]
        values = [self._argument(data, argument, kind) for argument, kind in pairs]
        slots = ", ".join(f"%s::{kind}" for _, kind in pairs)
        self.run(f"select * from kw.{name}({slots})", values)

    @rule()
    def by_hand(self) -> None:
        self.run("select kw._as_owner()")
        self.run("select kw._load()")

    @rule(data=st.data())
    def ask_for_values(self, data: st.DataObject) -> None:
        sealed = data.draw(st.sampled_from(self.target.ciphertexts))
        entity = data.draw(st.sampled_from(self.names))
        pk = data.draw(st.sampled_from(["1", "2", "3"]))
        field = data.draw(st.sampled_from(["ssn", "note"]))
        function = data.draw(st.sampled_from(["decrypt", "reencrypt"]))
        self.run(f"select kw.{function}(%s, %s::text, %s, %s)", (entity, pk, field, sealed))

    @rule(role=st.sampled_from([
        "postgres", "kw_owner", "kw_client", "kw_unwrap", "kw_admin", "kw_grantor", "none",
    ]))  # fmt: skip
    def become(self, role: str) -> None:
        self.run(f"set role {role}")

    @rule(to=st.sampled_from(["people_old", "people"]))
    def the_owner_renames_the_table(self, to: str) -> None:
        """What makes the name free for another's table."""
        relation = value_of(self.target.owner, f"select {self.target.table}::oid::regclass::text")
        if to == "people_old" and relation == "people":
            self.session.execute("reset role")
            self.target.owner.execute("alter table public.people rename to people_old")

    @rule()
    def become_itself(self) -> None:
        self.run("reset role")

    @rule(statement=st.sampled_from([
        "create table {me}.people (id bigint primary key, ssn bytea, note bytea)",
        "create table public.people (id bigint primary key, ssn bytea, note bytea)",
        "create view {me}.people as select 1 as id, ''::bytea as ssn, ''::bytea as note",
        "drop table {me}.people",
        "drop table public.people",
        "alter table {me}.people set schema public",
        "alter table public.people rename to persons",
        "alter table {me}.people rename to mine",
        "alter table public.people owner to {me}",
        "alter schema {me} rename to kw",
        "create schema kw",
        "grant select on public.people to {me}",
        "grant {me} to kw_owner",
        "grant kw_client to {me}",
        "grant kw_unwrap to {me}",
        "set search_path = {me}, public, kw",
        "set session_replication_role = replica",
        "set quote_all_identifiers = on",
        "reset all",
        "select * from kw.key_wrappers",
        "select dek_wrap1 from kw.key_wrappers",
        "table kw.key_wrapper_layers",
        "insert into kw.field_grants values ('public.people', '', '{me}', true, true, '{me}')",
        "update kw.entities set owner_name = '{me}'",
        "update kw.encryption_bindings set entity_table = '{me}.people'",
        "create or replace function kw._load() returns void language sql as 'select'",
        "create trigger t before insert on kw.audit_events execute function kw._guard_immutable()",
        "create event trigger t on ddl_command_end execute function kw._guard_immutable()",
        "select pg_read_file(location || '/test-1.jwk') from kw.kms_providers",
        "copy kw.key_wrappers to stdout",
    ]))  # fmt: skip
    def prepare_the_ground(self, statement: str) -> None:
        if statement.startswith("copy"):
            statement = f"explain {statement.split()[1]}"
        self.run(statement.format(me=self.role))

    @rule(
        step=st.sampled_from([
            "select kw.reclaim_entity('people')",
            "select kw.reclaim_entity('{me}.people')",
            "select kw.rebind('people', '{me}.people')",
            "select kw.rebind('people', 'mine')",
            "select kw.bind('{me}.people', '*', 'ssn')",
            "select kw.bind('{me}.people', 1, 'ssn', wrapper => '{wrapper}')",
            "select kw.bind('ext.thing', 1, 'ssn', wrapper => '{wrapper}')",
            "select kw.grant_field('people', 'ssn', '{me}', true, true)",
            "select kw.grant_field('{me}.people', 'ssn', '{me}', true, true)",
            "select kw.decrypt('{me}.people', 1, 'ssn', '\\x{sealed}')",
            "select kw.decrypt('mine', 1, 'ssn', '\\x{sealed}')",
            "select kw.decrypt('ext.thing', 1, 'ssn', '\\x{sealed}')",
            "select kw.add_provider('branches', 'wrapper')",
            "select kw.create_kms_key('branches', 'default')",
            "select kw.create_policy('p1', 'single', 1)",
            "select kw.create_policy('p2', 'single', {key})",
            "select kw.bind_policy('people', 'ssn', 'p1')",
            "select kw.rewrap('{wrapper}', {key})",
            "select kw.rewrap('{wrapper}')",
            "select kw.create_kms_key('local', '{me}', algorithm => 'X25519')",
            "select kw.create_kem_key('{me}', 'ML-KEM-768', {key})",
            "select kw.add_kem_key('local', '{elsewhere}', 'X25519', '\\x{public}')",
            "select kw.create_policy('p3', 'single', 1, null, array[{key}])",
            "select kw.set_policy_layers('p1', 0, 8, 'random')",
            "select kw.add_policy_key('p1', {key})",
            "select kw.relayer('{wrapper}', 'p3')",
            "select kw.relayer('{wrapper}', 'p1')",
            "select kw.unwrap('{wrapper}')",
            "select * from kw.verify('{wrapper}')",
            "select * from kw.doctor()",
            "select * from kw.check_kms()",
        ]),
        data=st.data(),
    )  # fmt: skip
    def attack(self, step: str, data: st.DataObject) -> None:
        """The steps of the attacks that we know of, in whatever order."""
        wrapper = data.draw(st.sampled_from(self.target.wrappers))
        sealed = data.draw(st.sampled_from(self.target.ciphertexts)).hex()
        key = data.draw(st.sampled_from([1, 2, 3, 4, 5, 6, 7]))
        kem = {"elsewhere": self.target.elsewhere, "public": self.target.public}
        self.run(step.format(me=self.role, wrapper=wrapper, sealed=sealed, key=key, **kem))


def _play(db: Database, role: str, *, readable: bool = False) -> Target:
    target = Target(db)
    db.sql(f"create schema {role} authorization {role}")
    db.sql(f"grant create on schema public to {role}")
    if readable:
        db.sql(f"grant select on public.people to {role}")
    functions: dict[str, list[list[str]]] = {}
    for name, arguments in db.sql(
        """
        select proname, pg_get_function_identity_arguments(oid) from pg_proc
        where pronamespace = 'kw'::regnamespace and prorettype <> 'trigger'::regtype
        order by 1, 2 -- the same calls each time
        """
    ):
        parts = [part for part in arguments.replace("VARIADIC ", "").split(", ") if part]
        functions.setdefault(name, []).append(parts)
    run_state_machine_as_test(
        type("Machine", (Hostile,), {"target": target, "role": role, "functions": functions}),
        settings=settings(
            max_examples=30,
            stateful_step_count=50,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return target


# The roles, and how many of our functions must have worked at the least: more than refusals.
ROLES: dict[str, tuple[list[str], int]] = {
    "an administrator of keys": (["kw_admin"], 5),
    "every role that gets no plaintext": (
        ["kw_admin", "kw_operator", "kw_auditor", "kw_grantor"],
        5,
    ),
    "a client of other tables": (["kw_client"], 1),
    "a client that grants and administers": (["kw_client", "kw_admin", "kw_grantor"], 6),
    "nobody": ([], 0),
}


@pytest.mark.parametrize("who", ROLES)
def test_no_sequence_of_calls_gives_a_plaintext_or_a_key(
    db: Database, make_role: Make, who: str
) -> None:
    groups, least = ROLES[who]
    target = _play(db, make_role(*groups))
    assert target.still_reads()
    worked = {query.split("kw.")[1] for query in target.worked if "kw." in query}
    assert len(worked) >= least, worked


def test_what_an_administrator_put_behind_a_key_elsewhere_is_read_with_that_key(
    db: Database,
) -> None:
    """So that ``still_reads`` is known to be able to fail, and to tell that from a loss."""
    target = Target(db)
    session = db.connect()
    key = value_of(
        session,
        "select kw.add_kem_key('local', %s, 'X25519', decode(%s, 'hex'))",
        target.elsewhere,
        target.public,
    )
    session.execute(
        "select kw.create_policy('p', 'single', 1, layers => array[%s::bigint])", (key,)
    )
    session.execute("select kw.relayer_many(%s::uuid[], 'p')", (target.wrappers,))
    with pytest.raises(psycopg.Error) as caught:
        db.sql("select kw.decrypt('people', id, 'ssn', ssn) from people")
    assert caught.value.sqlstate == "KW201"
    assert target.still_reads()
    session.execute("select kw.shred('people', 1, 'ssn')")
    with pytest.raises(psycopg.Error):
        target.still_reads()


def test_the_search_finds_what_it_searches_for(db: Database, make_role: Make) -> None:
    """As a role that may read, so that the tests above are known to be able to fail."""
    with pytest.raises(AssertionError):
        _play(db, make_role("kw_client", "kw_unwrap"), readable=True)
