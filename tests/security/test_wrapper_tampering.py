"""Whatever is done to the stored row of a wrapper, it opens to its own DEK or not at all.

The edits are a superuser's: triggers are off, so that the cryptography stands alone.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from tests.conftest import Database
from tests.security.conftest import Make, value_of

Row = dict[str, Any]

AUTHENTICATED = (
    "wrapper_uuid", "kms1_key_id", "kms2_key_id", "dek_wrap1", "dek_wrap2", "crypto_suite",
    "wrap1_version", "wrap2_version", "dek_class",
)  # fmt: skip
STORED = (*AUTHENTICATED, "wrap_version")
REFUSED = {"KW101", "KW103", "KW200", "KW201", "KW202", "KW203", "KW210", "KW211", "KW212", "KW100"}
"""What refuses to open. Some edits are refused by constraints of the table: 23514, 22P02."""
SAMPLED = settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Vault:
    """Wrappers whose DEKs are known, and a session in which their rows are edited."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.connection = db.connect(autocommit=False)
        self.connection.execute("set session_replication_role = replica")
        for table in ("kms_keys", "kms_providers", "key_wrappers"):
            self.connection.execute(f"alter table kw.{table} disable trigger user")
        # names and uuids may stand twice, so that every swap can be tried
        self.connection.execute(
            "alter table kw.key_wrappers drop constraint key_wrappers_wrapper_uuid_key"
        )
        keys = [1, 2]
        for name in ("other-1", "other-2"):
            keys.append(self._ask("select kw.create_kms_key('local', %s)", f"{db.name}-{name}"))
        self.deks: dict[str, bytes] = {}
        for mode in ("single", "either", "both"):
            for pair in (keys[:2], keys[2:]):
                second = None if mode == "single" else pair[1]
                policy = f"{mode}-{pair[0]}"
                self._ask("select kw.create_policy(%s, %s, %s, %s)", policy, mode, pair[0], second)
                for _ in range(2):
                    uuid = str(self._ask("select kw.wrap(null, %s)", policy))
                    self.deks[uuid] = self._ask("select kw.unwrap(%s)", uuid)
        self.connection.commit()
        self.rows = {uuid: self._row(uuid) for uuid in self.deks}

    def _ask(self, query: str, *params: object) -> Any:
        return value_of(self.connection, query, *params)

    def _row(self, uuid: str) -> Row:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(
                f"select id, {', '.join(STORED)} from kw.key_wrappers where wrapper_uuid = %s",
                (uuid,),
            )
            row = cursor.fetchone()
        assert row is not None
        return row

    def mode(self, uuid: str) -> str:
        return str(self.rows[uuid]["crypto_suite"]["mode"])

    def of_mode(self, mode: str) -> str:
        return next(uuid for uuid in self.deks if self.mode(uuid) == mode)

    def opened(self, uuid: str, edit: Row) -> bytes | str:
        """Edit the row of a wrapper; return what it then opens to, or how that is refused."""
        row = self.rows[uuid]
        changed = {**row, **edit}
        changed["wrap_version"] = max(changed["wrap1_version"], changed["wrap2_version"] or 0)
        columns = [column for column in STORED if changed[column] != row[column]]
        values = [
            json.dumps(changed[column]) if column == "crypto_suite" else changed[column]
            for column in columns
        ]
        sets = ", ".join(f"{column} = %s" for column in columns) or "id = id"
        try:
            self.connection.execute(
                f"update kw.key_wrappers set {sets} where id = %s", (*values, row["id"])
            )
            # the other row of that name, if any, steps aside
            self.connection.execute(
                "delete from kw.key_wrappers where wrapper_uuid = %s and id <> %s",
                (changed["wrapper_uuid"], row["id"]),
            )
            found = self._ask("select kw.unwrap(%s)", changed["wrapper_uuid"])
            assert isinstance(found, bytes)
            return found
        except psycopg.Error as error:
            return str(error.sqlstate)
        finally:
            self.connection.rollback()

    def check(self, uuid: str, edit: Row) -> None:
        """Assert that the edited row opens to its own DEK or not, as it should."""
        changed = {**self.rows[uuid], **edit}
        named = changed["wrapper_uuid"]
        result = self.opened(uuid, edit)
        if named in self.rows:
            original = self.rows[named]
            differs = {column for column in AUTHENTICATED if changed[column] != original[column]}
            if not differs:
                assert result == self.deks[named]
                return
            # in mode either one leg may be spoilt: the other one opens
            if self.mode(named) == "either" and differs in ({"dek_wrap1"}, {"dek_wrap2"}):
                missing = changed["dek_wrap2"] is None
                assert result == ("23514" if missing else self.deks[named])
                return
        assert isinstance(result, str), f"{self.mode(uuid)}: opened after an edit of {set(edit)}"
        assert result in REFUSED | {"22P02", "23514"}


