"""The direct lane and the ordinary way give one answer: the same value, or the same error.

On rows that are good, edited or swapped, of every mode, version and status, under keys of every
status, for roles that may and may not. The edits are a superuser's: triggers are off.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Json

from tests.conftest import Database, unique
from tests.security.conftest import value_of

COLUMNS = (
    "kms1_key_id", "kms2_key_id", "dek_wrap1", "dek_wrap2", "wrap1_version", "wrap2_version",
    "crypto_suite", "status", "dek_class",
)  # fmt: skip
SEALED = ("seal", "change_no", "dek_wrap1", "crypto_suite", "status", "policy_id")
OF_BINDINGS = ("key_wrapper_id", "seal", "change_no", "status", "is_closed", "generation")
SAMPLED = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Takes the lane away from a session, or gives it back: all is then left to the ordinary way.
LANE = """
create function public.use_lane(given boolean) returns void language plpython3u as $$
from kwruntime.fields import ciphers
from kwruntime.keys import plain
lane = SD.setdefault('lane', plain.open_plain)
def counted(call, wrappers, check=None):
    opened = lane(call, wrappers, check)
    GD['by_lane'] = GD.get('by_lane', 0) + sum(one is not None for one in opened)
    return opened
used = counted if given else (lambda call, wrappers, check=None: [None] * len(wrappers.uuids))
plain.open_plain = ciphers.open_plain = used
$$;
create function public.rewrapped(wrapper uuid, key bigint) returns text language plpgsql as $$
begin
    perform kw.rewrap_many(array[wrapper], key);
    return (
        select
            format('%s %s %s %s %s %s %s', kms1_key_id, kms2_key_id, wrap1_version, wrap2_version,
                wrap_version, crypto_suite, sha256(kw.unwrap(wrapper)))
        from kw.key_wrappers
        where wrapper_uuid = wrapper::text
    );
