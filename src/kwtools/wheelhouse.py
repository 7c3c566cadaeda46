"""A folder of packages from which a machine without an index installs kwtools."""

import base64
import csv
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

from kwtools import room, runtime, sources
from kwtools.errors import KwtoolsError

_SIZE = 80 << 20  # bytes, with the packages of every kind of provider
_NOT_OF_THE_WHEEL = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def fill(folder: Path, kinds: Collection[str], python: str) -> list[Path]:
    """Put the command's wheel and every locked package into a folder; return its files.

    They are for the interpreter ``python`` on a machine like this one: the packages that the
    command needs, those of the runtime, and those of these kinds of provider. Raises
    ``KwtoolsError`` where pip fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with room.needed(_SIZE, folder, Path(tempfile.gettempdir())):
        for lock in (sources.requirements(), *runtime.locks(kinds)):  # locks may pin differently
            runtime.pip(
                python, "download", "--quiet", "--no-deps", "--require-hashes",
                "--only-binary=:all:", "--dest", str(folder), *runtime.requirement_options([lock]),
            )  # fmt: skip
        if sources.in_checkout():
            _build(folder)
        else:
            _pack(folder)
    return sorted(folder.glob("*.whl"))


def _build(folder: Path) -> None:
    """Build the wheel of a checkout, with what its development environment has."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", scratch],
            cwd=sources.extension().parent, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or ["no message"]
            raise KwtoolsError(f"the wheel cannot be built: {lines[-1]}", "Run make setup.")
        for wheel in Path(scratch).glob("*.whl"):
            shutil.copy(wheel, folder)


def _pack(folder: Path) -> None:
    """Make the wheel again that this command was installed from: pip keeps none."""
    installed = metadata.distribution(sources.DISTRIBUTION)
    name = f"{sources.DISTRIBUTION.replace('-', '_')}-{installed.version}"
    record = f"{name}.dist-info/RECORD"
    rows: list[tuple[str, str, int | str]] = []
    content: dict[str, bytes] = {}
    for path in installed.files or ():
        is_ours = path.parts[0] != ".." and "__pycache__" not in path.parts
        if is_ours and path.name not in _NOT_OF_THE_WHEEL:
            content[str(path)] = path.read_binary()
    for path_name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append((path_name, f"sha256={digest}", len(data)))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*rows, (record, "", "")])
    content[record] = text.getvalue().encode()
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for path_name, data in content.items():
            wheel.writestr(path_name, data)
