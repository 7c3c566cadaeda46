"""Signing keys and signatures."""

from collections.abc import Sequence

from kwruntime.admin import signing_keys as admin
from kwruntime.api.arguments import flat
from kwruntime.api.values import MAX_VALUE_BYTES
from kwruntime.call import Call, entry
from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument
from kwruntime.keys import signing_keys as keys
from kwruntime.seals import audit, checking


@entry
def create_signing_key(
    call: Call,
    name: str,
    algorithm: str,
    scope: str,
    kms_key_id: int,
    activate: bool,
    notes: str | None,
    if_not_exists: bool | None,
) -> int:
    may_exist = bool(if_not_exists)
    return call.as_owner(
        lambda: admin.create(call, name, algorithm, scope, kms_key_id, activate, notes, may_exist)
    )


@entry
def import_signing_key(
    call: Call,
    name: str,
    algorithm: str,
    scope: str,
    public_key: bytes,
    notes: str | None,
    if_not_exists: bool | None,
) -> int:
    may_exist = bool(if_not_exists)
    return call.as_owner(
        lambda: admin.enrol(call, name, algorithm, scope, public_key, notes, may_exist)
    )


@entry
def set_signing_key_status(call: Call, name: str, status: str, compromised_at: str | None) -> None:
    call.as_owner(lambda: admin.set_status(call, name, status, compromised_at))


@entry
def sign(call: Call, name: str, message: bytes | None, context: bytes) -> bytes | None:
    return _sign(call, name, [message], context)[0]


@entry
def sign_many(
    call: Call, name: str, messages: list[bytes | None] | None, context: bytes
) -> list[bytes | None] | None:
    if messages is None:
        return None
    return _sign(call, name, flat(messages, "messages"), context)


def _sign(
    call: Call, name: str, messages: Sequence[bytes | None], context: bytes
) -> list[bytes | None]:
    _check(messages, context)

    def work() -> list[bytes | None]:
        key = checking.check_signing_key(call, keys.of_application(call, name))
        made = keys.sign(call, key, messages, context)
        count = len(made) - made.count(None)
        if count:
            audit.tell(call, "sign", name, count=count)
        return made

    return call.read_as_owner(work)


@entry
def verify_signature(
    call: Call,
    name: str,
    message: bytes | None,
    signature: bytes | None,
    context: bytes,
    signed_at: str | None,
) -> bool:
    return _verify(call, name, [message], [signature], context, [signed_at])[0]


@entry
def verify_signature_many(
    call: Call,
    name: str,
    messages: list[bytes | None] | None,
    found: list[bytes | None] | None,
    context: bytes,
    signed_at: list[str | None] | None,
) -> list[bool] | None:
    if messages is None or found is None:
        return None
    times = [None] * len(messages) if signed_at is None else signed_at
    for what, given in (("signatures", found), ("times", times)):
        if len(given) != len(messages):
            raise BadArgument(
                f"number of messages ({len(messages)}) differs from number of {what} ({len(given)})"
            )
        flat(given, what)
    return _verify(call, name, flat(messages, "messages"), found, context, times)


def _verify(
    call: Call,
    name: str,
    messages: Sequence[bytes | None],
    found: Sequence[bytes | None],
    context: bytes,
    signed_at: Sequence[str | None],
) -> list[bool]:
    _check(messages, context)
    pairs = list(zip(messages, found, strict=True))

    def work() -> list[bool]:
        key, counts = keys.of_application_at(call, name, signed_at)
        return keys.verify(checking.check_signing_key(call, key), pairs, context, counts)

    return call.read_as_owner(work)


def _check(messages: Sequence[bytes | None], context: bytes) -> None:
    signatures.check_context(context)
    if any(message is not None and len(message) > MAX_VALUE_BYTES for message in messages):
        raise BadArgument(
            f"message is larger than {MAX_VALUE_BYTES // 1_000_000} MB",
            hint="Sign its SHA-256 digest, in a context that says so.",
        )
