"""Whatever is done to the stored layers of a wrapper, it opens to its own DEK or not at all.

The edits are a superuser's: triggers and constraints are off, so that the cryptography stands
alone. What is not bound is id and created_at.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kwruntime.crypto import layers
from kwruntime.crypto.formats import NEWEST
from kwruntime.crypto.layers import Layer
from kwshared.algorithms import KEMS
from psycopg.rows import dict_row

from tests.conftest import Database
from tests.security.conftest import value_of

Row = dict[str, Any]
COLUMNS = (
    "layer_no", "kms_key_id", "kem_algo_id", "kem_ciphertext", "encap_pubkey", "aad", "meta",
)  # fmt: skip
ALGORITHMS = ("X25519", "X25519", "ML-KEM-768")
MODES = ("single", "either", "both")
CLOSED = {"KW101", "KW200", "KW201", "KW202", "KW203", "KW210", "KW211"}
SAMPLED = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Vault:
    """Wrappers with three layers whose DEKs are known, and a session that edits their rows."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.connection = db.connect(autocommit=False)
        self.keys = [
            self.ask("select kw.create_kms_key('local', %s, 'wrap', %s)", f"{db.name}-{n}", name)
            for n, name in enumerate(ALGORITHMS)
        ]
        for mode in MODES:
            second = None if mode == "single" else 2
            query = "select kw.create_policy(%s, %s, 1, %s, %s)"
            self.ask(query, mode, mode, second, self.keys)
            query = "select kw.set_policy_layers(%s, 3, 3, aad_template => %s)"
            self.ask(query, mode, '{"w": "{wrapper}", "l": "{layer}"}')
        self.deks: dict[str, bytes] = {}
        self.mode: dict[str, str] = {}
        for mode in (*MODES, *MODES):
            uuid = str(self.ask("select kw.wrap(null, %s)", mode))
            self.deks[uuid] = self.ask("select kw.unwrap(%s)", uuid)
            self.mode[uuid] = mode
        self.ids = {uuid: self._id(uuid) for uuid in self.deks}
        self.earlier = {uuid: self.stored(uuid) for uuid in self.deks}
        self.ask("select kw.relayer_many(%s::uuid[])", list(self.deks))
        self.run("alter table kw.key_wrapper_layers drop constraint "
                 "key_wrapper_layers_key_wrapper_id_layer_no_key")  # fmt: skip
        self.run("alter table kw.key_wrapper_layers drop constraint "
                 "key_wrapper_layers_layer_no_check")  # fmt: skip
        self.run("set session_replication_role = replica")
        for table in ("kms_keys", "kem_private_keys", "key_wrappers", "key_wrapper_layers"):
            self.run(f"alter table kw.{table} disable trigger user")
        self.connection.commit()
        self.layers = {uuid: self.stored(uuid) for uuid in self.deks}

    def ask(self, query: str, *params: object) -> Any:
        return value_of(self.connection, query, *params)

    def run(self, query: str, *params: object) -> None:
        self.connection.execute(query, params or None)

    def _id(self, uuid: str) -> int:
        found = self.ask("select id from kw.key_wrappers where wrapper_uuid = %s", uuid)
        assert isinstance(found, int)
        return found

    def stored(self, uuid: str) -> list[Row]:
        """Return the layers of a wrapper, in order."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(
                f"select id, {', '.join(COLUMNS)} from kw.key_wrapper_layers "
                "where key_wrapper_id = %s order by layer_no",
                (self.ids[uuid],),
            )
            return cursor.fetchall()

    def of_mode(self, mode: str) -> tuple[str, str]:
        """Return two wrappers of a mode."""
        first, second = (uuid for uuid in self.deks if self.mode[uuid] == mode)
        return first, second

    def write(self, uuid: str, rows: list[Row]) -> None:
        """Let these be the only layers of a wrapper."""
        self.run("delete from kw.key_wrapper_layers where key_wrapper_id = %s", self.ids[uuid])
        for row in rows:
            values = [
                json.dumps(row[column])
                if column in ("aad", "meta") and row[column] is not None
                else row[column]
                for column in COLUMNS
            ]
            self.run(
                f"insert into kw.key_wrapper_layers (key_wrapper_id, {', '.join(COLUMNS)}) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s)",
                self.ids[uuid], *values,
            )  # fmt: skip

    def opened(self, uuid: str) -> bytes | tuple[str | None, str]:
        """Return what a wrapper opens to, or SQLSTATE and message; then undo all edits."""
        try:
            found = self.ask("select kw.unwrap(%s)", uuid)
            assert isinstance(found, bytes)
            return found
        except psycopg.Error as error:
            return error.sqlstate, error.diag.message_primary or ""
        finally:
            self.connection.rollback()

    def refused(
        self, uuid: str, rows: list[Row], layer: int, states: set[str] | None = None
    ) -> None:
        """Assert that with these layers a wrapper does not open, for the layer of that number."""
        self.write(uuid, rows)
        result = self.opened(uuid)
        assert isinstance(result, tuple), f"opened with {rows}"
        assert result[0] in (states or {"KW211"})
        assert f"layer {layer} " in f"{result[1]} ".replace(":", " "), result[1]


@pytest.fixture
def vault(db: Database) -> Iterator[Vault]:
    made = Vault(db)
    yield made
    made.connection.rollback()


def _flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_layers_that_are_put_back_as_they_were_open(vault: Vault) -> None:
    """So what is refused below is refused for the edit; id and created_at are not bound."""
    for uuid, dek in vault.deks.items():
        vault.write(uuid, vault.layers[uuid])
        vault.run("update kw.key_wrapper_layers set created_at = 'epoch', id = id + 1000")
        assert vault.opened(uuid) == dek


@pytest.mark.parametrize("mode", MODES)
def test_layers_removed_in_any_number_are_missed(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    rows = vault.layers[uuid]
    for size in range(len(rows)):
        for kept in itertools.combinations(rows, size):
            missing = next(row["layer_no"] for row in rows if row not in kept)
            vault.refused(uuid, list(kept), missing)
            closed = [{**row, "layer_no": n} for n, row in enumerate(kept, 1)]
            vault.refused(uuid, closed, missing)


@pytest.mark.parametrize("mode", MODES)
def test_layers_in_any_other_order_are_refused(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    rows = vault.layers[uuid]
    for order in itertools.permutations(rows):
        if list(order) == rows:
            continue
        moved = [{**row, "layer_no": number} for number, row in enumerate(order, 1)]
        first = next(n for n, row in enumerate(order, 1) if row["layer_no"] != n)
        vault.refused(uuid, moved, first)


@pytest.mark.parametrize("mode", MODES)
def test_a_layer_duplicated_or_added_is_refused(vault: Vault, mode: str) -> None:
    uuid, other = vault.of_mode(mode)
    rows = vault.layers[uuid]
    for source, number in itertools.product([*rows, *vault.layers[other]], (4, 8, 0, -1, 9, 32767)):
        vault.refused(uuid, [*rows, {**source, "layer_no": number}], number)
    for row in rows:  # two of one number: even where they are alike
        vault.refused(uuid, [*rows, row], row["layer_no"])
    for number, source in itertools.product((1, 2, 3), vault.layers[other]):
        vault.refused(uuid, [*rows, {**source, "layer_no": number}], number)
        vault.refused(uuid, [{**source, "layer_no": number}, *rows], number)


@pytest.mark.parametrize("mode", MODES)
def test_layers_of_other_wrappers_and_earlier_ones_are_refused(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    rows = vault.layers[uuid]
    sources = [vault.earlier[uuid], *(vault.layers[one] for one in vault.deks if one != uuid)]
    for source in sources:
        vault.refused(uuid, source, 1)
        for index in range(3):
            mixed = [*rows[:index], source[index], *rows[index + 1 :]]
            vault.refused(uuid, mixed, index + 1)
            for column in ("kem_ciphertext", "aad"):
                edited = [dict(row) for row in rows]
                edited[index][column] = source[index][column]
                if edited != rows:
                    vault.refused(uuid, edited, index + 1)


@pytest.mark.parametrize("mode", MODES)
def test_every_exchange_of_columns_within_a_wrapper_is_refused(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    rows = vault.layers[uuid]
    for size in (1, 2, 6):
        for columns in itertools.combinations(COLUMNS[1:], size):
            for one, two in itertools.combinations(range(3), 2):
                edited = [dict(row) for row in rows]
                for column in columns:
                    edited[one][column] = rows[two][column]
                    edited[two][column] = rows[one][column]
                if edited != rows:
                    vault.refused(uuid, edited, one + 1)


def _edits(row: Row) -> Iterator[Row]:
    for key in (None, 1, 2, row["kms_key_id"] + 1, row["kms_key_id"] - 1, 999_999):
        yield {"kms_key_id": key}
    for algorithm in range(1, 12):
        if algorithm != row["kem_algo_id"]:
            yield {"kem_algo_id": algorithm}
    for column in ("kem_ciphertext", "encap_pubkey"):
        data = row[column]
        yield from ({column: one} for one in (b"", data[:-1], data + b"\0", b"\0" * len(data)))
    yield {"encap_pubkey": None}
    for name in ("l", "w"):
        yield {"aad": {**row["aad"], name: ""}}
        yield {"aad": {**row["aad"], name: None}}
        yield {"aad": {key: value for key, value in row["aad"].items() if key != name}}
    for aad in (None, {}, [], "text", {**row["aad"], "more": ""}, [row["aad"]]):
        yield {"aad": aad}
    for name, value in row["meta"].items():
        yield {"meta": {**row["meta"], name: f"{value}"[:-1]}}
        yield {"meta": {key: one for key, one in row["meta"].items() if key != name}}
        if isinstance(value, int):
            for other in (value + 1, float(value) + 0.5, str(value), True, None):
                yield {"meta": {**row["meta"], name: other}}
    metas: tuple[object, ...] = (None, {}, [], "", {**row["meta"], "more": 1})
    for meta in metas:
        yield {"meta": meta}


@pytest.mark.parametrize("mode", MODES)
def test_every_edit_of_a_column_is_refused(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    for index, row in enumerate(vault.layers[uuid]):
        tried = 0
        for edit in _edits(row):
            if all(row[column] == value and type(row[column]) is type(value)
                   for column, value in edit.items()):  # fmt: skip
                continue
            rows = [dict(one) for one in vault.layers[uuid]]
            rows[index] |= edit
            vault.refused(uuid, rows, index + 1)
            tried += 1
        assert tried > 40


@pytest.mark.parametrize("mode", MODES)
def test_every_bit_of_encapsulation_and_public_key_counts(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)

    @SAMPLED
    @given(
        bit=st.integers(0, 10_000),
        index=st.integers(0, 2),
        column=st.sampled_from(["kem_ciphertext", "encap_pubkey"]),
    )
    def flip(bit: int, index: int, column: str) -> None:
        rows = [dict(one) for one in vault.layers[uuid]]
        rows[index][column] = _flipped(rows[index][column], bit)
        vault.refused(uuid, rows, index + 1)

    flip()


# -- edits of crypto_suite, alone and in step with the rows --------------------------------------


def _suite(vault: Vault, uuid: str) -> Any:
    return vault.ask("select crypto_suite from kw.key_wrappers where wrapper_uuid = %s", uuid)


def _set_suite(vault: Vault, uuid: str, suite: object) -> None:
    query = "update kw.key_wrappers set crypto_suite = %s where wrapper_uuid = %s"
    vault.run(query, json.dumps(suite), uuid)


def _lists(listed: list[Row]) -> Iterator[object]:
    yield from (
        None,
        {},
        "[]",
        1,
        [],
        [None],
        ["x"],
        [[]],
        [*listed, {}],
        [*listed, listed[0]],
        {"0": listed[0]},
    )
    for order in itertools.permutations(listed):
        if list(order) != listed:
            yield list(order)
    for size in (1, 2):
        yield from (list(kept) for kept in itertools.combinations(listed, size))
    for index, name in itertools.product(range(len(listed)), ("kem", "layer", "digest", "kms_key")):
        value = listed[index][name]
        others: tuple[object, ...] = (None, {}, f"{value}0", 0, True, index + 1.5)
        for other in others:
            yield [*listed[:index], {**listed[index], name: other}, *listed[index + 1 :]]
        without = {key: one for key, one in listed[index].items() if key != name}
        yield [*listed[:index], without, *listed[index + 1 :]]
        yield [*listed[:index], {**listed[index], "more": 1}, *listed[index + 1 :]]


@pytest.mark.parametrize("mode", MODES)
def test_every_edit_of_the_listed_layers_is_refused(vault: Vault, mode: str) -> None:
    uuid, _ = vault.of_mode(mode)
    suite = _suite(vault, uuid)
    tried = 0
    for listed in _lists(suite["layers"]):
        _set_suite(vault, uuid, {**suite, "layers": listed})
        result = vault.opened(uuid)
        assert isinstance(result, tuple), f"opened with layers {listed}"
        assert result[0] in ("KW211", "KW210")
        tried += 1
    assert tried > 100
    del suite["layers"]
    _set_suite(vault, uuid, suite)
    result = vault.opened(uuid)
    assert isinstance(result, tuple)
    assert result[0] == "KW211"


def _listed(vault: Vault, rows: list[Row]) -> list[Row]:
    """Return what crypto_suite would list of these rows, were they a wrapper's own."""
    names: dict[int, Any] = dict(
        vault.connection.execute("select id, name from kw.crypto_algorithms").fetchall()
    )
    uuids: dict[int, Any] = dict(
        vault.connection.execute("select id, key_uuid from kw.kms_keys").fetchall()
    )
    texts = vault.connection.execute(
        "select aad::text, meta::text from unnest(%s::jsonb[], %s::jsonb[]) u (aad, meta)",
        ([json.dumps(row["aad"]) if row["aad"] is not None else None for row in rows],
         [json.dumps(row["meta"]) for row in rows]),
    ).fetchall()  # fmt: skip
    found = [
        Layer.of(NEWEST, row["layer_no"], UUID(str(uuids[row["kms_key_id"]])),
              names[row["kem_algo_id"]], row["kem_ciphertext"], row["encap_pubkey"] or b"",
              aad, meta)
        for row, (aad, meta) in zip(rows, texts, strict=True)
    ]  # fmt: skip
    listed = json.loads(layers.Layers.of(found).text)
    assert isinstance(listed, list)
    return listed


