"""What is installed on the server's machine, as the server itself sees it: scripts and runtimes.

The server reads its own files, so this works from any machine, on a standby, too. It needs a
superuser and, for runtimes and sessions, ``plpython3u``.
"""

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from kwtools import runtime, sources
from kwtools.connections import Connection

_FOLDERS = """
select
    (select c.setting from pg_catalog.pg_config() c where c.name = 'SHAREDIR'),
    pg_catalog.current_setting('extension_destdir', true),
    pg_catalog.current_setting('extension_control_path', true)
"""
_READ = "select pg_catalog.pg_read_binary_file(%s, 0, 16777216, true)"
_SETTING = re.compile(r"^\s*(\w+)\s*=\s*'((?:[^']|'')*)'", re.MULTILINE)

# Runs inside the server. It loads nothing of kwtools, so it leaves the session as it was.
_LOOK = """
do language plpython3u $look$
import hashlib, json, os, re, stat, sys

asked = json.loads(plpy.execute("select pg_catalog.current_setting('kwtools.asked') as a")[0]['a'])
tag = 'cp%d%d' % sys.version_info[:2]


def runtime(version):
    folder = '%s/%s/%s' % (asked['module_path'], version, tag)
    files, damaged = {}, []
    try:
        found = os.stat(folder)
        with open(folder + '/kwruntime/_version.py') as file:
            says = file.read()
        for package in asked['packages']:
            for where, folders, names in os.walk(os.path.join(folder, package)):
                for name in names:
                    path = os.path.relpath(os.path.join(where, name), folder)
                    if name.endswith('.py') and path != 'kwruntime/_version.py':
                        with open(os.path.join(folder, path), 'rb') as file:
                            source = file.read()
                        files[path] = hashlib.sha256(source).hexdigest()
                        if asked['deep'] and not is_compiled(os.path.join(folder, path), source):
                            damaged.append(path + ' (compiled)')
        os.stat(folder + '/cryptography/__init__.py')
        os.stat(folder + '/cryptography/hazmat/bindings')
        if asked['deep']:
            listed, changed = packages_of(folder)
            known = {*listed, *files, 'SHA256SUMS', 'kwruntime/_version.py'}
            damaged += changed + foreign(folder, known)
    except OSError as error:
        where = error.filename or folder
        problem = '%s: %s' % (where, error.strerror)
        return dict(folder=folder, problem=problem, files={}, damaged=[], takes_over=False)
    problem = ''
    if "'%s'" % version not in says and '"%s"' % version not in says:
        problem = '%s/kwruntime is of another version' % folder
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        problem = '%s can be changed by users other than root and the user of the server' % folder
    takes_over = os.path.exists(folder + '/kwruntime/takeover.py')
    return dict(
        folder=folder, problem=problem, files=files, damaged=sorted(damaged), takes_over=takes_over
    )


def is_compiled(path, source):
    # What runs is the compiled file, and Python does not compare it with the source.
    import importlib.util, marshal

    try:
        with open(importlib.util.cache_from_source(path, optimization=''), 'rb') as file:
            data = file.read()
    except FileNotFoundError:
        return True  # Python compiles it at each start
    try:
        return data[:4] == importlib.util.MAGIC_NUMBER and marshal.loads(data[16:]) == compile(
            source, path, 'exec', dont_inherit=True
        )
    except (ValueError, EOFError, TypeError, SyntaxError):
        return False


def packages_of(folder):
    # The files that the packages list, and those of them that are missing or were changed.
    import base64, csv, glob

    names, damaged = set(), []
    for record in glob.glob(glob.escape(folder) + '/*.dist-info/RECORD'):
        with open(record, newline='') as lines:
            listed = [row[:2] for row in csv.reader(lines)]
        for name, wanted in listed:
            # pip lists programs as they would stand beside site-packages.
            name = re.sub('^(\\.\\./)+', '', name)
            names.add(name)
            if wanted.startswith('sha256='):
                try:
                    with open(os.path.join(folder, name), 'rb') as file:
                        digest = hashlib.sha256(file.read()).digest()
                except OSError as error:
                    damaged.append('%s: %s' % (name, error.strerror))
                    continue
                if base64.urlsafe_b64encode(digest).rstrip(b'=').decode() != wanted[7:]:
                    damaged.append(name)
    return names, damaged


def foreign(folder, known):
    # Python would find them first: as a module of its own library, or compiled beside ours.
    import importlib.util

    found = []
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in names + links:
            path = source = os.path.relpath(os.path.join(where, name), folder)
            if os.path.basename(where) == '__pycache__':
                try:
                    source = importlib.util.source_from_cache(path)
                except ValueError:
                    pass
            if source not in known:
                found.append(path + ' (foreign)')
    return found


def loaded(pid):
    # Which runtime a session has loaded: '' for none, null where it cannot be told. Since 0.7.0 it
    # has the runtime's version mapped; its cryptography may have come with an older one.
    try:
        with open('/proc/%d/maps' % pid) as file:
            text = file.read()
    except OSError:
        return None
    for file in ('kwruntime/_version.py', 'cryptography/'):
        match = re.search(r'/([^/\\s]+)/cp[0-9]+/' + re.escape(file), text)
        if match:
            return match.group(1)
    return ''


def packages(version):
    # What pip says of each package; null where it cannot be read.
    folder = '%s/%s/%s' % (asked['module_path'], version, tag)
    try:
        found = {}
        for name in os.listdir(folder):
            if name.endswith('.dist-info'):
                with open('%s/%s/RECORD' % (folder, name), 'rb') as file:
                    found[name] = hashlib.sha256(file.read()).hexdigest()
        return found
    except OSError:
        return None


sessions = {str(pid): loaded(pid) for pid in asked['pids']}
known = {*asked['versions'], *sessions.values()} - {'', None}
answer = dict(
    python=tag,
    runtimes={version: runtime(version) for version in asked['versions']},
    sessions=sessions,
    packages={version: packages(version) for version in known},
)
plpy.execute(
    plpy.prepare("select pg_catalog.set_config('kwtools.answer', $1, true)", ['text']),
    [json.dumps(answer)],
)
$look$
"""
_SESSIONS = """
select a.pid, a.usename::text, a.application_name, a.backend_type
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
    and a.backend_type <> 'autovacuum worker'
order by a.pid
"""


