"""What is installed on the server's machine, against what this command installs."""

from collections.abc import Iterator

from kwtools import catalog, server_files, sources, upgrade_plan
from kwtools.checks._finding import OK, PROBLEM, UNKNOWN, WARNING, Finding
from kwtools.checks._text import dsn_option, listed
from kwtools.connections import Connection
from kwtools.server_files import Files

_RUNTIME, _SCRIPTS, _CONTROL = "runtime files", "extension scripts", "control file"
_WHY_RUNTIME = "The server runs these files with every key of its keystores in reach."
_WHY_SCRIPTS = "CREATE EXTENSION, a restore and an upgrade run these files as a superuser."


def runtime(connection: Connection) -> Iterator[Finding]:
    """Yield which files of the runtime that this database loads are missing or were changed."""
    version, path = upgrade_plan.installed(connection) or "", catalog.module_path(connection)
    if path is None:
        yield Finding(
            _RUNTIME, UNKNOWN, "the extension names no folder of a runtime",
            "Upgrade it (kwtools upgrade).", _WHY_RUNTIME,
        )  # fmt: skip
        return
    hint = f"Run kwtools install of version {version} on the server."
    found = server_files.look(connection, path, [version], deep=True).runtimes[version]
    is_ours = version == sources.version()
    changed = (server_files.differing(found) if is_ours else []) + found.damaged
    if found.problem:
        yield Finding(_RUNTIME, PROBLEM, found.problem, hint, _WHY_RUNTIME)
    elif changed:
        told = f"in {found.folder} are missing, changed or foreign: {listed(changed)}"
        yield Finding(_RUNTIME, PROBLEM, told, hint, _WHY_RUNTIME)
    elif is_ours:
        yield Finding(_RUNTIME, OK, f"{found.folder} is what this command installs")
    else:
        yield Finding(
            _RUNTIME,
            UNKNOWN,
            f"packages and compiled files in {found.folder} are whole; the source files of"
            f" {version} were not compared, since the command is of version {sources.version()}",
            f"Run kwtools doctor of version {version}.",
            _WHY_RUNTIME,
        )


def control(connection: Connection) -> Iterator[Finding]:
    """Yield whether this database is what the control file leads to."""
    extension, path = upgrade_plan.installed(connection) or "", catalog.module_path(connection)
    files = server_files.files(connection)
    if files is None:
        return  # of_server tells
    if path is not None and path != files.module_path:
        yield Finding(
            _CONTROL,
            PROBLEM,
            f"the extension loads its runtime from {path}, and the control file names"
            f" {files.module_path}",
            "Run kwtools install with the --module-path of the extension.",
            "An upgrade would look for the next runtime elsewhere.",
        )
    elif files.default_version != extension:
        yield Finding(
            _CONTROL,
            WARNING,
            f"the extension is at {extension}, and the control file leads to"
            f" {files.default_version}",
            f"Run kwtools upgrade{dsn_option(connection)}, or finish the installation"
            " (kwtools install).",
            "A restore of this database makes the extension at the version of the control file.",
        )


def scripts(connection: Connection) -> Iterator[Finding]:
    """Yield which scripts of the extension are missing or were changed."""
    files = server_files.files(connection)
    if files is None:
        yield Finding(
            _SCRIPTS, PROBLEM, "the control file of kwtools was not found",
            "Run kwtools install on the server.", _WHY_SCRIPTS,
        )  # fmt: skip
        return
    own = upgrade_plan.own_scripts()
    if files.default_version != sources.version():  # then it needs another install script
        own.pop(f"kwtools--{sources.version()}.sql")
    wrong = list(_wrong(connection, files, own))
    if wrong:
        yield Finding(
            _SCRIPTS,
            PROBLEM,
            f"in {files.folder}: {listed(wrong)}",
            f"Run kwtools install of version {files.default_version} on the server.",
            _WHY_SCRIPTS,
        )
    else:
        yield Finding(_SCRIPTS, OK, f"{files.folder} leads to version {files.default_version}")


def _wrong(connection: Connection, files: Files, own: dict[str, str]) -> Iterator[str]:
    """Yield which scripts are missing or changed: those that the command and the server name."""
    first = f"kwtools--{files.default_version}.sql"
    if server_files.text_of(connection, f"{files.folder}/{first}") is None:
        yield f"{first} is missing"
    for name, expected in sorted(own.items()):
        if not name.endswith(".sql"):
            continue
        text = server_files.text_of(connection, f"{files.folder}/{name}")
        if text is None:
            if name != first and _leads_to(name, files.default_version):
                yield f"{name} is missing"
        elif text != expected:
            yield f"{name} was changed"


def _leads_to(name: str, version: str) -> bool:
    """Return whether a script belongs to a version or an earlier one."""
    last = name.removesuffix(".sql").rsplit("--", 1)[-1]
    return _numbers(last) <= _numbers(version)


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]
