"""docs/first-row.md: typing its commands gives a protected row, as root and as postgres."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cluster import SUPERUSER, Place
from kwtools.postgres import server_user
from scripts.pages import blocks, normal

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


@pytest.mark.parametrize("reader", READERS)
def test_each_command_gives_what_the_page_shows(
    own_cluster: Callable[..., Place], reader: str
) -> None:
    place = own_cluster()
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
        if not block.runs:
            continue
        done = subprocess.run(
            [*become, "bash", "-e", "-c", block.text],
            cwd=here,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}"
        if block.output is not None:
            output = re.sub(re.escape(str(here)), "/srv", done.stdout)
            assert normal(output) == normal(block.output), f"{block.text}\n{output}"
    with place.connect("shop") as connection:
        assert connection.execute("select name from people").fetchall() == [("Ada",)]
    assert (here / "safe").stat().st_uid == (0 if reader == "root" else user.uid)


def test_the_page_says_that_both_readers_can_run_it() -> None:
    assert "as root, or as the user `postgres`" in PAGE.read_text().replace("\n", " ")
    assert SUPERUSER == "postgres"  # what sudo -u names
