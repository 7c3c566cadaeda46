"""From an empty database to the first row: extension, providers, keys, policy and roles.

``statements`` says in SQL what a ``Setup`` is; every statement but those of roles can be run again.
``plan`` marks those that a database needs no more. Neither changes anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import psycopg
from psycopg import sql

from kwtools import sources
from kwtools.connections import Connection
from kwtools.errors import CheckFailed

GROUPS = ("kw_client", "kw_admin", "kw_operator", "kw_auditor")
"""The roles of the extension that a role of an application can become a member of."""

MODES = {"either": 2, "both": 2, "single": 1}
"""How many legs each mode has."""

_LONGEST_REFERENCE = 100


class Provider(NamedTuple):
    """An entry of the server's provider file."""

    name: str
    kind: str


class Key(NamedTuple):
    """A KMS key, by its provider and its reference there."""

    provider: Provider
    reference: str


class Member(NamedTuple):
    """A role, and the role of the extension that it is to be a member of."""

    role: str
    group: str


class Step(NamedTuple):
    """One statement, and what a database has when it was run."""

    what: str
    sql: str
    is_done: bool = False


@dataclass(frozen=True)
class Setup:
    """What a database is to have. ``keys`` has one key for each leg."""

    keys: tuple[Key, ...]
    mode: str = "either"
    policy: str = "default"
    members: tuple[Member, ...] = ()

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The providers of the keys, each once."""
        return tuple(dict.fromkeys(key.provider for key in self.keys))


LOCAL = Provider("local", "local")


def keys_of(database: str, providers: Sequence[Provider], mode: str) -> tuple[Key, ...]:
    """Return a key for each leg, named after the database as every kind of KMS accepts it."""
    stem = re.sub(r"[^A-Za-z0-9-]+", "-", database).strip("-") or "kw"
    stem = stem[: _LONGEST_REFERENCE - len("-2")]
    return tuple(
        Key(providers[min(leg, len(providers)) - 1], f"{stem}-{leg}")
        for leg in range(1, MODES[mode] + 1)
    )


# -- as SQL -----------------------------------------------------------------------------------


def statements(setup: Setup) -> list[Step]:
    """Return all that makes a database fit for its first row, in order."""
    return [
        _extension(),
        *map(_provider, setup.providers),
        *map(_key, setup.keys),
        _policy(setup),
        *_roles(setup.members),
    ]


def _extension() -> Step:
    return Step("extension kwtools", "create extension if not exists kwtools cascade")


def _provider(provider: Provider) -> Step:
    return Step(
        f'provider "{provider.name}"',
        _written(
            "select kw.add_provider({}, {}, if_not_exists => true)", provider.name, provider.kind
        ),
    )


def _key(key: Key) -> Step:
    return Step(
        f'key "{key.reference}" of provider "{key.provider.name}"',
        _written(
            "select kw.create_kms_key({}, {}, if_not_exists => true)",
            key.provider.name,
            key.reference,
        ),
    )


def _policy(setup: Setup) -> Step:
    # The key exists by now: add_kms_key gives its id.
    ids = ", ".join(
        _written("kw.add_kms_key({}, {}, if_not_exists => true)", key.provider.name, key.reference)
        for key in setup.keys
    )
    named = _written("{}, {}", setup.policy, setup.mode)
    return Step(
        f'policy "{setup.policy}" of mode {setup.mode}',
        f"select kw.create_policy({named}, {ids}, if_not_exists => true)",
    )


def _roles(members: Sequence[Member]) -> list[Step]:
    names = dict.fromkeys(member.role for member in members)
    return [*map(_role, names), *map(_membership, members)]


def _role(name: str) -> Step:
    return Step(f'role "{name}"', _named("create role {} login", name))


def _membership(member: Member) -> Step:
    return Step(
        f'membership of "{member.role}" in {member.group}',
        _named("grant {} to {}", member.group, member.role),
    )


def _written(text: str, *values: str) -> str:
    return sql.SQL(text).format(*map(sql.Literal, values)).as_string(None)


def _named(text: str, *names: str) -> str:
    return sql.SQL(text).format(*map(sql.Identifier, names)).as_string(None)


# -- what is there already --------------------------------------------------------------------

_SERVER = """
select
    pg_catalog.pg_is_in_recovery(),
    (select e.extversion from pg_catalog.pg_extension e where e.extname = 'kwtools'),
    (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user)