end $$;
create function public.by_lane() returns int language plpython3u as 'return GD.get("by_lane", 0)'
"""


class Lanes:
    """Wrappers of every mode, each bound to a row, and a session that opens them both ways."""

    def __init__(self, db: Database, *, is_sealed: bool) -> None:
        self.db = db
        self.is_sealed = is_sealed
        self.reader = unique("reader")
        db.sql("select kw.set_setting('cache_keys', 0)")  # nothing that was opened is kept
        db.sql("create table vault (id bigint primary key, f bytea)")
        db.sql(f"create role {self.reader} login")
        db.sql(f"grant kw_client, kw_unwrap to {self.reader}")
        self.connection = db.connect(autocommit=False)
        self.connection.execute(LANE)
        for table in ("key_wrappers", "encryption_bindings"):
            self.connection.execute(f"alter table kw.{table} disable trigger user")
        self.keys = [1, 2]
        self._ask("select kw.create_policy('of branches', 'single', 1)")
        self._ask("select kw.add_provider('branches', 'wrapper')")
        self.keys.append(self._ask("select kw.create_kms_key('branches', 'of branches')"))
        kem_key = self._ask(
            "select kw.create_kms_key('local', %s, algorithm => 'X25519')", f"{db.name}-kem"
        )
        self._ask("select kw.create_policy('layered', 'either', 1, 2, array[%s])", kem_key)
        self.wrappers: list[str] = []
        for mode, keys in (
            *(("single", (key, None)) for key in self.keys),
            *((mode, pair) for mode in ("either", "both") for pair in ((1, 2), (3, 2))),
        ):
            policy = self._made(mode, *keys)
            self._bind(policy)
            self.connection.execute("select kw.rewrap(%s)", (self._bind(policy),))
        self.plain = list(self.wrappers)
        self._bind("layered")
        self._bind("either-1-2")
        self._ask("select kw.rotate('vault', %s, 'f')", len(self.wrappers))  # opens what was before
        if is_sealed and not self._ask("select exists (select from kw.deployments)"):
            self._ask("select kw.create_deployment()")
            self._ask("select kw.seal_rows()")
            self._ask("select kw.seal_deployment()")
        self.connection.execute(
            sql.SQL("grant select, insert on vault to {}").format(sql.Identifier(self.reader))
        )
        self.connection.commit()

    def _bind(self, policy: str) -> str:
        """Bind the next row, encrypt a value under it, and return its wrapper."""
        row = len(self.wrappers) + 1
        made = str(self._ask("select kw.bind('vault', %s, 'f', policy => %s)", row, policy))
        self.wrappers.append(made)
        self.connection.execute(
            "insert into vault values (%s, kw.encrypt('vault', %s, 'f', %s))",
            (row, row, f"value {row}".encode()),
        )
        return made

    def _made(self, mode: str, first: int, second: int | None = None) -> str:
        name = f"{mode}-{first}-{second}"
        self._ask("select kw.create_policy(%s, %s, %s, %s)", name, mode, first, second)
        return name

    def _ask(self, query: str, *params: object) -> Any:
        return value_of(self.connection, query, *params)

    def column(self, wrapper: str, column: str) -> Any:
        return self._ask(f"select {column} from kw.key_wrappers where wrapper_uuid = %s", wrapper)

    def edit(self, wrapper: str, changes: dict[str, Any]) -> None:
        """Change columns of a wrapper's row as a superuser could."""
        self.connection.execute("set local session_replication_role = replica")
        for column, value in changes.items():
            self.connection.execute(
                f"update kw.key_wrappers set {column} = %s where wrapper_uuid = %s",
                (Json(value) if isinstance(value, dict) else value, wrapper),
            )
        self.connection.execute("set local session_replication_role = origin")

    def edit_binding(self, row: int, other: int, columns: Iterable[str]) -> None:
        """Give a binding columns of another one."""
        self.connection.execute("set local session_replication_role = replica")
        for column in columns:
            self.connection.execute(
                f"update kw.encryption_bindings b set {column} = o.{column}"
                " from kw.encryption_bindings o where b.entity_pk = %s and o.entity_pk = %s",
                (str(row), str(other)),
            )
        self.connection.execute("set local session_replication_role = origin")

    def give_layers(self, wrapper: str) -> None:
        """Make the stored layers of the wrapper that has some those of another one."""
        self.connection.execute("set local session_replication_role = replica")
        self.connection.execute(
            "update kw.key_wrapper_layers set key_wrapper_id = %s", (self.column(wrapper, "id"),)
        )
        self.connection.execute("set local session_replication_role = origin")

    def answers(self, query: str, *params: object) -> list[object]:
        """Return what a query gives by the lane, and by the ordinary way."""
        found: list[object] = []
        for lane in (True, False):
            self.connection.execute("select public.use_lane(%s)", (lane,))
            self.connection.execute("savepoint answer")
            try:
                found.append(self._ask(query, *params))
            except psycopg.Error as error:
                said = error.diag
                found.append(
                    (said.sqlstate, said.message_primary, said.message_detail, said.message_hint)
                )
            self.connection.execute("rollback to savepoint answer")
        return found


@pytest.fixture(params=[False, True], ids=["no-deployment", "sealed"])
def lanes(db: Database, request: pytest.FixtureRequest) -> Iterator[Lanes]:
    made = Lanes(db, is_sealed=request.param)
    yield made
    made.connection.rollback()