GOES_OVER, ENDS, IS_REFUSED, UNKNOWN = "goes over", "ends", "is refused", "unknown"
"""What a session with other code does at its next call."""


@dataclass(frozen=True)
class Files:
    """The extension's folder and what the control file says."""

    folder: str
    default_version: str
    module_path: str


class Runtime(NamedTuple):
    """A version's code on a server's machine."""

    folder: str
    problem: str
    """Why it cannot be loaded, or empty."""
    files: dict[str, str]
    """The digest of each source file that is ours."""
    damaged: list[str]
    """Files that are not what their package or their source says. Empty unless one looked deep."""
    takes_over: bool
    """Whether sessions with other code can go over to it (since 0.7.0)."""


class Session(NamedTuple):
    """A session of the database, and the version whose code it has loaded."""

    pid: int
    role: str
    application: str
    version: str | None
    """Empty: none. Null: the server cannot tell."""


class Seen(NamedTuple):
    """What one look at a server's machine found."""

    runtimes: dict[str, Runtime]
    sessions: list[Session]
    packages: dict[str, dict[str, str] | None]
    """A digest of each package of a version's runtime; null where it cannot be read."""

    def next_call(self, version: str | None, target: str) -> str:
        """Return what a session with the code of ``version`` does once ``target`` is installed."""
        if version is None:
            return UNKNOWN
        if not self.runtimes[target].takes_over:
            return IS_REFUSED
        loaded, there = self.packages.get(version), self.packages.get(target)
        return GOES_OVER if loaded and there and loaded.items() <= there.items() else ENDS


def files(connection: Connection) -> Files | None:
    """Return where the extension's scripts are, or null where its control file is not found."""
    row = connection.execute(_FOLDERS).fetchone()
    assert row is not None
    share, destdir, control_path = row
    folders = [f"{destdir}{share}"] if destdir else []
    for part in (control_path or "$system").split(":"):
        folders.append(share if part == "$system" else part)
    for folder in folders:
        where = posixpath.join(folder, "extension")
        text = text_of(connection, f"{where}/kwtools.control")
        if text is not None:
            said = dict(_SETTING.findall(text))
            return Files(where, said.get("default_version", ""), said.get("module_pathname", ""))
    return None


def text_of(connection: Connection, path: str) -> str | None:
    """Return a file of the server's machine, or null where it does not exist."""
    row = connection.execute(_READ, (path,)).fetchone()
    return None if row is None or row[0] is None else bytes(row[0]).decode(errors="replace")


def look(
    connection: Connection, module_path: str, versions: list[str], *, deep: bool = False
) -> Seen:
    """Look at runtimes and at the sessions of the database. Run it in a transaction.

    ``deep`` compares packages and compiled files, too, which takes about a second a runtime.
    """
    rows = connection.execute(_SESSIONS).fetchall()
    asked = {
        "module_path": module_path,
        "versions": versions,
        "packages": runtime.PACKAGES,
        "pids": [pid for pid, *_ in rows],
        "deep": deep,
    }
    connection.execute("select set_config('kwtools.asked', %s, true)", (json.dumps(asked),))
    connection.execute(_LOOK)
    answered = connection.execute("select current_setting('kwtools.answer')").fetchone()
    assert answered is not None
    answer: dict[str, Any] = json.loads(answered[0])
    return Seen(
        {version: Runtime(**one) for version, one in answer["runtimes"].items()},
        [
            Session(pid, role or "", application or kind, answer["sessions"][str(pid)])
            for pid, role, application, kind in rows
        ],
        answer["packages"],
    )


def differing(found: Runtime) -> list[str]:
    """Return the source files of a runtime that are not what this command installs."""
    folder = sources.plpython()
    expected = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for package in runtime.PACKAGES
        for path in (folder / package).rglob("*.py")
    }
    expected.pop("kwruntime/_version.py", None)
    names = sorted(expected.keys() | found.files.keys())
    return [name for name in names if expected.get(name) != found.files.get(name)]
