"""Who may do what with an entity. Every check is made as the role in force at the call.

These run as the owner (inside ``spi.as_owner``) and are told the role.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.errors import NotAllowed, NotFound
from kwruntime.fields import spelling
from kwruntime.fields.key_forms import BadKey
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.spelling import Keys
from kwruntime.postgres import messages
from kwruntime.postgres.query import Query, Row
from kwruntime.postgres.quoting import literal
from kwruntime.seals.changing import is_sealing
from kwruntime.seals.checking import check as check_seals
from kwruntime.session import Epoch, Settings
from kwruntime.store import entities, field_grants, privileges, sealed_rows
from kwruntime.store.field_lookups import First
from kwruntime.store.view_definitions import QUOTED


class TableIdentity(NamedTuple):
    """What a name was recorded for, and what it stands for now. Oids; null where nothing."""

    is_known: bool
    recorded: int | None
    recorded_owner: str | None
    relation: int | None
    owner: int | None
    owner_name: str | None
    quoted_name: str

    @property
    def agrees(self) -> bool:
        """Whether the name stands for what it stood for at the first binding."""
        return not self.is_known or self.recorded == self.relation


def table_identity(call: Call, entity: Entity) -> TableIdentity:
    """Look an entity up."""
    row = call.execute(entities.ENTITY, entity.name, entity.schema, entity.table)[0]
    return TableIdentity(**row)


def settled(call: Call, entity: Entity) -> Entity:
    """Return the entity that a quoted name stands for, which may be an older one."""
    if entity.older is None:
        return entity
    return entity.settled(is_older=_ask(call, entities.IS_ENTITY, entity.older))


def tell_if_unknown(call: Call, entity: Entity, field: str | None) -> None:
    """Tell of a name that may be misspelt, or be that of something outside the database."""
    relation = table_identity(call, entity).relation
    if relation is None:
        messages.notice(
            f"table {entity.name} does not exist",
            hint=f"Ignore this if the name is external.{_similar(call, entity)}",
        )
    elif field is not None and not is_column(call, relation, field):
        messages.notice(
            f'column "{field}" of table {entity.name} does not exist',
            hint="Ignore this if it is a field of another kind.",
        )


def _similar(call: Call, entity: Entity) -> str:
    rows = call.execute(entities.SIMILAR_TABLE, entity.schema, entity.table)
    return f" Did you mean {literal(rows[0]['name'])}?" if rows else ""


_NO_KEYS = Keys()


class Known(NamedTuple):
    """What a session keeps of a field: hints, which each call's first query proves or corrects."""

    has_keys: bool
    """Whether a single key of the field or of the row was ever bound."""
    has_shredded: bool
    """Whether a binding of the field or of the row was ever shredded."""
    is_column: bool
    """Whether the field may be a column."""
    keys: Keys = _NO_KEYS
    """How keys are spelled."""


_NOTHING_YET = Known(has_keys=True, has_shredded=False, is_column=True)
"""What a session supposes of a field, so that its first query is right where nothing is special."""
_TRIES = 5
_MAX_FIELDS = 10_000


class CheckedEntities:
    """The rows of kw.entities, by name and version, that match their seals."""

    def __init__(self, _: Epoch) -> None:
        self.kept: Cache[tuple[str, str, str], bool] = Cache(_MAX_FIELDS)


class KnownFields:
    """What is known of fields, by entity and field. No key: kept where no keys are, too."""

    def __init__(self, _: Settings) -> None:
        self.kept: Cache[tuple[str, str | None], Known] = Cache(_MAX_FIELDS)


def ask(
    call: Call, first: First, entity: Entity, field: str | None, *args: Callable[[Known], Any]
) -> Row:
    """Run a query that begins with the privilege, the epoch and what is known of the field.

    ``args`` are its further parameters, made from what is known. The row's ``allowed``
    speaks of the table's privileges only: where it is not true, ``check`` has the last word.
    """
    place = entity.name, field
    last = call.last_settings
    known = (last and last.of(KnownFields).kept.get(place)) or _NOTHING_YET
    has_loaded = False
    for _ in range(_TRIES):
        try:
            further = [arg(known) for arg in args]
        except BadKey:
            if has_loaded:
                raise
            known, has_loaded = known._replace(keys=spelling.of_entity(call, entity.name)), True
            continue
        keys = known.keys
        place_asked = call.role, field, entity.name, entity.schema, known.is_column
        is_keyed = keys.key_index is not None or keys.relation is None
        query = first.of(is_keyed=is_keyed, has_shredded=known.has_shredded)
        try:
            row = call.execute(query, *place_asked, keys.relation, keys.key_index, *further)[0]
        except messages.UndefinedColumn:
            known = known._replace(is_column=False)
            continue
        has_keys, has_shredded = bool(row["has_keys"]), bool(row["has_shredded"])
        call.see_epoch(row["epoch"])
        if row["entity_place"] is not None and is_sealing(call):
            _check_entity(call, entity, (row["entity_place"], row["entity_version"]))
        if not row["has_these_keys"] or row["key_form"] != keys.recorded:
            known, has_loaded = known._replace(keys=spelling.of_entity(call, entity.name)), True
            continue
        if has_keys > known.has_keys or has_shredded > known.has_shredded:
            known = known._replace(has_keys=True, has_shredded=True)
            continue
        found = Known(has_keys, has_shredded, known.is_column, keys)
        kept = call.settings.of(KnownFields).kept
        if found is not known and found != kept.get(place):
            kept.put(place, found)
        return row
    raise messages.old_snapshot()


