"""Events of the audit, filtered, a page at a time, and the proof of one of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from kwshared.tlog import notes
from psycopg.rows import class_row

from kwtools import audit_database
from kwtools.connections import Connection
from kwtools.console import audit_logs
from kwtools.console.parameters import limit, number
from kwtools.evidence import wrapper_receipts
from kwtools.evidence.checkpoints import NotTrusted
from kwtools.evidence.events import differences
from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import NotProved

MOST_SCANNED = 100_000
"""Events that one page looks through for those that its filters leave."""

_ROWS = 50
_MOST_ID = 2**63 - 1
_MOST_DETAILS = 2_000
# The inner query is bounded, so that a filter that nothing matches costs no more than others.
_EVENTS = """
with scanned as (
    select
        a.id, a.happened_at, a.session_role, a.acting_role, a.action, a.object, a.details,
        a.log_id, a.leaf_index
    from kw.audit_events a
    where a.id < %(before)s
        and (%(since)s::timestamptz is null or a.happened_at >= %(since)s)
        and (%(until)s::timestamptz is null or a.happened_at < %(until)s)
    order by a.id desc
    limit %(scanned)s
)
select
    s.id, s.happened_at, s.session_role::text, s.acting_role::text, s.action, s.object,
    left(s.details::text, %(details)s) as details,
    greatest(0, length(s.details::text) - %(details)s) as details_cut, s.log_id, s.leaf_index
from scanned s
where (%(actor)s::text is null or %(actor)s in (s.session_role, s.acting_role))
    and (%(action)s::text is null or s.action = %(action)s)
    and (%(object)s::text is null or starts_with(s.object, %(object)s))
order by s.id desc
limit %(rows)s
"""
_LAST_SCANNED = """
select count(*), min(s.id)
from (
    select a.id
    from kw.audit_events a
    where a.id < %(before)s
        and (%(since)s::timestamptz is null or a.happened_at >= %(since)s)
        and (%(until)s::timestamptz is null or a.happened_at < %(until)s)
    order by a.id desc
    limit %(scanned)s
) s
"""
_LOG_OF_EVENT = """
select l.id, l.origin, (
    select c.signed_at
    from kw.log_checkpoints c
    where c.log_id = l.id
    order by c.size desc, c.id desc
    limit 1
) as signed_at
from kw.audit_events a
join kw.logs l on l.id = a.log_id
where a.id = %s
"""


class Filters(NamedTuple):
    """What a page is asked for; ``unread`` names the parameters that could not be read."""

    since: datetime | None
    until: datetime | None
    actor: str | None
    action: str | None
    object: str | None
    unread: tuple[str, ...]


class Event(NamedTuple):
    """An event; ``details_cut`` characters of its details are left out."""

    id: int
    happened_at: datetime
    session_role: str
    acting_role: str
    action: str
    object: str
    details: str
    details_cut: int
    log_id: int | None
    leaf_index: int | None


class Page(NamedTuple):
    """Some events, the newest first. ``before`` begins the next page; null: there is none."""

    events: list[Event]
    before: int | None
    is_scan_cut: bool
    most_scanned: int


class Proof(NamedTuple):
    """What was verified of one event now; ``problem`` is empty if everything was."""

    event: int
    origin: str
    entry: int | None
    size: int | None
    problem: str


def filters(query: Mapping[str, str]) -> Filters:
    """Return the filters of an address."""
    unread: list[str] = []

    def moment(name: str) -> datetime | None:
        text = query.get(name, "")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            unread.append(name)
            return None

    since, until = moment("since"), moment("until")
    actor, action, named = (query.get(name) or None for name in ("actor", "action", "object"))
    return Filters(since, until, actor, action, named, tuple(unread))


def page(connection: Connection, query: Mapping[str, str], chosen: Filters) -> Page:
    """Return the events that filters leave, from the one before ``before`` on."""
    rows = limit(query, _ROWS)
    given = {
        **chosen._asdict(),
        "before": number(query, "before", _MOST_ID, _MOST_ID),
        "scanned": MOST_SCANNED,
        "details": _MOST_DETAILS,
        "rows": rows + 1,
    }
    given.pop("unread")
    with connection.cursor(row_factory=class_row(Event)) as cursor:
        events = cursor.execute(_EVENTS, given).fetchall()
    if len(events) > rows:
        return Page(events[:rows], events[rows - 1].id, False, MOST_SCANNED)
    row = connection.execute(_LAST_SCANNED, given).fetchone()
    assert row is not None
    is_cut = row[0] == MOST_SCANNED
    return Page(events, row[1] if is_cut else None, is_cut, MOST_SCANNED)


def prove(connection: Connection, event: int) -> Proof:
    """Verify now that an event is in its log, and that its entry says what the event says.

    The proof is made in the server, and verified here by the reader that auditors have.
    """
    row = connection.execute(_LOG_OF_EVENT, (event,)).fetchone()
    if row is None or row[2] is None:
        problem = "the event does not exist, or no checkpoint has it yet"
        return Proof(event, "", None, None, problem)
    log_id, origin, signed_at = row
    try:
        with connection.transaction():
            made = connection.execute("select kw.audit_proof(%s)", (event,)).fetchone()
        assert made is not None
        trust = audit_logs.trust_at(connection, log_id, origin, signed_at)
        opened = wrapper_receipts.open_event(notes.with_dashes(made[0]).encode(), trust)
    except psycopg.Error as error:
        if not (error.sqlstate or "").startswith("KW"):
            raise
        message = (error.diag.message_primary or "").removeprefix("kwtools: ")
        return Proof(event, origin, None, None, message)
    except (BadForm, NotTrusted, NotProved) as error:
        return Proof(event, origin, None, None, str(error))
    different = sorted(differences(opened.event, audit_database.events(connection, [event])[event]))
    problem = f"the entry of the log differs from the event: {', '.join(different)}"
    found = opened.receipt
    return Proof(event, origin, found.index, found.checkpoint.size, problem if different else "")