def test_the_rebuilt_list_is_the_stored_one(vault: Vault) -> None:
    """Else the test below would prove nothing."""
    for uuid, rows in vault.layers.items():
        assert _suite(vault, uuid)["layers"] == _listed(vault, rows)


@pytest.mark.parametrize("mode", MODES)
def test_rows_and_suite_edited_in_step_are_refused_by_the_legs(vault: Vault, mode: str) -> None:
    """Who can compute a digest can list it; no leg has it in its context."""
    uuid, other = vault.of_mode(mode)
    rows = vault.layers[uuid]
    forged: list[list[Row]] = [
        rows[:2], rows[1:], [], vault.earlier[uuid], vault.layers[other], list(reversed(rows)),
        [*rows, {**rows[0], "layer_no": 4}],
    ]  # fmt: skip
    for index, (column, value) in itertools.product(
        range(3),
        [("encap_pubkey", b""), ("encap_pubkey", rows[0]["encap_pubkey"]), ("aad", None),
         ("aad", {}), ("kms_key_id", vault.keys[1]), ("kms_key_id", vault.keys[2]),
         ("kem_ciphertext", b"\0" * 32), ("kem_algo_id", 3), ("kem_algo_id", 1),
         ("meta", {})],
    ):  # fmt: skip
        edited = [dict(row) for row in rows]
        edited[index][column] = value
        if edited != rows:
            forged.append(edited)
    assert len(forged) > 25
    suite = _suite(vault, uuid)
    for edited in forged:
        numbered = [{**row, "layer_no": number} for number, row in enumerate(edited, 1)]
        listed = _listed(vault, numbered)
        vault.write(uuid, numbered)
        _set_suite(vault, uuid, {**suite, "layers": listed})
        result = vault.opened(uuid)
        assert isinstance(result, tuple), f"opened with {numbered}"
        assert result[0] in CLOSED