def _suites(suite: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a suite with one member changed, in value or in form only."""
    commitment = str(suite["commitment"])
    for member, value in (
        ("commitment", commitment.upper()),
        ("commitment", commitment[:-2]),
        ("commitment", f"{commitment}00"),
        ("commitment", commitment[::-1]),
        ("commitment", "é" * 32),
        ("commitment", None),
        ("mode", "both" if suite["mode"] != "both" else "either"),
        ("mode", "all"),
        ("class", "branch"),
        ("format", "kwtools/9"),
        ("dek_bytes", 16),
        ("dek_bytes", 32.0),
        ("kdf", "none"),
        ("layers", [{}]),
        ("further", 1),
    ):
        yield {**suite, member: value}
    legs = suite["legs"]
    yield {**suite, "legs": legs[:1]}
    yield {**suite, "legs": legs[::-1]}
    yield {**suite, "legs": [{**legs[0], "version": 7}, *legs[1:]]}
    yield {**suite, "legs": [{**legs[0], "version": 1.0}, *legs[1:]]}


@SAMPLED
@given(data=st.data())
def test_both_ways_give_one_answer(lanes: Lanes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lanes.wrappers) - 1))
    wrapper = lanes.wrappers[place]
    other = data.draw(st.sampled_from(lanes.wrappers))
    changes: dict[str, Any] = {}
    kinds = ["none", "bytes", "swap", "version", "state", "class", "layers", "binding"]
    if lanes.is_sealed:
        kinds += ["seal", "seal bytes"]
    edited = data.draw(st.sampled_from(kinds))
    match edited:
        case "bytes":
            column = data.draw(st.sampled_from(["dek_wrap1", "dek_wrap2"]))
            wrap = lanes.column(wrapper, column) or bytes(101)
            at = data.draw(st.integers(0, len(wrap) - 1))
            changes[column] = wrap[:at] + bytes([wrap[at] ^ 1]) + wrap[at + 1 :]
        case "swap":
            for column in data.draw(st.sets(st.sampled_from(COLUMNS), min_size=1, max_size=4)):
                changes[column] = lanes.column(other, column)
        case "seal":
            for column in data.draw(st.sets(st.sampled_from(SEALED), min_size=1, max_size=4)):
                changes[column] = lanes.column(other, column)
        case "seal bytes":
            seal = lanes.column(wrapper, "seal")
            at = data.draw(st.integers(0, len(seal) - 1))
            changes["seal"] = seal[:at] + bytes([seal[at] ^ 1]) + seal[at + 1 :]
        case "version":
            changes["wrap1_version"] = data.draw(st.integers(1, 3))
        case "state":
            statuses = ["active", "rotated", "retired", "invalid"]
            changes["status"] = data.draw(st.sampled_from(statuses))
        case "class":
            changes["dek_class"] = "branch"
    disabled = data.draw(st.sampled_from([None, None, *lanes.keys]))
    role = data.draw(st.sampled_from([None, lanes.reader, "kw_client", "kw_auditor"]))
    try:
        try:
            lanes.edit(wrapper, changes)
            if edited == "layers":
                lanes.give_layers(wrapper)
            if edited == "binding":
                columns = data.draw(st.sets(st.sampled_from(OF_BINDINGS), min_size=1, max_size=4))
                lanes.edit_binding(place + 1, lanes.wrappers.index(other) + 1, columns)
        except psycopg.Error:  # a constraint refuses it
            return
        if disabled is not None:
            lanes.connection.execute("select kw.set_kms_key_status(%s, 'disabled')", (disabled,))
        value = value_of(lanes.connection, "select f from vault where id = %s", place + 1)
        together = [wrapper, other]
        if role is not None:
            lanes.connection.execute("grant usage on schema public to kw_client, kw_auditor")
            lanes.connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        for query, *params in (
            ("select kw.unwrap(%s)", wrapper),
            ("select kw.unwrap_many(%s::uuid[])", together),
            ("select kw.decrypt('vault', %s, 'f', %s)", place + 1, value),
            ("select kw.try_decrypt('vault', %s, 'f', %s)", place + 1, value),
            ("select length(kw.encrypt('vault', %s, 'f', 'a value'))", place + 1),
            (
                "select kw.decrypt_many('vault', array[%s::text, '1'], 'f',"
                " array[%s::bytea, null])",
                str(place + 1),
                value,
            ),
        ):
            by_lane, ordinary = lanes.answers(query, *params)
            assert by_lane == ordinary, f"{query} after {changes}"
        for key in (None, 1, 2, 3) if role is None else ():
            by_lane, ordinary = lanes.answers(
                "select public.rewrapped(%s, %s::bigint)", wrapper, key
            )
            assert by_lane == ordinary, f"rewrapped under {key} after {changes}"
    finally:
        lanes.connection.rollback()


def test_wrappers_as_they_were_made_open_by_the_lane(lanes: Lanes) -> None:
    lanes.connection.execute("select public.use_lane(true)")
    before = value_of(lanes.connection, "select public.by_lane()")
    deks = value_of(lanes.connection, "select kw.unwrap_many(%s::uuid[])", lanes.plain)
    assert isinstance(deks, list)
    assert all(isinstance(dek, bytes) for dek in deks)
    after = value_of(lanes.connection, "select public.by_lane()")
    assert isinstance(before, int)
    assert after == before + len(lanes.plain)
    by_lane, ordinary = lanes.answers("select kw.unwrap_many(%s::uuid[])", lanes.plain)
    assert by_lane == ordinary == deks


def test_wrappers_as_they_were_made_are_rewrapped_by_the_lane(lanes: Lanes) -> None:
    lanes.connection.execute("select public.use_lane(true)")
    deks = value_of(lanes.connection, "select kw.unwrap_many(%s::uuid[])", lanes.plain)
    before = value_of(lanes.connection, "select public.by_lane()")
    versions = value_of(lanes.connection, "select kw.rewrap_many(%s::uuid[])", lanes.plain)
    assert isinstance(versions, list)
    assert None not in versions
    assert isinstance(before, int)
    assert value_of(lanes.connection, "select public.by_lane()") == before + len(lanes.plain)
    assert value_of(lanes.connection, "select kw.unwrap_many(%s::uuid[])", lanes.plain) == deks


def test_both_ways_refuse_every_change_of_a_suite(lanes: Lanes) -> None:
    tried = 0
    for wrapper in lanes.plain:
        suite = lanes.column(wrapper, "crypto_suite")
        for changed in _suites(suite):
            if json.dumps(changed) == json.dumps(suite):
                continue  # the legs the other way round, where there is one
            with contextlib.suppress(psycopg.Error), lanes.connection.transaction():
                lanes.edit(wrapper, {"crypto_suite": changed})  # or a constraint refuses it
                by_lane, ordinary = lanes.answers("select kw.unwrap(%s)", wrapper)
                assert by_lane == ordinary, f"after {changed}"
                assert isinstance(ordinary, tuple), f"opens after {changed}"
                tried += 1
                raise psycopg.Rollback
    assert tried > 10 * len(lanes.plain)


def test_a_value_of_an_earlier_generation_does_not_open_the_current_wrapper(lanes: Lanes) -> None:
    row = len(lanes.wrappers)
    lanes.connection.execute("select public.use_lane(true)")
    before = value_of(lanes.connection, "select public.by_lane()")
    query = "select kw.decrypt('vault', id, 'f', f) from vault where id = %s"
    assert value_of(lanes.connection, query, row) == f"value {row}".encode()
    assert value_of(lanes.connection, "select public.by_lane()") == before


def test_what_was_proven_of_kept_ciphers_does_not_outlive_an_edit_of_their_rows(
    lanes: Lanes,
) -> None:
    lanes.db.sql("select kw.set_setting('cache_keys', 1000)")
    reader, wrapper = lanes.db.connect(), lanes.plain[0]
    good = [f"value {row}".encode() for row in range(1, len(lanes.plain) + 1)]
    many = (
        "select kw.try_decrypt_many('vault', array_agg(id::text order by id), 'f',"
        f" array_agg(f order by id)) from vault where id <= {len(good)}"
    )
    others = many.replace("where", "where id <> 1 and")
    wrap = lanes.column(wrapper, "dek_wrap1")
    for changes in (
        {"dek_wrap1": wrap[:-1] + bytes([wrap[-1] ^ 1])},
        {"status": "retired"},
        {"dek_class": "branch"},
    ):
        for _ in range(3):
            assert value_of(reader, many) == good
        lanes.edit(wrapper, changes)
        lanes.connection.commit()
        for _ in range(2):
            with pytest.raises(psycopg.Error):
                reader.execute(many)
            assert value_of(reader, others) == good[1:]
        lanes.edit(wrapper, {"dek_wrap1": wrap, "status": "active", "dek_class": "field"})
        lanes.connection.commit()
