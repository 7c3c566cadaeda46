"""``kwtools init``."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from kwtools import initializing, providers
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import BadUsage, CheckFailed
from kwtools.initializing import LOCAL, MODES, Key, Member, Provider, Setup, Step
from kwtools.output import print_json, printable, say, say_block, tell

_TRIES = 5  # beside others who do the same
_RACES = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateObject,
    psycopg.errors.DuplicateSchema,
    psycopg.errors.SerializationFailure,
)


class _Asked(NamedTuple):
    """A kind of role: its option, the question for it, and its role of the extension."""

    option: str
    group: str
    question: str
    help: str


_ROLES = (
    _Asked(
        "client", "kw_client", "Role of the application, which reads and writes values",
        "make ROLE, if it does not exist, a role that binds, encrypts and decrypts",
    ),
    _Asked(
        "admin", "kw_admin", "Role that manages keys and policies and reads no value",
        "a role that manages keys and policies, and reads no value",
    ),
    _Asked(
        "operator", "kw_operator", "", "a role that runs jobs, health checks and verify",
    ),
    _Asked("auditor", "kw_auditor", "", "a role that reads metadata"),
)  # fmt: skip

_NEXT = """\
Next, as the owner of a table with a column of type kw.ciphertext, here people.email:
  select kw.bind('people', '*', 'email');
  grant select, insert, update on people to {client};
and as {client}:
  insert into people (id, email) values (1, kw.encrypt_text('people', 1, 'email', 'ada@example.org'));
  select kw.decrypt_text('people', id, 'email', email::bytea) from people;
Back up the keys apart from the database (kwtools keys backup). Check with kwtools doctor.
"""  # noqa: E501


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "init",
        help="make a database ready: extension, provider, keys, policy and roles",
        description="Makes a database ready for its first protected value: the extension, a"
        " provider, a key for each leg, the policy default and, where you name them or answer the"
        " questions on a terminal, roles of your application. Everything happens in one"
        " transaction. What exists stays as it is, so it can be run again. Run it as a superuser.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--provider", type=_provider, action="append", default=[], metavar="NAME[=KIND]",
        dest="providers",
        help="an entry of the server's providers file and its kind"
        f" ({', '.join(providers.KINDS)}); a second one is for leg 2 (local=local)",
    )  # fmt: skip
    parser.add_argument(
        "--key", action="append", default=[], metavar="REFERENCE", dest="keys",
        help="the name of a key in its KMS, once for each leg; it is made if it does not exist"
        " (DATABASE-1 and DATABASE-2)",
    )  # fmt: skip
    parser.add_argument(
        "--mode", choices=MODES, default="either",
        help="how many keys a value needs: either of two, both, or a single one (%(default)s)",
    )  # fmt: skip
    for asked in _ROLES:
        parser.add_argument(
            f"--{asked.option}", action="append", default=[], metavar="ROLE", help=asked.help
        )
    parser.add_argument(
        "--plan", action="store_true", help="print the SQL that is missing, and change nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _provider(text: str) -> Provider:
    name, _, kind = text.partition("=")
    kind = kind or "local"
    if not name or kind not in providers.KINDS:
        kinds = ", ".join(providers.KINDS)
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=KIND; a kind is one of {kinds}")
    return Provider(name, kind)


def _run(options: argparse.Namespace) -> int:
    _check_counts(options)
    members = _members(options)
    with connect(options.dsn, "init") as connection, _refusals_told():
        setup = Setup(_keys(options, connection.info.dbname), options.mode, members=members)
        with transaction(connection):
            steps = _plan(connection, setup, options)
        if options.plan:
            _show_plan(steps, as_json=options.json)
            return 0
        if not all(step.is_done for step in steps):
            steps = _carry_out(connection, setup, options)
    _show_done(steps, members, as_json=options.json)
    return 0


# -- what is asked for --------------------------------------------------------------------------


def _check_counts(options: argparse.Namespace) -> None:
    legs = MODES[options.mode]
    if options.keys and len(options.keys) != legs:
        raise BadUsage(f"mode {options.mode} requires {legs} keys, not {len(options.keys)}")
    if len(options.providers) < 2 and len(set(options.keys)) < len(options.keys):
        raise BadUsage("the two keys must differ")
    if len(options.providers) > legs:
        raise BadUsage(
            f"mode {options.mode} has fewer legs than {len(options.providers)} providers"
        )


def _keys(options: argparse.Namespace, database: str) -> tuple[Key, ...]:
    keys = initializing.keys_of(database, options.providers or [LOCAL], options.mode)
    if options.keys:
        keys = tuple(
            key._replace(reference=given) for key, given in zip(keys, options.keys, strict=True)
        )
    return keys


def _members(options: argparse.Namespace) -> tuple[Member, ...]:
    """Return the roles that the options name, or the answers of a person at a terminal."""
    named = {asked.option: list(getattr(options, asked.option)) for asked in _ROLES}
    if not any(named.values()) and sys.stdin is not None and sys.stdin.isatty():
        for asked in _ROLES:
            if asked.question:
                named[asked.option] += _answer(asked.question)
    members = [
        Member(role, asked.group) for asked in _ROLES for role in dict.fromkeys(named[asked.option])
    ]
    _check_roles(members)
    return tuple(members)


def _answer(question: str) -> Iterator[str]:
    """Yield what a person types, unless it is nothing."""
    print(f"{question} (Enter for none): ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    if answer:
        yield answer


def _check_roles(members: Sequence[Member]) -> None:
    """Raise ``BadUsage`` where a role would get what roles are to keep apart."""
    for member in members:
        if not member.role or member.role.startswith(("kw_", "pg_")) or member.role == "public":
            raise BadUsage(
                f'role "{member.role}" cannot be a role of an application',
                "Choose a name that does not begin with kw_ or pg_.",
            )
    both = {one.role for one in members if one.group == "kw_admin"} & {
        one.role for one in members if one.group == "kw_client"
    }
    if both:
        raise BadUsage(
            f'role "{min(both)}" cannot be both client and admin',
            "Who manages keys is not to read values. Name two roles.",
        )


# -- carrying it out ----------------------------------------------------------------------------


def _plan(connection: Connection, setup: Setup, options: argparse.Namespace) -> list[Step]:
    are_keys_given = bool(options.keys or options.providers)
    return initializing.plan(connection, setup, are_keys_given=are_keys_given)


def _carry_out(connection: Connection, setup: Setup, options: argparse.Namespace) -> list[Step]:
    """Run what is missing, all of it or nothing; again where another session was faster."""
    for attempt in range(1, _TRIES + 1):
        try:
            with _warnings_told(connection), transaction(connection, writes=True):
                steps = _plan(connection, setup, options)
                initializing.carry_out(connection, steps)
        except _RACES:
            if attempt == _TRIES:
                raise
        else:
            return steps
    raise AssertionError


@contextmanager
def _warnings_told(connection: Connection) -> Iterator[None]:
    """Tell the server's warnings meanwhile, not its notices."""
    connection.add_notice_handler(_hear)
    try:
        yield
    finally:
        connection.remove_notice_handler(_hear)


