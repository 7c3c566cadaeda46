"""Arguments that no call accepts: an error that says so, never a bug report."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Database
from tests.sql.session import Session

# ruff: noqa: E501
ODD: dict[str, list[object]] = {
    "text": [
        None, "", "*", ".", '"', '""', "a.b.c", "'", "\\", "\n\t\x1b[31m", "é\U0001f511", "\ud7ff",
        "x" * 64, "x" * 65, "x" * 600, "9" * 5000, "[" * 5000, "{", '["1"]', "[1]", '["1", null]',
        "#", "\\*", "nan", "infinity", "1e5000", "-0", "public.people", "people",
    ],
    "name": [None, "", "x" * 63, "é"],
    "bigint": [None, 0, -1, 1, 2**63 - 1, -(2**63)],
    "integer": [None, 0, -1, 1, 2**31 - 1, -(2**31)],
    "smallint": [None, 0, -1, 2**15 - 1],
    "boolean": [None, True, False],
    "double precision": [None, 0, -1, 1e-300, 1e308, "NaN", "Infinity", "-Infinity"],
    "interval": [None, "0", "-1 day", "1 month", "178000000 years", "-178000000 years"],
    "timestamp with time zone": [None, "infinity", "-infinity", "294276-01-01", "4713-01-01 BC"],
    "timestamp with time zone[]": [None, [], [None], ["infinity"], [["-infinity"]]],
    "uuid": [None, "00000000-0000-0000-0000-000000000000"],
    "bytea": [None, b"", b"\xc1", b"\xc1\x01" + b"\xff" * 60, b"\xc1\x02" + b"\x01" * 60, bytes(64)],
    "jsonb": [
        None, "null", "[]", "{}", "1", '"x"', "9" * 5000, "1e400", "1.5e-400", f'{{"a": {"9" * 5000}}}',
        "[" * 3000 + "]" * 3000, '{"a": ' * 3000 + "1" + "}" * 3000, '{"a": null}', '{"a": "{"}',
        '{"a": "\\u001b[31m"}', '{"": ""}', f'{{"a": "{"x" * 200_000}"}}',
    ],
    "text[]": [None, [], [None], ["1", None], [["1"], ["2"]], ["*"], ["x" * 65], ["9" * 5000]],
    "bigint[]": [None, [], [None], [[1], [2]], [0, -1], [2**63 - 1]],
    "uuid[]": [None, [], [None], ["00000000-0000-0000-0000-000000000000"]],
    "bytea[]": [None, [], [None], [b""], [b"\xc1"], [[b"a"], [b"b"]], [b"x" * 16, None]],
}  # fmt: skip
USUAL: dict[str, object] = {
    "entity_table": "people", "entity_pk": "1", "field_name": "ssn", "policy": None, "mode": "single",
    "policy_name": "default", "provider": "local", "name": "odd", "external_key_ref": "odd", "grantee": "postgres",
    "purpose": "wrap", "status": "active", "algorithm": "X25519", "layer_selection": "defined",
    "scope": "application:odd", "signer": "odd", "source": "pgcrypto-raw", "column_name": "ssn",
    "nonce_column": None, "associated_columns": None, "key_uuids": None, "key_column": None,
    "key_scope": "column", "way": "column",
}  # fmt: skip
BY_TYPE: dict[str, object] = {
    "text": "x", "name": "postgres", "bigint": 1, "integer": 1, "smallint": 1, "boolean": False, "bytea": b"x" * 16,
    "uuid": "00000000-0000-0000-0000-000000000000", "jsonb": "{}", "text[]": ["1"], "bigint[]": [1],
    "uuid[]": ["00000000-0000-0000-0000-000000000000"], "bytea[]": [b"x" * 16],
    "double precision": 0.01, "interval": "1 day", "timestamp with time zone": "2000-01-01",
    "timestamp with time zone[]": ["2000-01-01"],
}  # fmt: skip


def _calls(session: Session) -> Iterator[tuple[str, list[object]]]:
    """Each function with each odd value of each argument, the others as usual."""
    for name, arguments, types in session.rows(
        """
        select p.proname::text, p.proargnames[1:p.pronargs],
            array(select format_type(t, null) from unnest(p.proargtypes) t)
        from pg_proc p
        where p.pronamespace = 'kw'::regnamespace and p.proname !~ '^_' and p.prokind = 'f'
            and p.provariadic = 0 and p.pronargs > 0
        order by p.oid
        """
    ):
        slots = ", ".join(
            f"{one} => %s::{kind}" for one, kind in zip(arguments, types, strict=True)
        )
        usual = [USUAL.get(one, BY_TYPE[kind]) for one, kind in zip(arguments, types, strict=True)]
        usual = [
            BY_TYPE[kind] if kind in ("bigint", "uuid") else value
            for value, kind in zip(usual, types, strict=True)
        ]
        for place, kind in enumerate(types):
            for odd in ODD[kind]:
                values = [*usual]
                values[place] = odd
                yield f"select kw.{name}({slots})", values


def test_no_argument_is_answered_by_a_bug_report(session: Session, db: Database) -> None:
    session.rows("select kw.bind('people', '*')")
    session.rows("select kw.create_signing_key('odd', 'ML-DSA-44', 'application:odd', 1)")
    session.rows("select kw.create_deployment()")
    session.connection.autocommit = False
    bugs = []
    for call, values in _calls(session):
        try:
            session.rows(call, *values)
        except psycopg.Error as error:
            if error.sqlstate in ("KW002", "XX000") or error.sqlstate is None:
                bugs.append((call, [str(one)[:40] for one in values], str(error)[:300]))
            if len(error.diag.message_primary or "") > 2000:
                bugs.append((call, [], "a message without bounds"))
        finally:
            session.connection.rollback()
    assert bugs == []


@pytest.mark.parametrize(
    "json", ["9" * 5000, f'{{"a": {"9" * 5000}}}', '{"a": ' * 3000 + "1" + "}" * 3000]
)
def test_json_that_python_cannot_hold_is_a_bad_argument(session: Session, json: str) -> None:
    said = session.refused("KW003", "select kw.add_provider('p', 'local', %s::jsonb)", json)
    assert "config" in said
    said = session.refused(
        "KW003", "select kw.set_policy_layers('default', 0, 0, 'defined', %s::jsonb)", json
    )
    assert "aad_template" in said
