"""Freezing a release: its scripts and their checksums go to ``extension/released/`` for good.

Run as ``python -m kwtools.release``.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

from kwtools import sources
from kwtools.build import build
from kwtools.errors import CheckFailed

CHECKSUMS = "SHA256SUMS"


def freeze(built: list[Path], released: Path) -> list[Path]:
    """Copy the SQL scripts of a build to ``released``; return those that are new there.

    Raises ``CheckFailed`` where a frozen script would change, or has changed already.
    """
    check_frozen(released)
    scripts = [path for path in built if path.suffix == ".sql"]
    for path in scripts:
        frozen = released / path.name
        if frozen.exists() and frozen.read_bytes() != path.read_bytes():
            raise CheckFailed(
                f"released script {path.name} would change",
                "Raise the version in pyproject.toml. Released scripts are never edited.",
            )
    new = [released / path.name for path in scripts if not (released / path.name).exists()]
    for path in scripts:
        (released / path.name).write_bytes(path.read_bytes())
    lines = [f"{_digest(path)}  {path.name}\n" for path in sorted(released.glob("*.sql"))]
    (released / CHECKSUMS).write_text("".join(lines))
    return new


def check_frozen(released: Path) -> None:
    """Raise ``CheckFailed`` unless ``released`` holds exactly what its checksums say."""
    sums = released / CHECKSUMS
    lines = sums.read_text().splitlines() if sums.exists() else []
    expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = {path.name: _digest(path) for path in released.glob("*.sql")}
    wrong = {name for name, _ in expected.items() ^ found.items()}
    if wrong:
        raise CheckFailed(
            f"released scripts were changed, added or removed: {', '.join(sorted(wrong))}",
            "Restore them from version control.",
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _main() -> None:
    released = sources.extension() / "released"
    with tempfile.TemporaryDirectory() as scratch:
        try:
            new = freeze(build(sources.extension(), sources.version(), Path(scratch)), released)
        except CheckFailed as error:
            sys.exit(f"release: {error.message}. {error.hint}")
    for path in new:
        print(path)


if __name__ == "__main__":
    _main()
