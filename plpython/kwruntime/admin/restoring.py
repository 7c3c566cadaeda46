"""What follows a restore or a replication: checks, repairs, re-claiming. Runs as the owner."""

from typing import Any

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import access, names, recorded
from kwruntime.postgres.query import Row, composed
from kwruntime.store import entities, restore_checks

_CHECK = "kw.check_restore()"
_STATE = "kwtools verify --state FILE with the last checkpoint from outside"


def check(call: Call) -> list[dict[str, Any]]:
    """Check and repair what a load may have left; return what was found."""
    problems = [*_foreign_keys(call), *_missing(call)]
    repaired = [*_move_sequences(call), *_enable_triggers(call)]
    if problems:
        return [*problems, *repaired]
    unchecked = call.execute(restore_checks.RESTORE_STATE)[0]["unchecked"]
    if unchecked:
        call.execute(restore_checks.COMPLETE)
    if unchecked or repaired:
        call.execute(restore_checks.FORGET_LOADS)
        access.audit(call, "check_restore", "kw", tables=unchecked)
    found = [_row(call, "restore", detail="all foreign keys are valid"), *repaired]
    found += _sealed(call)
    waiting = [row["entity_table"] for row in call.execute(restore_checks.ENTITIES_TO_RECLAIM)]
    if waiting:
        found.append(
            _row(
                call,
                "names",
                detail=f"to be re-claimed: {_some(waiting)}",
                hint="List them with kw.entities_to_reclaim(), then call kw.reclaim_entities().",
            )
        )
    return found


def doctor(call: Call) -> list[dict[str, Any]]:
    """Return what a restore or a replication has left to do, without changing anything."""
    found = list(_missing(call))
    unchecked = call.execute(restore_checks.RESTORE_STATE)[0]["unchecked"]
    if unchecked:
        found.append(
            _row(
                call,
                "restore",
                ok=False,
                detail="loaded, or edited with triggers off, without checks of foreign keys: "
                f"{_some(unchecked)}",
                hint=_how_to_check(call),
            )
        )
    for row in call.server.sequences_to_move():
        state = f"is not above the highest row, {row['highest']}"
        found.append(
            _row(
                call,
                f"sequence {row['name']}",
                ok=False,
                detail=f"its next value {'is near its end' if row['is_far'] else state}",
                hint=f"Call {_CHECK}, or setval('{row['name']}', {row['value']}).",
            )
        )
    found += _triggers_off(call)
    unsynced = [row["table"] for row in call.execute(restore_checks.NOT_SYNCHRONISED)]
    if unsynced:
        found.append(
            _row(
                call,
                "replication",
                ok=False,
                detail=f"a subscription has not copied all of {_some(unsynced)}",
                hint="Check pg_subscription_rel and the server log for rows that exist on both "
                "sides.",
            )
        )
    return found or [_row(call, "restore", detail="nothing is left to check")]


def _how_to_check(call: Call) -> str:
    """Return what to do about rows that came without checks: by a load, or by edits."""
    sealed = call.execute(restore_checks.SEALED)[0]
    hint = f"When the load has ended, call {_CHECK}. If nothing was restored, rows were edited with"
    if not sealed["is_deployment"]:
        return f"{hint} triggers off: find out by whom."
    by_log = f", then run {_STATE}" if sealed["origin"] else ""
    return f"{hint} triggers off: call kw.check_seals(){by_log}."


def _sealed(call: Call) -> list[dict[str, Any]]:
    """Return what a restore means for what is sealed: the log alone cannot tell what is lost."""
    sealed = call.execute(restore_checks.SEALED)[0]
    if sealed["origin"] is None:
        hint = "Compare the rows with their seals: kw.check_seals()."
        detail = "the rows are sealed, and no log has their state"
        return [_row(call, "seals", detail=detail, hint=hint)] if sealed["is_deployment"] else []
    named = f"log {sealed['origin']} has {sealed['size']} entries"
    lost = sealed["known"] - sealed["size"]
    if lost:
        return [
            _row(
                call,
                "log",
                ok=False,
                detail=f"{named}, and had {sealed['known']}: {lost} entries are lost",
                hint=f"Run {_STATE}. After a restore, use kwtools deployment acknowledge.",
            )
        ]
    return [
        _row(
            call,
            "log",
            detail=f"{named}, {sealed['signed']} of them signed",
            hint="What was sealed after the backup is lost if the last checkpoint from outside has "
            f"more entries. Run {_STATE} (kw.check_state). If entries are lost, use kwtools "
            "deployment acknowledge FILE before the application writes.",
        )
    ]


def _foreign_keys(call: Call) -> list[dict[str, Any]]:
    rows = call.execute(composed(call.execute(restore_checks.FOREIGN_KEY_CHECKS)[0]["text"]))
    return [
        _row(
            call,
            f"foreign key {row['name']}",
            ok=False,
            detail=f"{row['rows']} rows of kw.{row['child']} refer to rows that "
            f"kw.{row['parent']} does not have",
            hint=f"Load the rest: pg_restore -a -n kw -t {row['parent']} -d DATABASE DUMP, "
            "then check again.",
        )
        for row in rows
        if row["rows"]
    ]


