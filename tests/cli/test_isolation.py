"""What is thrown away touches no other server, whatever the environment says."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kwtools.cluster import Cluster, Place
from kwtools.errors import KwtoolsError
from kwtools.isolation import isolated
from tests.cli.hostile import environment, production, variables

ROOT = Path(__file__).parents[2]
PLAYGROUND = [sys.executable, "-m", "kwtools", "playground", "--"]


def test_every_variable_of_libpq_is_taken_out() -> None:
    options = psycopg.pq.Conninfo.get_defaults()
    known = [option.envvar.decode() for option in options if option.envvar]
    assert len(known) > 30
    kept = {"PATH": "/bin", "PG_CONFIG": "/usr/bin/pg_config", "PAGER": "less", "HOME": "/"}
    others = ["PGSERVICEFILE", "PGSYSCONFDIR", "PGCLUSTER", "PGDATA", "PSQLRC", "PSQLRC-15"]
    assert isolated({**kept, **dict.fromkeys([*known, *others], "x")}) == kept


@pytest.mark.parametrize(
    "names", [["PGHOSTADDR"], ["PGSERVICE", "HOME"], ["PGSERVICE", "PGSYSCONFDIR"], []], ids=str
)
def test_the_playground_goes_to_its_own_server_only(tmp_path: Path, names: list[str]) -> None:
    with production() as server:
        hostile = variables(server, tmp_path)
        chosen = {name: hostile[name] for name in names or hostile}
        asked = "show kwtools.base; show search_path; select count(*) from kw.kms_keys"
        done = subprocess.run(
            [*PLAYGROUND, "psql", "-At", "-v", "ON_ERROR_STOP=1", "-c", asked],
            env=environment(**chosen), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        base, path, keys = done.stdout.splitlines()
        assert (path, keys) == ('"$user", public', "2")
        assert base.startswith("/")
        assert not Path(base).exists()
        assert server.visits == 0


def test_no_file_of_the_caller_is_read_in_the_playground(tmp_path: Path) -> None:
    with production() as server:
        hostile = variables(server, tmp_path)
        done = subprocess.run(
            [*PLAYGROUND, "psql", "service=production", "-c", "select 1"],
            env=environment(**hostile), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 2
        assert "no-services" in done.stderr
        assert "psqlrc was read" not in done.stdout
        assert server.visits == 0


def test_the_tests_leave_other_servers_alone(tmp_path: Path) -> None:
    with production() as server:
        test = "tests/cli/test_cluster.py::test_it_listens_on_its_socket_only_and_has_the_settings"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", test],
            cwd=ROOT, env=environment(**variables(server, tmp_path)),
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert server.visits == 0


def test_a_server_that_is_not_its_own_is_refused(cluster: Place, tmp_path: Path) -> None:
    (tmp_path / "tmp").symlink_to(cluster.socket_directory)
    with pytest.raises(KwtoolsError, match="another server than the throw-away server in"):
        Place(tmp_path).connect()


def test_a_server_of_another_answers_while_it_starts(
    cluster: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = Cluster()
    monkeypatch.setattr(
        Place, "dsn", lambda self, *_: f"host={cluster.socket_directory} user=postgres"
    )
    with pytest.raises(KwtoolsError, match="another server than the throw-away server in"):
        starting.__enter__()
    assert not Path(starting.base_dir).exists()


@pytest.mark.parametrize(
    ("folder", "cause"), [("b" * 90, "at most 107"), ("a,b", "has a comma")], ids=["long", "comma"]
)
def test_a_folder_that_cannot_hold_a_socket_is_named(
    tmp_path_factory: pytest.TempPathFactory, folder: str, cause: str
) -> None:
    temporary = tmp_path_factory.mktemp("in") / folder
    temporary.mkdir()
    done = subprocess.run(
        [*PLAYGROUND, "true"],
        env=environment(TMPDIR=str(temporary)), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 3
    for told in (cause, "Set TMPDIR", str(temporary)):
        assert told in done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("umask", [0o027, 0o077])
def test_the_umask_of_a_hardened_machine_changes_nothing(umask: int) -> None:
    done = subprocess.run(
        [*PLAYGROUND, "psql", "-Atc", "select kw.version() ->> 'runtime' is not null"],
        env=environment(), umask=umask, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "t\n"), done.stderr


def test_the_tests_run_without_such_variables() -> None:
    assert isolated(os.environ) == dict(os.environ)
