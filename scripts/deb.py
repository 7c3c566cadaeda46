"""Build and check the Debian packages for one PostgreSQL: ``make deb`` runs it.

``packaging/debian`` is their source: names and texts with @TOKENS@ for what differs between
versions. The server is that of PG_CONFIG, else the newest. DEBFULLNAME and DEBEMAIL name the
maintainer, as in Debian's own tools. SOURCE_DATE_EPOCH, in seconds, is the date of the packages;
without it, the date of the commit is.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path

from kwtools import runtime, sources
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.postgres import installed

ROOT = Path(__file__).resolve().parents[1]


def build(output: Path) -> list[Path]:
    """Build the packages into the folder ``output``; return their files.

    Raises ``KwtoolsError`` where a program fails.
    """
    server = installed()
    python = runtime.embedded_python(server)
    version, tag = sources.version(), runtime.python_tag(python)
    tokens = {
        "@VERSION@": version,
        "@PGVERSION@": str(server.major),
        "@PYTAG@": tag,
        "@PYTHON@": f"python3.{tag.removeprefix('cp3')}",
        "@MAINTAINER@": "{DEBFULLNAME} <{DEBEMAIL}>".format_map(
            {
                "DEBFULLNAME": "kwtools packagers",
                "DEBEMAIL": "packagers@kwtools.invalid",
                **os.environ,
            }
        ),
        "@DATE@": formatdate(_date()),
    }
    folder = output / f"kwtools-{version}"
    shutil.rmtree(folder, ignore_errors=True)
    _write_source(folder / "debian", tokens)
    environment = {
        **os.environ,
        "KWTOOLS": f"{sys.executable} -m kwtools",
        "PG_CONFIG": server.program,
        "CHANGELOG": str(ROOT / "CHANGELOG.md"),
    }
    # Nothing is compiled, so -d: the compilers of build-essential are not needed.
    _run(["dpkg-buildpackage", "-b", "-us", "-uc", "-d"], folder, environment)
    names = [line.split()[0] for line in (folder / "debian" / "files").read_text().splitlines()]
    packages = [output / name for name in sorted(names) if name.endswith(".deb")]
    shutil.rmtree(folder)
    return packages


def check(packages: list[Path]) -> str:
    """Return what lintian says of the packages; raises ``CheckFailed`` where it finds an error."""
    lintian = ["lintian", "--allow-root", "--fail-on", "error", *map(str, packages)]
    try:
        return _run(lintian, ROOT, os.environ)
    except KwtoolsError as error:
        raise CheckFailed(error.message, "lintian-explain-tags explains each.") from None


def _write_source(folder: Path, tokens: Mapping[str, str]) -> None:
    """Copy ``packaging/debian`` with the tokens replaced, in the names of files, too."""
    original = ROOT / "packaging" / "debian"
    for path in sorted(original.rglob("*")):
        name, text = str(path.relative_to(original)), None if path.is_dir() else path.read_text()
        for token, value in tokens.items():
            name, text = name.replace(token, value), text and text.replace(token, value)
        copy = folder / name.removesuffix(".in")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            copy.write_text(text)
            copy.chmod(path.stat().st_mode)


def _date() -> int:
    """Return the date of the packages, in seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    try:
        return int(_run(["git", "log", "-1", "--format=%ct"], ROOT, os.environ))
    except KwtoolsError as error:
        raise KwtoolsError(error.message, "Set SOURCE_DATE_EPOCH to a time in seconds.") from None


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run a program; return its output, or raise ``KwtoolsError`` with the end of it."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise KwtoolsError(f"{command[0]} is not installed", "Run make setup.") from None
    if done.returncode != 0:
        raise KwtoolsError(f"{command[0]} failed:\n{done.stdout.strip()[-3000:]}")
    return done.stdout


def _main() -> None:
    packages = build(sources.build_directory() / "deb")
    sys.stdout.write(check(packages))
    for package in packages:
        print(package)


if __name__ == "__main__":
    try:
        _main()
    except KwtoolsError as error:
        sys.exit(f"deb: {error.message}\n{error.hint}".rstrip())
