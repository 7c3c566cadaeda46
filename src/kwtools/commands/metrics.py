"""``kwtools metrics``."""

import argparse
import time

from kwtools.commands._parser import Subparsers, absolute, positive_number
from kwtools.commands.upgrade import add_targets
from kwtools.errors import EXIT_ENVIRONMENT, EXIT_OK, BadUsage
from kwtools.interrupts import ended_in_order
from kwtools.metrics.scraping import Scraping
from kwtools.output import flush, is_terminal, printable, say_block, tell
from kwtools.whole_files import write_in_place

_LISTEN = "127.0.0.1:9947"
_WAIT = 5.0
_PATIENT = 600.0  # who wants one reading wants all of it
_FILE = "kwtools.prom"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "metrics",
        help="serve metrics to Prometheus",
        description="Serves the metrics of one or all databases of a cluster to Prometheus: by"
        " HTTP, as a file for the textfile collector of node_exporter, or once to stdout. It only"
        " reads. Run it as a superuser, kw_admin or kw_auditor. What takes long to read is read"
        " rarely: kwtools_group_age_seconds says how old it is.",
    )
    add_targets(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--listen", type=_address, default=_LISTEN, metavar="HOST:PORT",
        help="serve http://HOST:PORT/metrics (%(default)s); port 0 takes a free one",
    )  # fmt: skip
    how.add_argument("--once", action="store_true", help="print the metrics, and end")
    how.add_argument(
        "--textfile", type=absolute, metavar="FOLDER",
        help=f"write FOLDER/{_FILE}, whole or not at all, and end",
    )  # fmt: skip
    parser.add_argument(
        "--every", type=positive_number(86_400), metavar="SECONDS",
        help="with --textfile: write it again and again, until Ctrl-C or SIGTERM",
    )  # fmt: skip
    parser.add_argument(
        "--wait", type=positive_number(60), default=_WAIT, metavar="SECONDS",
        help="the longest that an HTTP request, or a file of --every, waits for databases"
        " (%(default)g); what was not read by then is shown as it was before",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not HOST:PORT")
    return host.strip("[]"), int(port)


def _run(options: argparse.Namespace) -> int:
    if options.every is not None and options.textfile is None:
        raise BadUsage("--every requires --textfile", "Add --textfile FOLDER, or omit --every.")
    # Only here: what they load would make each start of the command slower.
    from kwtools.metrics import exposition, serving

    with ended_in_order(), Scraping(options.dsn, all_databases=options.all_databases) as scraping:
        if not options.once and options.textfile is None:
            serving.serve(scraping, serving.resolved(*options.listen), options.wait)
            return EXIT_OK
        if options.every is not None:
            return _keep(scraping, options)
        views = scraping.scrape(_PATIENT)
        _write(exposition.exposed(views), options)
    return EXIT_OK if all(view.is_up for view in views) else EXIT_ENVIRONMENT


def _keep(scraping: Scraping, options: argparse.Namespace) -> int:
    """Write the file again and again; what cannot be written is told, and tried again."""
    from kwtools.metrics import exposition

    try:
        while True:
            begun = time.monotonic()
            try:
                _write(exposition.exposed(scraping.scrape(options.wait)), options)
            except OSError as error:
                tell(f"{options.textfile / _FILE} could not be written: {error.strerror}")
            time.sleep(max(0.0, begun + options.every - time.monotonic()))
    except (KeyboardInterrupt, SystemExit):  # that is how it ends
        return EXIT_OK


def _write(data: bytes, options: argparse.Namespace) -> None:
    if options.once:
        text = data.decode()
        if is_terminal():  # labels have names, which may hold what steers it
            text = "\n".join(map(printable, text.split("\n")))
        say_block(text)
        flush()
    else:
        write_in_place(options.textfile / _FILE, data)
