"""Settings with which values are logged, lost in a crash or sent in the clear, or guards rest."""

from collections.abc import Iterator, Mapping, Sequence

from kwtools import logs
from kwtools.checks._finding import OK, PROBLEM, WARNING, Finding
from kwtools.connections import Connection

# What ALTER ROLE … SET and ALTER DATABASE … SET say, here or in every database.
_SET_FOR_OTHERS = """
select
    concat_ws(
        ', ',
        case
            when s.setrole <> 0 then 'role ' || r.rolname when s.setdatabase = 0 then 'all roles'
        end,
        case when s.setdatabase <> 0 then 'this database' end
    ) as scope,
    lower(split_part(c.setting, '=', 1)) as name,
    substr(c.setting, strpos(c.setting, '=') + 1) as value
from pg_catalog.pg_db_role_setting s
left join pg_catalog.pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) c(setting)
where
    s.setdatabase = case
        when %s then (
            select d.oid from pg_catalog.pg_database d where d.datname = current_database()
        )
        else 0::oid
    end
    and lower(split_part(c.setting, '=', 1)) = any(%s)
order by 1, 2
"""
_SETTINGS = "select name, setting from pg_catalog.pg_settings where name = any(%s)"
_LOG_WHY = "A log is read, shipped and kept by others than the database."
_UNSAFE = ("fsync", "full_page_writes")
_GUARDS = "event_triggers"
"""A setting of PostgreSQL 17 and later, which the command turns on for its transactions."""
_AT_FIRST = "select reset_val from pg_catalog.pg_settings where name = %s"
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def logs_of_server(connection: Connection) -> Iterator[Finding]:
    """Settings of the server, and of roles in every database, that could record plaintext."""
    scopes = {"this session": _settings(connection, logs.NAMES)}
    found = [*_risks(scopes | _set_for_others(connection, logs.NAMES, here=False))]
    yield from found or [Finding("log settings", OK, "no setting could record plaintext")]


def logs_of_database(connection: Connection) -> Iterator[Finding]:
    """Settings of this database, and of roles in it, that could record plaintext."""
    yield from _risks(_set_for_others(connection, logs.NAMES, here=True))


def _settings(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    return dict(connection.execute(_SETTINGS, (list(names),)).fetchall())


def _set_for_others(
    connection: Connection, names: Sequence[str], *, here: bool
) -> dict[str, dict[str, str]]:
    scopes: dict[str, dict[str, str]] = {}
    for scope, name, value in connection.execute(_SET_FOR_OTHERS, (here, list(names))):
        scopes.setdefault(scope, {})[name] = value
    return scopes


def _risks(scopes: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    for scope, settings in scopes.items():
        for risk in logs.risks(settings):
            yield Finding(
                f"log: {risk.setting}", WARNING, f"{risk.why} ({scope})", risk.advice, _LOG_WHY
            )


def event_triggers(connection: Connection) -> Iterator[Finding]:
    """Yield where event triggers do not run, in this database or for roles in any."""
    values: dict[str, str] = {}
    for (value,) in connection.execute(_AT_FIRST, (_GUARDS,)):
        values["this session"] = value
    for here in (True, False):
        for scope, settings in _set_for_others(connection, (_GUARDS,), here=here).items():
            values[scope] = settings[_GUARDS]
    off = [scope for scope, value in values.items() if not logs.is_on(value)]
    if off:
        yield Finding(
            "event triggers",
            PROBLEM,
            f"{_GUARDS} is off ({'; '.join(off)})",
            "Turn it on.",
            "DROP EXTENSION destroys keys without asking, and protected views do not follow their"
            " tables.",
        )


def durability(connection: Connection) -> Iterator[Finding]:
    """Yield the settings with which a crash can lose wraps that were committed."""
    settings = _settings(connection, _UNSAFE)
    off = [name for name in _UNSAFE if settings.get(name) == "off"]
    if off:
        yield Finding(
            "durability",
            WARNING,
            f"{' and '.join(off)} {'is' if len(off) == 1 else 'are'} off",
            "Turn it on.",
            "A crash can damage the rows of wrapped keys, and with a key every value under it.",
        )


def network(connection: Connection) -> Iterator[Finding]:
    """Yield a warning where values can cross a network unencrypted."""
    settings = _settings(connection, ("listen_addresses", "ssl"))
    addresses = {one.strip() for one in settings["listen_addresses"].split(",")}
    if settings["ssl"] == "off" and addresses - _HERE:
        yield Finding(
            "network",
            WARNING,
            f"the server listens on {settings['listen_addresses']}, and ssl is off",
            "Turn ssl on, and use hostssl in pg_hba.conf.",
            "Plaintext that clients send and read crosses the network as it is.",
        )
