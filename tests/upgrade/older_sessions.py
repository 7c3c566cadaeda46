"""Sessions that have loaded the code of an earlier release, on a server that has the real code."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kwtools import runtime, sources
from kwtools.cluster import Place
from tests.conftest import Database
from tests.upgrade.test_upgrade import RELEASES, restore

ROOT = Path(__file__).parents[2]
THIS = sources.version()
LAST = RELEASES[-1]

RUNS = "select kw.decrypt_text('memos', id, 'memo', memo) from memos order by id"
"""A call that reads what ``older_session`` wrote."""
VERSION = "select kw.version() ->> 'runtime'"

LOADED = """
do language plpython3u $$
import enum, gc, sys, types

def ours(name):
    return name.partition('.')[0] in ('kwruntime', 'kwshared')

modules = {name: module for name, module in list(sys.modules.items()) if ours(name)}
names = [id(vars(module)) for module in modules.values()]
folders = {
    module.__file__.rpartition('/' + name.partition('.')[0] + '/')[0]
    for name, module in modules.items()
}
left = set()
for one in gc.get_objects():
    if isinstance(one, types.FunctionType):
        if ours(str(one.__globals__.get('__name__'))) and id(one.__globals__) not in names:
            left.add(one.__module__ + '.' + one.__qualname__)
    elif ours(type(one).__module__) and not isinstance(one, enum.Enum):
        name = type(one).__qualname__
        made = vars(sys.modules.get(type(one).__module__, sys)).get(name)
        if name.isidentifier() and made is not type(one) and getattr(one, '__dict__', None):
            left.add('object ' + name)
plpy.execute(plpy.prepare("select set_config('tests.loaded', $1, false)", ['text']), [
    ' '.join(sorted(folders) + sorted(left))
])
$$
"""
"""Leaves in ``tests.loaded`` the folders of the loaded code, and what is left of other code."""


def folder_of(place: Place, version: str) -> Path:
    """Return the folder of a version's runtime."""
    return place.module_path / version / runtime.python_tag()


def code_of(release: str) -> tarfile.TarFile:
    """Return the folder plpython of a release, by the commit that froze it."""
    script = f"extension/released/kwtools--{release}.sql"
    commits = _git("log", "--diff-filter=A", "--format=%H", "--", script).decode().split()
    assert commits, f"this clone has no history of {script}: run git fetch --unshallow"
    archive = _git("archive", "--format=tar", f"{commits[-1]}:plpython")
    return tarfile.open(fileobj=io.BytesIO(archive))


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True).stdout


def add_runtime(place: Place, release: str) -> None:
    """Install the code of a release as it was, with its packages, which are still the same."""
    here, folder = folder_of(place, THIS), folder_of(place, release)
    folder.mkdir(parents=True)
    with code_of(release) as archive:
        files = {one.name: one for one in archive if one.isfile()}
        for name, file in files.items():
            content = archive.extractfile(file)
            assert content is not None
            if name.endswith(".py"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content.read())
            elif name == "requirements.lock":
                assert content.read() == (sources.plpython() / name).read_bytes()
    (folder / "kwruntime" / "_version.py").write_text(f'VERSION = "{release}"\n')
    for path in here.iterdir():
        if path.name not in runtime.PACKAGES:
            link_all(path, folder / path.name)
    for path in (folder.parent, folder, *folder.rglob("*")):
        if path.stat().st_nlink == 1 or path.is_dir():
            path.chmod(0o755 if path.is_dir() else 0o644)


def link_all(path: Path, target: Path) -> None:
    """Make a tree of hard links."""
    if path.is_dir():
        target.mkdir()
        for below in path.iterdir():
            link_all(below, target / below.name)
    else:
        os.link(path, target)


def older_session(db: Database, release: str) -> psycopg.Connection:
    """Restore a release's data, and return a session that runs its code and wrote two memos."""
    restore(db, release)
    session = db.connect()
    use_older(session, release)
    return session


def use_older(session: psycopg.Connection, release: str) -> None:
    """Load the code of the installed release, or end the test where the server cannot."""
    try:
        session.execute("create table memos (id bigint primary key, memo bytea)")
        session.execute("select kw.bind('memos', '*', 'memo')")
    except psycopg.Error as error:
        if "does not support PostgreSQL" in str(error):
            pytest.skip(f"{release} cannot run on this PostgreSQL")
        raise
    for number, text in ((1, "one"), (2, "two")):
        session.execute(
            "insert into memos values (%s, kw.encrypt_text('memos', %s, 'memo', %s))",
            (number, number, text),
        )
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]


def loaded(session: psycopg.Connection) -> str:
    """Return the folders of a session's code and what is left of other code."""
    session.execute(LOADED)
    row = session.execute("select current_setting('tests.loaded')").fetchone()
    assert row is not None
    return str(row[0])


@contextmanager
def with_other_packages(folder: Path) -> Iterator[None]:
    """Let pip's list of cryptography's files say that the folder has another one."""
    (record,) = folder.glob("cryptography-*.dist-info/RECORD")
    kept, other = record.with_name("kept"), record.with_name("other")
    other.write_bytes(record.read_bytes().replace(b"sha256=", b"sha256=other"))
    record.rename(kept)
    other.rename(record)
    try:
        yield
    finally:
        kept.rename(record)
