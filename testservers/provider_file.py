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
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in options.items())
    start = f"# {name}\n"
    with FileLock(place.base / "providers.lock"):
        text = place.providers_file.read_text()
        if start in text:
            before, _, rest = text.partition(start)
            text = before + rest.partition("# end\n")[2]
        text += f'{start}[providers.{name}]\nkind = "{kind}"\n{lines}# end\n'
        tomllib.loads(text)
        write_for_server(place.providers_file, text)


def write_for_server(path: Path, text: str) -> None:
    """Write a file in one step that the server may read and nobody else."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.chmod(0o640)
    os.chown(new, os.geteuid(), server_user().gid)
    new.rename(path)
