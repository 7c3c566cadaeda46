"""Whether the catalog is what the installed release made."""

from collections.abc import Iterator

from kwtools import catalog, sources, upgrade_plan
from kwtools.checks._finding import OK, PROBLEM, UNKNOWN, WARNING, Finding
from kwtools.checks._text import dsn_option, listed
from kwtools.connections import Connection

_NAME = "catalog"
_WHY = "What was changed by hand may give out keys or values, and the next upgrade refuses it."


def of_catalog(connection: Connection) -> Iterator[Finding]:
    """Yield which objects are not what the release made."""
    version, major = upgrade_plan.installed(connection) or "", upgrade_plan.major(connection)
    if not upgrade_plan.has_list(connection, version):
        yield _without_list(version, major)
        return
    changed = [f"{one.name} {one.problem}" for one in upgrade_plan.drift(connection, version)]
    if not changed:
        yield Finding(_NAME, OK, f"as release {version} made it")
        return
    objects = "1 object is" if len(changed) == 1 else f"{len(changed)} objects are"
    yield Finding(
        _NAME,
        PROBLEM,
        f"{objects} not as release {version} made it: {listed(changed, '; ')}",
        f"kwtools diff{dsn_option(connection)} shows each. Change it back.",
        _WHY,
    )


def _without_list(version: str, major: int) -> Finding:
    """Return a warning for a build that was never released, which has no list at all."""
    is_build = version == sources.version() and not catalog.has_lists(version)
    return Finding(
        _NAME,
        WARNING if is_build else UNKNOWN,
        f"not compared: version {version} has no list for PostgreSQL {major}",
        "Use a release." if is_build else f"Use a command that knows release {version}.",
        _WHY,
    )
