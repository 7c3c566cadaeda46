"""The provider file of a throw-away server, and the files that its entries name."""

import json
import os
import tomllib
from pathlib import Path

from filelock import FileLock

from kwtools.cluster import Place
from kwtools.postgres import server_user


def add_entry(place: Place, name: str, kind: str, **options: object) -> None:
    """Put an entry into the server's provider file, or replace the one of that name."""
    _put(place, f"providers.{name}", {"kind": kind, **options})


def pin_deployment(place: Place, database: str, **members: object) -> None:
    """Pin the deployment of a database in the server's provider file, or pin another one."""
    _put(place, f"deployments.{database}", members)


def _put(place: Place, table: str, members: dict[str, object]) -> None:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in members.items())
    start = f"# {table}\n"
    with FileLock(place.base / "providers.lock"):
        text = place.providers_file.read_text()
        if start in text:
            before, _, rest = text.partition(start)
            text = before + rest.partition("# end\n")[2]
        text += f"{start}[{table}]\n{lines}# end\n"
        tomllib.loads(text)
        write_for_server(place.providers_file, text)


def write_for_server(path: Path, text: str) -> None:
    """Write a file in one step that the server may read and nobody else."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.chmod(0o640)
    os.chown(new, os.geteuid(), server_user().gid)
    new.rename(path)
