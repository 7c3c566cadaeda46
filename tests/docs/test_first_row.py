"""docs/first-row.md: typing its commands gives a protected row, as root and as postgres."""

import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kwtools.cluster import SUPERUSER, Place
from kwtools.postgres import server_user
from scripts import first_row
from scripts.pages import blocks, check_command

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "first-row.md"
KWTOOLS = ROOT / ".venv" / "bin" / "kwtools"
READERS = ["root", "postgres"] if os.geteuid() == 0 else ["me"]

# Root becomes another user as with sudo, any other user stays what it is.
_SUDO = """\
#!/bin/sh
if [ "$1" = -u ]; then
    user=$2
    shift 2
    [ "$(id -u)" != 0 ] || exec setpriv --reuid="$user" --regid="$user" --init-groups "$@"
fi
exec "$@"
"""


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Iterator[Place]:
    """A server whose settings and pg_hba.conf are those that Debian gives a new one."""
    with tempfile.TemporaryDirectory() as folder:
        hba, ident = Path(folder, "pg_hba.conf"), Path(folder, "pg_ident.conf")
        hba.write_text("local all all peer map=readers\nhost all all samehost scram-sha-256\n")
        names = {"postgres", server_user().name, pwd.getpwuid(os.geteuid()).pw_name}
        ident.write_text("".join(f"readers {name} postgres\n" for name in sorted(names)))
        for path in (Path(folder), hba, ident):
            path.chmod(0o755)
        files = {"hba_file": str(hba), "ident_file": str(ident)}
        yield own_cluster(settings={"fsync": "on", "full_page_writes": "on", **files})


def _as_installed(place: Place, here: Path) -> dict[str, str]:
    """Return the paths of the test, each with that of an installation in its place."""
    return {
        str(here): "/tmp",  # noqa: S108 - where the page has its reader
        str(place.destdir): "",
        str(place.module_path): "/usr/local/lib/kwtools",
        str(place.providers_file): "/etc/kwtools/providers.toml",
        str(place.keystore): "/var/lib/kwtools/keys",
    }


@pytest.mark.parametrize("reader", READERS)
def test_each_command_gives_what_the_page_shows(place: Place, reader: str) -> None:
    programs = place.base / "bin"  # where the server's user gets, too
    programs.mkdir()
    _script(programs / "sudo", _SUDO)
    _script(
        programs / "kwtools",
        "#!/bin/sh\n"
        f'[ "$1" != keys ] || set -- "$@" --providers-file {place.providers_file}\n'
        f'exec {KWTOOLS} "$@"\n',
    )
    here = place.base / "here"
    here.mkdir()
    user = server_user()
    become = []
    environment = {
        **os.environ, **place.environment(), "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(here),
    }  # fmt: skip
    del environment["PGDATABASE"]
    if reader != "me":  # the name of the role is found out, as on a server of Debian
        del environment["PGUSER"]
    if reader == "postgres":
        os.chown(here, user.uid, user.gid)
        become = ["setpriv", f"--reuid={user.uid}", f"--regid={user.gid}", "--init-groups"]
    for block in blocks(PAGE.read_text(), "sh"):
        if block.runs:
            check_command(block, here, environment, become, _as_installed(place, here))
    with place.connect("shop") as connection:
        assert connection.execute("select name from people").fetchall() == [("Ada",)]
    assert (here / "safe").stat().st_uid == (0 if reader == "root" else user.uid)


def test_the_page_says_what_each_reader_types() -> None:
    page = PAGE.read_text().replace("\n", " ")
    assert "as a user with `sudo`, as root, or as the user `postgres`" in page
    ada, root, postgres = first_row.READERS
    assert (ada.as_postgres, postgres.user) == (f"sudo -u {SUPERUSER} ", SUPERUSER)
    assert f"As root, leave out `{ada.as_root.strip()}`" in page
    typed = f"type `{root.as_postgres.strip()}` instead of `{ada.as_postgres.strip()}`"
    assert typed in page
    assert "As `postgres`, leave out both." in page
    assert (root.as_root, postgres.as_root, postgres.as_postgres) == ("", "", "")
