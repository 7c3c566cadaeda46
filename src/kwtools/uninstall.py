"""Uninstalling: which databases use an installation, and the removal of its files."""

import shutil
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg

from kwtools import catalog, server_files, upgrade_plan
from kwtools.connections import connect, transaction
from kwtools.errors import KwtoolsError
from kwtools.install import CONTROL, SUMS, Layout
from kwtools.running import Running
from kwtools.targets import Target, targets

_RUNTIMES = ("[0-9]*/cp*", "[0-9]*/.new-*")  # of a killed installation, too


class Unasked(NamedTuple):
    """What could not be asked whether it uses an installation."""

    name: str
    why: str


def uses(layout: Layout, servers: Iterable[Running]) -> tuple[list[str], list[Unasked]]:
    """Return what uses an installation, for people, and what could not be asked."""
    used: list[str] = []
    unasked: list[Unasked] = []
    for server in servers:
        if not server.dsn:
            unasked.append(Unasked(str(server.data), "another user than the server's runs it"))
            continue
        try:
            found = targets("uninstall", [server.dsn], all_databases=True)
        except psycopg.Error as error:
            unasked.append(Unasked(str(server.data), _told(error)))
            continue
        for target in found:
            name = f"{server.data}/{target.name}"
            if not target.allows_connections:
                unasked.append(Unasked(name, "the database allows no connections"))
                continue
            try:
                if _uses(layout, target, server.data):
                    used.append(f'database "{target.name}" of the server in {server.data}')
            except (psycopg.Error, KwtoolsError) as error:
                unasked.append(Unasked(name, _told(error)))
    return used, unasked


def _uses(layout: Layout, target: Target, data: Path) -> bool:
    with connect(target.dsn, "uninstall") as connection, transaction(connection):
        row = connection.execute("select pg_catalog.current_setting('data_directory')").fetchone()
        if row is None or not Path(row[0]).samefile(data):
            raise KwtoolsError("another server answered")
        if upgrade_plan.installed(connection) is None:
            return False
        files = server_files.files(connection)
        return (
            files is None
            or Path(files.folder) == layout.extension_directory
            or catalog.module_path(connection) == str(layout.module_path)
        )


def _told(error: psycopg.Error | KwtoolsError) -> str:
    if isinstance(error, KwtoolsError):
        return error.message
    return " ".join((error.diag.message_primary or str(error)).split())


def is_there(layout: Layout) -> bool:
    """Return whether the extension is in a server's folder."""
    return _control(layout).exists()


def _control(layout: Layout) -> Path:
    return layout.staged(layout.extension_directory) / CONTROL


def files(layouts: Sequence[Layout], *, others: Iterable[Layout] = ()) -> list[Path]:
    """Return what ``install`` has put, but for keys and providers, in the order of its removal.

    ``layouts`` are those of one or more servers with one folder of the runtime. ``others`` are
    those of further servers: while a control file there names that folder, it stays. Raises
    ``KwtoolsError`` where nothing is installed.
    """
    module_path = layouts[0].staged(layouts[0].module_path)
    folders = [layout.staged(layout.extension_directory) for layout in layouts]
    # The control files first: without them nobody creates the extension any more.
    paths = [folder / CONTROL for folder in folders]
    for folder in folders:
        paths += [*sorted(folder.glob("kwtools--*.sql")), folder / SUMS]
    line = f"module_pathname = '{layouts[0].module_path}'"
    if not any(is_there(other) and line in _control(other).read_text() for other in others):
        runtimes = {path.parent for form in _RUNTIMES for path in module_path.glob(form)}
        paths += [*sorted(runtimes), module_path / "site.toml"]
    found = [path for path in paths if path.exists()]
    if not found:
        raise KwtoolsError(
            f"kwtools is not installed in {folders[0]} and {module_path}",
            "Name the server with --pg-config, and the folder with --module-path.",
        )
    return found


def remove(layout: Layout, paths: Iterable[Path]) -> None:
    """Remove what ``files`` returned, and the folder of the runtimes where that is empty then."""
    module_path = layout.staged(layout.module_path)
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if module_path.is_dir() and not any(module_path.iterdir()):
        module_path.rmdir()


def kept(layout: Layout) -> list[Path]:
    """Return the providers file and the local keystores of an installation, which stay."""
    site = layout.staged(layout.module_path / "site.toml")
    if not site.exists():
        return []
    providers = Path(tomllib.loads(site.read_text())["providers_file"])
    if not layout.staged(providers).exists():
        return []
    entries = tomllib.loads(layout.staged(providers).read_text()).get("providers", {}).values()
    keystores = [Path(entry["directory"]) for entry in entries if entry.get("kind") == "local"]
    return [layout.staged(path) for path in (providers, *keystores)]
