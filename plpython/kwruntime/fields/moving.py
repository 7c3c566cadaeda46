"""Values that move to another database, and the notes of moves. Runs as the owner.

The source opens values and seals them under a carrier, the data key of an unbound wrapper that was
made for the move. The destination imports that data key, opens the values, and encrypts them under
its own bindings. Neither learns a data key of the other, and no value leaves a server in clear.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from kwshared import moves
from kwshared.moves import Manifest
from kwshared.tlog.text import FormatError

from kwruntime.call import Call
from kwruntime.crypto.carrier import Carrier
from kwruntime.errors import BadArgument, Conflict, DecryptionFailed, ImportRefused, NotAllowed
from kwruntime.fields import access, decryption, encryption, shredding, unbound
from kwruntime.fields.names import Entity, cell
from kwruntime.keys import signing_keys
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.seals import audit, checking
from kwruntime.store import import_sources
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers import exporting, importing, stored


class Moved(NamedTuple):
    """Where values are, and what they move by."""

    carrier: str
    entity: Entity
    field: str | None
    pks: Sequence[str | None]
    sealed_as: str
    """The name of the entity in the source."""


def seal_values(call: Call, moved: Moved, values: Sequence[bytes | None]) -> list[bytes | None]:
    """Open values and seal them under a carrier."""
    key = _carrier(call, moved.carrier)
    opened = decryption.decrypt(call, moved.entity, moved.field, moved.pks, values)
    return [
        None if value is None or pk is None else key.seal(moved.sealed_as, pk, moved.field, value)
        for pk, value in zip(moved.pks, opened, strict=True)
    ]


def open_values(call: Call, moved: Moved, sealed: Sequence[bytes | None]) -> list[bytes | None]:
    """Open what ``seal_values`` of another database sealed, and encrypt it under bindings here."""
    key = _carrier(call, moved.carrier)
    name, field = moved.sealed_as, moved.field
    values: list[bytes | None] = []
    for pk, value in zip(moved.pks, sealed, strict=True):
        try:
            values.append(None if value is None or pk is None else key.open(name, pk, field, value))
        except (InvalidTag, ValueError):
            raise DecryptionFailed(
                f"could not open the moved value of {cell(name, pk, field)}",
                hint="It was changed, belongs to another cell, or was sealed in another move.",
            ) from None
    check_interrupts()
    return encryption.encrypt(call, moved.entity, field, moved.pks, values)


def sign(call: Call, carrier: str, data: bytes, signer_name: str) -> bytes:
    """Sign the manifest of a move and end it here: its carrier is destroyed."""
    _check_may_move(call)
    try:
        manifest = moves.manifest_of(data)
    except FormatError as error:
        raise BadArgument(str(error), hint="Use kwtools wrappers export.") from None
    row = _locked_carrier(call, carrier)
    if manifest.carrier != row.uuid:
        raise BadArgument(f"manifest names carrier {manifest.carrier}, not {row.uuid}")
    signer = exporting.export_key(call, signer_name)
    private = signing_keys.private_key(call, signer)
    note = exporting.signed(signer, private.sign, manifest.signed_text)
    _end(call, "export_move", signer.name, row, manifest)
    return note


def accept(call: Call, carrier: str, data: bytes, note: bytes) -> None:
    """Check the manifest of a move that was stored here, and end it: the carrier is destroyed."""
    _check_may_move(call)
    signer, text = importing.signed_text(call, note)
    try:
        manifest = moves.manifest_of(data)
    except FormatError as error:
        raise ImportRefused(str(error)) from None
    if text != manifest.signed_text:
        raise ImportRefused("manifest is not the one that the note signs")
    importing.check_deployment(call, manifest.deployment, "move")
    checking.check_signing_key(call, signer)
    row = _locked_carrier(call, carrier)
    origins = call.execute(import_sources.ORIGIN, row.id)
    if [(one["signing_key_id"], UUID(one["foreign_uuid"])) for one in origins] != [
        (signer.id, manifest.carrier)
    ]:
        raise ImportRefused(
            f"wrapper {row.uuid} is not the carrier of the move",
            hint="Use kw.import_wrapper to import the carrier, which the same key signed.",
        )
    _end(call, "import_move", signer.name, row, manifest)


def _carrier(call: Call, uuid: str) -> Carrier:
    """Open the data key of a carrier that a role may use."""
    _check_may_move(call)
    unbound.check_free(call, [row for row in stored.find(call, [uuid]) if row], "move values by")
    (dek,) = stored.open_deks(call, [uuid])
    return Carrier(dek or b"")


def _locked_carrier(call: Call, uuid: str) -> WrapperRow:
    """Lock a carrier that a role may use, and that is not destroyed."""
    found = [row for row in stored.find(call, [uuid]) if row]
    unbound.check_free(
        call, found, "move values by"
    )  # before the lock, for which others would wait
    row = stored.locked(call, [uuid])[uuid]
    unbound.check_free(call, [row], "move values by")
    if row.status == "invalid":
        raise Conflict(
            f"wrapper {uuid} is destroyed: its move has ended",
            hint="Begin a new move with a new carrier.",
        )
    return row


def _check_may_move(call: Call) -> None:
    if not access.may_import(call):
        raise NotAllowed("permission denied to move values", hint="Use a member of kw_unwrap.")


def _end(call: Call, action: str, signer: str, carrier: WrapperRow, manifest: Manifest) -> None:
    """Destroy the carrier, so that copies of the files are of no use, and record the move."""
    shredding.destroy_wrappers(call, f"wrapper {carrier.uuid}", [carrier.id])
    audit.record(
        call,
        action,
        signer,
        deployment=str(manifest.deployment),
        carrier=str(manifest.carrier),
        manifest_sha256=manifest.digest.hex(),
        tables=len(manifest.tables),
        **manifest.totals._asdict(),
    )
