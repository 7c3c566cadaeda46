"""What the protection of a column does, meets and leaves. Changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.blind_index import NORMALISERS
from kwruntime.errors import BadArgument, Conflict
from kwruntime.fields import protections
from kwruntime.postgres.quoting import longer
from kwruntime.protection.target import SCOPES, Choices, Target
from kwruntime.store import blind_indexes, protected_columns, value_types
from kwruntime.store.view_definitions import COLUMNS

_MICROSECONDS_A_ROW = 40
"""What backfill and verification of a short value take together, without triggers and KMS."""
_CIPHERTEXT_BYTES = 54
_LOCKS = (
    ("expand", "ACCESS EXCLUSIVE for milliseconds: add a column, a constraint and a trigger"),
    ("backfill", "rows of one batch, for no longer than it takes; no row that others hold"),
    ("backfill, end", "ACCESS EXCLUSIVE for milliseconds: add a constraint"),
    ("verify", "none; at the end SHARE UPDATE EXCLUSIVE, which stops no reader and no writer"),
    ("cut over", "ACCESS EXCLUSIVE for milliseconds: rename two columns; by a view, the table too"),
    ("contract", "ACCESS EXCLUSIVE for milliseconds: drop a column"),
)
_PLAINTEXT = (
    ("table", "dead tuples and dropped columns, until VACUUM FULL or pg_repack rewrites it"),
    ("write-ahead log", "records of earlier writes, in archives too, until they expire"),
    ("statistics", "of the column, until it is dropped; of indexes over it, the same"),
    ("backups", "all that were made before the column was dropped"),
    ("replicas", "as the table; and subscribers of publications, which have copies of their own"),
)


class Step(NamedTuple):
    """A row of kw.plan_protection."""

    kind: str
    name: str
    detail: str
    is_obstacle: bool = False


def check_choices(choices: Choices) -> None:
    """Raise ``BadArgument`` for what cannot be chosen."""
    if choices.key_scope not in SCOPES:
        raise BadArgument(
            "key_scope is not what a data key can cover", hint="Use column, table, row or cell."
        )
    if choices.shown_by not in ("column", "view"):
        raise BadArgument("shown_by is not a way to show a column", hint="Use column or view.")
    if choices.search not in (None, "equality"):
        raise BadArgument("search is not a way to find values", hint="Use equality, or null.")
    if choices.normaliser not in NORMALISERS:
        raise BadArgument(f"normaliser must be one of {', '.join(NORMALISERS)}")


def plan(call: Call, target: Target, choices: Choices, further: Iterable[Step] = ()) -> list[Step]:
    """Return what the protection of a column does, meets and leaves."""
    check_choices(choices)
    further = list(further)
    remains = "old values remain" if further else "plaintext remains"
    return [
        *further,
        *_size(call, target, choices.key_scope),
        *(Step("lock", phase, detail) for phase, detail in _LOCKS),
        *_found(call, target, choices),
        *_shown(call, target, choices),
        *_dependents(call, target, choices),
        *_fired(call, target),
        *(Step(remains, where, detail) for where, detail in _PLAINTEXT),
        *obstacles(call, target, choices),
    ]


def check_possible(call: Call, target: Target, choices: Choices) -> None:
    """Raise ``Conflict`` that lists what stands against the protection of a column."""
    _refuse(target, "protected", obstacles(call, target, choices))


def check_view(call: Call, target: Target) -> None:
    """Raise ``Conflict`` that lists what a view would break, which may have come since expand."""
    _refuse(target, "shown by a view", list(_obstacles_of_view(call, target)))


def _refuse(target: Target, what: str, found: Sequence[Step]) -> None:
    if found:
        listed = (f"{one.name}: {one.detail}" for one in found)
        raise Conflict(
            f"{target.place} cannot be {what} yet", detail=f"{'; '.join(listed)}.",
            hint="Remove these obstacles. See kw.plan_protection.",
        )  # fmt: skip


def obstacles(call: Call, target: Target, choices: Choices) -> list[Step]:
    """Return what stands against the protection of a column."""
    found = [*_obstacles_of_table(target), *_obstacles_of_column(call, target)]
    if choices.search is not None and call.read_as_owner(
        lambda: call.execute(blind_indexes.OF_FIELD_READ, target.entity.name, target.field)
    ):
        detail = "it has a blind index: use kw.shred_index_key"
        found.append(Step("obstacle", f"column {target.field}", detail, is_obstacle=True))
    found += _mixed(call, target, choices)
    if choices.search is not None and choices.normaliser == "raw":
        unique = call.execute(protected_columns.UNIQUE_INDEXES, target.relation, target.field)
        if any(row["takes_texts_for_equal"] for row in unique):
            detail = "it is unique by an equality that normaliser raw does not have: use another"
            found.append(Step("obstacle", f"column {target.field}", detail, is_obstacle=True))
    if choices.shown_by == "view":
        found += _obstacles_of_view(call, target)
    needs_owner = choices.key_scope == "row"
    for row in call.execute(protected_columns.WRITERS, target.relation, target.field, needs_owner):
        lacks = (
            "may write the column, but not bind keys of rows: only the table owner may"
            if needs_owner
            else "may write the column, but not encrypt: grant it kw_client"
        )
        found.append(Step("obstacle", f"role {row['name']}", lacks, is_obstacle=True))
    if target.column["column_default"] is not None:
        lacks = "inserts the default of the column, but may not write it: grant it, and kw_client"
        for row in call.execute(protected_columns.INSERTERS, target.relation, target.field):
            found.append(Step("obstacle", f"role {row['name']}", lacks, is_obstacle=True))
    return found


def _mixed(call: Call, target: Target, choices: Choices) -> Iterator[Step]:
    """Yield fields that the table shows as ciphertexts, where a view would show them decrypted."""
    if target.is_shown:
        if choices.shown_by == "column":
            detail = "a view has its name, and shows every protected column: use shown_by => view"
            yield Step("obstacle", f"table {target.entity.name}", detail, is_obstacle=True)
        return
    for row in call.read_as_owner(lambda: protections.others(call, target.entity, target.field)):
        is_by_view = row["shown_by"] == "view"
        if row["shown_by"] != "hand" and is_by_view != (choices.shown_by == "view"):
            detail = f"has shown_by => {row['shown_by']}: all columns of a table need the same"
        elif choices.shown_by == "view" and not is_by_view:
            detail = "is a protected field, which the view would show decrypted"
        else:
            continue
        yield Step("obstacle", f"column {row['name']}", detail, is_obstacle=True)


def _obstacles_of_table(target: Target) -> Iterator[Step]:
    column = target.column
    reasons = {
        "it is not a table": column["relkind"] not in ("r", "p"),
        "it has no primary key": column["keys"] is None,
        "other tables inherit from it": column["has_children"],
        "it is a partition: protect the partitioned table": column["is_partition"],
        "row-level security hides rows from the role: use one with BYPASSRLS": column["hides_rows"],
        "the types of its primary key have an order of their own": column["are_ordered"] is False,
        f"its owner, or the role, may not create functions in schema {target.schema}": not column[
            "may_create"
        ],
    }
    for reason, holds in reasons.items():
        if holds:
            yield Step("obstacle", f"table {target.entity.name}", reason, is_obstacle=True)


def _obstacles_of_column(call: Call, target: Target) -> Iterator[Step]:
    column = target.column
    refused = call.execute(value_types.TYPE, column["value_type"])[0]["refused"]
    reasons = {
        "it is part of the primary key": column["is_key"],
        "the index of the primary key includes it, and would go with it": column["is_included"],
        "the table is partitioned by it": column["is_partition_key"],
        "it is an identity column": column["is_identity"],
        "it is a generated column": column["is_generated"],
        f"the text form of type {refused} depends on the session": refused is not None,
    }
    for reason, holds in reasons.items():
        if holds:
            yield Step("obstacle", f"column {target.field}", reason, is_obstacle=True)


def _obstacles_of_view(call: Call, target: Target) -> Iterator[Step]:
    """Yield what would break when a view has the name of the table."""
    if target.column["has_collation"]:
        detail = "it has a collation of its own, which a view cannot give it"
        yield Step("obstacle", f"column {target.field}", detail, is_obstacle=True)
    if target.column["owns_sequence"]:
        detail = (
            "it owns a sequence, which would go with it, and the view has its default: use "
            "ALTER SEQUENCE … OWNED BY NONE"
        )
        yield Step("obstacle", f"column {target.field}", detail, is_obstacle=True)
    for row in call.execute(COLUMNS, target.relation):
        if row["name"].startswith("?"):
            detail = "a protected view takes no column whose name begins with a question mark"
            yield Step("obstacle", f"column {row['name']}", detail, is_obstacle=True)
        if row["is_key"] and not row["can_be_key"]:
            detail = f"a protected view takes no primary key of type {row['type']}"
            yield Step("obstacle", f"table {target.entity.name}", detail, is_obstacle=True)
    if not target.is_shown:
        for row in call.execute(protected_columns.PUBLICATIONS, target.relation):
            detail = "sends the table by its name, which subscribers would not find any more"
            yield Step("obstacle", f"publication {row['name']}", detail, is_obstacle=True)
        for row in call.execute(protected_columns.OF_ROW_TYPE, target.relation):
            detail = "uses the type of the table's rows, which takes another name with the table"
            yield Step("obstacle", f"{row['kind']} {row['name']}", detail, is_obstacle=True)
    for row in call.execute(protected_columns.CUT_OFF, target.relation, target.field):
        yield Step("obstacle", f"role {row['name']}", row["reason"], is_obstacle=True)


def free_column(call: Call, target: Target, suffix: str) -> str:
    """Return a name for a further column; raises ``Conflict`` where there is one."""
    name = longer(target.field, suffix)
    if call.execute(protected_columns.HAS_COLUMN, target.relation, name):
        raise Conflict(
            f'table {target.entity.name} has a column "{name}", whose name is needed',
            hint="Rename or drop that column.",
        )
    return name


def base_table(call: Call, target: Target) -> str:
    """Return the name of the table while a view has its own; raises ``Conflict``."""
    if target.is_shown:
        return str(target.column["relname"])
    name = longer(target.entity.table, "protected")
    if call.execute(protected_columns.HAS_RELATION, target.schema, name):
        raise Conflict(
            f'schema {target.schema} has a relation "{name}", whose name is needed',
            hint="Rename or drop that relation.",
        )
    return name


def _found(call: Call, target: Target, choices: Choices) -> Iterator[Step]:
    """Yield what a search adds."""
    if choices.search is None:
        return
    detail = f"tokens of values, normalised by {choices.normaliser}, which show equal values"
    yield Step("search", longer(target.field, "token"), detail)
    detail = "values that the normaliser does not take are refused, from expand on"
    yield Step("search", f"normaliser {choices.normaliser}", detail)
    detail = "made before verify: concurrently by a statement of yours, or by the command"
    yield Step("search", "index of tokens", detail)
    for row in call.execute(protected_columns.UNIQUE_INDEXES, target.relation, target.field):
        names = ", ".join((*row["others"], target.field))
        detail = "stays unique by tokens: verify names values that are equal when normalised"
        yield Step("search", f"unique {names}", detail)


def _shown(call: Call, target: Target, choices: Choices) -> Iterator[Step]:
    """Yield what changes for those who use the table when a view has its name."""
    if choices.shown_by != "view":
        return
    name = longer(target.entity.table, "protected")
    yield Step("view", target.entity.name, f"a protected view; the table is then named {name}")
    detail = f"name the table {name}: the view takes none of them"
    yield Step("view", "ON CONFLICT, TRUNCATE, COPY TO, REFERENCES", detail)


def _size(call: Call, target: Target, key_scope: str) -> Iterator[Step]:
    row = call.execute(protected_columns.SIZE, target.relation)[0]
    rows = row["rows"]
    seconds = rows * _MICROSECONDS_A_ROW / 1_000_000
    added = "" if row["is_unknown"] else f" ({rows * _CIPHERTEXT_BYTES / 1_000_000:.1f} MB)"
    grown = (
        f"{row['size']}; grows by the values and {_CIPHERTEXT_BYTES} bytes for each{added}, and by "
        "as much as it has until VACUUM frees the tuples that the backfill replaces"
    )
    yield Step(
        "column",
        target.field,
        f"type {target.column['value_type']}, a data key for each {key_scope}",
    )
    if row["is_unknown"]:
        yield Step("size", "an unknown number of rows", grown)
        yield Step("time", "unknown", f"use ANALYZE {target.table}, and plan again")
        return
    yield Step("size", f"about {rows} rows", grown)
    yield Step("time", f"about {seconds:.0f} s", "without triggers, and without waits for a KMS")


def _dependents(call: Call, target: Target, choices: Choices) -> Iterator[Step]:
    number = target.column["attnum"]
    for row in call.execute(protected_columns.DEPENDENTS, target.relation, number):
        if row["stops"]:
            detail = "depends on the plaintext column: contract waits until you change or drop it"
            yield Step(f"dependent {row['kind']}", row["name"], detail)
        else:
            yield Step(str(row["kind"]), row["name"], "is dropped with the plaintext column")
    if target.column["column_default"] is not None:
        detail = "does not hold after cut over: no default encrypts"
        if choices.shown_by == "view":
            detail = "is that of the view after cut over, and not of the table"
        yield Step("default", target.field, detail)


def _fired(call: Call, target: Target) -> Iterator[Step]:
    for row in call.execute(protected_columns.TRIGGERS, target.relation):
        detail = "fires for each row of the backfill"
        if row["is_after_ours"]:
            detail += ", and after the trigger that encrypts: it must not change the column"
        yield Step("trigger", row["name"], detail)
    for row in call.execute(protected_columns.PUBLICATIONS, target.relation):
        detail = (
            "sends each row of the backfill, and its subscribers stop at a column that they do not "
            "have: add the encrypted column there first, and rename both at cut over"
        )
        yield Step("publication", row["name"], detail)