def _check_entity(call: Call, entity: Entity, version: tuple[str, str]) -> None:
    """Check, once in an epoch, the row that says which bindings are those of a name."""
    kept = call.epoch.of(CheckedEntities).kept
    row = entity.name, *version
    if kept.get(row) is None:
        check_seals(call, sealed_rows.ENTITIES, [entity.name])
        kept.put(row, True)


def keys_of(call: Call, entity: Entity) -> Keys:
    """Return how the keys of an entity are spelled, bound to already or not."""
    found = table_identity(call, entity)
    if not found.is_known:
        return spelling.of_relation(call, found.relation)
    return spelling.of_entity(call, entity.name) if found.agrees else _NO_KEYS


def may(call: Call, entity: Entity, field: str | None, *, write: bool) -> bool:
    """Whether a role may read or write a field (null: the whole row).

    A field that is not a column (renamed, or part of one) is its table's owner's, who could
    grant it to himself.
    """
    found = table_identity(call, entity)
    if found.relation is not None and found.agrees:
        if field is None or is_column(call, found.relation, field):
            call.settings.of(KnownFields).kept.drop(
                (entity.name, field)
            )  # where it was none when it was last asked
            query = privileges.MAY_WRITE if write else privileges.MAY_READ
            allowed = _ask(
                call, query, call.role, field, found.relation, found.quoted_name, entity.schema
            )
        else:
            allowed = _ask(call, privileges.HAS_ROLE, call.role, found.owner)
        if allowed:
            return True
    if not found.is_known or (found.recorded is not None and not found.agrees):
        return False
    granted = field_grants.GRANTED_WRITE if write else field_grants.GRANTED_READ
    # An external name stays one when somebody makes a table of it, until a superuser re-claims it.
    made_for = (None, None) if found.recorded is None else (found.relation, found.owner)
    if not _ask(call, granted, entity.name, field, call.role, *made_for):
        return False
    if is_sealing(call):
        rows = call.execute(sealed_rows.GRANTS_TO, entity.name, field, call.role)
        check_seals(call, sealed_rows.GRANTS, [row["id"] for row in rows])
    return True


def is_column(call: Call, relation: int, field: str) -> bool:
    """Whether a relation has a column of that name."""
    return _ask(call, privileges.IS_COLUMN, relation, field)


def check(call: Call, entity: Entity, field: str | None, *, write: bool) -> None:
    """Raise ``NotAllowed`` unless a role may read or write a field."""
    if not may(call, entity, field, write=write):
        raise denied(call, entity, field, write=write)


def denied(call: Call, entity: Entity, field: str | None, *, write: bool) -> NotAllowed:
    """The error of a role that may not."""
    action, privilege = ("encrypt", "INSERT or UPDATE") if write else ("decrypt", "SELECT")
    place = cell(entity.name, None, field)
    found = table_identity(call, entity)
    if found.relation is None and found.recorded is None:
        hint = (
            f"{entity.name} is not a table. Ask a member of kw_grantor to use kw.grant_field."
            f"{_similar(call, entity)}"
        )
    else:
        hint = (
            f"Grant {privilege} on the {'table' if field is None else 'column'}, "
            f"or ask the table owner to use kw.grant_field.{claim_hint(call, entity, found)}"
        )
    return NotAllowed(f"permission denied to {action} {place}", hint=hint)


def check_owner(call: Call, entity: Entity, action: str) -> TableIdentity:
    """Raise ``NotAllowed`` unless a role owns the table; return what the name stands for.

    The name must still stand for the table that it was recorded for.
    """
    found = table_identity(call, entity)
    if (
        found.relation is None
        or not found.agrees
        or not _ask(call, privileges.HAS_ROLE, call.role, found.owner)
    ):
        raise NotAllowed(
            f"permission denied to {action} {entity.name}: must be owner of the table",
            hint=claim_hint(call, entity, found).strip() or None,
        )
    return found


