"""A copy of this machine that is discarded: packages are installed there as on a real one."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# An overlay shows this machine's files, and keeps what is written in memory. Processes and network
# are of its own, and end with the first process.
_BEGIN = """
! mountpoint -q / || mount --make-rprivate /  # in a chroot, who made it did that
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/whole"
mount -t overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" overlay "$1/whole"
mount --rbind /dev "$1/whole/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/whole/dev/shm"
mount -t proc proc "$1/whole/proc"
mkdir -p -m 755 "$1/whole/repository"
mount --bind "$2" "$1/whole/repository"
exec chroot "$1/whole" sh -c "echo begun; exec sleep infinity"  # begun means: within
"""


@dataclass(frozen=True)
class Machine:
    """Runs commands on the copy."""

    _first: int
    """The process that keeps the copy alive."""

    def path(self, path: str) -> Path:
        """Return the name that a file of the copy has outside."""
        return Path(f"/proc/{self._first}/root") / path.removeprefix("/")

    def run(self, *command: str, fails: bool = False) -> str:
        """Run a command as root and check how it ends; return what it says."""
        target = ["--target", str(self._first)]
        within = ["nsenter", *target, "--mount", "--pid", "--net", "--root", "--wd"]
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root",
            "DEBIAN_FRONTEND": "noninteractive",
        }  # fmt: skip
        done = subprocess.run(
            [*within, *command], env=environment, cwd="/", text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout


@contextlib.contextmanager
def copy_of_this_machine(scratch: Path, repository: Path) -> Iterator[Machine]:
    """Yield a copy that sees the folder ``repository`` at /repository. Requires root."""
    begin = ["bash", "-euc", _BEGIN, "bash", str(scratch), str(repository)]
    apart = ["unshare", "--mount", "--propagation", "unchanged", "--pid", "--net", "--fork"]
    with subprocess.Popen(
        [*apart, "--kill-child", *begin],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said == "begun\n", said + process.stdout.read()
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            yield Machine(int(children.split()[0]))
        finally:
            process.kill()
