"""A session of one role, as the behaviour tests talk to it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest


class Session:
    """One connection: values out, refusals checked, notices kept."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._heard: list[str] = []
        connection.add_notice_handler(self._hear)

    def rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows, if it has any."""
        cursor = self.connection.execute(query, params or None)
        return cursor.fetchall() if cursor.description else []

    def value(self, query: str, *params: object) -> Any:
        """Run a statement and return the one value of its one row."""
        ((value,),) = self.rows(query, *params)
        return value

    def values(self, query: str, *params: object) -> list[Any]:
        """Run a statement and return the first column of its rows."""
        return [row[0] for row in self.rows(query, *params)]

    def refused(self, sqlstate: str, query: str, *params: object) -> str:
        """Run a statement that must fail so; return its message, detail and hint."""
        with pytest.raises(psycopg.Error) as caught:
            self.connection.execute(query, params or None)
        error = caught.value
        said = error.diag.message_primary or ""
        assert error.sqlstate == sqlstate, f"{error.sqlstate}: {said}"
        if sqlstate.startswith("KW"):
            context = error.diag.context or ""
            by_runtime = "PL/Python" in context or "seal_audit" in context  # it raises again
            assert said.startswith("kwtools: ") == by_runtime, f"not a message of ours: {said}"
        return "\n".join([said, error.diag.message_detail or "", error.diag.message_hint or ""])

    def _hear(self, told: psycopg.errors.Diagnostic) -> None:
        # Taken down at once: what psycopg hands over is freed after this call.
        more = " ".join(filter(None, [told.message_detail, told.message_hint]))
        self._heard.append(f"{told.severity}: {told.message_primary} {more}")

    def heard(self) -> str:
        """Return what the server told since the last time: a line each, with its severity."""
        told = "\n".join(self._heard)
        self._heard.clear()
        return told

    # -- what nearly every test does ------------------------------------------------------------

    def encrypt(self, table: str, pk: str, field: str | None, value: bytes | None) -> bytes:
        """``kw.encrypt``."""
        return self.value("select kw.encrypt(%s, %s::text, %s, %s)", table, pk, field, value)  # type: ignore[no-any-return]

    def decrypt(self, table: str, pk: str, field: str | None, value: bytes | None) -> bytes:
        """``kw.decrypt``."""
        return self.value("select kw.decrypt(%s, %s::text, %s, %s)", table, pk, field, value)  # type: ignore[no-any-return]

    def bind(self, table: str, pk: str, field: str | None = None, **more: object) -> str:
        """``kw.bind``; returns the wrapper."""
        named = "".join(f", {name} => %s" for name in more)
        query = f"select kw.bind(%s, %s::text, %s{named})::text"
        return str(self.value(query, table, pk, field, *more.values()))

    def lookup(self, table: str, pk: str, field: str | None = None) -> str | None:
        """``kw.lookup``."""
        return self.value("select kw.lookup(%s, %s::text, %s)::text", table, pk, field)  # type: ignore[no-any-return]

    def key(self, provider: str = "local") -> int:
        """Make a KMS key and return its id. Its name is its own: the tests share key files."""
        return int(self.value("select kw.create_kms_key(%s, %s)", provider, uuid4().hex))

    def kem(self, algorithm: str = "X25519") -> int:
        """Make a KEM key of provider local and return its id."""
        query = "select kw.create_kms_key('local', %s, 'wrap', %s)"
        return int(self.value(query, uuid4().hex, algorithm))

    def sealed_kem(self, sealing: int, algorithm: str = "X25519") -> int:
        """Make a KEM key whose private key is sealed under another key; return its id."""
        query = "select kw.create_kem_key(%s, %s, %s)"
        return int(self.value(query, uuid4().hex, algorithm, sealing))

    def policy(self, name: str, mode: str, *keys: int, layers: Sequence[int] = ()) -> int:
        """``kw.create_policy``."""
        marks = ", ".join(["%s"] * (2 + len(keys)))
        query = f"select kw.create_policy({marks}, layers => %s::bigint[])"
        return int(self.value(query, name, mode, *keys, list(layers)))

    def layers(self, wrapper: object) -> list[int]:
        """Return the keys of a wrapper's layers, the one next to the DEK first."""
        return self.values(
            "select l.kms_key_id from kw.key_wrapper_layers l "
            "join kw.key_wrappers w on w.id = l.key_wrapper_id "
            "where w.wrapper_uuid = %s::text order by l.layer_no",
            str(wrapper),
        )

    def branch(self, policy: str) -> tuple[int, str]:
        """Make a branch under a policy; return its key's id and its wrapper's uuid."""
        if not self.rows("select 1 from kw.kms_providers where provider = 'wrapper'"):
            self.rows("select kw.add_provider('branches', 'wrapper')")
        key_id = int(self.value("select kw.create_kms_key('branches', %s)", policy))
        query = "select external_key_ref from kw.kms_keys where id = %s"
        return key_id, self.value(query, key_id)

    def wrapper(self, wrapper: str) -> dict[str, Any]:
        """Return the row of a wrapper."""
        query = "select to_jsonb(w) from kw.key_wrappers w where wrapper_uuid = %s"
        return self.value(query, wrapper)  # type: ignore[no-any-return]


def marked(count: int, length: int = 32) -> Sequence[bytes]:
    """Return that many data keys, each other than the rest."""
    return [bytes([number + 1]) * length for number in range(count)]
