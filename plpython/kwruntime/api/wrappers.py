"""Wrappers: DEKs wrapped, unwrapped and wrapped again."""

import json
from collections.abc import Sequence
from typing import Any

from kwruntime.admin import maintenance, verifying
from kwruntime.api.arguments import flat, no_null, parsed_json
from kwruntime.call import Call, entry
from kwruntime.errors import NotAllowed
from kwruntime.fields import access, reads, unbound
from kwruntime.fields.reads import Leaving
from kwruntime.seals import audit
from kwruntime.wrappers import exporting, importing, new, stored
from kwruntime.wrappers.exporting import Exported
from kwruntime.wrappers.importing import Imported


@entry
def set_wrapper_status(call: Call, wrapper: str, status: str) -> str:
    return call.as_owner(lambda: maintenance.set_wrapper_status(call, wrapper, status))


@entry
def rewrap(call: Call, wrapper: str, kms1_key_id: int | None, kms2_key_id: int | None) -> int:
    return call.as_owner(lambda: maintenance.rewrap(call, wrapper, kms1_key_id, kms2_key_id))


@entry
def rewrap_many(
    call: Call, wrappers: list[str | None], kms1_key_id: int | None, kms2_key_id: int | None
) -> list[int | None]:
    given = [no_null(one, "an element of wrappers") for one in flat(wrappers, "wrappers")]
    return call.as_owner(lambda: maintenance.rewrap_many(call, given, kms1_key_id, kms2_key_id))


@entry
def relayer(call: Call, wrapper: str, policy: str | None) -> int:
    return call.as_owner(lambda: maintenance.relayer(call, wrapper, policy))


@entry
def relayer_many(call: Call, wrappers: list[str | None], policy: str | None) -> list[int | None]:
    given = [no_null(one, "an element of wrappers") for one in flat(wrappers, "wrappers")]
    return call.as_owner(lambda: maintenance.relayer_many(call, given, policy))


@entry
def verify(
    call: Call, wrapper: str | None, after: int | None, most: int | None
) -> list[dict[str, Any]]:
    return call.server.rows_for_people(
        call.read_as_owner(lambda: verifying.verify(call, wrapper, after or 0, most))
    )


@entry
def verify_page(
    call: Call,
    after: int | None,
    most: int,
    sample: float,
    seed: int,
    without_providers: list[str | None] | None,
    counted: bool | None,
) -> dict[str, Any]:
    absent = [
        no_null(one, "an element of without_providers")
        for one in flat(without_providers or [], "without_providers")
    ]
    of = verifying.Sample(sample, seed)
    page = call.read_as_owner(
        lambda: verifying.verify_page(call, after or 0, most, of, absent, counted=bool(counted))
    )
    problems = call.server.rows_for_people(page["problems"])
    return {**page, "problems": json.dumps(problems, ensure_ascii=False)}


@entry
def wrap(call: Call, dek: bytes | None, policy: str | None) -> str:
    return _wrap(call, [dek], policy)[0]


@entry
def wrap_many(call: Call, deks: list[bytes | None] | None, policy: str | None) -> list[str] | None:
    return None if deks is None else _wrap(call, flat(deks, "deks"), policy)


def _wrap(call: Call, deks: Sequence[bytes | None], policy: str | None) -> list[str]:

    def work() -> list[str]:
        if any(dek is not None for dek in deks) and not access.may_import(call):
            raise NotAllowed(
                "permission denied to import a data key",
                hint="Use a member of kw_unwrap, or pass null to generate a new key.",
            )
        for dek in deks:
            new.check_dek(dek)
        return new.create(call, policy, deks) if deks else []

    return call.as_owner(work)


@entry
def export_wrapper_many(
    call: Call,
    wrapper_uuids: list[str | None],
    recipient: str,
    signer: str,
    number: int | None,
    valid_seconds: int,
) -> Exported:
    given = [no_null(one, "an element of wrappers") for one in flat(wrapper_uuids, "wrappers")]
    to = exporting.recipient_of(parsed_json(recipient, "recipient"))

    def work() -> tuple[Exported, Leaving]:
        if not access.may_import(call):
            raise NotAllowed(
                "permission denied to export data keys", hint="Use a member of kw_unwrap."
            )
        exported = exporting.seal(call, given, to, signer, number, valid_seconds)
        return exported, reads.leaving(call, given)

    exported, leaving = call.as_owner(work)
    reads.note_keys(call, leaving)
    return exported


@entry
def import_wrapper(call: Call, note: bytes, bundle: bytes, policy: str | None) -> str:
    return _import(call, note, bundle, policy, only_one=True)[0].wrapper_uuid


@entry
def import_wrapper_many(
    call: Call, note: bytes, bundle: bytes, policy: str | None
) -> list[Imported]:
    return _import(call, note, bundle, policy, only_one=False)


def _import(
    call: Call, note: bytes, bundle: bytes, policy: str | None, *, only_one: bool
) -> list[Imported]:

    def work() -> list[Imported]:
        if not access.may_import(call):
            raise NotAllowed(
                "permission denied to import data keys", hint="Use a member of kw_unwrap."
            )
        return importing.accept(call, note, bundle, policy, only_one=only_one)

    return call.as_owner(work)


@entry
def give_wrappers(call: Call, wrapper_uuids: list[str | None] | None, new_owner: str) -> int:
    given = [
        no_null(one, "an element of wrappers")
        for one in flat(no_null(wrapper_uuids, "wrappers"), "wrappers")
    ]
    to = new_owner
    return call.as_owner(lambda: unbound.give(call, given, to))


@entry
def unwrap(call: Call, wrapper: str | None) -> bytes | None:
    return None if wrapper is None else _unwrap(call, [wrapper])[0]


@entry
def unwrap_many(call: Call, wrapper_uuids: list[str | None] | None) -> list[bytes | None] | None:
    if wrapper_uuids is None:
        return None
    return _unwrap(call, flat(wrapper_uuids, "wrappers"))


def _unwrap(call: Call, wanted: Sequence[str | None]) -> list[bytes | None]:

    def work() -> tuple[list[bytes | None], Leaving]:
        deks = stored.open_deks(call, wanted)
        leaving = reads.leaving(call, [uuid for uuid in wanted if uuid is not None])
        if leaving.told:
            about = audit.listed(leaving.told)
            audit.tell(call, "unwrap", f"{len(leaving.told)} wrappers", **about)
        return deks, leaving

    deks, leaving = call.read_as_owner(work)
    reads.note_keys(call, leaving)
    return deks
