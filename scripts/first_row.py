"""Follow docs/first-row.md from installing on: as a user with sudo, as root, and as postgres.

For a machine that is discarded: each reader begins with a new cluster ``main`` of Debian's and an
empty keystore, and at last kwtools is uninstalled. ``scripts/test-first-row`` runs this in a chroot
by Debian's Python, so it uses the standard library only.
"""

import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from scripts.pages import Block, blocks, check_command

_ROOT = Path(__file__).parents[1]
_PAGE = _ROOT / "docs" / "first-row.md"
_INSTALLS = "make test-first-row"  # in the comment of the block that runs here and in no other test
_KEYS = Path("/var/lib/kwtools/keys")
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
_AS_POSTGRES = ("runuser", "-u", "postgres", "--")


class _Reader(NamedTuple):
    """Who follows the page, and what the page tells to type instead of ``sudo``."""

    user: str
    as_root: str
    as_postgres: str

    def types(self, block: Block) -> Block:
        """Return a block as the reader types it."""
        text = block.text.replace("sudo -u postgres ", self.as_postgres)
        return block._replace(text=text.replace("sudo ", self.as_root))


READERS = (
    _Reader("ada", "sudo ", "sudo -u postgres "),
    _Reader("root", "", "runuser -u postgres -- "),
    _Reader("postgres", "", ""),
)


def _run(*command: str) -> None:
    subprocess.run(command, env=_ENVIRONMENT, cwd="/", stdin=subprocess.DEVNULL, check=True)


def _make_server() -> None:
    """Make the cluster that Debian makes for a new server, and remove what a reader left."""
    (major,) = (path.name for path in Path("/usr/lib/postgresql").iterdir())
    if Path(f"/etc/postgresql/{major}/main").exists():
        _run("pg_dropcluster", "--stop", major, "main")
    _run("pg_createcluster", "--quiet", major, "main", "--port", "5432", "--", "--no-sync")
    # Another server of the machine may have the port. The page uses the socket only.
    with Path(f"/etc/postgresql/{major}/main/postgresql.conf").open("a") as settings:
        settings.write("listen_addresses = ''\n")
    _run("pg_ctlcluster", major, "main", "start")
    for key in _KEYS.glob("*"):
        key.unlink()


def _follow(reader: _Reader) -> None:
    """Run every block of the page that needs no other machine, in a folder of the reader's."""
    folder = Path("/tmp", reader.user)  # noqa: S108 - as the page says
    folder.mkdir()
    shutil.chown(folder, reader.user)
    environment = {**_ENVIRONMENT, "HOME": str(folder)}
    for block in map(reader.types, blocks(_PAGE.read_text(), "sh")):
        installs = _INSTALLS in block.comment
        if not block.runs and not installs:
            continue
        user = "root" if installs and reader.user == "postgres" else reader.user
        begun = time.monotonic()
        become = ["runuser", "-u", user, "--"]
        here = _ROOT if installs else folder
        check_command(block, here, environment, become, {str(folder): "/tmp"})  # noqa: S108
        took = time.monotonic() - begun
        print(f"{took:5.1f} s  {user}: {block.text.splitlines()[0]}", flush=True)


def _uninstall() -> None:
    """Check that ``kwtools uninstall`` refuses, and then leaves the keys and nothing else."""
    command = ("kwtools", "uninstall")
    refused = subprocess.run(command, env=_ENVIRONMENT, cwd="/", stderr=subprocess.PIPE, text=True)
    assert refused.returncode == 1, "kwtools uninstall does not refuse"
    assert 'in use: database "shop"' in refused.stderr, refused.stderr
    _run(*_AS_POSTGRES, "dropdb", "shop")
    subprocess.run(command, env=_ENVIRONMENT, cwd="/", stdout=subprocess.DEVNULL, check=True)
    left = [
        *Path("/usr/share/postgresql").glob("*/extension/kwtools*"),
        *Path("/usr/local/lib/kwtools").glob("[!c]*"),  # but for the command
    ]
    assert not left, f"kwtools uninstall left {left}"
    assert len(list(_KEYS.iterdir())) == 2, "kwtools uninstall removed keys"


def main() -> None:
    """Follow the page as each reader."""
    _run("useradd", "--create-home", "ada")
    Path("/etc/sudoers.d/ada").write_text("ada ALL=(ALL:ALL) NOPASSWD: ALL\n")
    for reader in READERS:
        _make_server()
        _follow(reader)
    _uninstall()


if __name__ == "__main__":
    main()
