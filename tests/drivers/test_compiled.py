"""The examples for Java, Go and Rust run, directly and behind a transaction pooler.

Their compilers are large, so ``make setup`` does not install them: ``make test-drivers`` does, and
runs these tests. Elsewhere those whose compiler is missing are skipped.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kwtools import sources
from tests.drivers.conftest import EXAMPLES, People
from testservers.relay import relay

JDBC = Path("/usr/share/java/postgresql.jar")
CRATES = Path("/usr/share/cargo/registry")
PGX = Path("/usr/share/gocode")


def need(*files: Path | str | None) -> None:
    """Skip the test where the machine does not have them, unless it is to have them all."""
    if not all(file and Path(file).exists() for file in files):
        assert "KW_ALL_DRIVERS" not in os.environ, files
        pytest.skip("make test-drivers installs what it needs")


def test_the_example_for_java_reads_what_it_wrote(people: People) -> None:
    java = shutil.which("java")
    need(java, shutil.which("javac"), JDBC)
    with relay(Path(people.host, f".s.PGSQL.{people.port}")) as port:
        people.run(
            str(java), "-cp", JDBC, EXAMPLES / "java" / "App.java",
            PGHOST="127.0.0.1", PGPORT=str(port),
        )  # fmt: skip


def test_the_example_for_go_reads_what_it_wrote(people: People, tmp_path: Path) -> None:
    go = shutil.which("go")
    need(go, PGX / "src" / "github.com" / "jackc" / "pgx" / "v4")
    program = tmp_path / "example"
    build = [str(go), "build", "-o", str(program), "main.go"]
    environment = {
        "GO111MODULE": "off", "GOPATH": str(PGX), "GOCACHE": str(sources.build_directory() / "go"),
        "CGO_ENABLED": "0",
    }  # fmt: skip
    subprocess.run(build, cwd=EXAMPLES / "go", env={**os.environ, **environment}, check=True)
    people.run(program)


@pytest.mark.parametrize("people", ["direct"], indirect=True)  # it prepares every statement
def test_the_example_for_rust_reads_what_it_wrote(people: People) -> None:
    cargo = shutil.which("cargo")
    need(
        cargo, *(next(CRATES.glob(f"{crate}-[0-9]*"), None) for crate in ("tokio-postgres", "uuid"))
    )
    folder = sources.build_directory() / "rust"
    shutil.copytree(EXAMPLES / "rust", folder, dirs_exist_ok=True)
    build = [str(cargo), "build", "--quiet", "--offline", "--config", "debian.toml"]
    subprocess.run(build, cwd=folder, check=True)
    people.run(folder / "target" / "debug" / "kwtools-example")
