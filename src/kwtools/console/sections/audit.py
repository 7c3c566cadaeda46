"""The audit: events with filters, checkpoints, and what of them was verified now."""

from collections.abc import Mapping
from typing import NamedTuple

from kwtools.connections import Connection
from kwtools.console import audit_events, audit_logs
from kwtools.console.audit_events import Filters, Page, Proof
from kwtools.console.audit_logs import MOST_LOGS, MOST_VERIFIED, ShownLog, Unsealed, Witness
from kwtools.console.parameters import number
from kwtools.console.section import Section

_MOST_ID = 2**63 - 1


class Audit(NamedTuple):
    """What the page shows. ``proof`` is of the one event that it was asked to prove."""

    unsealed: Unsealed
    logs: list[ShownLog]
    witnesses: list[Witness]
    filters: Filters
    page: Page
    proof: Proof | None
    most_verified: int
    most_logs: int


def read(connection: Connection, query: Mapping[str, str]) -> Audit:
    """Return what the audit shows of a database."""
    chosen = audit_events.filters(query)
    event = number(query, "event", 0, _MOST_ID)
    return Audit(
        unsealed=audit_logs.unsealed(connection),
        logs=audit_logs.logs(connection, query),
        witnesses=audit_logs.witnesses(connection),
        filters=chosen,
        page=audit_events.page(connection, query, chosen),
        proof=audit_events.prove(connection, event) if event else None,
        most_verified=MOST_VERIFIED,
        most_logs=MOST_LOGS,
    )


SECTION = Section("audit", "Audit", read, "audit.html")
