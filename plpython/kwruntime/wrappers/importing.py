"""Data keys that were made elsewhere: their note verified, opened, and wrapped. Runs as the owner.

A bundle is accepted whole or not at all, and once. Its maker knows the DEKs, and nothing else that
protects values here: each gets a wrapper of its own, with a new r. Errors name data keys by the
uuids of their maker, which a verified note has signed.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from kwshared import bundles
from kwshared.algorithms import KEMS
from kwshared.bundles import Item, SignerKey, Statement
from kwshared.tlog.text import FormatError

from kwruntime.call import Call
from kwruntime.crypto import kem, signatures
from kwruntime.crypto.envelope import MAX_DEK_BYTES, MIN_DEK_BYTES
from kwruntime.errors import BadArgument, ImportRefused, NotAuthentic
from kwruntime.keys import signing_keys, unwrap
from kwruntime.keys.graph import check_usable
from kwruntime.keys.keyring import key
from kwruntime.keys.opening import LayerKeys
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import policies
from kwruntime.seals import audit, checking
from kwruntime.seals.changing import changing
from kwruntime.store import import_sources, sealed_rows
from kwruntime.store import signing_keys as stored_keys
from kwruntime.store.kms_keys import KmsKey
from kwruntime.store.signing_keys import IMPORT, SigningKey
from kwruntime.wrappers.new import NewWrappers


class Imported(NamedTuple):
    """A data key: the uuid of its maker, and that of its wrapper here."""

    foreign_uuid: str
    wrapper_uuid: str


def accept(
    call: Call, note: bytes, bundle: bytes, policy_name: str | None, *, only_one: bool
) -> list[Imported]:
    """Import the data keys of a bundle; raises ``ImportRefused``."""
    policy = policies.named(call, policy_name)
    signer, said = _verified(call, note)
    items = _signed_items(said, bundle)
    if only_one and len(items) != 1:
        raise BadArgument(
            f"bundle has {len(items)} data keys, not one", hint="Use kw.import_wrapper_many."
        )
    foreign = [str(item.foreign_uuid) for item in items]
    _check_new(call, signer, said, foreign)  # before a KMS is asked; once more below
    new = NewWrappers(call, policy, _open(call, signer, said, items))
    changing(call, sealed_rows.IMPORT_SOURCES, [signer.id])  # an edited number admits a replay
    if not call.execute(import_sources.CLAIM, signer.id, said.number):
        raise _used(signer, said.number)
    _check_unknown(call, signer, foreign)  # as of now, with the signer's row locked
    new.insert(call.role)
    call.execute(import_sources.KEEP, signer.id, said.number, foreign, new.ids)
    audit.record(
        call, "import_wrappers", signer.name, number=said.number, **audit.listed(new.names)
    )
    return list(map(Imported, foreign, new.names))


# -- the note -----------------------------------------------------------------------------------


def _verified(call: Call, data: bytes) -> tuple[SigningKey, Statement]:
    """Return who signed a note, and what it says of its bundle here and now."""
    signer, text = signed_text(call, data)
    try:
        said = bundles.statement_of(text)
    except FormatError as error:
        raise ImportRefused(f"note cannot be read: {error}") from None
    _check_addressed(call, said)
    checking.check_signing_key(call, signer)
    return signer, said


def signed_text(call: Call, data: bytes) -> tuple[SigningKey, str]:
    """Return the signer of a note, an active key of scope import, and the text that it signed.

    The caller checks the seal of the key.
    """
    try:
        note, line = bundles.note_of(data)
    except FormatError as error:
        raise ImportRefused(f"note cannot be read: {error}") from None
    signer = _signer(call, line.name)
    public = signatures.public_key(signer.signature, signer.public_key)
    named = SignerKey(signer.name, signer.algorithm, signer.public_key)
    if named.key_id != line.key_id or not public.verify(line.data, note.text.encode()):
        raise ImportRefused(
            f"note is not signed by {signer.label}",
            hint="Check that the note is complete, and that the maker's public key is enrolled.",
        )
    return signer, note.text


def _signer(call: Call, name: str) -> SigningKey:
    """Return the key that a note names, if it may sign bundles now."""
    rows = call.execute(stored_keys.KEY, name)
    found = SigningKey.of(rows[0]) if rows else None
    if found is None or found.scope != IMPORT:
        raise ImportRefused(
            f'signing key "{name}" of scope import does not exist',
            hint="Ask a member of kw_admin to enrol the maker's public key with "
            "kw.import_signing_key, under the name that the note has.",
        )
    _check_active(found, found.status)
    signing_keys.check_signs(call, found)
    return found


def _check_active(signer: SigningKey, status: str) -> None:
    if status != "active":
        raise ImportRefused(
            f"{signer.label} is {status}, and its bundles are not accepted",
            hint="Have the bundle signed by the key that replaced it.",
        )


def _check_addressed(call: Call, said: Statement) -> None:
    """Raise ``ImportRefused`` unless a bundle is for this deployment, and not expired."""
    now = check_deployment(call, said.deployment, "bundle")
    if now > said.valid_until:
        raise ImportRefused(
            f"bundle {said.number} has expired", hint="Have the maker seal and sign it again."
        )


def check_deployment(call: Call, wanted: UUID, what: str) -> int:
    """Return the time, a POSIX second; raises ``ImportRefused`` in another deployment."""
    rows = call.execute(import_sources.DEPLOYMENT)
    if not rows:
        raise ImportRefused(
            f"this database is not a deployment yet, so no {what} is for it",
            hint="Ask a superuser to use kw.create_deployment.",
        )
    here = UUID(rows[0]["deployment_uuid"])
    if wanted != here:
        raise ImportRefused(f"{what} is for deployment {wanted}, and this is {here}")
    return int(rows[0]["now"])


def _signed_items(said: Statement, bundle: bytes) -> list[Item]:
    """Return the items of the bundle that a note signs."""
    if sha256(bundle).digest() != said.digest:
        raise ImportRefused("bundle is not the one that the note signs: its digest differs")
    if not 0 < said.items <= bundles.MAX_ITEMS:
        raise ImportRefused(f"a bundle has 1 to {bundles.MAX_ITEMS} data keys, not {said.items}")
    try:
        items = bundles.items_of(bundle)
    except FormatError as error:
        raise ImportRefused(f"bundle cannot be read: {error}") from None
    if len(items) != said.items:
        raise ImportRefused(f"bundle has {len(items)} data keys, and its note says {said.items}")
    return items


# -- what was accepted before -------------------------------------------------------------------


def _check_new(call: Call, signer: SigningKey, said: Statement, foreign: Sequence[str]) -> None:
    if call.execute(import_sources.ACCEPTED, signer.id, [])[0]["number"] >= said.number:
        raise _used(signer, said.number)
    if len(set(foreign)) < len(foreign):
        raise ImportRefused("bundle has two data keys of one uuid")
    _check_unknown(call, signer, foreign)


def _check_unknown(call: Call, signer: SigningKey, foreign: Sequence[str]) -> None:
    (row,) = call.execute(import_sources.ACCEPTED, signer.id, foreign)
    _check_active(signer, row["status"])
    if row["known"] is not None:
        raise ImportRefused(
            f"data key {row['known']} of {signer.label} was imported before",
            hint="A data key is imported once, and does not come back when it was shredded.",
        )


def _used(signer: SigningKey, number: int) -> ImportRefused:
    return ImportRefused(
        f"bundle {number} of {signer.label} is not newer than the last one that was accepted",
        hint="Each bundle of a signer requires a higher number. If this one was imported already, "
        "kw.imported_wrappers has its wrappers.",
    )


# -- the data keys ------------------------------------------------------------------------------


def _open(call: Call, signer: SigningKey, said: Statement, items: Sequence[Item]) -> list[bytes]:
    """Return the DEKs of a bundle; raises ``ImportRefused`` and ``ProviderError``."""
    wanted = sorted({str(item.key_uuid) for item in items})
    found = {
        UUID(row["key_uuid"]): key(call, row["id"])
        for row in call.execute(import_sources.KEYS_BY_UUID, wanted)
    }
    recipients = {one: _recipient(call, one, found.get(one)) for one in map(UUID, wanted)}
    privates = LayerKeys(call, lambda sealing: unwrap.provider_of(call, sealing))
    deks = []
    for index, item in enumerate(items):
        check_interrupts()
        recipient = recipients[item.key_uuid]
        private = privates.of(recipient)
        deks.append(_dek(signer, said, index, item, recipient, private))
    return deks


def _recipient(call: Call, key_uuid: UUID, found: KmsKey | None) -> KmsKey:
    """Return the KEM key that items are sealed to, if it may open them."""
    if found is None or not found.is_kem or found.algorithm not in KEMS:
        raise ImportRefused(
            f"bundle is sealed to key {key_uuid}, and no KEM key here has this key_uuid",
            hint="Give the maker the key_uuid and public_key of a KEM key of kw.kms_keys.",
        )
    found.check_opens()
    check_usable(call, [found.id])
    return found


def _dek(
    signer: SigningKey, said: Statement, index: int, item: Item, recipient: KmsKey, private: object
) -> bytes:
    algorithm = KEMS[recipient.algorithm or ""]
    info = bundles.info(
        said.deployment, signer.public_key, said.number, index, item.foreign_uuid, item.key_uuid,
        algorithm,
    )  # fmt: skip
    try:
        dek = kem.open_sealed(algorithm, private, info, item.encapsulation, item.body)
    except NotAuthentic:
        raise ImportRefused(
            f"data key {item.foreign_uuid} cannot be opened",
            hint="It was changed, or was sealed for another deployment, signer, number or place.",
        ) from None
    if not MIN_DEK_BYTES <= len(dek) <= MAX_DEK_BYTES:
        raise ImportRefused(
            f"data key {item.foreign_uuid} does not have {MIN_DEK_BYTES} to {MAX_DEK_BYTES} bytes"
        )
    return dek
