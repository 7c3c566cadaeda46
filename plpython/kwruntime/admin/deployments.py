"""Deployments: the key that seals the rows of kw, and the adoption of rows. Runs as the owner."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from kwshared.algorithms import CATALOGUE

from kwruntime.admin import resealing
from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass
from kwruntime.crypto.seals import SealKeys
from kwruntime.errors import BadArgument, Conflict, KwError, NotAuthentic
from kwruntime.fields import access
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import policies
from kwruntime.seals import audit, deployment, events, rows, storing
from kwruntime.seals.changing import added, broken, changing
from kwruntime.seals.pins import ADOPTING, SEALED, Deployment
from kwruntime.session import Session
from kwruntime.store import audit_events, crypto_algorithms, deployments, sealed_rows
from kwruntime.store.sealed_rows import TABLES
from kwruntime.store.sealed_tables import SealedTable
from kwruntime.wrappers.new import NewWrappers

_PAGE = 1000
_EVENTS = "audit_events"
"""Those that no log has are sealed, too."""
_LOWEST = -(2**63)


def create(call: Call, policy_name: str | None) -> str:
    """Make the deployment key of this database, and return the deployment_uuid."""
    access.check_superuser(call, "create a deployment")
    call.execute(deployments.LOCK)
    if deployment.current(call) is not None:
        raise Conflict("this database already has a deployment")
    uuid = uuid4()
    new = add_key(call, policy_name, Deployment(1, uuid, 0, 0, ADOPTING))
    deployment.forget(call)
    added(call, sealed_rows.WRAPPERS, new.ids)
    added(call, sealed_rows.DEPLOYMENT_ROWS, [1])
    audit.record(call, "create_deployment", f"deployment {uuid}", wrapper=new.names[0])
    return str(uuid)


def add_key(call: Call, policy_name: str | None, row: Deployment) -> NewWrappers:
    """Make a deployment key and its row, which says all of ``row`` but the wrapper."""
    policy = policies.named(call, policy_name)
    new = NewWrappers(call, policy, [None], dek_class=DekClass.DEPLOYMENT)
    new.insert()
    given = str(row.uuid), new.names[0], row.key_no, row.incarnation, row.phase
    call.execute(deployments.ADD, *given)
    return new


def seal_rows(call: Call, most: int) -> int:
    """Seal the next rows that have no seal, as they are; return how many: 0 when none is left.

    Neither a KMS nor a DEK is needed. What is found is taken for right.
    """
    access.check_superuser(call, "seal rows")
    if most < 1:
        raise BadArgument("most must be at least 1")
    current = deployment.in_force(call)
    if current.is_sealed:
        raise Conflict(
            "the deployment is sealed: rows without a seal are refused",
            hint="Look for the row with kw.check_seals, and use kw.accept_rows.",
        )
    keys, adoption = deployment.seal_keys(call, current), call.session.of(Adoption)
    count = _seal_next(call, keys, most, adoption)
    if not count:  # what came since behind where it went on
        adoption.begin_again()
        count = _seal_next(call, keys, most, adoption)
    if count:
        audit.record(call, "seal_rows", f"{count} rows")
    return count


class Adoption:
    """Up to where this session has sealed old rows of each table: it goes on from there."""

    def __init__(self, _: Session) -> None:
        self.begin_again()

    def begin_again(self) -> None:
        """Look at all rows again."""
        self.places: dict[SealedTable, str] = {}
        self.event = 0


def _seal_next(call: Call, keys: SealKeys, most: int, adoption: Adoption) -> int:
    """Seal the next rows and events without a seal; return how many."""
    count, places = 0, adoption.places
    for table in TABLES:
        while count < most:
            check_interrupts()
            size = min(_PAGE, most - count)
            page = call.execute(table.page, places.get(table), size, True)
            if not page:
                break
            named = [row["key"] for row in page]
            call.execute(table.lock, named)
            found = [row for row in rows.read(call, table, named) if row.seal is None]
            unreadable = next((row for row in found if row.sealed is None), None)
            if unreadable is not None:
                raise broken(unreadable)
            storing.store(call, keys, table, found)
            count += len(found)
            places[table] = named[-1]
    old = events.next_to_seal(call, adoption.event, min(_PAGE, most - count))
    if old:
        events.seal_old(call, keys, old)
        adoption.event = old[-1]["id"]
    return count + len(old)


def may_seal(call: Call) -> bool:
    """Whether there is an adoption or a replacement to end."""
    access.check_superuser(call, "seal a deployment")
    return deployment.in_force(call).phase != SEALED


def seal(call: Call) -> None:
    """End the adoption, or the replacement of the key: rows without its seal are refused now."""
    call.forget_epoch()  # the call has waited
    call.execute(deployments.LOCK)
    current = deployment.in_force(call)
    if current.phase == SEALED:
        return
    if current.phase == ADOPTING:
        _check_adopted(call)
    else:
        resealing.reseal_rest(call, current)
    changing(call, sealed_rows.DEPLOYMENT_ROWS, [current.key_no])
    call.execute(deployments.SET_PHASE, current.key_no, SEALED)
    destroyed = resealing.destroy_earlier(call, current)
    named = f"deployment {current.uuid}"
    audit.record(call, "seal_deployment", named, key_no=current.key_no, destroyed=destroyed)


def _check_adopted(call: Call) -> None:
    for table in TABLES:
        if call.execute(table.page, None, 1, True):
            raise Conflict(
                f"rows of kw.{table.name} have no seal",
                hint="Call kw.seal_rows until it returns 0.",
            )
    if events.next_to_seal(call, 0, 1):
        raise Conflict(
            "rows of kw.audit_events have no seal", hint="Call kw.seal_rows until it returns 0."
        )


def accept(call: Call, name: str, keys: Sequence[str], reason: str) -> int:
    """Seal rows as they are, whatever was done to them; return how many. Audited."""
    access.check_superuser(call, "accept rows")
    if not reason.strip():
        raise BadArgument("reason is empty", hint="Say why the rows are right as they are.")
    current = deployment.in_force(call)
    if name == _EVENTS:
        old = call.execute(audit_events.BY_IDS, keys)
        events.seal_old(call, deployment.seal_keys(call, current), old)
        ids = [str(row["id"]) for row in old]
        audit.record(call, "accept_rows", f"kw.{name}", always=True, rows=ids, reason=reason)
        return len(old)
    table = _table(name)
    call.execute(table.lock, keys)
    found = rows.read(call, table, keys)
    for row in found:
        if row.sealed is None:
            raise broken(row)
    storing.store(call, deployment.seal_keys(call, current), table, found)
    details = {"rows": [row.key for row in found], "reason": reason}
    audit.record(call, "accept_rows", f"kw.{name}", always=True, **details)
    return len(found)


def check(call: Call, name: str | None) -> Iterator[dict[str, Any]]:
    """Check the seal of every row, or of those of one table; yield what is wrong."""
    deployment.forget(call)  # a row that was deleted by hand may have changed no epoch
    current = deployment.in_force(call)
    keys = deployment.seal_keys(call, current)
    tables = () if name == _EVENTS else TABLES if name is None else (_table(name),)
    for table in tables:
        after = None
        while True:
            check_interrupts()
            named = [row["key"] for row in call.execute(table.page, after, _PAGE, False)]
            if not named:
                break
            for row in rows.read(call, table, named):
                if not row.is_accepted(keys, is_required=current.is_sealed):
                    yield _problem(table.name, row.key, broken(row))
            after = named[-1]
    if name in (None, _EVENTS):
        yield from _check_events(call)
    if name is None:
        yield from _catalogue_problems(call)


def _catalogue_problems(call: Call) -> Iterator[dict[str, Any]]:
    """Yield the algorithms of which kw.crypto_algorithms does not say what this version does.

    Seals do not cover that table. A higher level there would pass for a floor.
    """
    missing = {(one.kind, one.name): one for one in CATALOGUE}
    ours = set(missing)
    for row in call.execute(crypto_algorithms.CATALOGUE_ROWS):
        key = row["class"], row["name"]
        one = missing.pop(key, None)
        is_right = one is not None and row["nist_level"] == one.nist_level
        if key in ours and not (is_right and row["has_its_status"] and row["variant"] is None):
            yield _edited_algorithm(row["name"], "was edited or added by hand")
    for one in missing.values():
        yield _edited_algorithm(one.name, "is missing")


def _edited_algorithm(name: str, state: str) -> dict[str, Any]:
    return {
        "table_name": "crypto_algorithms",
        "row_key": name,
        "sqlstate": NotAuthentic.sqlstate,
        "problem": f"row {name} of kw.crypto_algorithms {state}",
    }


def _check_events(call: Call) -> Iterator[dict[str, Any]]:
    """Yield the events that no log has and that do not match their seals."""
    first = _LOWEST
    while page := call.execute(audit_events.UNLOGGED, first, _PAGE):
        check_interrupts()
        for row in page:
            error = events.failure(call, events.leaf_of(row), row["seal"])
            if error is not None:
                yield _problem(_EVENTS, str(row["id"]), error)
        first = page[-1]["id"] + 1


def _problem(table: str, key: str, error: KwError) -> dict[str, Any]:
    return {
        "table_name": table,
        "row_key": key,
        "sqlstate": error.sqlstate,
        "problem": error.message,
    }


def _table(name: str) -> SealedTable:
    for table in TABLES:
        if table.name == name:
            return table
    named = ", ".join(sorted([*(table.name for table in TABLES), _EVENTS]))
    raise BadArgument(f'table "{name}" has no seals', hint=f"Use one of {named}.")
