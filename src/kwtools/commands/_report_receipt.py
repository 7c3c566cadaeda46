"""``kwtools receipt verify`` of the receipt of a report."""

import argparse
import hashlib
from pathlib import Path

from kwtools.errors import EXIT_OK, BadUsage, CheckFailed
from kwtools.evidence import report_receipts
from kwtools.evidence.checkpoints import NotTrusted
from kwtools.evidence.lines import BadForm
from kwtools.evidence.report_receipts import ReportReceipt, is_report_receipt
from kwtools.output import print_json, print_rows, say

__all__ = ["is_report_receipt", "verify"]

_SUFFIX = ".receipt"


def verify(options: argparse.Namespace, data: bytes) -> int:
    """Verify a receipt with its report, and show what is proved."""
    if options.witness or options.min_witnesses or options.wrapper or options.event is not None:
        raise BadUsage(
            f"{options.file} is the receipt of a report, which has no event, data key or witness"
        )
    try:
        keys = [report_receipts.read_key(one) for one in options.key]
    except BadForm as error:
        raise BadUsage(
            f"--key: {error}", "Give the key itself, as kwtools report printed it."
        ) from None
    report = options.report or _beside(options.file)
    if not report.is_file():
        raise CheckFailed(f"{report} is missing", "Name the report with --report.")
    with report.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        opened = report_receipts.open_report_receipt(data, keys, sha256)
    except (BadForm, NotTrusted) as error:
        raise CheckFailed(f"{options.file} is refused: {error}") from None
    _show(options, report, opened)
    return EXIT_OK


def _beside(receipt: Path) -> Path:
    if receipt.name.endswith(_SUFFIX) and receipt.name != _SUFFIX:
        return receipt.with_name(receipt.name.removesuffix(_SUFFIX))
    raise BadUsage(f"{receipt} does not end with {_SUFFIX}", "Name the report with --report.")


def _show(options: argparse.Namespace, report: Path, opened: ReportReceipt) -> None:
    said = {"key": opened.key, "file": opened.file, "sha256": opened.sha256, **opened.predicate}
    if options.json:
        print_json(said)
        return
    say(f"{options.file} is verified: {report} is as it was signed")
    versions = opened.predicate.get("versions")
    rows = [(name, value) for name, value in said.items() if name != "versions"]
    if isinstance(versions, dict):
        rows += [(f"version of {name}", value) for name, value in sorted(versions.items())]
    print_rows(("what", "value"), rows)
