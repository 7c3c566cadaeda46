"""The command line: one subcommand a module, one line for each error."""

import argparse
import sys
import traceback
from collections.abc import Sequence

import psycopg

from kwtools import commands, output, refused_connections
from kwtools.errors import EXIT_ENVIRONMENT, EXIT_USAGE, KwtoolsError

_EXIT_CODES = """\
exit codes:
    0  success
    1  a check failed, or something was refused
    2  usage error
    3  environment error (machine, server or connection)
  130  interrupted (Ctrl-C)
  141  the reader of the output closed it early
  (playground returns the exit code of the command it ran)

See also: kwtools COMMAND --help.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="kwtools",
        description="Installs, tries out and checks the PostgreSQL extension kwtools:"
        " envelope encryption with plain SQL calls.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands.register(parser.add_subparsers(title="commands", metavar="COMMAND"))
    output.escape_what_cannot_be_written()
    options = parser.parse_args(arguments)
    if "run" not in options:
        parser.print_help(sys.stderr)
        return EXIT_USAGE
    try:
        code = int(options.run(options))
        output.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # "| head" has seen enough
        output.give_up_stdout()
        return 141
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        else:
            output.tell(_one_line(error))
        output.give_up_what_cannot_be_written()
        if isinstance(error, UnicodeEncodeError):
            return EXIT_USAGE
        return error.exit_code if isinstance(error, KwtoolsError) else EXIT_ENVIRONMENT
    return code


def _one_line(error: Exception) -> str:
    match error:
        case KwtoolsError():
            text = f"{error.message}. {error.hint}" if error.hint else error.message
        case psycopg.Error() if error.diag.message_primary:
            hint = error.diag.message_hint
            message = error.diag.message_primary.removeprefix("kwtools: ")
            text = f"{message}. {hint}" if hint else message
        case psycopg.OperationalError():
            text = f"{str(error).rstrip(' ?.')}. {refused_connections.hint(error)}"
        case UnicodeEncodeError():
            text = "an argument has characters that are not of the encoding of the database"
        case OSError() if error.strerror:
            text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        case _:
            text = f"{type(error).__name__}: {error}. Run it again with --debug and report it"
    return " ".join(text.split())
