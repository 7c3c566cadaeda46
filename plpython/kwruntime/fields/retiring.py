"""Wrappers of earlier generations, retired when nothing can need them any more.

Looked for, and not assumed: wait, look, wait, look. The rotation and what moved the values were
committed before. First the transactions in progress are waited for, which may have begun before the
rotation and encrypt under an earlier generation. Those that begin later encrypt under the present
one. A look then finds the generations that values use. What was in progress at its end may still
have an older snapshot, or bring back a ciphertext that it has read: it is waited for, too. The last
look finds what it has brought. No snapshot can show then what the looks did not find.
"""

from time import monotonic

from kwruntime.call import Call
from kwruntime.errors import Blocked, Conflict
from kwruntime.fields import access, generations, recorded
from kwruntime.fields.generations import Columns, Headers
from kwruntime.fields.names import Entity, audited_cell, cell
from kwruntime.fields.older_snapshots import wait_for_older
from kwruntime.postgres import backend, messages
from kwruntime.postgres.query import Row
from kwruntime.seals.changing import changed
from kwruntime.store import field_generations, older_transactions, sealed_rows

_MAX_USED = 100_000


def retire(
    call: Call, entity: Entity, field: str | None, max_wait: int, *, ignore_standbys: bool
) -> int:
    """Retire the wrappers of a field's earlier generations that nothing uses; return how many."""
    if backend.keeps_snapshot():
        raise Conflict(
            "generations cannot be retired in a transaction that keeps its snapshot",
            hint="Use isolation level READ COMMITTED.",
        )
    if backend.has_written():
        raise Conflict(
            "generations cannot be retired in a transaction that has made changes",
            hint="Commit the rotation and the values that were encrypted again first.",
        )
    columns = _columns(call, entity, field)
    call.as_owner(lambda: _be_alone(call))
    deadline = monotonic() + max_wait
    earlier = call.read_as_owner(
        lambda: call.execute(field_generations.EARLIER, entity.name, field)[0]
    )
    used: set[tuple[int, int]] = set()
    needed = f"earlier generations of {cell(entity.name, None, field)}"
    if earlier["rotated"]:
        for _ in range(2):
            wait_for_older(call, needed, deadline, ignore_standbys=ignore_standbys)
            _add_used(call, entity, field, columns, used)
            if len(used) == earlier["generations"]:
                break
    return call.as_owner(lambda: _retired(call, entity, field, used, earlier["mark"]))


def _be_alone(call: Call) -> None:
    """Raise ``Blocked`` while another call is in progress, which would wait for this one."""
    try:
        call.execute(older_transactions.BE_ALONE)
    except Blocked:
        raise Blocked(
            "another call of kw.retire_generations is in progress in this database",
            detail="Each of the two would wait for the transaction of the other.",
            hint="Repeat the call when the transaction of that one has ended.",
        ) from None


def _owned(call: Call, entity: Entity) -> access.TableIdentity:
    found = access.check_grantor(call, entity, "retire generations of")
    recorded.refuse_renamed(call, entity)
    return found


def _columns(call: Call, entity: Entity, field: str | None) -> Columns:
    """Return the columns in which ciphertexts are looked for; check that all can be seen."""
    found = call.read_as_owner(lambda: _owned(call, entity))
    relation = found.relation and call.execute(field_generations.RELATION, found.relation)[0]
    if not relation or relation["kind"] not in ("r", "p") or relation["has_foreign_parts"]:
        raise Conflict(
            f"could not look for ciphertexts of {entity.name}: it is not a table of this database",
            hint="Find out which generations its values use, "
            "and ask an admin to use kw.set_wrapper_status.",
        )
    generations.refuse_hidden(call, entity, relation)
    rows = call.execute(field_generations.CIPHERTEXT_COLUMNS, found.relation)
    if not any(field in (None, row["name"]) for row in rows):
        what = "is not a column" if field else "does not have a column"
        raise Conflict(
            f"could not look for ciphertexts: {cell(entity.name, None, field)} {what} "
            "of type kw.ciphertext or bytea",
            hint="If the column was renamed, use kw.rebind.",
        )
    _check_other_columns(call, entity, field, found.relation, [row["name"] for row in rows])
    return Columns.of(found.quoted_name, rows)


def _check_other_columns(
    call: Call, entity: Entity, field: str | None, relation: int | None, looked_at: list[str]
) -> None:
    """Raise ``Conflict`` where a field may have values in a column that cannot be looked at."""
    rows = call.execute(field_generations.OTHER_COLUMNS, relation, looked_at)
    others = [row["name"] for row in rows if field in (None, row["name"])]
    if others:
        raise Conflict(
            f"could not look for ciphertexts in column {cell(entity.name, None, others[0])}",
            hint="Only columns of type kw.ciphertext or bytea, and arrays of these, are looked at.",
        )


def _add_used(
    call: Call, entity: Entity, field: str | None, columns: Columns, used: set[tuple[int, int]]
) -> None:
    """Add the earlier generations that values use now, in whichever column."""

    def earlier_among(headers: Headers) -> list[Row]:
        asked = entity.name, field, headers.ids, headers.generations
        return call.read_as_owner(lambda: call.execute(field_generations.EARLIER_AMONG, *asked))

    for headers in generations.look(call, columns):
        used.update((row["id"], row["generation"]) for row in earlier_among(headers))
        if len(used) > _MAX_USED:
            raise Conflict(
                f"more than {_MAX_USED} earlier generations of {cell(entity.name, None, field)} "
                "are in use",
                hint="Run kwtools reencrypt first.",
            )


def _retired(
    call: Call, entity: Entity, field: str | None, used: set[tuple[int, int]], mark: int
) -> int:
    ids, made = [one[0] for one in used], [one[1] for one in used]
    place = cell(entity.name, None, field)
    result = call.execute(field_generations.RETIRE, entity.name, field, ids, made, mark)[0]
    changed(call, sealed_rows.WRAPPERS, result["retired_ids"], {"status": "rotated"})
    if not result["is_same"]:
        raise Conflict(f"generations of {place} were added meanwhile", hint="Repeat the call.")
    if result["used"]:
        messages.notice(
            f"{result['used']} earlier wrappers of {place} are left: values use them",
            hint="Count them with kw.field_generations, and move them with kwtools reencrypt.",
        )
    if result["shared"]:
        messages.notice(
            f"{result['shared']} earlier wrappers of {place} are left: other bindings use them"
        )
    if result["retired"]:
        target = audited_cell(entity.name, None, field)
        access.audit(call, "retire_generations", target, wrappers=result["retired"])
    return int(result["retired"])
