"""Signs a report by a signing key of the database: an envelope of DSSE 1.0 (format.md)."""

import base64
import json
from typing import Any, NamedTuple

from kwtools.connections import Connection, transaction
from kwtools.evidence import report_receipts
from kwtools.evidence.report_receipts import PAYLOAD_TYPE, PREDICATE, STATEMENT, ReportKey

SCOPE = "application:report"
"""Of the keys that sign reports where no key is named."""

_MAY_SIGN = "has_function_privilege('kw.sign(text, bytea, bytea)', 'execute')"
_KEYS = """
select s.name, a.name as algorithm, s.public_key
from kw.signing_keys s
join kw.crypto_algorithms a on a.id = s.algo_id
where s.origin <> 'imported' and s.status = 'active' and s.activated_at <= now()
    and case when %(name)s::text is null then s.scope = %(scope)s else s.name = %(name)s end
order by s.activated_at desc, s.id desc
limit 1
"""


class Signer(NamedTuple):
    """The key that signs; null: nobody does, and why."""

    key: ReportKey | None
    why_not: str = ""


def choose(connection: Connection, name: str | None) -> Signer:
    """Return the key of a name, or the newest one of scope ``SCOPE`` that the role signs with."""
    with transaction(connection):
        row = connection.execute(_KEYS, {"name": name, "scope": SCOPE}).fetchone()
        state = connection.execute(f"select {_MAY_SIGN}, pg_is_in_recovery()").fetchone()
    assert state is not None
    may_sign, is_standby = state
    if row is None:
        wanted = f'named "{name}"' if name else f'of scope "{SCOPE}"'
        return Signer(None, f"there is not an active signing key {wanted}")
    if not may_sign:
        return Signer(None, "the role is not a member of kw_signer")
    if is_standby:
        return Signer(None, "the server is a standby, where no signature can be recorded")
    return Signer(ReportKey(row[0], row[1], bytes(row[2])))


def sign(
    connection: Connection, key: ReportKey, file: str, report: bytes, predicate: dict[str, Any]
) -> bytes:
    """Return the receipt of a report; raises psycopg's errors."""
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": file, "digest": {"sha256": report_receipts.digest_of(report)}}],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    payload = json.dumps(statement, sort_keys=True).encode()
    with transaction(connection, writes=True):
        row = connection.execute(
            "select kw.sign(%s, %s, %s)", (key.name, payload, PAYLOAD_TYPE.encode())
        ).fetchone()
    assert row is not None
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key.name, "sig": base64.b64encode(bytes(row[0])).decode()}],
    }
    return json.dumps(envelope, indent=2).encode() + b"\n"
