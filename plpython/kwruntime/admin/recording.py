"""Answers that are recorded as events, so that they have receipts. Fails if it cannot record."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from kwruntime.admin import destroying, health, kms, verifying
from kwruntime.admin.evidence import Evidence
from kwruntime.admin.verifying import Sample
from kwruntime.call import Call
from kwruntime.crypto.canonical_json import parsed
from kwruntime.errors import BadArgument, Conflict, KeyDisabled, KeyLost, KwError, NotFound
from kwruntime.keys import keyring
from kwruntime.keys.probe import probe
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.seals import audit
from kwruntime.store import audit_events
from kwruntime.store.kms_keys import KmsKey

SAFE, DESTROYED, VERIFY = "record_safe_to_destroy", "record_destroyed_key", "record_verify"
_FIRST = 10
"""How many problems an event names."""
_TRIED = 3


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _about(call: Call, key: KmsKey) -> dict[str, Any]:
    """Return what tells a key from all others, in any database."""
    return {
        "provider": call.server.storable(key.provider),
        "reference": call.server.storable(key.reference),
        "key_uuid": str(key.key_uuid),
    }


# -- KMS keys -----------------------------------------------------------------------------------


def safe_to_destroy(call: Call, key_id: int, seconds: float) -> list[Row]:
    """Return the answer, its evidence and the event of it. Not as the owner."""
    began = _now()
    rows = call.server.rows_for_people(destroying.safe_to_destroy(call, key_id, seconds))
    answer, *evidence = rows

    def record() -> int:
        return audit.record(
            call,
            SAFE,
            f"key {key_id}",
            **_about(call, keyring.key(call, key_id)),
            began=began,
            timeout_seconds=seconds,
            safe=answer["ok"],
            newest_wrap=answer["compare_with"],
            evidence=[{name: row[name] for name in ("check", "ok", "detail")} for row in evidence],
        )

    recorded = Evidence("recorded", True, f"event {call.as_owner(record)}")
    return [*rows, recorded._asdict()]


def destroyed_key(call: Call, key_id: int) -> int:
    """Ask the KMS for a key that was destroyed there; return the event with its answer.

    As the owner. Some KMSs have no other answer for a destroyed key than for a disabled one.
    """
    key = keyring.key(call, key_id)
    if key.status == "active":
        raise Conflict(
            f"{key.label} is active",
            hint=f"Use kw.set_kms_key_status({key_id}, 'disabled') first.",
        )
    kms.check_enabled({"name": key.provider, "is_enabled": key.is_enabled})
    answer = messages.attempt(partial(probe, call, key))
    if answer is None:
        raise Conflict(
            f"{key.label} is not destroyed: it wraps and opens, or signs",
            hint="Destroy it in its KMS, and repeat the call.",
        )
    if not isinstance(answer, KeyLost | KeyDisabled):
        raise answer
    working = _working_key(call, key)
    asked = call.execute(audit_events.NEWEST_OF, SAFE, f"key {key_id}")
    return audit.record(
        call,
        DESTROYED,
        f"key {key_id}",
        **_about(call, key),
        is_gone=isinstance(answer, KeyLost),
        answer=call.server.storable(f"{answer.sqlstate}: {answer.message}"),
        working_key=working,
        safe_to_destroy=str(asked[0]["id"]) if asked else None,
    )


def _working_key(call: Call, lost: KmsKey) -> int | None:
    """Return another key of the provider that works; null if none is active.

    Raises if active ones do not: a KMS that is set up wrongly does not have any key.
    """
    others = [one for one in health.active_keys(call) if one.provider == lost.provider]
    found: KwError | None = None
    for other in others[:_TRIED]:
        found = messages.attempt(partial(probe, call, other))
        if found is None:
            return other.id
    if found is not None:
        raise Conflict(
            f'provider "{lost.provider}" does not open active keys either, such as {others[0].id}',
            detail=f"{found.message}.",
            hint="See kw.check_kms(), and repeat the call when they work.",
        )
    return None


# -- verification -------------------------------------------------------------------------------


class _Run(NamedTuple):
    """What a run over wrappers has found so far, as its last event has it."""

    began: str
    pages: int = 0
    last_id: int = 0
    checked: int = 0
    retired: int = 0
    problems: int = 0
    causes: dict[str, int] = {}  # noqa: RUF012 - of a NamedTuple, and never changed
    first: Sequence[Row] = ()


def verify(
    call: Call, continues: int | None, most: int, of: Sample, absent: Sequence[str]
) -> dict[str, Any]:
    """Verify the next page of a run, or the first one, and record the run so far."""
    if most < 1:
        raise BadArgument(f"most must be at least 1, not {most}")
    options: dict[str, Any] = {
        "sample": of.share,
        "seed": str(of.seed),
        "without_providers": list(absent),
    }
    run = _Run(_now())
    if continues is not None:
        run = call.read_as_owner(lambda: _continued(call, continues, options))
    page = call.read_as_owner(
        lambda: verifying.verify_page(call, run.last_id, most, of, absent, counted=False)
    )
    is_complete = page["checked"] + page["retired"] < most
    problems = call.server.rows_for_people(page["problems"])
    run = _with(run, page, problems)
    target = "all wrappers" if of.share == 1 else "a sample of wrappers"
    before = None if continues is None else str(continues)
    event = call.as_owner(
        lambda: audit.record(
            call, VERIFY, target, **options, **run._asdict(), complete=is_complete, continues=before
        )
    )
    return {
        "event": event,
        "checked": page["checked"],
        "retired": page["retired"],
        "last_id": page["last_id"],
        "problems": problems,
        "is_complete": is_complete,
    }


def _with(run: _Run, page: dict[str, Any], problems: Sequence[Row]) -> _Run:
    """Return the run with a further page."""
    found = [{name: row[name] for name in ("wrapper", "leg", "sqlstate")} for row in problems]
    return _Run(
        run.began,
        run.pages + 1,
        run.last_id if page["last_id"] is None else page["last_id"],
        run.checked + page["checked"],
        run.retired + page["retired"],
        run.problems + len(problems),
        dict(Counter(run.causes) + Counter(row["sqlstate"] for row in problems)),
        [*run.first, *found][:_FIRST],
    )


def _continued(call: Call, event: int, options: dict[str, Any]) -> _Run:
    """Return the run whose last event is this one; raises ``NotFound`` and ``Conflict``."""
    rows = call.execute(audit_events.DETAILS, event, VERIFY)
    if not rows:
        raise NotFound(f"event {event} does not record a verification")
    details = parsed(rows[0]["details"])
    if details["complete"]:
        raise Conflict(f"the verification of event {event} is complete")
    if any(details[name] != value for name, value in options.items()):
        raise Conflict(
            f"the verification of event {event} has other options",
            hint="Give the same sample, seed and without_providers.",
        )
    return _Run(**{name: details[name] for name in _Run._fields})
