"""Keys that older versions bound in other spellings: counted, and brought to their own."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.fields import access, recorded, spelling
from kwruntime.fields.names import Entity
from kwruntime.fields.spelling import Keys
from kwruntime.postgres import backend, messages
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.seals.changing import changing, removed
from kwruntime.store import encryption_bindings, entities, sealed_rows

_BATCH = 10_000


class _Odd(NamedTuple):
    """A binding, and where its key should be; null where the column's type cannot read it."""

    binding: int
    pk: str
    spelled: str | None
    field: str

    @classmethod
    def of(cls, keys: Keys, row: Row) -> "_Odd":
        """Take it from a result row."""
        pk = row["entity_pk"]
        spelled = keys.known(pk) if keys.can_read(pk) else None
        return cls(row["id"], pk, spelled, row["field_name_norm"])


def spellings_bound(call: Call, entity: Entity, keys: Keys, pks: Collection[str]) -> set[str]:
    """Return every spelling of keys that a binding of a table names.

    It reads the bindings of the whole table: for what has to be complete.
    """
    batches = _batches(call, entity.name, keys)
    return {one.pk for batch in batches for one in batch if one.spelled in pks}


def respell(call: Call, entity: Entity) -> int:
    """Give the bindings of a table the one spelling of their keys; return how many changed."""
    is_renamed = recorded.take_own_name(call, entity)
    access.check_owner(call, entity, "rebind")
    keys = access.keys_of(call, entity)
    if keys.form is None and is_renamed:
        return 0
    if keys.form is None:
        raise BadArgument(
            f"keys of {entity.name} do not have a single spelling",
            hint="Use a table with a primary key of type bigint, uuid, text or the like.",
        )
    # A bind in flight is in no scan, and keeps the entity until it is committed.
    is_alone = bool(call.execute(entities.LOCK_ENTITY_ALONE, entity.name))
    sees_all = is_alone and not backend.keeps_snapshot()
    moved = left = unread = 0
    for batch in _batches(call, entity.name, keys):
        odd = [one for one in batch if one.spelled is not None]
        unread += len(batch) - len(odd)
        first = list({(one.spelled, one.field): one for one in odd}.values())
        ids, pks = [one.binding for one in first], [one.spelled for one in first]
        changing(call, sealed_rows.BINDINGS, ids)
        done = len(call.execute(encryption_bindings.RESPELL, entity.name, ids, pks))
        moved += done
        left += len(odd) - done
    if unread:
        messages.notice(
            f"{unread} bindings of {entity.name} have a key that is not valid for the type of its "
            "column",
            hint="Use kw.rebind with entity_pk => the present text and to_entity_pk => the key.",
        )
    if left:
        messages.notice(
            f"{left} bindings of {entity.name} keep another spelling of a key that is bound twice",
            hint="Use kw.reencrypt to move their values to the binding of the key's own spelling.",
        )
    if not left and not unread and sees_all:
        changing(call, sealed_rows.ENTITIES, [entity.name])
        gone = call.execute(entities.FORGET_SPELLINGS, entity.name)
        removed(call, sealed_rows.FIELDS, gone)
        call.execute(entities.SET_KEY_FORM, entity.name, keys.form.name)
    elif not sees_all and keys.may_have_old:
        messages.notice(
            f"{entity.name} may still get bindings whose keys have the old spelling",
            hint="Repeat the call in a READ COMMITTED transaction, when other transactions that "
            "bind its keys have ended.",
        )
    access.audit(call, "rebind", entity.name, to=entity.name, bindings=moved)
    return moved


def _batches(call: Call, entity: str, keys: Keys) -> Iterator[list[_Odd]]:
    """Yield the bindings whose key is spelled in another way, some thousands of keys at a time."""
    pk = field = ""
    while True:
        rows = call.execute(encryption_bindings.BINDINGS_AFTER, entity, pk, field, _BATCH)
        found = (_Odd.of(keys, row) for row in rows)
        odd = [one for one in found if one.spelled != one.pk]
        if odd:
            yield odd
        if len(rows) < _BATCH:
            return
        pk, field = rows[-1]["entity_pk"], rows[-1]["field_name_norm"]


def problems(call: Call) -> list[dict[str, object]]:
    """Return a row of kw.doctor for each table whose bindings name keys in other spellings."""
    found = []
    for row in call.execute(entities.ENTITIES_WITH_TABLES):
        name = row["entity_table"]
        keys = spelling.of_relation(call, row["relation"], row["key_form"])
        if keys.ambiguous is not None:
            found.append(
                {
                    "check": f"keys of {name}",
                    "ok": False,
                    "detail": f"type {keys.ambiguous} prints equal values in several ways",
                    "hint": "Give the table a primary key of another type, such as bigint, uuid, "
                    "text or numeric(p,s). Until then new bindings are refused.",
                }
            )
        elif keys.may_have_old:
            found += _counted(call, name, keys)
    return found


def _counted(call: Call, name: str, keys: Keys) -> list[dict[str, object]]:
    odd = paired = unread = 0
    for batch in _batches(call, name, keys):
        unread += sum(one.spelled is None for one in batch)
        spelled = [one.spelled for one in batch if one.spelled is not None]
        fields = [one.field for one in batch if one.spelled is not None]
        odd += len(spelled)
        paired += call.execute(encryption_bindings.COUNT_BOUND, name, spelled, fields)[0]["bound"]
    if unread:
        return [
            {
                "check": f"keys of {name}",
                "ok": False,
                "detail": f"{unread} bindings have a key that is not valid for the type of its "
                f"column, {odd} have a key in another spelling than the column prints",
                "hint": "Use kw.rebind with entity_pk => the present text and to_entity_pk => "
                "the key.",
            }
        ]
    if not odd:
        return []
    hint = f"Use kw.rebind({literal(name)}, to_entity_table => {literal(name)})"
    detail = f"{odd} bindings have a key in another spelling than its column prints"
    if paired:
        detail += f", {paired} of them beside a binding in that spelling"
        hint += " for the others, and kw.reencrypt to move the values of those to the other binding"
    return [{"check": f"keys of {name}", "ok": odd == paired, "detail": detail, "hint": f"{hint}."}]