def test_a_whole_earlier_state_of_the_layers_without_its_wraps_is_refused(vault: Vault) -> None:
    for uuid in vault.deks:
        suite = _suite(vault, uuid)
        vault.write(uuid, vault.earlier[uuid])
        _set_suite(vault, uuid, {**suite, "layers": _listed(vault, vault.earlier[uuid])})
        result = vault.opened(uuid)
        assert isinstance(result, tuple)
        assert result[0] in ("KW211", "KW210")


# -- keys that were edited ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        "key_uuid = gen_random_uuid()",
        "external_key_id = (select external_key_id from kw.kms_keys where id = {other})",
        "external_key_ref = 'nowhere'",
        "algorithm = 'P-256'",
        "algorithm = null",
        "provider_id = 999",
        "status = 'disabled'",
        "public_key = null",
        "public_key = (select public_key from kw.kms_keys where id = {other})",
    ],
)
def test_a_kem_key_that_was_edited_opens_no_layer(vault: Vault, edit: str) -> None:
    uuid, _ = vault.of_mode("either")
    first, other, _ = vault.keys
    vault.run(f"update kw.kms_keys set {edit.format(other=other)} where id = %s", first)
    vault.connection.commit()
    fresh = vault.db.connect()
    with pytest.raises(psycopg.Error) as caught:
        fresh.execute("select kw.unwrap(%s)", (uuid,))
    assert caught.value.sqlstate in CLOSED
    assert "layer 1" in str(caught.value)


