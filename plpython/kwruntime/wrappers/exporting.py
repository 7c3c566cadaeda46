"""Data keys of this database, sealed for another deployment and signed. Runs as the owner.

Only DEKs leave, never an r: so the other deployment's wrappers have keys of their own.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kwshared import bundles
from kwshared.algorithms import KEMS, Kem
from kwshared.bundles import Item, SignerKey
from kwshared.tlog.text import FormatError

from kwruntime.call import Call
from kwruntime.crypto import kem
from kwruntime.errors import BadArgument, Conflict
from kwruntime.keys import signing_keys
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.seals import audit, checking
from kwruntime.store.signing_keys import EXPORT, SigningKey
from kwruntime.wrappers import stored

_MAX_SECONDS = 10 * 366 * 86_400


class Recipient(NamedTuple):
    """A KEM key of another deployment."""

    deployment: UUID
    key_uuid: UUID
    kem: Kem
    public_key: bytes


class Exported(NamedTuple):
    """A bundle, and the note that signs it."""

    number: int
    note: bytes
    bundle: bytes


def recipient_of(members: Any) -> Recipient:
    """Return the recipient that a JSON object describes; raises ``BadArgument``."""
    try:
        deployment, key_uuid, name, public_key = bundles.recipient_of(members)
    except FormatError as error:
        raise BadArgument(
            str(error), hint="Use the output of kwtools wrappers recipient."
        ) from None
    kem.check_public(KEMS[name], public_key)
    return Recipient(deployment, key_uuid, KEMS[name], public_key)


def seal(
    call: Call,
    uuids: Sequence[str],
    to: Recipient,
    signer_name: str,
    number: int | None,
    valid_seconds: int,
) -> Exported:
    """Seal the DEKs of wrappers, each named by its wrapper_uuid."""
    if not 0 < len(uuids) <= bundles.MAX_ITEMS or len(set(uuids)) < len(uuids):
        raise BadArgument(
            f"a bundle has 1 to {bundles.MAX_ITEMS} data keys, each once, not {len(uuids)}"
        )
    if not 0 < valid_seconds <= _MAX_SECONDS or (number is not None and number < 1):
        raise BadArgument(f"number must be at least 1, and valid_seconds from 1 to {_MAX_SECONDS}")
    signer = export_key(call, signer_name)
    sign = signing_keys.private_key(call, signer).sign
    now = time.time_ns()
    bundle_number = number or now // 1000
    items = []
    for index, (uuid, dek) in enumerate(zip(uuids, stored.open_deks(call, uuids), strict=True)):
        check_interrupts()
        foreign = UUID(uuid)
        info = bundles.info(
            to.deployment, signer.public_key, bundle_number, index, foreign, to.key_uuid, to.kem
        )
        items.append(Item(foreign, to.key_uuid, *kem.seal(to.kem, to.public_key, info, dek or b"")))
    bundle = bundles.written(items)
    until = now // 10**9 + valid_seconds
    said = bundles.statement(to.deployment, bundle, len(items), bundle_number, until)
    note = signed(signer, sign, str(said))
    audit.record(
        call,
        "export_wrappers",
        signer.name,
        deployment=str(to.deployment),
        key=str(to.key_uuid),
        number=bundle_number,
        **audit.listed(uuids),
    )
    return Exported(bundle_number, note, bundle)


def signed(signer: SigningKey, sign: Callable[[bytes], bytes], text: str) -> bytes:
    """Return the note of a text, signed by a key of scope export."""
    named = SignerKey(signer.name, signer.algorithm, signer.public_key)
    try:
        return bundles.signed(text, named, sign)
    except FormatError as error:
        raise BadArgument(
            f"{signer.label} cannot sign a note: {error}",
            hint="Use a key whose name has no spaces and no plus sign.",
        ) from None


def export_key(call: Call, name: str) -> SigningKey:
    """Return a signing key that may sign exports now; raises ``Conflict``."""
    found = signing_keys.named(call, name)
    if found.scope != EXPORT:
        raise Conflict(
            f'{found.label} has scope "{found.scope}", not {EXPORT}',
            hint="Ask a member of kw_admin to use kw.create_signing_key with scope export.",
        )
    signing_keys.check_signs(call, found)
    return checking.check_signing_key(call, found)
