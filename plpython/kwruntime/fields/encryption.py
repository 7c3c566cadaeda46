"""Values encrypted. Runs as the owner."""

from collections.abc import Sequence, Set
from time import monotonic

from kwruntime.batches import AT_ONCE, in_parts
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW, FieldCipher, make_header
from kwruntime.crypto.formats import FORMATS
from kwruntime.errors import KwError, NotBound, WrapperUnusable
from kwruntime.fields import recorded, usage
from kwruntime.fields.asking import Asked, ask, most_specific
from kwruntime.fields.ciphers import (
    FieldCiphers,
    is_fresh,
    keep_warm,
    load_ciphers,
    load_plain,
    versions_of,
    where_given,
)
from kwruntime.fields.kept import Kept
from kwruntime.fields.lookups import closed_keys, shredded
from kwruntime.fields.names import Entity, cell
from kwruntime.postgres import backend
from kwruntime.postgres.query import Row
from kwruntime.store import field_lookups, key_wrappers


def encrypt(
    call: Call,
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
    *,
    given: str | None = None,
) -> list[bytes | None]:
    """Encrypt values under the bindings that cover their keys, in order; null for null.

    ``given`` is the entity's name as the caller gave it, for a call of one value.
    """
    if len(values) > AT_ONCE:
        return in_parts(lambda *part: encrypt(call, entity, field, *part), pks, values)
    asked = Asked(pks if None not in values else where_given(pks, values), is_to_write=True)
    state = ask(call, field_lookups.STATES_BY_KEY, entity, field, asked.to_find, write=True)
    pks = asked.spelled
    there = [pk for pk in pks if pk is not None]
    if not there:
        return [None] * len(values)
    best = most_specific(state, state["ids"] or (), asked.keys)
    wide = best.get(EVERY_ROW)
    if state["closed"]:
        closed = closed_keys(state, asked.keys)
        for key in there:
            if not closed.isdisjoint((key, EVERY_ROW)):
                raise shredded(entity.name, key, field)
    for key in there:
        if key not in best and wide is None:
            raise _not_bound(call, entity, key, field)
    ids = {best.get(key, wide) for key in there}
    found = dict.fromkeys(ids) | _kept(call, state, ids)
    ciphers = _ciphers_to_encrypt(call, found, state, entity.name, field)
    usage.warn(call, entity, field, state)
    if len(ciphers) == 1:
        # one binding for every key: the whole call is one batch
        ((binding_id, cipher),) = ciphers.items()
        if given is not None and not backend.keeps_snapshot() and pks == asked.given:
            place = call.role, given, field, True
            keep_warm(call, place, entity, asked.keys, found[binding_id], state)
        whole = cipher.seal(pks, field, values)
        usage.note(call, (cipher,))
        return whole
    sealed: list[bytes | None] = []
    for pk, value in zip(pks, values, strict=True):
        if pk is None or value is None:
            sealed.append(None)
        else:
            sealed += ciphers[best.get(pk, wide)].seal((pk,), field, (value,))
    usage.note(call, ciphers.values())
    return sealed


def _not_bound(call: Call, entity: Entity, key: str, field: str | None) -> NotBound:
    bind = "Use kw.bind to give it a key of its own, or one for every row (key '*')."
    hint = call.read_as_owner(lambda: recorded.hint_if_renamed(call, entity, bind))
    return NotBound(f"nothing is bound to {cell(entity.name, key, field)}", hint=hint)


def _kept(call: Call, state: Row, ids: Set[int | None]) -> dict[int | None, Kept | None]:
    """Return the kept ciphers of the present generations of bindings."""
    kept = call.settings.of(FieldCiphers).kept
    found: dict[int | None, Kept | None] = {}
    for one in zip(state["suites"], state["ids"], state["generations"], strict=True):
        if one[1] in ids:
            for form in FORMATS:
                cipher = kept.get(make_header(form, *one))
                if cipher is not None:
                    found[one[1]] = cipher
                    break
    return found


def _ciphers_to_encrypt(
    call: Call, found: dict[int | None, Kept | None], state: Row, entity: str, field: str | None
) -> dict[int | None, FieldCipher]:
    epoch = state["epoch"]
    now = monotonic()
    rows = zip(*versions_of(state), strict=True)
    versions = dict(zip(state["ids"], rows, strict=True))
    ciphers: dict[int | None, FieldCipher] = {}
    missing: list[int] = []
    for binding_id, kept in found.items():
        if (
            kept is not None
            and (kept.binding_version, kept.wrapper_version) == versions[kept.binding_id]
            and is_fresh(call, kept, epoch, now)
        ):
            ciphers[binding_id] = _encrypting(call, kept)
        elif binding_id is not None:
            missing.append(binding_id)
    moved = NotBound("the binding was moved or removed at the same time", hint="Repeat the call.")
    chosen = dict(zip(state["ids"], state["pks"], strict=True)) if missing else {}
    if missing:
        nothing = [None] * len(missing)
        for loaded_plain in load_plain(call, missing, nothing, entity, field, epoch, now):
            if (loaded_plain.named or EVERY_ROW) != chosen[loaded_plain.binding_id]:
                raise moved
            ciphers[loaded_plain.binding_id] = _encrypting(call, loaded_plain)
        missing = [binding_id for binding_id in missing if binding_id not in ciphers]
    if missing:
        wanted = [(binding_id, None) for binding_id in missing]
        loaded = load_ciphers(call, wanted, entity, field, epoch, now)
        for binding_id, loaded_one in zip(missing, loaded, strict=True):
            if loaded_one is None or (loaded_one[0] or EVERY_ROW) != chosen[binding_id]:
                raise moved
            ciphers[binding_id] = _encrypting(call, loaded_one[1])
    return ciphers


def _encrypting(call: Call, result: Kept | KwError) -> FieldCipher:
    if isinstance(result, KwError):
        raise result
    status = result.terms.wrapper_status
    if status != "active":
        (row,) = call.execute(key_wrappers.WRAPPERS, [result.wrapper_version[2]])
        raise WrapperUnusable(
            f"wrapper {row['wrapper_uuid']} is {status} and cannot encrypt",
            hint="Use kw.rotate to give the binding a new wrapper.",
        )
    return result.cipher
