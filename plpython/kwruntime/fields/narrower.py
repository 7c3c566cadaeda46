"""Bindings beneath wider ones: by which policy they are made, and that none is shredded above.

Somebody who does not own the table may bind cells. Beneath a binding of the owner's they are never
weaker than that. Runs as the owner.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import NotAllowed, Shredded
from kwruntime.escapes import quoted
from kwruntime.fields import access
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.spelling import Keys, all_spellings
from kwruntime.postgres.query import Row
from kwruntime.rules import policies
from kwruntime.rules.policies import Policy
from kwruntime.store import encryption_bindings


class _Above(NamedTuple):
    """The wider bindings of some keys: the nearest one of each, and that of every row."""

    of_keys: dict[str, Row]
    of_every_row: Row | None

    def nearest(self, pk: str) -> Row | None:
        return self.of_keys.get(pk, self.of_every_row)


def _above(
    call: Call, entity: Entity, pks: Sequence[str], field: str | None, keys: Keys, *, to_bind: bool
) -> _Above:
    """Look up what is above bindings; raise ``Shredded`` where nothing beneath it may be used.

    0.3.0 left bindings beneath a shredded one in use. They go on, and no further ones are made.
    """
    wanted = all_spellings(keys, pks, pks)
    rows = call.execute(encryption_bindings.BINDINGS_ABOVE, entity.name, field, wanted)
    of_keys = {keys.known(row["entity_pk"]): row for row in rows if row["entity_pk"] != EVERY_ROW}
    every_row = [row for row in rows if row["entity_pk"] == EVERY_ROW]
    every_row.sort(key=lambda row: row["field_name"] is None)  # the column before the table
    found = _Above(of_keys, every_row[0] if every_row else None)
    nearest = map(found.nearest, pks) if to_bind else ()
    for row in [*(row for row in rows if row["is_closed"]), *nearest]:
        if row is not None and row["status"] == "shredded":
            raise Shredded(
                f"the key of {cell(entity.name, row['entity_pk'], row['field_name'])} was shredded",
                hint="Use another field or table. Nothing can be bound beneath a shredded binding.",
            )
    return found


def check_not_shredded(
    call: Call, entity: Entity, pks: Sequence[str], field: str | None, keys: Keys
) -> None:
    """Raise ``Shredded`` where a wider binding of a key was shredded."""
    _above(call, entity, pks, field, keys, to_bind=True)


def check_not_closed(
    call: Call, entity: Entity, pks: Sequence[str], field: str | None, keys: Keys
) -> None:
    """Raise ``Shredded`` where a wider binding closed what keys are bound to."""
    _above(call, entity, pks, field, keys, to_bind=False)


def check_may_move(call: Call, pk: str | None, where: Sequence[str | None]) -> None:
    """Raise ``Shredded`` where a move would go beneath a shredded binding, or out from there.

    ``where`` are the parameters of the move. What an older version left there in use stays, too.
    """
    call.execute(encryption_bindings.LOCK_AROUND, *where)
    query = (
        encryption_bindings.SHREDDED_AROUND
        if pk is None
        else encryption_bindings.SHREDDED_AROUND_KEY
    )
    for row in call.execute(query, *where):
        raise Shredded(
            f"the key of {cell(row['entity_table'], row['entity_pk'], row['field_name'])} "
            "was shredded",
            hint="Use another place. Bindings cannot move to or from a place beneath a shredded "
            "binding.",
        )


def policies_for(
    call: Call,
    entity: Entity,
    pks: Sequence[str],
    field: str | None,
    name: str | None,
    keys: Keys,
) -> list[tuple[Policy, list[str]]]:
    """Return the policies by which keys are bound, each with its keys.

    The one asked for; else the field's (kw.bind_policy), that of the binding above, the default.
    Only the owner of the table may choose another than these, or one that is weaker than above.
    """
    above = _above(call, entity, pks, field, keys, to_bind=True)
    of_field = policies.of_field(call, entity.name, field)
    groups: dict[int | None, tuple[Row | None, list[str]]] = {}
    for pk in pks:
        nearest = above.nearest(pk)
        groups.setdefault(nearest["id"] if nearest else None, (nearest, []))[1].append(pk)
    return [
        (
            _choose(call, entity, name, of_field, _as_it_is(call, nearest) if nearest else None),
            group,
        )
        for nearest, group in groups.values()
    ]


def policy_to_rotate(
    call: Call, entity: Entity, pk: str, field: str | None, old: Row, keys: Keys
) -> Policy:
    """Return the policy of a binding's next wrapper: the field's, else as the wrapper is."""
    pk = keys.known(pk)
    nearest = _above(call, entity, [pk], field, keys, to_bind=False).nearest(pk)
    of_field = policies.of_field(call, entity.name, field)
    if of_field is None:
        return _as_it_is(call, old)
    return _choose(call, entity, None, of_field, _as_it_is(call, nearest) if nearest else None)


def _as_it_is(call: Call, wrapper: Row) -> Policy:
    """Return a wrapper's policy; kw.relayer may have given it one of another mode."""
    return policies.of_wrapper(call, wrapper["policy_id"])._replace(mode=Mode(wrapper["mode"]))


def _choose(
    call: Call, entity: Entity, name: str | None, of_field: Policy | None, above: Policy | None
) -> Policy:
    given = [policy for policy in (of_field, above) if policy is not None]
    if name is None:
        chosen = given[0] if given else policies.named(call, None)
        if above is None or not _is_weaker(chosen, above) or _is_owner(call, entity):
            return chosen
        return above
    chosen = policies.named(call, name)
    is_given = not given or name in {policy.name for policy in given}
    if not is_given or (above is not None and _is_weaker(chosen, above)):
        wanted = quoted((policy.name for policy in given), " or ")
        access.check_owner(call, entity, f"bind by another or weaker policy than {wanted} to")
    return chosen


def _is_weaker(policy: Policy, than: Policy) -> bool:
    loses_a_leg = than.mode is Mode.BOTH and policy.mode is not Mode.BOTH
    return loses_a_leg or policy.min_layers < than.min_layers


def _is_owner(call: Call, entity: Entity) -> bool:
    try:
        access.check_owner(call, entity, "bind to")
    except NotAllowed:
        return False
    return True
