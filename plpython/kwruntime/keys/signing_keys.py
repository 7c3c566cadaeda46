"""Signing keys: found, sealed, opened, and used. Runs as the owner.

``private_key`` returns what signs. Callers use only its ``algorithm`` and ``sign``, which signs the
bytes as they are: so a key that its KMS holds takes the place of one that is opened here.
"""

from collections.abc import Sequence
from hashlib import sha256
from time import monotonic
from typing import NamedTuple

from kwshared.algorithms import Signature

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto import signatures
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.signatures import PrivateKey
from kwruntime.errors import BelowMinLevel, Conflict, KeyUnavailable, NotFound, ProviderError
from kwruntime.keys import held_keys, unwrap
from kwruntime.keys.absent import check_there, opened_keys
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.keys.graph import check_usable
from kwruntime.keys.held_keys import HeldKey
from kwruntime.keys.keyring import key
from kwruntime.keys.private_keys import ask
from kwruntime.kms.providers import Provider, WrapItem
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.session import Epoch
from kwruntime.store import signing_keys
from kwruntime.store.kms_keys import KmsKey
from kwruntime.store.signing_keys import APPLICATION, KMS, LOCAL, LOG, SigningKey

_ID_BYTES = 16


class _Opened(NamedTuple):
    """A private key that was opened, and the row that it was opened from."""

    expires: float
    row: SigningKey
    key: PrivateKey

    def __repr__(self) -> str:
        return f"_Opened({self.row.label})"


class OpenedSigningKeys:
    """The private keys that were opened in this epoch, by the id of the signing key."""

    def __init__(self, epoch: Epoch) -> None:
        self.kept: Cache[int, _Opened] = Cache(epoch.settings["cache_keys"])


def named(call: Call, name: str) -> SigningKey:
    """Return a signing key; raises ``NotFound``."""
    rows = call.execute(signing_keys.KEY, name)
    if not rows:
        raise _not_found(name)
    return SigningKey.of(rows[0])


def _not_found(name: str) -> NotFound:
    return NotFound(
        f'signing key "{name}" does not exist',
        hint="Ask a member of kw_admin to use kw.create_signing_key or kw.import_signing_key.",
    )


def of_application(call: Call, name: str) -> SigningKey:
    """Return a signing key whose scope is an application; raises ``Conflict`` for another scope.

    What the other scopes sign has forms of its own, which must not be mistaken for a message.
    """
    found = named(call, name)
    _check_application(found)
    return found


def _check_application(found: SigningKey) -> None:
    if not found.scope.startswith(APPLICATION):
        raise Conflict(
            f'{found.label} has scope "{found.scope}", not that of an application',
            hint="Use a key whose scope begins with application:.",
        )


def check_level(call: Call, what: str, scope: str, level: int | None) -> None:
    """Raise ``BelowMinLevel`` where an algorithm has a lower level than new signatures require.

    Formats prescribe the algorithms of the log.
    """
    required = call.settings["signature_level"]
    if scope != LOG and (level or 0) < required:
        raise BelowMinLevel(
            f"signatures require NIST level {required}, but {what} has "
            + (f"level {level}" if level else "no level"),
            hint="Use a key of another algorithm, or kw.set_setting('signature_level', …).",
        )


def check_algorithm(name: str, status: str) -> None:
    """Raise ``KeyUnavailable`` where an algorithm makes no new signatures."""
    if status != "active":
        raise KeyUnavailable(
            f"signature algorithm {name} is {status}",
            hint="Use a key of another algorithm, or kw.set_algorithm_status.",
        )


# -- signing and verifying ----------------------------------------------------------------------


def sign(
    call: Call, row: SigningKey, messages: Sequence[bytes | None], context: bytes
) -> list[bytes | None]:
    """Sign messages; null for null."""
    check_signs(call, row)
    private = private_key(call, row)
    if isinstance(private, HeldKey):
        signed = iter(
            private.sign_many([signatures.pae(context, one) for one in messages if one is not None])
        )
        return [None if message is None else next(signed) for message in messages]
    made: list[bytes | None] = []
    for message in messages:
        check_interrupts()
        made.append(None if message is None else signatures.sign_message(private, message, context))
    return made


