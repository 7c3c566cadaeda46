"""``kwtools console``: what it refuses before it serves anything."""

import pytest

from kwtools.cli import main
from tests.conftest import Database
from tests.console.conftest import Console


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run the command, which must end by itself; return its exit code and what it says."""
    try:
        code = main(["console", *arguments])
    except SystemExit as left:  # argparse
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    assert out == ""
    return code, err


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "localhost", "10.0.0.1", "evil.example"])  # noqa: S104
def test_it_listens_on_loopback_only(capsys: pytest.CaptureFixture[str], address: str) -> None:
    code, err = refused(capsys, "--address", address)
    assert code == 2
    assert "invalid choice" in err


@pytest.mark.parametrize("port", ["0", "80", "65536", "x"])
def test_a_port_is_one_of_its_own(capsys: pytest.CaptureFixture[str], port: str) -> None:
    code, err = refused(capsys, "--port", port)
    assert code == 2
    assert f"{port} is not a whole number from 1024 to 65535" in err


def test_a_port_that_is_used_is_named(
    capsys: pytest.CaptureFixture[str], db: Database, console: Console
) -> None:
    code, err = refused(capsys, "--dsn", db.dsn, "--port", str(console.port))
    assert code == 3
    assert f"could not listen on 127.0.0.1, port {console.port}: Address already in use" in err


def test_a_server_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, err = refused(capsys, "--dsn", "host=/nowhere dbname=none user=nobody")
    assert code == 3
    assert "/nowhere" in err
