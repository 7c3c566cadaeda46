"""``kwtools playground``: a server for a command, and nothing left of it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PLAYGROUND = [sys.executable, "-m", "kwtools", "playground", "--"]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for temporary files that the server's user can reach, short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="kw", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def start(scratch: Path, *command: str, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*PLAYGROUND, *command],
        env={**os.environ, "TMPDIR": str(scratch), **variables},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def servers(scratch: Path) -> list[str]:
    """Return the processes whose server lives under ``scratch``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(scratch) in line and "postgres" in line:
            found.append(line)
    return found


def wait_for_none(scratch: Path) -> None:
    deadline = time.monotonic() + 300
    while servers(scratch) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert servers(scratch) == []


def test_the_extension_is_ready(scratch: Path) -> None:
    query = """
        create table people (id bigint, email bytea);
        select kw.bind('people', '*', 'email') is not null;
        insert into people values (1, kw.encrypt_text('people', 1, 'email', 'ada'));
        select kw.decrypt_text('people', id, 'email', email) from people;
    """
    script = [word for part in query.split(";\n")[:4] for word in ("-c", part)]
    running = start(scratch, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *script)
    out, err = running.communicate(timeout=600)
    assert out.split() == ["t", "ada"], err
    assert running.returncode == 0
    assert list(scratch.iterdir()) == []


def test_the_policy_default_has_two_keys(scratch: Path) -> None:
    query = (
        "select p.mode, string_agg(k.external_key_ref, ' ' order by k.id) "
        "from kw.encryption_policies p join kw.policy_kms_keys pk on pk.policy_id = p.id "
        "join kw.kms_keys k on k.id = pk.kms_key_id where p.policy_name = 'default' group by 1"
    )
    out, err = start(scratch, "psql", "-XAtc", query).communicate(timeout=600)
    assert out == "either|playground-1 playground-2\n", err


@pytest.mark.parametrize(
    ("command", "code"),
    [(["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137), (["no-such-command"], 2)],
)
def test_the_exit_code_is_the_commands(scratch: Path, command: list[str], code: int) -> None:
    running = start(scratch, *command)
    running.communicate(timeout=600)
    assert running.returncode == code
    assert list(scratch.iterdir()) == []
    assert servers(scratch) == []


def test_the_command_finds_kwtools_that_is_in_no_folder_of_the_path(scratch: Path) -> None:
    path = os.pathsep.join(["/usr/bin", "/bin"])
    out, err = start(scratch, "kwtools", "version", PATH=path).communicate(timeout=600)
    assert "runtime" in out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_leaves_nothing(scratch: Path, number: signal.Signals) -> None:
    running = start(scratch, "sh", "-c", "echo ready; exec sleep 600")
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    running.send_signal(number)
    running.communicate(timeout=600)
    assert running.returncode == 128 + number
    assert list(scratch.iterdir()) == []
    assert servers(scratch) == []


def test_a_signal_while_starting_leaves_nothing(scratch: Path) -> None:
    running = start(scratch, "true")
    while not list(scratch.glob("*/data/PG_VERSION")):
        assert running.poll() is None
        time.sleep(0.01)
    running.terminate()
    running.communicate(timeout=600)
    assert running.returncode == 143
    assert list(scratch.iterdir()) == []
    wait_for_none(scratch)


def test_killing_it_kills_the_server(scratch: Path) -> None:
    running = start(scratch, "sh", "-c", "echo $$; exec sleep 600")
    assert running.stdout is not None
    command = int(running.stdout.readline())
    assert servers(scratch)
    running.kill()
    running.wait(timeout=600)
    os.kill(command, signal.SIGTERM)
    wait_for_none(scratch)
    running.communicate()
