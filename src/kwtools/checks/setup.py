"""What a database lacks before its first row: extension, provider, key, policy."""

from collections.abc import Iterator

from kwtools import sources
from kwtools.checks._finding import OK, PROBLEM, WARNING, Finding
from kwtools.checks._text import dsn_option
from kwtools.connections import Connection

NEVER = "setup"
"""The check that tells of a database that was never made ready."""

_EXTENSION = """
select
    exists (select from pg_catalog.pg_extension e where e.extname = 'kwtools'),
    exists (select from pg_catalog.pg_namespace n where n.nspname = 'kw')
"""
_PARTS = """
select
    (select count(*) from kw.kms_providers),
    (select count(*) from kw.kms_providers p where p.is_enabled),
    (select count(*) from kw.kms_keys k),
    (select count(*) from kw.kms_keys k where k.status = 'active' and k.public_key is null)
"""
_POLICIES = "select policy_name from kw.encryption_policies"


def extension(connection: Connection) -> Iterator[Finding]:
    """Yield a problem where the extension is not installed."""
    ((is_installed, has_schema),) = connection.execute(_EXTENSION)
    name = connection.info.dbname
    if is_installed:
        return
    if has_schema:
        yield Finding(
            "schema kw",
            PROBLEM,
            f'database "{name}" has a schema kw, but not the extension kwtools',
            "Find out who made it. Rename or drop it, then run kwtools init.",
            "CREATE EXTENSION refuses it, and calls of kw.… would run what stands there.",
        )
        return
    yield Finding(
        NEVER,
        PROBLEM,
        f'extension kwtools is not installed in database "{name}"',
        f"{_init(connection)}, or CREATE EXTENSION kwtools CASCADE.",
        "Nothing can be encrypted here.",
    )


def version(connection: Connection) -> Iterator[Finding]:
    """The command and the extension of this database go together."""
    ((extension,),) = connection.execute(
        "select extversion from pg_catalog.pg_extension where extname = 'kwtools'"
    )
    command = sources.version()
    if extension == command:
        yield Finding("command", OK, f"command and extension {command}")
    else:
        yield Finding(
            "command",
            PROBLEM,
            f"command {command}, extension {extension}",
            f"Run kwtools install and kwtools upgrade, or the command of version {extension}.",
            "The command calls functions of its own version. What it could check, it did.",
        )


def parts(connection: Connection) -> Iterator[Finding]:
    """Yield the first thing that is missing of providers and keys."""
    ((providers, enabled, keys, active),) = connection.execute(_PARTS)
    if not providers:
        missing = "no provider is registered"
    elif not enabled:
        missing = "no provider is enabled"
    elif not keys:
        missing = "no KMS key is registered"
    elif not active:
        missing = "no KMS key is active"
    else:
        return
    remedy = {
        "no provider is enabled": "Enable one: kw.set_provider_enabled.",
        "no KMS key is active": "Create one with kw.create_kms_key, or use kw.set_kms_key_status.",
    }
    yield Finding(
        NEVER,
        PROBLEM,
        missing,
        remedy.get(missing, f"{_init(connection)}."),
        "No data key can be wrapped, so nothing new can be encrypted.",
    )


def policies(connection: Connection) -> Iterator[Finding]:
    """Yield what is missing of policies."""
    names = [name for (name,) in connection.execute(_POLICIES)]
    if not names:
        yield Finding(
            "policies",
            PROBLEM,
            "no policy exists",
            f"{_init(connection)}, or call kw.create_policy.",
            "A policy says which keys wrap a data key.",
        )
    elif "default" not in names:
        yield Finding(
            "policies",
            WARNING,
            'policy "default" does not exist',
            f"{_init(connection)}, or name a policy in each call.",
            "Calls that name no policy fail.",
        )


def _init(connection: Connection) -> str:
    """Return the call of the command for this database."""
    return f"Run kwtools init{dsn_option(connection)}"