@pytest.fixture
def vault(db: Database) -> Iterator[Vault]:
    made = Vault(db)
    yield made
    made.connection.rollback()


GROUPS = (
    ("dek_wrap1",),
    ("dek_wrap2",),
    ("crypto_suite",),
    ("kms1_key_id", "kms2_key_id", "wrap1_version", "wrap2_version"),
    ("wrapper_uuid",),
)


def test_every_exchange_of_columns_between_two_wrappers_is_refused(vault: Vault) -> None:
    subsets = [
        tuple(itertools.chain(*chosen))
        for size in range(1, len(GROUPS) + 1)
        for chosen in itertools.combinations(GROUPS, size)
    ]
    for uuid, other in itertools.permutations(vault.deks, 2):
        for columns in subsets:
            vault.check(uuid, {column: vault.rows[other][column] for column in columns})


def test_wraps_put_into_the_other_slot_are_refused(vault: Vault) -> None:
    for uuid, other in itertools.product(vault.deks, repeat=2):
        row, source = vault.rows[uuid], vault.rows[other]
        if row["dek_wrap2"] is None or source["dek_wrap2"] is None:
            continue
        crossed = {"dek_wrap1": source["dek_wrap2"], "dek_wrap2": source["dek_wrap1"]}
        turned = {"kms1_key_id": row["kms2_key_id"], "kms2_key_id": row["kms1_key_id"]}
        suite = json.loads(json.dumps(row["crypto_suite"]))
        suite["legs"][0]["kms_key"], suite["legs"][1]["kms_key"] = (
            suite["legs"][1]["kms_key"], suite["legs"][0]["kms_key"],
        )  # fmt: skip
        for edit in (crossed, crossed | turned, crossed | turned | {"crypto_suite": suite}):
            vault.check(uuid, edit)
        if uuid != other:
            vault.check(uuid, {"dek_wrap1": source["dek_wrap2"]})
        vault.check(uuid, {"dek_wrap2": source["dek_wrap1"]})


def test_every_edit_of_an_authenticated_column_is_refused(vault: Vault) -> None:
    for uuid, row in vault.rows.items():
        edits: list[Row] = [
            {"dek_class": "branch"},
            {"wrapper_uuid": "00000000-0000-4000-8000-000000000000"},
            {"wrap1_version": 2},
            {"kms1_key_id": 999},
            {"crypto_suite": {}},
            {"dek_wrap1": row["dek_wrap1"] + b"\0", "dek_wrap2": row["dek_wrap2"]},
        ]
        if row["kms2_key_id"] is not None:
            edits += [
                {"wrap2_version": 2},
                {"kms2_key_id": 999},
                {"kms2_key_id": None, "dek_wrap2": None, "wrap2_version": None},
                {"kms1_key_id": row["kms2_key_id"], "kms2_key_id": row["kms1_key_id"]},
            ]
        else:
            edits.append({"kms2_key_id": 2, "dek_wrap2": row["dek_wrap1"], "wrap2_version": 1})
        for edit in edits:
            vault.check(uuid, edit)


def test_another_spelling_of_the_uuid_is_refused(vault: Vault) -> None:
    """A second row under another spelling would be a copy that outlives a shred."""
    for uuid in vault.deks:
        if uuid.upper() != uuid:
            assert vault.opened(uuid, {"wrapper_uuid": uuid.upper()}) == "23514"
        braced = "{" + uuid.replace("-", "") + "}"
        assert vault.opened(uuid, {"wrapper_uuid": braced}) == "22P02"


def _suites(suite: Row) -> Iterator[Row]:
    """Every suite with one member changed, missing or added, at every depth."""

    def copy() -> Any:
        return json.loads(json.dumps(suite))

    def places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for name, value in items:
            yield (*path, name)
            if isinstance(value, dict | list):
                yield from places(value, (*path, name))

    for path in places(suite, ()):
        for change in (_another, None):
            made = copy()
            node = made
            for name in path[:-1]:
                node = node[name]
            if change is None:
                del node[path[-1]]
            else:
                node[path[-1]] = change(node[path[-1]])
            yield made
    extras: tuple[Row, ...] = (
        {"more": 1}, {"layers": [{}]}, {"mode": "single"}, {"mode": "either"},
                  {"mode": "both"}, {"mode": None}, {"format": "kwtools/2"}, {"class": "branch"},
                  {"dek_bytes": "32"}, {"legs": []})  # fmt: skip
    for extra in extras:
        made = copy() | extra
        if made != suite:
            yield made


