"""``kwtools doctor`` and the server's machine: runtime, scripts, pg_hba.conf, standbys."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kwtools import runtime, server_files, sources
from kwtools.cluster import Place, set_up
from kwtools.connections import Connection
from kwtools.postgres import pg_config
from tests.cli.conftest import Kwtools

THIS = sources.version()
Row = dict[str, str]


def doctor(kwtools: Kwtools, place: Place, *options: str) -> dict[str, Row]:
    """Return what is not ok, by its name; a problem makes exit code 1, what is unknown 3."""
    code, out, err = kwtools("doctor", "--json", "--dsn", place.dsn(), *options)
    assert err == ""
    rows = [row for row in json.loads(out) if row["result"] != "ok"]
    results = {row["result"] for row in rows}
    assert code == (1 if "problem" in results else 3 if "unknown" in results else 0)
    for row in rows:
        assert row["detail"], row
        assert row["hint"], row
        assert row["why"].endswith("."), row
    return {row["check"]: row for row in rows}


@contextmanager
def damaged(path: Path, data: bytes | None) -> Iterator[None]:
    """Change a file, or take it away, for a while."""
    before = path.read_bytes()
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    yield
    path.write_bytes(before)


@pytest.fixture
def ready(own_cluster: Callable[..., Place]) -> Place:
    """A server whose database postgres is ready."""
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "files")
    return place


def test_files_that_were_changed_or_are_missing(kwtools: Kwtools, ready: Place) -> None:
    folder = ready.module_path / THIS / runtime.python_tag()
    assert "runtime files" not in doctor(kwtools, ready)
    source = folder / "kwruntime" / "call.py"
    (compiled,) = (source.parent / "__pycache__").glob("call.*.pyc")
    (other,) = (source.parent / "__pycache__").glob("batches.*.pyc")
    package = folder / "cryptography" / "fernet.py"
    for path, data, named in (
        (source, source.read_bytes() + b"pass\n", "kwruntime/call.py"),
        (folder / "kwshared" / "usability.py", None, "kwshared/usability.py"),
        (compiled, other.read_bytes(), "kwruntime/call.py (compiled)"),
        (compiled, compiled.read_bytes()[:40], "kwruntime/call.py (compiled)"),
        (package, package.read_bytes() + b"#", "cryptography/fernet.py"),
        (package, None, "cryptography/fernet.py: No such file or directory"),
    ):
        with damaged(path, data):
            row = doctor(kwtools, ready)["runtime files"]
        assert row["result"] == "problem"
        assert named in row["detail"], row
        assert row["hint"] == f"Run kwtools install of version {THIS} on the server."
    new = folder / "kwruntime" / "more.py"
    new.write_text("")
    assert "kwruntime/more.py" in doctor(kwtools, ready)["runtime files"]["detail"]
    new.unlink()
    for name in ("hmac.py", "kwruntime/call.so", "__pycache__/hmac.cpython-311.pyc", "hmac/"):
        new = folder / name
        if name.endswith("/"):
            new.symlink_to("/usr/lib/python3")
        else:
            new.parent.mkdir(exist_ok=True)
            new.write_text("")
        told = f"{name.rstrip('/')} (foreign)"
        assert told in doctor(kwtools, ready)["runtime files"]["detail"], name
        new.unlink()
    folder.chmod(0o777)
    row = doctor(kwtools, ready)["runtime files"]
    assert "can be changed by users other than root" in row["detail"]
    folder.chmod(0o755)
    assert "runtime files" not in doctor(kwtools, ready)


def test_a_half_installed_version(kwtools: Kwtools, ready: Place) -> None:
    scripts = ready.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    first, edge = scripts / f"kwtools--{THIS}.sql", scripts / "kwtools--0.5.0--0.6.0.sql"
    for path, data, told in (
        (first, None, f"{first.name} is missing"),
        (edge, None, f"{edge.name} is missing"),
        (edge, edge.read_bytes() + b"-- more\n", f"{edge.name} was changed"),
        (first, b"select 1;\n", f"{first.name} was changed"),
    ):
        with damaged(path, data):
            row = doctor(kwtools, ready)["extension scripts"]
        assert (row["result"], told in row["detail"]) == ("problem", True)
    control = scripts / "kwtools.control"
    text = control.read_text()
    with damaged(control, None):
        row = doctor(kwtools, ready)["extension scripts"]
        assert row["detail"] == "the control file of kwtools was not found"
    # the control file of the next version came, its scripts did not
    with damaged(control, text.replace(f"'{THIS}'", "'99.0.0'").encode()):
        found = doctor(kwtools, ready)
        assert "kwtools--99.0.0.sql is missing" in found["extension scripts"]["detail"]
        row = found["control file"]
        assert row["result"] == "warning"
        assert row["detail"] == f"the extension is at {THIS}, and the control file leads to 99.0.0"
        assert "kwtools upgrade --dsn dbname=postgres" in row["hint"]
    with damaged(control, text.replace(str(ready.module_path), "/elsewhere").encode()):
        row = doctor(kwtools, ready)["control file"]
        assert row["result"] == "problem"
        assert "the control file names /elsewhere" in row["detail"]
    # the scripts came, and the runtime did not
    shutil.move(ready.module_path / THIS, ready.module_path / "away")
    found = doctor(kwtools, ready)
    assert "No such file or directory" in found["runtime files"]["detail"]
    assert found["server side"]["result"] == "problem"
    shutil.move(ready.module_path / "away", ready.module_path / THIS)
    assert {"runtime files", "extension scripts"}.isdisjoint(doctor(kwtools, ready))


def test_a_command_of_another_version_checks_what_it_can(
    kwtools: Kwtools, ready: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "version", lambda: "99.0.0")
    found = doctor(kwtools, ready)
    assert found["command"]["detail"] == f"command 99.0.0, extension {THIS}"
    row = found["runtime files"]
    assert row["result"] == "unknown"
    assert row["detail"].endswith(
        f"the source files of {THIS} were not compared, since the command is of version 99.0.0"
    )
    package = ready.module_path / THIS / runtime.python_tag() / "cryptography" / "fernet.py"
    with damaged(package, None):
        row = doctor(kwtools, ready)["runtime files"]
    assert (row["result"], "cryptography/fernet.py" in row["detail"]) == ("problem", True)


def test_lines_of_pg_hba_conf(kwtools: Kwtools, ready: Place) -> None:
    file = ready.data / "pg_hba.conf"
    with ready.connect() as connection:
        connection.execute(
            "create role app; create role guest; grant kw_client to app;"
            " create role staff; grant staff to app;"
            " create role all_staff; grant all_staff to staff;"
            " create role visitors; grant visitors to guest"
        )
    for line, result, told in (
        ("host all all 10.0.0.0/8 trust", "problem", "from the network without proof"),
        ("host all +kw_client all trust", "problem", "from the network without proof"),
        ("host all postgres 10.1.1.1/32 password", "warning", "with a password in the clear"),
        ("host all app 127.0.0.1/32 trust", "warning", "from this machine without proof"),
        ("host all app 127.0.0.1/0 trust", "problem", "from the network without proof"),
        ("host all app 127.0.0.0/8 password", "", ""),
        ("host all app ::1/128 trust", "warning", "from this machine without proof"),
        ("host all app ::1/0 trust", "problem", "from the network without proof"),
        ("host all app 127.example.org trust", "problem", "from the network without proof"),
        ("host all +staff 10.0.0.0/8 trust", "problem", "from the network without proof"),
        ("host all +all_staff 10.0.0.0/8 trust", "problem", "from the network without proof"),
        ("host all +visitors 10.0.0.0/8 trust", "", ""),
        ("host all guest all trust", "", ""),
        ("host replication all all trust", "", ""),
        ("hostssl all app all password", "", ""),
        ("host all app all scram-sha-256", "", ""),
        ("host all app all nonsense", "warning", "the server cannot read it"),
    ):
        file.write_text(f"local all all peer\n{line}\n")
        found = doctor(kwtools, ready)
        if not result:
            assert "pg_hba.conf" not in found, line
            continue
        row = found["pg_hba.conf"]
        assert (row["result"], row["detail"].split(":")[0]) == (result, told), line
        assert "line 2 (" in row["detail"]


def test_standbys_that_could_not_take_over(
    kwtools: Kwtools,
    ready: Place,
    own_cluster: Callable[..., Place],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "standbys" not in doctor(kwtools, ready)
    standby = own_cluster(standby_of=ready)
    shutil.copytree(ready.destdir, standby.destdir)
    row = doctor(kwtools, ready)["standbys"]
    assert row["result"] == "unknown"
    assert row["detail"].startswith("standby walreceiver: its runtime was not checked")
    assert row["hint"] == "Name it with --standby."
    named = ("--standby", standby.dsn())
    found = doctor(kwtools, ready, *named)
    assert not [name for name in found if name.startswith("standby")]
    out = kwtools("doctor", "--dsn", ready.dsn(), *named)[1]
    assert f"standbys\tok\tstandby 1 has the runtime of {THIS}" in out
    (standby.destdir / pg_config("--sharedir").relative_to("/") / "extension").rename(
        standby.base / "away"
    )
    row = doctor(kwtools, ready, *named)["standby 1: extension scripts"]
    assert row["result"] == "problem"
    with ready.connect() as connection:
        connection.execute("create role watcher login in role kw_auditor")
    rows = json.loads(kwtools("doctor", "--json", "--dsn", ready.dsn(user="watcher"))[1])
    assert [row["result"] for row in rows if row["check"] == "standbys"] == ["unknown"]

    # both servers of this test see the same runtime, so its look is turned away
    look = server_files.look

    def elsewhere(
        connection: Connection, module_path: str, versions: list[str], *, deep: bool = False
    ) -> server_files.Seen:
        row = connection.execute("select pg_catalog.pg_is_in_recovery()").fetchone()
        path = "/nowhere" if row == (True,) else module_path
        return look(connection, path, versions, deep=deep)

    monkeypatch.setattr(server_files, "look", elsewhere)
    row = doctor(kwtools, ready, *named)["standbys"]
    assert (row["result"], row["hint"]) == ("problem", f"Install kwtools {THIS} on its machine.")
    row = doctor(kwtools, ready, "--standby", f"host={ready.base} port=1")["standbys"]
    assert row["result"] == "unknown"