"""
_PROVIDERS = "select name, provider from kw.kms_providers"
_KEYS = """
select p.name, p.provider, k.external_key_ref
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
"""
_POLICIES = "select policy_name, mode from kw.encryption_policies"
_KEYS_OF_POLICY = """
select p.name, p.provider, k.external_key_ref
from kw.encryption_policies e
join kw.policy_kms_keys c on c.policy_id = e.id
join kw.kms_keys k on k.id = c.kms_key_id
join kw.kms_providers p on p.id = k.provider_id
where e.policy_name = %s
order by c.priority desc, k.id
"""
_ROLES = "select rolname from pg_catalog.pg_roles where rolname = any (%s)"
_MEMBERS = """
select m.rolname, g.rolname
from pg_catalog.pg_auth_members a
join pg_catalog.pg_roles m on m.oid = a.member
join pg_catalog.pg_roles g on g.oid = a.roleid
where m.rolname = any (%s)
"""


def plan(connection: Connection, setup: Setup, *, are_keys_given: bool) -> list[Step]:
    """Return the steps of ``setup``, those that the database has marked as done.

    Those have no SQL. Where the caller has given no keys, a policy of the name that exists is
    left alone, and the steps are those of its keys. Raises ``CheckFailed`` where the server cannot
    have the extension.
    """
    is_installed = _check_server(connection)
    done = _roles_present(connection, setup.members)
    steps = statements(setup)
    if is_installed:
        done.add(_extension().what)
        policies: dict[str, str] = dict(connection.execute(_POLICIES).fetchall())
        if setup.policy in policies and not are_keys_given:
            kept = tuple(_keys_of_policy(connection, setup.policy))
            setup = replace(setup, keys=kept, mode=policies[setup.policy])
            steps = statements(setup)
        done |= _keys_present(connection, setup, policies.get(setup.policy))
    return [step._replace(is_done=True, sql="") if step.what in done else step for step in steps]


def _check_server(connection: Connection) -> bool:
    """Return whether the extension is installed; raises where it cannot be."""
    row = connection.execute(_SERVER).fetchone()
    assert row is not None
    is_standby, installed, is_superuser = row
    if is_standby:
        raise CheckFailed("server is a standby", "Run it on the primary.")
    if installed is not None:
        check_version(installed)
    elif not is_superuser:
        raise CheckFailed(
            "permission denied to create extension kwtools",
            "Run it as a superuser. On the server's machine, root and the user postgres are one"
            " where they name no other role.",
        )
    return installed is not None


def check_version(installed: str) -> None:
    """Raise ``CheckFailed`` where the extension is not of the command's version."""
    if installed != sources.version():
        raise CheckFailed(
            f"command {sources.version()}, extension {installed}",
            "Run kwtools install as root on the server's machine and ALTER EXTENSION kwtools UPDATE"
            " in this database, or use the other command.",
        )


# -- carrying it out --------------------------------------------------------------------------


def carry_out(connection: Connection, steps: Sequence[Step]) -> None:
    """Run the steps that are not done, in a transaction of the caller.

    Raises ``CheckFailed`` where the server lacks files.
    """
    for step in steps:
        if step.is_done:
            continue
        try:
            connection.execute(step.sql.encode())
        except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported) as error:
            raise _lacking(error, connection.info.server_version // 10000) from None
        if step == _extension():
            ((_, installed, _),) = connection.execute(_SERVER)
            check_version(installed)


def _lacking(error: psycopg.Error, major: int) -> CheckFailed:
    """Return what to install, where CREATE EXTENSION did not find a control file."""
    message = error.diag.message_primary or str(error)
    if "plpython3u" in message:
        return CheckFailed(
            "the server does not have PL/Python",
            f"Install Debian's package postgresql-plpython3-{major} on the server's machine.",
        )
    if "kwtools" in message:
        return CheckFailed(
            "the server does not have the files of extension kwtools",
            "Run kwtools install as root on the server's machine.",
        )
    return CheckFailed(message, error.diag.message_hint or "")


def _keys_present(connection: Connection, setup: Setup, mode: str | None) -> set[str]:
    """Return what the database has of the providers, of the keys and of the policy."""
    providers = {Provider(*row) for row in connection.execute(_PROVIDERS)}
    keys = _keys(connection.execute(_KEYS).fetchall())
    of_policy = set(_keys_of_policy(connection, setup.policy))
    done = {step.what for step in (*map(_provider, providers), *map(_key, keys))}
    if mode == setup.mode and of_policy == set(setup.keys):
        done.add(_policy(setup).what)  # else kw.create_policy names every difference
    return done


def _keys_of_policy(connection: Connection, policy: str) -> list[Key]:
    return _keys(connection.execute(_KEYS_OF_POLICY, (policy,)).fetchall())


def _keys(rows: Sequence[tuple[str, str, str]]) -> list[Key]:
    return [Key(Provider(name, kind), reference) for name, kind, reference in rows]


def _roles_present(connection: Connection, members: Sequence[Member]) -> set[str]:
    """Return which roles and memberships the server has."""
    names = ([member.role for member in members],)
    roles = [_role(name) for (name,) in connection.execute(_ROLES, names)]
    memberships = [_membership(Member(*row)) for row in connection.execute(_MEMBERS, names)]
    return {step.what for step in (*roles, *memberships)}