def check_signs(call: Call, row: SigningKey, hint: str = "Use the key that replaced it.") -> None:
    """Raise unless a key may sign now."""
    if row.status != "active":
        raise KeyUnavailable(f"{row.label} is {row.status} and cannot sign", hint=hint)
    if not row.is_activated:
        raise Conflict(
            f"{row.label} is not activated",
            hint="Ask a member of kw_admin to use kw.set_signing_key_status.",
        )
    check_algorithm(row.algorithm, row.algorithm_status)
    check_level(call, row.algorithm, row.scope, row.nist_level)


def of_application_at(
    call: Call, name: str, signed_at: Sequence[str | None]
) -> tuple[SigningKey, list[bool]]:
    """Return a key of an application, and whether its signatures of these times count.

    Asks the database once: the times of the key are those of its status and public key.
    """
    rows = call.execute(signing_keys.KEY_AND_COUNTS, name, signed_at)
    if not rows:
        raise _not_found(name)
    counts: list[bool] = rows[0].pop("counts")
    row = SigningKey.of(rows[0])
    _check_application(row)
    return row, counts


def verify(
    row: SigningKey,
    pairs: Sequence[tuple[bytes | None, bytes | None]],
    context: bytes,
    counts: Sequence[bool],
) -> list[bool]:
    """Return whether each signature of a message by a key is good, and counts."""
    public = signatures.public_key(row.signature, row.public_key)
    found = []
    for (message, signature), is_counted in zip(pairs, counts, strict=True):
        check_interrupts()
        found.append(
            is_counted
            and message is not None
            and signature is not None
            and signatures.verify_message(public, signature, message, context)
        )
    return found


# -- private keys -----------------------------------------------------------------------------


def seal(
    call: Call, sealing: KmsKey, name: str, scope: str, algorithm: Signature
) -> tuple[bytes, bytes]:
    """Make a key; return its public key, and its private key wrapped under a key of ours."""
    sealing.check_wraps_legs()
    private = signatures.generate(algorithm)
    public = signatures.public_bytes(signatures.private_key(algorithm, private))
    provider = unwrap.provider_of(call, sealing)
    context = _context(sealing, provider, name, scope, algorithm.name, public)
    items = [WrapItem(_id(public), private, context)]
    wraps = provider.wrap_many(sealing.name, items)
    provider.check_wraps(sealing.name, items, wraps)
    return public, wraps[0]


def private_key(call: Call, row: SigningKey) -> PrivateKey | HeldKey:
    """Return what signs with a key; a sealed one is opened at most once in its time."""
    if row.origin == KMS and row.kms_key_id is not None:
        return held_keys.held(call, key(call, row.kms_key_id), row.signature, row.public_key)
    if row.origin != LOCAL or row.private_key_enc is None or row.kms_key_id is None:
        raise KeyUnavailable(
            f"{row.label} cannot sign: only its public key is here",
            hint="Sign where the private key is.",
        )
    sealing = key(call, row.kms_key_id)
    check_there(call, sealing)
    check_usable(call, [sealing.id])
    kept = opened_keys(call).of(OpenedSigningKeys).kept
    held = kept.get(row.id)
    if held is not None and held.row == row and monotonic() < held.expires:
        return held.key
    provider = unwrap.provider_of(call, sealing)
    context = _context(sealing, provider, row.name, row.scope, row.algorithm, row.public_key)
    item = WrapItem(_id(row.public_key), row.private_key_enc, context)
    (opened,) = ask(call, sealing, provider, item)
    if isinstance(opened, ProviderError):
        raise opened
    private = signatures.private_key(row.signature, opened)
    kept.put(row.id, _Opened(monotonic() + seconds_to_keep(call), row, private))
    return private


def try_out(call: Call, row: SigningKey) -> None:
    """Open a private key, or have its KMS sign with it; raises ``ProviderError``."""
    private = private_key(call, row)
    if isinstance(private, HeldKey):
        held_keys.try_out(private)


def _context(
    sealing: KmsKey, provider: Provider, name: str, scope: str, algorithm: str, public: bytes
) -> bytes:
    return lp(
        b"kwtools/2 signing key",
        name.encode(),
        scope.encode(),
        algorithm.encode(),
        public,
        sealing.key_uuid.bytes,
        provider.suite.encode(),
    )


def _id(public: bytes) -> bytes:
    """Return what stands in the place of a wrapper_uuid."""
    return sha256(public).digest()[:_ID_BYTES]
