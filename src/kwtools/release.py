"""Freezing a release: scripts, lists of catalogs and checksums go to ``extension/released/``.

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
_FROZEN = ("*.sql", "*.json")


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
    write_checksums(released)
    return new


def write_checksums(released: Path) -> None:
    """Write the checksums of what is in ``released``."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(_digests(released).items())]
    (released / CHECKSUMS).write_text("".join(lines))


def check_frozen(released: Path) -> None:
    """Raise ``CheckFailed`` unless ``released`` holds exactly what its checksums say."""
    sums = released / CHECKSUMS
    lines = sums.read_text().splitlines() if sums.exists() else []
    expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    wrong = {name for name, _ in expected.items() ^ _digests(released).items()}
    if wrong:
        raise CheckFailed(
            f"released scripts were changed, added or removed: {', '.join(sorted(wrong))}",
            "Restore them from version control.",
        )


def _digests(released: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in _FROZEN
        for path in released.glob(pattern)
    }


def _main() -> None:
    from kwtools.release_lists import write_missing  # what freezes needs no server

    released = sources.extension() / "released"
    with tempfile.TemporaryDirectory() as scratch:
        try:
            new = freeze(build(sources.extension(), sources.version(), Path(scratch)), released)
        except CheckFailed as error:
            sys.exit(f"release: {error.message}. {error.hint}")
    for path in (*new, *write_missing(released)):
        print(path)
    write_checksums(released)


if __name__ == "__main__":
    _main()
