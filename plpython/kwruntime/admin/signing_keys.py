"""Signing keys, as administrators make, enrol and retire them. Audited. Runs as the owner."""

from kwshared.algorithms import Signature

from kwruntime.admin import existing
from kwruntime.admin.arguments import one_of, signature_named
from kwruntime.call import Call
from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument, Conflict
from kwruntime.fields import access
from kwruntime.keys import held_keys, keyring
from kwruntime.keys import signing_keys as keys
from kwruntime.keys.graph import lock_keys
from kwruntime.postgres import messages
from kwruntime.seals.changing import added, changing
from kwruntime.store import key_dependencies, sealed_rows, signing_keys
from kwruntime.store.signing_keys import APPLICATION, EXPORT, IMPORT, IMPORTED, KMS, LOCAL, LOG

_MAX_NAME = 120
_STATUSES = ("active", "retired", "compromised")


def create(
    call: Call,
    name: str,
    algorithm: str,
    scope: str,
    kms_key_id: int,
    activate: bool,
    notes: str | None,
    if_not_exists: bool,
) -> int:
    """Make a signing key: its private key is sealed under a key of ours, or held by its KMS."""
    one = _checked(call, name, algorithm, scope)
    if scope == IMPORT:
        raise BadArgument(
            'a key of scope "import" cannot be created here: it signs data keys that are made '
            "elsewhere",
            hint="Create it there, and use kw.import_signing_key here.",
        )
    kms_key = keyring.key(call, kms_key_id)
    origin = KMS if kms_key.is_signing else LOCAL
    wanted = existing.WantedSigningKey(name, one.name, scope, origin, kms_key_id=kms_key_id)
    if if_not_exists and (known := existing.signing_key(call, wanted)) is not None:
        return known
    sealed: bytes | None = None
    if origin == KMS:
        public = held_keys.public_of(call, kms_key, one)
        call.execute(key_dependencies.LOCK_KEY_GRAPH)  # as in enrol
        _refuse_second_name(call, name, public)
        lock_keys(call, [kms_key_id])
        keyring.key(call, kms_key_id).check_signs()
    else:
        lock_keys(call, [kms_key_id])
        public, sealed = keys.seal(call, keyring.key(call, kms_key_id), name, scope, one)
    rows = call.execute(
        signing_keys.ADD, one.name, name, scope, origin, public, sealed, kms_key_id, activate, notes
    )
    if not rows:
        if if_not_exists and (known := existing.signing_key(call, wanted)) is not None:
            return known  # another session was faster
        raise _exists(name)
    access.audit(
        call,
        "create_signing_key",
        name,
        algorithm=one.name,
        scope=scope,
        key=kms_key_id,
        activated=activate,
    )
    added(call, sealed_rows.SIGNING_KEYS, [rows[0]["id"]])
    return int(rows[0]["id"])


def enrol(
    call: Call,
    name: str,
    algorithm: str,
    scope: str,
    public: bytes,
    notes: str | None,
    if_not_exists: bool,
) -> int:
    """Accept the signatures of a key whose private key is elsewhere."""
    one = _checked(call, name, algorithm, scope)
    if scope == EXPORT:
        raise BadArgument(
            'a key of scope "export" cannot be enrolled: it signs the data keys of this database',
            hint="Enrol the key of another database with scope import.",
        )
    signatures.check_public(one, public)
    wanted = existing.WantedSigningKey(name, one.name, scope, IMPORTED, public_key=public)
    if if_not_exists and (known := existing.signing_key(call, wanted)) is not None:
        return known
    call.execute(key_dependencies.LOCK_KEY_GRAPH)  # so that one of two who enrol a key finds it
    _refuse_second_name(call, name, public)
    rows = call.execute(
        signing_keys.ADD, one.name, name, scope, IMPORTED, public, None, None, True, notes
    )
    if not rows:
        if if_not_exists and (known := existing.signing_key(call, wanted)) is not None:
            return known  # another session was faster
        raise _exists(name)
    access.audit(call, "import_signing_key", name, algorithm=one.name, scope=scope)
    added(call, sealed_rows.SIGNING_KEYS, [rows[0]["id"]])
    return int(rows[0]["id"])


def _checked(call: Call, name: str, algorithm: str, scope: str) -> Signature:
    """Return the algorithm of a new key, if the catalogue and the settings allow it."""
    if not 0 < len(name) <= _MAX_NAME:
        raise BadArgument(f"the name of a signing key requires 1 to {_MAX_NAME} characters")
    one = signature_named(algorithm)
    is_application = scope.startswith(APPLICATION) and scope != APPLICATION
    if scope not in (LOG, IMPORT, EXPORT) and not is_application:
        raise BadArgument(
            f"the scope of a signing key must be {LOG}, {IMPORT}, {EXPORT} or {APPLICATION}NAME, "
            f'not "{scope}"'
        )
    if len(scope) > _MAX_NAME:
        raise BadArgument(f"a scope can have at most {_MAX_NAME} characters")
    (row,) = call.execute(signing_keys.ALGORITHM, one.name)
    keys.check_algorithm(one.name, row["status"])
    keys.check_level(call, one.name, scope, row["nist_level"])
    return one


def _refuse_second_name(call: Call, name: str, public: bytes) -> None:
    rows = call.execute(signing_keys.NAME_OF_PUBLIC_KEY, public)
    if rows and rows[0]["name"] != name:
        raise Conflict(
            f'the public key already exists, as signing key "{rows[0]["name"]}"',
            hint="A key has one name and one scope. Use another key.",
        )


def _exists(name: str) -> Conflict:
    return Conflict(f'signing key "{name}" already exists')


def set_status(call: Call, name: str, status: str, compromised_at: str | None) -> None:
    """Activate, retire or give up a key; a status that it has changes nothing."""
    one_of(status, _STATUSES, "the status of a signing key must be one of")
    if compromised_at is not None and status != "compromised":
        raise BadArgument(
            "compromised_at requires status compromised",
            hint="The times of other statuses are those of the call.",
        )
    row = keys.named(call, name)
    if status == "compromised":
        _compromise(call, row, compromised_at)
        return
    if row.status == status and (status == "retired" or row.is_activated):
        return
    if row.status != "active":
        raise Conflict(
            f"{row.label} is {row.status} and cannot become {status}",
            hint="Create a new key, and have it sign instead.",
        )
    query = signing_keys.RETIRE if status == "retired" else signing_keys.ACTIVATE
    changing(call, sealed_rows.SIGNING_KEYS, [row.id])
    if not call.execute(query, row.id):
        raise messages.old_snapshot()
    old = row.status if row.is_activated else "not activated"
    access.audit(call, "set_signing_key_status", name, old=old, new=status)


def _compromise(call: Call, row: signing_keys.SigningKey, moment: str | None) -> None:
    (found,) = call.execute(signing_keys.MOMENT, row.id, moment)
    if found["is_future"] or found["is_infinite"]:
        raise BadArgument("compromised_at must be a time of the past")
    if found["is_same"]:
        return
    if found["is_later"]:
        raise Conflict(
            f"{row.label} was compromised earlier than that",
            hint="The moment of a compromise moves back only. A signature once refused stays so.",
        )
    changing(call, sealed_rows.SIGNING_KEYS, [row.id])
    if not call.execute(signing_keys.COMPROMISE, row.id, moment, row.status):
        raise messages.old_snapshot()
    details = {"old": row.status, "new": "compromised", "since": moment or "activation"}
    access.audit(call, "set_signing_key_status", row.name, **details)