@pytest.mark.parametrize("name", list(KEMS))
def test_a_layer_of_each_kem_counts_bit_by_bit(db: Database, name: str) -> None:
    connection = db.connect()
    key = value_of(
        connection, "select kw.create_kms_key('local', %s, 'wrap', %s)", f"{db.name}-k", name
    )
    value_of(
        connection, "select kw.create_policy('one', 'single', 1, layers => array[%s::bigint])", key
    )
    uuid = value_of(connection, "select kw.wrap(null, 'one')")
    size = KEMS[name].encapsulation_bytes
    for position in {0, size // 2, size - 1}:
        turn = (
            "update kw.key_wrapper_layers set kem_ciphertext = "
            "set_byte(kem_ciphertext, %s, get_byte(kem_ciphertext, %s) # 1)"
        )
        connection.execute(turn, (position, position))
        with pytest.raises(psycopg.Error, match="layer 1 ") as caught:
            connection.execute("select kw.unwrap(%s)", (uuid,))
        assert caught.value.sqlstate == "KW211"
        connection.execute(turn, (position, position))
        assert value_of(connection, "select length(kw.unwrap(%s))", uuid) == 32


# -- sessions that hold what they opened ----------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        "delete from kw.key_wrapper_layers where layer_no = 1",
        "delete from kw.key_wrapper_layers",
        "update kw.key_wrapper_layers set kem_ciphertext = '' where layer_no = 2",
        "update kw.key_wrapper_layers set aad = '{}'",
        "insert into kw.key_wrapper_layers (key_wrapper_id, layer_no, kem_algo_id, kem_ciphertext) "
        "select key_wrapper_id, 3, 1, '' from kw.key_wrapper_layers where layer_no = 1",
        "truncate kw.key_wrapper_layers",
    ],
)
@pytest.mark.parametrize("branch", [False, True])
def test_a_session_that_holds_the_cipher_or_branch_refuses_at_the_next_statement(
    db: Database, edit: str, branch: bool
) -> None:
    connection = db.connect()
    keys = [
        value_of(
            connection, "select kw.create_kms_key('local', %s, 'wrap', 'X25519')", f"{db.name}-{n}"
        )
        for n in (1, 2)
    ]
    value_of(connection, "select kw.create_policy('layered', 'single', 1, layers => %s)", keys)
    policy = "layered"
    if branch:
        value_of(connection, "select kw.add_provider('branches', 'wrapper')")
        key = value_of(connection, "select kw.create_kms_key('branches', 'layered')")
        value_of(connection, "select kw.create_policy('below', 'single', %s)", key)
        policy = "below"
    connection.execute("create table t (id bigint primary key, a bytea)")
    value_of(connection, "select kw.bind('t', 1, 'a', policy => %s)", policy)
    sealed = value_of(connection, "select kw.encrypt('t', 1, 'a', 'value')")
    decrypt = "select kw.decrypt('t', 1, 'a', %s)"
    assert value_of(connection, decrypt, sealed) == b"value"
    connection.execute(edit)
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(decrypt, (sealed,))
    assert caught.value.sqlstate == "KW211"