def _missing(call: Call) -> list[dict[str, Any]]:
    """Return what nothing but an incomplete load leaves behind."""
    found = []
    policies = call.execute(restore_checks.RESTORE_STATE)[0]["policies_without_keys"]
    if policies:
        found.append(
            _row(
                call,
                "restore",
                ok=False,
                detail=f"policies without keys: {_some(policies)}",
                hint="The restore is not complete. Run kwtools restore DUMP into an empty "
                "database.",
            )
        )
    unrecorded = [row["entity_table"] for row in call.execute(restore_checks.NAMES_NOT_RECORDED)]
    if unrecorded:
        found.append(
            _row(
                call,
                "restore",
                ok=False,
                detail=f"bindings of names that kw.entities does not have: {_some(unrecorded)}",
                hint="Load the rest: pg_restore -a -n kw -t entities -d DATABASE DUMP.",
            )
        )
    return found


def _move_sequences(call: Call) -> list[dict[str, Any]]:
    moved = []
    for row in call.server.sequences_to_move():
        call.execute(restore_checks.MOVE_SEQUENCE, row["name"], row["value"])
        moved.append(_row(call, f"sequence {row['name']}", detail=f"moved to {row['value']}"))
    return moved


def _enable_triggers(call: Call) -> list[dict[str, Any]]:
    enabled = []
    for row in call.execute(restore_checks.TRIGGERS_OFF):
        call.execute(composed(row["text"]))
        enabled.append(_row(call, f"triggers of kw.{row['table']}", detail="enabled always"))
    return enabled


def _triggers_off(call: Call) -> list[dict[str, Any]]:
    found = [
        _row(
            call,
            f"triggers of kw.{row['table']}",
            ok=False,
            detail=f"not enabled always: {', '.join(row['triggers'])}",
            hint=f"Call {_CHECK}.",
        )
        for row in call.execute(restore_checks.TRIGGERS_OFF)
    ]
    found += [
        _row(
            call,
            f"event trigger {row['name']}",
            ok=False,
            detail="not enabled always",
            hint=f"Run: alter event trigger {row['name']} enable always;",
        )
        for row in call.execute(restore_checks.EVENT_TRIGGERS_OFF)
    ]
    off = [row["name"] for row in call.execute(restore_checks.FOREIGN_KEYS_OFF)]
    if off:
        found.append(
            _row(
                call,
                "foreign keys",
                ok=False,
                detail=f"turned off: {_some(off)}",
                hint="Run ALTER TABLE … ENABLE TRIGGER ALL on their tables, then call "
                "kw.check_restore().",
            )
        )
    return found


def refuse_incomplete(call: Call) -> None:
    """Check a load that nobody has checked yet; raise ``Conflict`` where it is not complete."""
    if not call.execute(restore_checks.RESTORE_STATE)[0]["unchecked"]:
        return
    for row in check(call):
        if not row["ok"]:
            raise Conflict(f"the restore is not complete: {row['detail']}", hint=row["hint"])


def to_reclaim(call: Call) -> list[dict[str, Any]]:
    """Return the names whose table is another one than was recorded."""
    is_superuser = access.is_superuser(call)
    return [{**row, "problem": _problem(row, is_superuser)} for row in _to_reclaim(call)]


def _to_reclaim(call: Call) -> list[Row]:
    rows = call.execute(restore_checks.ENTITIES_TO_RECLAIM)
    for row in rows:
        if row["relation"] is None:
            found = recorded.to_reclaim(call, names.of_stored(row["entity_table"]))
            row |= {"relation": found.relation, "present_owner": found.owner_name}
    return rows


def _problem(row: Row, is_superuser: bool) -> str | None:
    if row["relation"] is None:
        return "the table does not exist"
    if row["recorded_owner"] != row["present_owner"] and not is_superuser:
        return "the table has another owner; only a superuser can re-claim it"
    return None


def reclaim_all(call: Call) -> list[dict[str, Any]]:
    """Re-claim every name that has no problem; return all that were looked at.

    One that another transaction is changing is left: anybody may change the name of a table of
    his own, and keep the transaction open.
    """
    refuse_incomplete(call)
    listed = to_reclaim(call)
    for row in listed:
        if row["problem"] is None and not call.execute(entities.LOCK_ENTITY, row["entity_table"]):
            row["problem"] = "another transaction is changing the name"
        if row["problem"] is None:
            entity = names.entity(row["entity_table"])
            recorded.reclaim(call, entity)
            access.audit(call, "reclaim_entity", entity.name)
    return listed


def _some(found: list[str]) -> str:
    return ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


def _row(
    call: Call, check: str, *, ok: bool = True, detail: str, hint: str | None = None
) -> dict[str, Any]:
    return {"check": check, "ok": ok, "detail": detail, "hint": hint}
