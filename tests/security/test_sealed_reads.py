"""What opens keys refuses every row that its seal does not match, by the direct lane and without.

The edits are a superuser's: triggers, foreign keys and checks are off.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.conftest import FORGET, Database
from tests.security.test_direct_lane import Lanes
from tests.security.test_edits_of_tables import without_guards
from tests.sql.session import Session
from tests.timeouts import timeout

# Wrappers of Lanes by what they are for: mode either and both, under local keys; with layers.
_EITHER, _BOTH = 7, 11
_LAYERED = -2

READS: tuple[str, ...] = (
    "kw.unwrap({wrapper})",
    "kw.unwrap_many(array[{wrapper}])",
    "kw.decrypt('vault', {row}, 'f', {value})",
    "kw.decrypt_text('vault', {row}, 'f', {value})",
    "kw.try_decrypt('vault', {row}, 'f', {value})",
    "kw.decrypt_many('vault', array[{row}::text, '1'], 'f', array[{value}, null])",
    "kw.reencrypt('vault', {row}, 'f', {value})",
    "kw.encrypt('vault', {row}, 'f', 'value')",
    "kw.encrypt_text('vault', {row}, 'f', 'value')",
    "kw.encrypt_many('vault', array[{row}::text], 'f', array['value'::bytea])",
)
_WRAPPER = "wrapper_uuid = {wrapper}::text"
_OTHER = "(select o from kw.key_wrappers o where wrapper_uuid = {other}::text)"
_BINDING = "entity_pk = {row}::text"
_OTHER_BINDING = "(select o from kw.encryption_bindings o where entity_pk = {other_row}::text)"
WRAPPER_EDITS = (
    f"seal = ({_OTHER}).seal",
    f"seal = ({_OTHER}).seal, change_no = ({_OTHER}).change_no",
    f"seal = ({_OTHER}).seal, change_no = ({_OTHER}).change_no, dek_wrap1 = ({_OTHER}).dek_wrap1,"
    f" dek_wrap2 = ({_OTHER}).dek_wrap2, crypto_suite = ({_OTHER}).crypto_suite",
    "seal = null, change_no = null",
    "seal = ''",
    "seal = substr(seal, 1, 52)",
    "seal = seal || substr(seal, 5, 32)",
    "seal = substr(seal, 1, 36) || substr(seal, length(seal) - 15)",
    "seal = overlay(seal placing '\\x00000002' from 1)",
    "seal = set_byte(seal, 4, get_byte(seal, 4) # 1)",
    "seal = set_byte(seal, length(seal) - 1, get_byte(seal, length(seal) - 1) # 1)",
    "change_no = change_no + 1",
    "change_no = -1",
    "status = 'rotated'",
    "policy_id = 1",
    "policy_id = 999",
    "policy_id = null",
    "owner_name = 'postgres'",
    "owner = 10",
)
BINDING_EDITS = (
    f"seal = ({_OTHER_BINDING}).seal",
    f"seal = ({_OTHER_BINDING}).seal, change_no = ({_OTHER_BINDING}).change_no",
    f"key_wrapper_id = ({_OTHER_BINDING}).key_wrapper_id",
    "seal = null, change_no = null",
    "seal = ''",
    "seal = substr(seal, 1, 19)",
    "seal = overlay(seal placing '\\x00000002' from 1)",
    "change_no = change_no + 1",
    "change_no = -1",
    "is_closed = true",
)


@pytest.fixture
def lanes(db: Database) -> Iterator[Lanes]:
    made = Lanes(db, is_sealed=True)
    yield made
    made.connection.rollback()


class _Place:
    """A row of Lanes, and what reads it."""

    def __init__(self, lanes: Lanes, at: int) -> None:
        self._lanes = lanes
        at %= len(lanes.wrappers)
        value = lanes.connection.execute("select f from vault where id = %s", (at + 1,)).fetchone()
        assert value is not None
        self._names = {
            "row": at + 1,
            "wrapper": f"'{lanes.wrappers[at]}'::uuid",
            "other": f"'{lanes.wrappers[at - 1]}'::uuid",
            "other_row": at,
            "value": f"'\\x{value[0].hex()}'::bytea",
        }

    def edit(self, table: str, changes: str, where: str) -> None:
        """Edit a row; the session knows nothing of before."""
        statement = f"update kw.{table} set {changes} where {where}".format(**self._names)
        assert self._lanes.connection.execute(statement).rowcount == 1

    def answers(self, read: str) -> list[Any]:
        """Return what a function gives, or its SQLSTATE, by the lane and without."""
        found = self._lanes.answers("select " + read.format(**self._names))
        return [one[0] if isinstance(one, tuple) else one for one in found]


def _unguarded(lanes: Lanes) -> None:
    without_guards(Session(lanes.connection))
    lanes.connection.execute("set session_replication_role = replica")


@pytest.mark.parametrize("at", [_EITHER, _BOTH, _LAYERED], ids=["either", "both", "layers"])
def test_every_read_refuses_an_edited_row(lanes: Lanes, at: int) -> None:
    place = _Place(lanes, at)
    _unguarded(lanes)
    for read in READS:
        assert not {"KW211", "KW210"} & {*map(str, place.answers(read))}, read
    edits = [("key_wrappers", one, _WRAPPER, READS) for one in WRAPPER_EDITS]
    edits += [("encryption_bindings", one, _BINDING, READS[2:]) for one in BINDING_EDITS]
    for table, changes, where, reads in edits:
        lanes.connection.execute("savepoint edit")
        place.edit(table, changes, where)
        for read in reads:
            refused = "KW301" if "is_closed" in changes and "kw.encrypt" in read else "KW211"
            assert place.answers(read) == [refused] * 2, f"{read} after {changes} of {table}"
        lanes.connection.execute("rollback to edit")


@pytest.mark.parametrize("at", [_EITHER, _LAYERED], ids=["either", "layers"])
@pytest.mark.parametrize("leg", [1, 2])
def test_a_leg_that_is_not_the_sealed_one_fails_alone(lanes: Lanes, at: int, leg: int) -> None:
    """An old leg beside a renewed one is one that its seal does not name."""
    place = _Place(lanes, at)
    wrapper = lanes.wrappers[at]
    old = lanes.column(wrapper, f"dek_wrap{leg}"), lanes.column(wrapper, f"wrap{leg}_version")
    lanes.connection.execute("select kw.rewrap(%s)", (wrapper,))
    _unguarded(lanes)
    good = {read: place.answers(read)[0] for read in READS[:3]}
    path = f"{{legs,{leg - 1},version}}"
    suite = "crypto_suite = jsonb_set(crypto_suite, %s, to_jsonb(%s::int))"
    said: list[str] = []
    lanes.connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
    lanes.connection.execute(
        f"update kw.key_wrappers set dek_wrap{leg} = %s, wrap{leg}_version = %s, {suite}"
        " where wrapper_uuid = %s",
        (*old, path, old[1], wrapper),
    )
    for read, value in good.items():
        assert place.answers(read) == [value, value], read
    assert any("does not match the seal" in one for one in said) == (leg == 1)
    lanes.connection.execute("select kw.rewrap(%s)", (wrapper,))
    problems = lanes.connection.execute("select * from kw.check_seals()").fetchall()
    assert problems == [], "a rewrap renews both"


def test_a_wrapper_none_of_whose_legs_is_the_sealed_one_is_refused(lanes: Lanes) -> None:
    for at in (_EITHER, _BOTH, _LAYERED):
        place = _Place(lanes, at)
        wrapper = lanes.wrappers[at]
        legs = "dek_wrap1, dek_wrap2, wrap1_version, wrap2_version, wrap_version, crypto_suite"
        lanes.connection.execute(
            f"create temporary table old on commit drop as select {legs} from kw.key_wrappers"
            " where wrapper_uuid = %s",
            (wrapper,),
        )
        lanes.connection.execute("select kw.rewrap(%s)", (wrapper,))
        lanes.connection.execute("savepoint edit")
        _unguarded(lanes)
        place.edit("key_wrappers", f"({legs}) = (select {legs} from old)", _WRAPPER)
        for read in READS:
            assert place.answers(read) == ["KW210", "KW210"], f"{read} of {at}"
        lanes.connection.execute("rollback to edit")
        lanes.connection.execute("drop table old")


def test_a_deployment_that_is_adopting_opens_rows_without_a_seal_and_refuses_wrong_ones(
    lanes: Lanes,
) -> None:
    place = _Place(lanes, _EITHER)
    _unguarded(lanes)
    good = {read: place.answers(read)[0] for read in READS[:6]}
    lanes.connection.execute(
        "update kw.deployments set phase = 'adopting', seal = null, change_no = null"
    )
    lanes.connection.execute(FORGET)
    for table, where in (("key_wrappers", _WRAPPER), ("encryption_bindings", _BINDING)):
        lanes.connection.execute("savepoint edit")
        place.edit(table, "seal = null, change_no = null", where)
        for read, value in good.items():
            assert place.answers(read) == [value, value], read
        lanes.connection.execute("rollback to edit")
        place.edit(table, "seal = set_byte(seal, 19, get_byte(seal, 19) # 1)", where)
        assert place.answers(READS[5]) == ["KW211", "KW211"]
        lanes.connection.execute("rollback to edit")


def test_the_lane_opens_rows_that_match_their_seals(lanes: Lanes) -> None:
    lanes.connection.execute("select public.use_lane(true)")

    def by_lane() -> int:
        row = lanes.connection.execute("select public.by_lane()").fetchone()
        assert row is not None
        return int(row[0])

    many = (
        "select kw.decrypt_many('vault', array_agg(id::text), 'f', array_agg(f)) from vault"
        " where id <= %s"
    )
    before = by_lane()
    lanes.connection.execute(many, (len(lanes.plain),))
    assert by_lane() == before + len(lanes.plain)
    lanes.connection.execute("savepoint edit")
    _unguarded(lanes)
    _Place(lanes, 3).edit("key_wrappers", "change_no = change_no + 1", _WRAPPER)
    with pytest.raises(psycopg.Error):
        lanes.connection.execute(many, (len(lanes.plain),))
    lanes.connection.execute("rollback to edit")
    assert by_lane() == before + 2 * len(lanes.plain) - 1, "one bad row spoils no other"


def test_a_check_of_keys_that_was_cancelled_is_made_again(lanes: Lanes) -> None:
    lanes.connection.commit()
    lanes.db.sql("update kw.encryption_policies set renews_one_leg = not renews_one_leg")
    reader, other = lanes.db.connect(), lanes.db.connect(autocommit=False)
    other.execute("lock table kw.algorithm_statuses in access exclusive mode")
    decrypt = "select kw.decrypt('vault', id, 'f', f) from vault where id = 1"
    with timeout(reader, 300), pytest.raises(psycopg.errors.QueryCanceled):
        reader.execute(decrypt)
    other.rollback()
    for _ in range(2):
        with pytest.raises(psycopg.Error, match="encryption_policies does not match its seal"):
            reader.execute(decrypt)


@pytest.mark.parametrize("change", ["change_no = change_no + 1", "status = 'rotated'"])
def test_nothing_opens_under_a_branch_that_does_not_match_its_seal(
    lanes: Lanes, change: str
) -> None:
    _unguarded(lanes)
    place = _Place(lanes, 4)  # mode single, under a branch
    edited = lanes.connection.execute(
        f"update kw.key_wrappers set {change} where dek_class = 'branch'"
    )
    assert edited.rowcount == 1
    lanes.connection.execute(FORGET)
    for read in READS:
        assert place.answers(read) == ["KW211", "KW211"], read


@pytest.mark.parametrize(
    "statement",
    [
        "update kw.binding_generations set change_no = change_no + 1",
        "update kw.binding_generations set seal = null, change_no = null",
        "update kw.binding_generations g set key_wrapper_id = b.key_wrapper_id"
        " from kw.encryption_bindings b where b.entity_pk = '1'",
        "update kw.binding_generations set seal = b.seal from kw.encryption_bindings b"
        " where b.id = binding_id",
        "update kw.encryption_bindings b set change_no = b.change_no + 1"
        " from kw.binding_generations g where g.binding_id = b.id",
        "update kw.key_wrappers w set status = 'active' from kw.binding_generations g"
        " where g.key_wrapper_id = w.id",
    ],
)
def test_an_earlier_generation_is_refused_with_its_row_binding_or_wrapper(
    lanes: Lanes, statement: str
) -> None:
    place = _Place(lanes, -1)  # it was rotated
    _unguarded(lanes)
    reads = READS[2:7]
    for read in reads:
        assert "KW211" not in map(str, place.answers(read)), read
    assert lanes.connection.execute(statement).rowcount == 1
    for read in reads:
        assert place.answers(read) == ["KW211", "KW211"], read


def test_entities_that_exchange_their_names_open_nothing(lanes: Lanes) -> None:
    place = _Place(lanes, _EITHER)
    lanes.connection.execute("create table other (id bigint primary key, f bytea)")
    lanes.connection.execute("select kw.bind('other', '1', 'f')")
    for statement in (
        "update kw.entities e set entity_id = o.entity_id from kw.entities o"
        " where o.entity_table <> e.entity_table",
        "delete from kw.entities where entity_table = 'public.vault'",
        "update kw.entities set entity_id = gen_random_uuid()",
    ):
        lanes.connection.execute("savepoint edit")
        _unguarded(lanes)
        lanes.connection.execute(statement)
        for read in READS[2:]:
            found = place.answers(read)
            assert found[0] == found[1], read
            assert found[0] in ("KW211", "KW100", "KW302"), f"{read} after {statement}"
        lanes.connection.execute("rollback to edit")


# Between the query of a binding and that of wrappers, another wrapper gets the id that it names.
SWAP = """
create function public.swap(one bigint, other bigint) returns void language plpython3u as $$
from kwruntime.postgres.server import Server
from kwruntime.store import key_wrappers
execute = SD.setdefault('execute', Server.execute)
def swapped(self, query, *args):
    if query is not key_wrappers.WRAPPERS or args != ([one],):
        return execute(self, query, *args)
    return [row | {'id': one} for row in execute(self, query, [other])]
Server.execute = execute if one is None else swapped
$$
"""


def test_a_wrapper_that_takes_the_place_of_another_while_it_is_read_is_refused(
    lanes: Lanes,
) -> None:
    place = _Place(lanes, _LAYERED)
    one, other = (lanes.column(lanes.wrappers[at], "id") for at in (_LAYERED, _EITHER))
    lanes.connection.execute(SWAP)
    lanes.connection.execute("select public.swap(%s, %s)", (one, other))
    try:
        said = lanes.answers("select kw.decrypt('vault', id, 'f', f) from vault where id = 15")
        assert all("took the place of another" in str(one) for one in said)
        assert place.answers(READS[9]) == ["KW211", "KW211"]
    finally:
        lanes.connection.execute("select public.swap(null, null)")
