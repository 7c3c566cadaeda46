"""``kwtools receipt``."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kwshared.tlog import notes

from kwtools.audit_database import WHO
from kwtools.commands import _report_receipt
from kwtools.commands._parser import MOST_ID, Subparsers, absolute, add_dsn, file, whole_number
from kwtools.commands._session import session
from kwtools.commands._trust import add_trust, trust_of
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, BadUsage, CheckFailed
from kwtools.evidence import wrapper_receipts
from kwtools.evidence.checkpoints import NotTrusted
from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import NotProved
from kwtools.evidence.wrapper_receipts import EventReceipt
from kwtools.output import print_json, print_rows, say
from kwtools.whole_files import write_whole

_OF_WRAPPER = "select kw.audit_receipt(%s, %s)"
_OF_EVENT = "select kw.audit_proof(%s)"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "receipt",
        help="get receipts of events, and verify them offline",
        description="A receipt proves that an event is in the log of the audit, and what the event"
        " says of one data key (docs/evidence.md). An auditor needs the verifier keys of the log"
        " alone.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_get(actions)
    _add_verify(actions)


def _add_get(actions: Subparsers) -> None:
    parser = actions.add_parser(
        "get",
        help="write the receipt of an event, or of a data key, to a file",
        description="Writes what kw.audit_receipt() or kw.audit_proof() returns. The event must be"
        f" sealed. {WHO}",
    )
    parser.add_argument("file", type=file, metavar="FILE", help="where to write to")
    parser.add_argument(
        "--wrapper", type=_uuid, metavar="UUID",
        help="of this data key, kw.key_wrappers.wrapper_uuid: of its shred, or of --event",
    )  # fmt: skip
    parser.add_argument(
        "--event", type=whole_number(0, MOST_ID), metavar="ID", help="of kw.audit_events.id"
    )
    add_dsn(parser)
    parser.set_defaults(run=_get)


def _add_verify(actions: Subparsers) -> None:
    parser = actions.add_parser(
        "verify",
        help="verify a receipt offline, and say what it proves",
        description="Verifies signatures, the place in the log, and the record of a data key. It"
        " needs no server. Everything that it shows is proved. Exit code 1 means that the receipt"
        " was changed, is not signed, or is not the one that was asked for. The receipt of a report"
        " is verified with the report, and with the key that kwtools report printed.",
    )
    parser.add_argument("file", type=absolute, metavar="FILE", help="the receipt")
    parser.add_argument(
        "--report", type=absolute, metavar="FILE",
        help="the report (default: the file that the receipt is beside, without .receipt)",
    )  # fmt: skip
    add_trust(parser)
    parser.add_argument(
        "--wrapper", type=_uuid, metavar="UUID", help="require a receipt of this data key"
    )
    parser.add_argument(
        "--event", type=whole_number(0, MOST_ID), metavar="ID", help="require this event"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_verify)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a uuid") from None


def _get(options: argparse.Namespace) -> int:
    if options.wrapper is None and options.event is None:
        raise BadUsage("name the event with --event, or a data key with --wrapper")
    with session(options, "receipt", WHO) as connection, transaction(connection):
        if options.wrapper is None:
            row = connection.execute(_OF_EVENT, (options.event,)).fetchone()
        else:
            row = connection.execute(_OF_WRAPPER, (options.wrapper, options.event)).fetchone()
    assert row is not None
    write_whole(options.file, notes.with_dashes(row[0]).encode())
    say(f"the receipt is in {options.file}")
    return EXIT_OK


def _verify(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise CheckFailed(f"{options.file} is missing", "Write it with kwtools receipt get.")
    with options.file.open("rb") as one:
        data = one.read(wrapper_receipts.MAX_BYTES + 1)
    if _report_receipt.is_report_receipt(data):
        return _report_receipt.verify(options, data)
    if options.report is not None:
        raise CheckFailed(f"{options.file} is not the receipt of a report")
    trust = trust_of(options)
    try:
        opened = wrapper_receipts.open_event(data, trust)
    except (BadForm, NotTrusted, NotProved) as error:
        hint = getattr(error, "hint", "")
        raise CheckFailed(f"{options.file} is refused: {error}", hint) from None
    _check_asked(options, opened)
    if options.json:
        print_json(_document(opened))
    else:
        say(f"{options.file} is verified")
        print_rows(("what", "value"), list(_rows(opened)))
    return EXIT_OK


def _check_asked(options: argparse.Namespace, opened: EventReceipt) -> None:
    """Raise ``CheckFailed`` unless the receipt is of what was asked for."""
    event = opened.event["event"]
    if options.event is not None and event != str(options.event):
        raise CheckFailed(f"{options.file} is a receipt of event {event}, not {options.event}")
    if options.wrapper is not None and opened.wrapper != options.wrapper:
        found = "no data key" if opened.wrapper is None else f"data key {opened.wrapper}"
        raise CheckFailed(f"{options.file} is a receipt of {found}, not of {options.wrapper}")


def _document(opened: EventReceipt) -> dict[str, Any]:
    found, changed, destroyed = opened.receipt, opened.changed, opened.destroyed
    return {
        "log": found.checkpoint.origin,
        "entry": found.index,
        "size": found.checkpoint.size,
        "witnesses": {name: _time(at) for name, at in found.checkpoint.witnessed.items()},
        "event": opened.event,
        "wrapper": str(opened.wrapper) if opened.wrapper else None,
        "changed": changed and {"old": changed.old, "new": changed.new},
        "destroyed": destroyed
        and {
            **destroyed._asdict(),
            "wrapper": str(destroyed.wrapper),
            "digest": destroyed.digest.hex(),
        },
    }


def _time(seconds: int) -> str | None:
    """Return a time of a witness; null of one that a calendar does not have."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _rows(opened: EventReceipt) -> Iterator[tuple[str, object]]:
    event, checkpoint = opened.event, opened.receipt.checkpoint
    roles = event.get("roles") or {}
    yield "event", event["event"]
    for name in ("action", "action_sha256", "object", "object_sha256"):
        if name in event:
            yield name, event[name]
    yield "at", event.get("time")
    yield "by", f"{roles.get('acting')}, logged in as {roles.get('session')}"
    if opened.wrapper is not None:
        yield "data key", opened.wrapper
    if gone := opened.destroyed:
        place = [gone.entity_table, gone.entity_pk, gone.field_name]
        yield "destroyed", f"wraps with SHA-256 {gone.digest.hex()}"
        yield "it protected", json.dumps(place) if gone.entity_table else "nothing bound"
        if gone.binding is not None:
            yield "binding, generation", f"{gone.binding}, {gone.generation}"
    if opened.changed:
        yield "change number", f"{opened.changed.old} before, {opened.changed.new} after"
    for name in ("details", "details_sha256"):
        if event.get(name):
            yield name, json.dumps(event[name])
    yield "log", checkpoint.origin
    yield "entry", f"{opened.receipt.index} of {checkpoint.size}"
    for name, at in checkpoint.witnessed.items():
        yield "witness", f"{name} at {_time(at) or at}"