def _another(value: Any) -> Any:
    if isinstance(value, str):
        return ("1" if value[:1] == "0" else "0") + value[1:]
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [*value, {}]
    return {}


def test_every_edit_of_crypto_suite_is_refused(vault: Vault) -> None:
    for mode in ("single", "either", "both"):
        uuid = vault.of_mode(mode)
        tried = 0
        for suite in _suites(vault.rows[uuid]["crypto_suite"]):
            result = vault.opened(uuid, {"crypto_suite": suite})
            assert result in REFUSED, f"{mode}: opened with crypto_suite {suite}"
            tried += 1
        assert tried > 20


def test_an_unknown_format_is_refused_by_name(vault: Vault) -> None:
    uuid = vault.of_mode("single")
    vault.connection.execute(
        "update kw.key_wrappers set crypto_suite = crypto_suite || %s where wrapper_uuid = %s",
        ('{"format": "kwtools/9"}', uuid),
    )
    with pytest.raises(psycopg.Error, match=r"kwtools/9") as caught:
        vault.connection.execute("select kw.unwrap(%s)", (uuid,))
    assert caught.value.sqlstate == "KW211"


def _flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("mode", ["single", "either", "both"])
def test_every_bit_of_a_wrap_counts(vault: Vault, mode: str) -> None:
    uuid = vault.of_mode(mode)
    row = vault.rows[uuid]

    @SAMPLED
    @given(bit=st.integers(0, 10_000), second=st.booleans())
    def flip(bit: int, second: bool) -> None:
        column = "dek_wrap2" if second and mode != "single" else "dek_wrap1"
        spoilt = _flipped(row[column], bit)
        vault.check(uuid, {column: spoilt})
        if mode == "either":
            other = "dek_wrap1" if column == "dek_wrap2" else "dek_wrap2"
            both = {column: spoilt, other: _flipped(row[other], bit)}
            assert vault.opened(uuid, both) == "KW210"

    flip()


@given(data=st.data())
@SAMPLED
def _cut(vault: Vault, data: st.DataObject) -> None:
    uuid = data.draw(st.sampled_from(sorted(vault.deks)))
    wrap = vault.rows[uuid]["dek_wrap1"]
    length = data.draw(st.integers(1, len(wrap) - 1))
    vault.check(uuid, {"dek_wrap1": wrap[:length]})
    vault.check(uuid, {"dek_wrap1": wrap + wrap[:length]})
    vault.check(uuid, {"dek_wrap1": data.draw(st.binary(min_size=1, max_size=200))})


def test_cut_longer_and_made_up_wraps_are_refused(vault: Vault) -> None:
    _cut(vault)


@pytest.mark.parametrize(("leg", "column"), [(1, "dek_wrap1"), (2, "dek_wrap2")])
def test_in_mode_either_verify_names_the_spoilt_leg_and_the_other_opens(
    vault: Vault, leg: int, column: str
) -> None:
    uuid = vault.of_mode("either")
    vault.connection.execute(
        f"update kw.key_wrappers set {column} = %s where wrapper_uuid = %s",
        (_flipped(vault.rows[uuid][column], 300), uuid),
    )
    found = vault.connection.execute(
        "select leg, kms_key_id, sqlstate from kw.verify(%s)", (uuid,)
    ).fetchall()
    assert found == [(leg, vault.rows[uuid][f"kms{leg}_key_id"], "KW211")]
    warnings: list[str] = []
    vault.connection.add_notice_handler(
        lambda notice: warnings.append(notice.message_primary or "")
    )
    assert value_of(vault.connection, "select kw.unwrap(%s)", uuid) == vault.deks[uuid]
    assert len(warnings) == (1 if leg == 1 else 0)  # leg 2 is not asked while leg 1 opens
    assert all(f"leg {leg}" in warning for warning in warnings)


def test_a_spoilt_wrapper_in_mode_both_is_named_by_verify(vault: Vault) -> None:
    uuid = vault.of_mode("both")
    vault.connection.execute(
        "update kw.key_wrappers set dek_wrap2 = %s where wrapper_uuid = %s",
        (_flipped(vault.rows[uuid]["dek_wrap2"], 300), uuid),
    )
    found = vault.connection.execute("select wrapper, problem from kw.verify()").fetchall()
    assert [str(wrapper) for wrapper, _ in found] == [uuid]
    assert "leg 2" in found[0][1]


def test_every_stored_wrapper_opens_by_every_leg_when_nothing_was_edited(vault: Vault) -> None:
    assert vault.connection.execute("select * from kw.verify()").fetchall() == []