def claim_hint(call: Call, entity: Entity, found: TableIdentity) -> str:
    """Return what to do about a name that no longer stands for its table; begins with a space."""
    if found.relation is None and found.recorded is None:
        return f" {entity.name} is not a table.{_similar(call, entity)}"
    if found.agrees:
        return ""
    rows = call.execute(entities.RELATION_NAME, found.recorded)
    rebind = reclaim = ""
    if rows:
        rebind = f"kw.rebind({literal(entity.name)}, to_entity_table => {literal(rows[0]['name'])})"
    reclaim = f"kw.reclaim_entity({literal(entity.name)})"
    if found.relation is not None:
        after = f"After a rename, use {rebind}. " if rebind else ""
        return (
            " The name now means another table than when it was first bound. "
            f"{after}After a restore or a re-creation, use {reclaim}."
        )
    if rebind:
        own = call.execute(QUOTED, entity.schema, entity.table)[0]["name"]
        # A view has the name, and rebind would take it away, unless to give it back.
        if own not in (found.quoted_name, rows[0]["name"]):
            return f" Table {found.quoted_name} was renamed. Give it that name again."
        return f" The table was renamed. Use {rebind}."
    return f" The table was dropped. When it exists again, ask an admin to use {reclaim}."


def is_renamed(call: Call, old: TableIdentity, new: TableIdentity) -> bool:
    """Whether a name stands for the table that another name was recorded for.

    The oid alone does not say so: after a restore it may have become another table's. Then
    the owner is another one too, unless that owner could have the table anyhow.
    """
    if old.recorded is None or old.recorded != new.relation:
        return False
    return old.recorded_owner == new.owner_name or _ask(call, privileges.IS_SUPERUSER, call.role)


def check_superuser(call: Call, action: str) -> None:
    """Raise ``NotAllowed`` unless a role is a superuser."""
    if not _ask(call, privileges.IS_SUPERUSER, call.role):
        raise NotAllowed(
            f"permission denied to {action}",
            hint="Ask a superuser, because the change weakens a guarantee.",
        )


def check_grantor(call: Call, entity: Entity, action: str) -> TableIdentity:
    """Raise ``NotAllowed`` unless a role may grant: a table's owner, or kw_grantor of the rest."""
    found = table_identity(call, entity)
    external = found.relation is None if not found.is_known else found.recorded is None
    if not external:
        return check_owner(call, entity, action)
    if not _ask(call, privileges.HAS_NAMED_ROLE, call.role, "kw_grantor"):
        raise NotAllowed(
            f"permission denied to {action} {entity.name}: "
            "must be a member of kw_grantor, because it is not a table",
            hint=_similar(call, entity).strip() or None,
        )
    return found


def audit(call: Call, action: str, target: str, **details: Any) -> None:
    """Record what was done: ``audit.record``."""
    from kwruntime.seals import audit as audit_log  # sessions that only read come by here, too

    audit_log.record(call, action, target, **details)


def is_superuser(call: Call) -> bool:
    """Whether a role is a superuser."""
    return _ask(call, privileges.IS_SUPERUSER, call.role)


def has_role(call: Call, other: int | None) -> bool:
    """Whether a role has the privileges of another role that exists."""
    return _ask(call, privileges.HAS_ROLE, call.role, other)


def has_named_role(call: Call, name: str) -> bool:
    """Whether a role has the privileges of another."""
    return _ask(call, privileges.HAS_NAMED_ROLE, call.role, name)


def is_role(call: Call, name: str) -> bool:
    """Whether a role of that name exists."""
    return _ask(call, privileges.IS_ROLE, name)


def missing_role(name: str) -> NotFound:
    """Return the error for a role that does not exist."""
    return NotFound(f'role "{name}" does not exist')


def may_import(call: Call) -> bool:
    """Whether a role may import a DEK of its own."""
    return _ask(call, privileges.HAS_NAMED_ROLE, call.role, "kw_unwrap")


def may_see_bindings(call: Call) -> bool:
    """Whether a role may read every binding: what they protect, not what that holds."""
    return any(
        _ask(call, privileges.HAS_NAMED_ROLE, call.role, name)
        for name in ("kw_admin", "kw_auditor")
    )


def owns(call: Call, relation: int | None) -> bool:
    """Whether a role owns a relation that exists."""
    rows = call.execute(privileges.RELATION_OWNER, relation)
    return bool(rows) and _ask(call, privileges.HAS_ROLE, call.role, rows[0]["owner"])


def _ask(call: Call, query: Query, *args: Any) -> bool:
    rows = call.execute(query, *args)
    return bool(rows) and bool(rows[0]["allowed"])