def _hear(notice: psycopg.errors.Diagnostic) -> None:
    if notice.severity_nonlocalized == "WARNING":
        hint = f". {notice.message_hint}" if notice.message_hint else ""
        tell(f"{notice.message_primary}{hint}")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Raise what was refused as an error of exit code 1."""
    try:
        yield
    except psycopg.Error as error:
        is_refused = isinstance(error, psycopg.errors.InsufficientPrivilege)
        if not (is_refused or (error.sqlstate or "").startswith("KW")):
            raise
        message = (error.diag.message_primary or str(error)).removeprefix("kwtools: ")
        told = error.diag.message_hint or ("Run it as a superuser." if is_refused else "")
        raise CheckFailed(message, told) from None


# -- showing it ---------------------------------------------------------------------------------


def _show_plan(steps: Sequence[Step], *, as_json: bool) -> None:
    if as_json:
        _show_json(steps, lambda step: "exists" if step.is_done else "missing")
        return
    for step in steps:
        say(f"-- {step.what} exists" if step.is_done else f"{step.sql};")


def _show_done(steps: Sequence[Step], members: Sequence[Member], *, as_json: bool) -> None:
    if as_json:
        _show_json(steps, lambda step: "existed" if step.is_done else "made")
        return
    for step in steps:
        say(f"{step.what}  {'exists' if step.is_done else 'made'}")
    client = next((one.role for one in members if one.group == "kw_client"), "APPLICATION")
    say_block(_NEXT.format(client=printable(sql.Identifier(client).as_string(None))))


def _show_json(steps: Sequence[Step], state: Callable[[Step], str]) -> None:
    print_json([{"what": step.what, "state": state(step), "sql": step.sql} for step in steps])
