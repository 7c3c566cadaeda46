"""``kwtools verify``."""

import argparse
import random
import time

import psycopg

from kwtools import junit
from kwtools.commands import _verify_state
from kwtools.commands._parser import (
    MOST_ID,
    Subparsers,
    add_dsn,
    file,
    positive_number,
    whole_number,
)
from kwtools.commands._session import session
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, BadUsage, CheckFailed, KwtoolsError
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress
from kwtools.verifying import MOST_LISTED, Problem, RecordedVerification, Verification

_BATCH = 1000
_MOST_BATCH = 100_000


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "verify",
        help="open the data keys of a database by each leg, or as if a KMS were gone",
        description="Opens every wrapper by each leg alone, through every layer, and shows those"
        " that do not open: with kw.verify_page(), a batch a transaction. It changes nothing"
        " without --record."
        " With --without-provider it opens each wrapper by what remains if these providers were"
        " gone, and shows those that would be lost. The providers are not asked. Retired wrappers"
        " are counted and not opened. With --state it shows the rows that were put back, deleted or"
        " changed by hand. Interrupted, it says with which options it goes on. Run it"
        " as a superuser, kw_admin or kw_operator. Exit code 1 means that something does not"
        " open.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--sample", type=positive_number(1), default=1.0, metavar="FRACTION",
        help="check a random share of the wrappers, such as 0.01",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=whole_number(-MOST_ID - 1, MOST_ID), metavar="N",
        help="which sample: the same number selects the same wrappers (default: a random one)",
    )  # fmt: skip
    parser.add_argument(
        "--without-provider", action="append", default=[], metavar="NAME",
        help="open by what remains if this provider were gone; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--after", type=whole_number(0, MOST_ID), default=0, metavar="ID",
        help="go on after this kw.key_wrappers.id, as an interrupted run says",
    )  # fmt: skip
    parser.add_argument(
        "--batch", type=whole_number(1, _MOST_BATCH), default=_BATCH, metavar="N",
        help=f"wrappers of one transaction, 1 to {_MOST_BATCH} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--state", type=file, metavar="FILE",
        help="open no data key, but compare every row with the log, as this checkpoint that was"
        " kept outside of the database proves it",
    )  # fmt: skip
    parser.add_argument(
        "--record", action="store_true",
        help="record each batch as an event of the audit; the last one has the totals of the run,"
        " and a receipt",
    )  # fmt: skip
    parser.add_argument(
        "--continues", type=whole_number(0, MOST_ID), metavar="EVENT",
        help="with --record: go on after this event, as an interrupted run says",
    )  # fmt: skip
    parser.add_argument("--junit", type=file, metavar="FILE", help="write JUnit XML to FILE, too")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.state is not None:
        return _verify_state.run(options)
    # 31 bits: easy to type, and JSON keeps them exactly.
    seed = random.getrandbits(31) if options.seed is None else options.seed
    if options.junit is not None:
        options.junit.open("a").close()  # that it can be written is better known before
    if options.continues is not None and not options.record:
        raise BadUsage("--continues requires --record")
    if options.record and options.after and options.continues is None:
        raise BadUsage("a run that is recorded begins at the first wrapper", "Leave out --after.")
    who = "Run it as a superuser, kw_admin or kw_operator."
    with session(options, "verify", who) as connection:
        given = (
            connection, options.batch, options.sample, seed, options.without_provider, options.after
        )  # fmt: skip
        work = (
            RecordedVerification(*given, event=options.continues)
            if options.record
            else Verification(*given)
        )
        return _verify(work, options)


def _verify(work: Verification, options: argparse.Namespace) -> int:
    began = time.monotonic()
    try:
        total = work.total()
        if not total:
            _check_more(work)
        with Progress("Verifying", total) as progress:
            work.run(progress.advance)
    except KeyboardInterrupt:
        _end(work, options, began)
        tell(f"interrupted: go on with kwtools verify {work.to_go_on()}")
        raise
    except psycopg.Error as error:
        if not work.checked:
            raise
        _end(work, options, began)
        raise KwtoolsError(
            error.diag.message_primary or "the connection was lost",
            f"Go on with kwtools verify {work.to_go_on()}.",
        ) from None
    _end(work, options, began)
    return EXIT_PROBLEM if work.problems else EXIT_OK


def _check_more(work: Verification) -> None:
    if work.after and not work.has_more():
        raise CheckFailed(
            f"no wrapper comes after {work.after}, so nothing was checked",
            "See kw.key_wrappers for ids, or leave out --after.",
        )


def _end(work: Verification, options: argparse.Namespace, began: float) -> None:
    """Give the reports, also of a run that came to no end."""
    if options.junit is not None:
        junit.write(options.junit, work, _summary(work), time.monotonic() - began)
    if options.json:
        print_json(work.report())
        return
    if work.listed:
        print_rows(Problem._fields, work.listed)
    if work.problems > len(work.listed):
        say(f"the first {MOST_LISTED} problems are listed; --json counts all by key and SQLSTATE")
    say(_summary(work))
    if isinstance(work, RecordedVerification) and work.event is not None:
        say(f"recorded as event {work.event}")


def _summary(work: Verification) -> str:
    of = f" of a sample ({work.sample:g}, seed {work.seed})" if work.sample < 1 else ""
    checked = "1 wrapper" if work.checked == 1 else f"{work.checked} wrappers"
    retired = f"; {work.retired} retired, not opened" if work.retired else ""
    if work.without:
        gone = " and ".join(f'"{name}"' for name in work.without)
        found = f"{work.problems} lost" if work.problems else "none lost"
        return f"{checked}{of} checked without provider {gone}: {found}{retired}"
    found = f"{work.problems} problems" if work.problems else "each leg opens"
    return f"{checked}{of} checked: {found}{retired}"