@pytest.mark.parametrize("mode", ["single", "either", "both"])
def test_a_stray_layer_row_refuses_opening(vault: Vault, mode: str) -> None:
    uuid = vault.of_mode(mode)
    vault.connection.execute(
        "insert into kw.key_wrapper_layers (key_wrapper_id, layer_no, kem_algo_id, kem_ciphertext) "
        "values (%s, 1, 1, '')",
        (vault.rows[uuid]["id"],),
    )
    with pytest.raises(psycopg.Error, match="layers") as caught:
        vault.connection.execute("select kw.unwrap(%s)", (uuid,))
    assert caught.value.sqlstate == "KW211"


@pytest.mark.parametrize(
    "edit",
    [
        "key_uuid = gen_random_uuid()",
        "external_key_id = (select external_key_id from kw.kms_keys where id = 2)",
        "external_key_ref = (select external_key_ref from kw.kms_keys where id = 2)",
        "(external_key_ref, external_key_id) = "
        "(select external_key_ref, external_key_id from kw.kms_keys where id = 2)",
        "provider_id = 999",
    ],
)
@pytest.mark.parametrize("mode", ["single", "both"])
def test_a_key_row_that_was_edited_opens_nothing(vault: Vault, mode: str, edit: str) -> None:
    uuid = vault.of_mode(mode)
    assert vault.rows[uuid]["kms1_key_id"] == 1
    vault.connection.execute(
        "alter table kw.kms_keys drop constraint kms_keys_provider_id_external_key_ref_key"
    )
    vault.connection.execute(f"update kw.kms_keys set {edit} where id = 1")
    vault.connection.commit()
    fresh = vault.db.connect()
    with pytest.raises(psycopg.Error) as caught:
        fresh.execute("select kw.unwrap(%s)", (uuid,))
    assert caught.value.sqlstate in REFUSED


def test_a_field_wrapper_does_not_become_a_branch_by_an_edit(vault: Vault) -> None:
    """An imported DEK would then be a known KEK."""
    uuid = vault.of_mode("single")
    run: Callable[..., Any] = vault.connection.execute
    provider = value_of(vault.connection, "select kw.add_provider('branches', 'wrapper')")
    run("update kw.key_wrappers set dek_class = 'branch' where wrapper_uuid = %s", (uuid,))
    key = value_of(
        vault.connection,
        "insert into kw.kms_keys (provider_id, external_key_ref, external_key_id) "
        "values (%s, %s, %s) returning id",
        provider, uuid, uuid,
    )  # fmt: skip
    run("select kw.create_policy('under it', 'single', %s)", (key,))
    with pytest.raises(psycopg.Error) as caught:
        run("select kw.wrap(null, 'under it')")
    assert caught.value.sqlstate in REFUSED


def test_a_row_made_by_a_role_with_insert_does_not_open(db: Database, make_role: Make) -> None:
    forger = make_role("kw_unwrap", "kw_client")
    uuid = str(value_of(db.connect(), "select kw.wrap()"))
    db.sql(f"grant select, insert on kw.key_wrappers to {forger}")
    db.sql(f"grant usage on all sequences in schema kw to {forger}")
    session = db.connect(forger)
    insert = """
        insert into kw.key_wrappers
            (wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite,
                wrap2_version, status)
        select %s, kms1_key_id, kms2_key_id, {wraps}, {suite}, wrap2_version, {status}
        from kw.key_wrappers where wrapper_uuid = %s
    """
    wraps, suite = "dek_wrap1, dek_wrap2", "crypto_suite"
    text = insert.format(wraps=wraps, suite=suite, status="status")
    with pytest.raises(psycopg.Error) as caught:
        session.execute(text, ("00000000-0000-4000-8000-000000000000", uuid))
    assert caught.value.sqlstate == "KW100"
    db.sql("alter table kw.key_wrappers disable trigger guard_writes")
    for number, parts in enumerate(
        (
            {},
            {"suite": 'crypto_suite || \'{"mode": "both"}\''},
            {"suite": "'{}'"},
            {"wraps": "'\\x01', '\\x01'"},
            {"wraps": "dek_wrap2, dek_wrap1"},
        )
    ):
        forged = f"00000000-0000-4000-8000-00000000000{number}"
        text = insert.format(**{"wraps": wraps, "suite": suite, "status": "status"} | parts)
        session.execute(text, (forged, uuid))
        with pytest.raises(psycopg.Error) as caught:
            session.execute("select kw.unwrap(%s)", (forged,))
        assert caught.value.sqlstate in REFUSED
    assert db.sql("select count(distinct wrapper) from kw.verify()") == [(5,)]
    second = insert.format(wraps=wraps, suite=suite, status="status")
    with pytest.raises(psycopg.errors.UniqueViolation):
        session.execute(second, (uuid, uuid))
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute(second, (uuid.upper(), uuid))
