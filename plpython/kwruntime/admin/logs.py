"""The log of audit events: made, given its keys, and found. Audited. Runs as the owner."""

import re
from collections.abc import Sequence

from kwshared.tlog.keys import SignatureType, VerifierKey

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, NotFound
from kwruntime.fields import access
from kwruntime.keys import signing_keys as keys
from kwruntime.postgres import messages
from kwruntime.seals import checking
from kwruntime.seals.changing import changing
from kwruntime.store import logs, sealed_rows
from kwruntime.store.logs import Log
from kwruntime.store.signing_keys import LOG, SigningKey

TYPES = {
    "Ed25519": SignatureType.ED25519,
    "ML-DSA-44": SignatureType.COSIGNATURE_ML_DSA_44,
}
"""What signs checkpoints: the algorithms for which C2SP assigns a type."""

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9._~-]+)*")
_MAX_HOST = 120
_MAX_KEYS = 8


def current(call: Call) -> Log:
    """Return the log of the deployment as it is now; raises ``NotFound``."""
    rows = call.execute(logs.CURRENT)
    if not rows:
        raise NotFound(
            "this database does not have a log of its audit events",
            hint="Ask a member of kw_admin to use kw.create_log.",
        )
    return Log.of(rows[0])


def create(call: Call, host: str, names: Sequence[str]) -> str:
    """Make the log of the deployment's incarnation; return its origin."""
    if len(host) > _MAX_HOST or not _HOST.fullmatch(host):
        raise BadArgument(
            f'"{host}" cannot begin the name of a log',
            hint="Use a host name in lower case, such as db.example.com, with a path if you like.",
        )
    found = call.execute(logs.DEPLOYMENT)
    if not found:
        raise NotFound(
            "this database does not have a deployment, which a log names",
            hint="Ask a superuser to use kwtools deployment create.",
        )
    call.execute(logs.LOCK)
    if call.execute(logs.CURRENT):
        raise Conflict("the log of this incarnation of the deployment already exists")
    log, added = make(call, found[0]["deployment"], found[0]["incarnation"], host, names)
    access.audit(call, "create_log", log.origin, keys=added)
    return log.origin


def make(
    call: Call, deployment: str, incarnation: int, host: str, names: Sequence[str]
) -> tuple[Log, list[str]]:
    """Make the log of an incarnation; return it and its verifier keys. Logs are locked."""
    signing = _signing_keys(call, names)
    origin = f"{host}/kwtools/{deployment}/{incarnation}"
    call.execute(logs.LOCK_SEALED_TABLES)
    rows = call.execute(logs.CREATE, deployment, incarnation, host, origin)
    if not rows:
        raise messages.old_snapshot()
    added = _set_keys(call, rows[0]["id"], origin, signing)
    return Log.of(call.execute(logs.BY_ID, rows[0]["id"])[0]), added


def set_keys(call: Call, names: Sequence[str]) -> list[str]:
    """Have these keys sign from now on, and no others; return their verifier keys."""
    call.execute(logs.LOCK)
    log = current(call)
    added = _set_keys(call, log.id, log.origin, _signing_keys(call, names))
    access.audit(call, "set_log_keys", log.origin, keys=added)
    return added


def _signing_keys(call: Call, names: Sequence[str]) -> list[SigningKey]:
    """Return the keys that are to sign; raises unless each can, and one is Ed25519."""
    if len(set(names)) != len(names) or not 1 <= len(names) <= _MAX_KEYS:
        raise BadArgument(f"a log requires 1 to {_MAX_KEYS} signing keys, each once")
    found = [keys.named(call, name) for name in names]
    for row in found:
        if row.scope != LOG:
            raise Conflict(
                f'{row.label} has scope "{row.scope}", not "{LOG}"',
                hint="Create a key of that scope with kw.create_signing_key.",
            )
        if row.algorithm not in TYPES:
            raise BadArgument(
                f"{row.label} is of {row.algorithm}, which does not sign checkpoints",
                hint=f"Use a key of {' or '.join(TYPES)}.",
            )
        keys.check_signs(call, checking.check_signing_key(call, row))
        keys.private_key(call, row)
    if all(row.algorithm != "Ed25519" for row in found):
        raise BadArgument(
            "a log requires a signing key of Ed25519",
            hint="Name one beside those of other algorithms: other programs verify it.",
        )
    return found


def _set_keys(call: Call, log_id: int, origin: str, signing: Sequence[SigningKey]) -> list[str]:
    changing(call, sealed_rows.LOG_KEYS, [log_id])
    call.execute(logs.REMOVE_KEYS, log_id, [row.id for row in signing])
    for row in signing:
        call.execute(logs.ADD_KEY, log_id, row.id, str(verifier_key(origin, row)))
    return [str(verifier_key(origin, row)) for row in signing]


def verifier_key(origin: str, row: SigningKey) -> VerifierKey:
    """Return a signing key as a key of this log."""
    return VerifierKey(origin, TYPES[row.algorithm], row.public_key)
